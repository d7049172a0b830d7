"""REL302: a failure disappears."""

from __future__ import annotations

from ..model import Call, Step
from .interface import Remark, Subject, per_call
from .wording import at, types


@per_call
def check(call: Call, _: Subject) -> Remark | None:
    """Speaks of a handler that catches every error of the call and tells nobody."""
    silent = [
        handler for handler in call.facts.guard.handlers if handler.covers and handler.silent and not handler.reraises
    ]
    if not silent:
        return None
    where, caught = at(silent[0].where), types(silent[0].catches) or "everything"
    message = f"the failure disappears at {where}: it catches {caught}, and neither logs, re-raises nor substitutes"
    return Remark(message, trace=tuple(Step(handler.where, "swallowed here") for handler in silent))
