"""REL201: a failed request is not sent again."""

from __future__ import annotations

from ..model import Call, Step
from . import advice
from .interface import Remark, Subject, per_call
from .wording import at


@per_call
def check(call: Call, _: Subject) -> Remark | None:
    """Speaks of state `none`."""
    if call.facts.retry.state != "none":
        return None
    retry = call.facts.retry
    source = retry.source or f"{advice.name(call, retry.sdk)} doesn't retry, and nothing around the call does"
    client = retry.client or call.facts.timeout.client
    built = f"; client built at {at(client)}" if client else ""
    return Remark(
        f"gives up at the first failure: {source}{built}",
        {"retry": advice.retry(call)},
        (Step(client, "client built here"),) if client else (),
    )
