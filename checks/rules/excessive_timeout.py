"""REL103: the limit is longer than a caller waits."""

from __future__ import annotations

from ..model import Call
from . import advice
from .interface import Remark, Subject, per_call
from .wording import duration, origin, timeout_steps, waits


@per_call
def check(call: Call, subject: Subject) -> Remark | None:
    """Speaks of state `explicit` with a known number over the limit of the call's audience."""
    timeout, limit = call.facts.timeout, subject.wait_limit(call)
    if timeout.state != "explicit" or timeout.seconds is None or timeout.seconds <= limit:
        return None
    message = f"{waits(timeout)}, over the limit of {duration(limit)}: {origin(timeout)}"
    return Remark(message, {"timeout": advice.timeout(call, limit / 2)}, timeout_steps(call))
