"""LAT101: the event loop stands still while the model writes."""

from __future__ import annotations

from ..model import Call, Step
from . import advice
from .interface import Remark, Subject, per_call
from .wording import at


@per_call
def check(call: Call, _: Subject) -> Remark | None:
    """Speaks of state `yes` of blocking_in_async."""
    blocking = call.facts.blocking_in_async
    if blocking.state != "yes":
        return None
    where = f", {at(blocking.where)}" if blocking.where else ""
    function = f"async def {blocking.detail}" if blocking.detail else "an async def"
    message = f"holds the event loop until the answer is there: runs in {function}{where}"
    trace = (Step(blocking.where, "runs in the event loop from here"),) if blocking.where else ()
    client = advice.async_client(call)
    way = f"await {client}, or hand the call to a thread" if client else "hand the call to a thread"
    return Remark(message, {"way": way}, trace)
