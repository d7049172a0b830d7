"""REL303: there are handlers, and what this SDK raises gets past them."""

from __future__ import annotations

from ..model import Call, Step
from . import advice
from .interface import Remark, Subject, per_call
from .wording import at, listed

_NAMED = 3


@per_call
def check(call: Call, _: Subject) -> Remark | None:
    """Speaks of state `partial`: errors that the handlers miss, else ways to the call without one."""
    guard = call.facts.guard
    if guard.state != "partial":
        return None
    handlers = tuple(
        Step(handler.where, f"catches {listed(handler.catches or ('everything',))}") for handler in guard.handlers
    )
    path = tuple(Step(place, "a way to the call without a handler") for place in guard.open_path)
    if guard.misses:
        seen = f" at {at(guard.handlers[0].where)}" if guard.handlers else ""
        message = f"the handlers{seen} miss {listed(guard.misses[:_NAMED])}, which {call.sdk} raises"
    else:
        message = "a failed request is caught on some ways to this call only"
    return Remark(message, {"errors": advice.all_errors(call)}, handlers + path)
