"""REL301: a failure reaches the entry point uncaught."""

from __future__ import annotations

from ..model import Call, Step
from . import advice
from .interface import Remark, Subject, in_process, per_call
from .wording import at, entries_by_weight, entry_name, open_start


@per_call
def check(call: Call, _: Subject) -> Remark | None:
    """Speaks of state `unhandled`; the trace is the open path. A model in this process has no network to fail."""
    guard = call.facts.guard
    if guard.state != "unhandled":
        return None
    entry = open_start(call) or next((each for each in entries_by_weight(call) if not guard.open_path), None)
    start = f"{entry_name(entry)} ({at(entry.where)})" if entry else next(map(at, guard.open_path), "")
    trace = tuple(Step(place, "nothing catches it here") for place in guard.open_path)
    message = f"its failure is caught nowhere on the way{f' from {start}' if start else ''}"
    return Remark(message, {"errors": advice.all_errors(call)}, trace, in_process(call), audience=guard.open_to)
