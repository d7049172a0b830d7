"""REL104: the number or the parameter does not mean what was meant."""

from __future__ import annotations

from ..model import Call
from . import advice
from .interface import Remark, Subject, per_call
from .wording import timeout_steps, waits

_SUGGESTED_SECONDS = 30


@per_call
def check(call: Call, _: Subject) -> Remark | None:
    """Speaks of a timeout whose facts carry a trap."""
    timeout = call.facts.timeout
    if timeout.trap is None:
        return None
    words = {"timeout": advice.timeout(call, _SUGGESTED_SECONDS)}
    return Remark(f"{waits(timeout)}: {timeout.trap}", words, timeout_steps(call))
