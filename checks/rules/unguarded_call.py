"""REL301: a failure reaches the entry point uncaught."""

from __future__ import annotations

from ..model import Call, EntryPoint, Step
from . import advice
from .interface import Remark, Subject, in_process, per_call
from .wording import at, entry_name


@per_call
def check(call: Call, _: Subject) -> Remark | None:
    """Speaks of state `unhandled`; the trace is the open path. A model in this process has no network to fail."""
    guard = call.facts.guard
    if guard.state != "unhandled":
        return None
    entry = _entry(call)
    start = (
        f" from {entry_name(entry)} ({at(entry.where)})"
        if entry
        else f" from {at(guard.open_path[0])}"
        if guard.open_path
        else ""
    )
    trace = tuple(Step(place, "nothing catches it here") for place in guard.open_path)
    message = f"its failure is caught nowhere on the way{start}"
    return Remark(message, {"errors": advice.all_errors(call)}, trace, in_process(call))


def _entry(call: Call) -> EntryPoint | None:
    """The entry point at which the open path starts; else the first that is known."""
    start = call.facts.guard.open_path[:1]
    starts = [entry for entry in call.facts.entries if start and _same_line(entry, start[0].path, start[0].line)]
    return next(iter(starts or call.facts.entries), None)


def _same_line(entry: EntryPoint, path: str, line: int) -> bool:
    return (entry.where.path, entry.where.line) == (path, line)
