"""REL303: there are handlers, and what this SDK raises gets past them."""

from __future__ import annotations

from ..model import Call, Step
from . import advice
from .interface import Remark, Subject, in_process, per_call
from .wording import at, listed, types

_NAMED = 3


@per_call
def check(call: Call, _: Subject) -> Remark | None:
    """Speaks of state `partial`: errors that the handlers miss, else ways to the call without one."""
    guard = call.facts.guard
    if guard.state != "partial":
        return None
    handlers = tuple(Step(each.where, f"catches {types(each.catches) or 'something else'}") for each in guard.handlers)
    path = tuple(Step(place, "a way to the call without a handler") for place in guard.open_path)
    leaky = [handler for handler in guard.handlers if not handler.covers]
    errors = advice.all_errors(call)
    name = advice.name(call, next(iter(guard.sdks), ""))
    if leaky and advice.is_silent(call):
        message = f"the handler at {at(leaky[0].where)} never runs: {name} raises nothing for a failed request"
        path = ()
    elif leaky and guard.misses:
        where = at(leaky[0].where)
        message = f"the handler at {where} misses {listed(guard.misses[:_NAMED])}, which {name} raises"
    else:
        message = "its failure is caught on some ways to this call only"
        errors += " on the ways that lead past the handlers"
    return Remark(message, {"errors": errors}, handlers + path, in_process(call), audience=guard.open_to)
