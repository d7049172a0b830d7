"""REL202: somebody switched the retries off."""

from __future__ import annotations

from ..model import Call, Step
from . import advice
from .interface import Remark, Subject, per_call
from .wording import at


@per_call
def check(call: Call, _: Subject) -> Remark | None:
    """Speaks of state `disabled`: the SDK would retry, and nothing else does."""
    retry = call.facts.retry
    if retry.state != "disabled":
        return None
    where = f", {at(retry.where)}" if retry.where else ""
    trace = (Step(retry.where, "switched off here"),) if retry.where else ()
    source = retry.source or f"the retries of {advice.name(call, retry.sdk)} are switched off"
    return Remark(f"gives up at the first failure: {source}{where}", {"retry": advice.retry(call)}, trace)
