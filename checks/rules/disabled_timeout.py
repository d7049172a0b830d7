"""REL102: somebody switched the limit off."""

from __future__ import annotations

from ..model import Call
from . import advice
from .interface import Remark, Subject, per_call
from .wording import origin, timeout_steps, waits

_SUGGESTED_SECONDS = 30


@per_call
def check(call: Call, _: Subject) -> Remark | None:
    """Speaks of state `disabled`: None, 0 or a number that no caller would wait for."""
    timeout = call.facts.timeout
    if timeout.state != "disabled":
        return None
    words = {"timeout": advice.timeout(call, _SUGGESTED_SECONDS)}
    return Remark(f"{waits(timeout)}, as its limit is switched off: {origin(timeout)}", words, timeout_steps(call))
