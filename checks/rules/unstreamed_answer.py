"""LAT102: a person looks at nothing until the whole answer is there."""

from __future__ import annotations

from ..audiences import shows_answers
from ..model import Call, Step
from . import advice
from .interface import Remark, Subject, per_call
from .wording import at, entries_by_weight, entry_name

_WRITTEN_FOR_PEOPLE = {"chat", "completion"}
_FEW = 16  # tokens that are there as soon as the first: a label, a yes or no, a key that is tried


@per_call
def check(call: Call, _: Subject) -> Remark | None:
    """Speaks of unstreamed chat behind a web route, a UI callback or a bot, where somebody may read along.

    Where the answer could be followed to entry points it is one of those. What they do with it is not followed further,
    so that the finding is of medium confidence.
    """
    if call.kind not in _WRITTEN_FOR_PEOPLE or call.facts.streaming.state != "no":
        return None
    if call.facts.audience.state != "remote" or not call.facts.shown:
        return None
    if call.setup.short is not None and call.setup.short <= _FEW:
        return None
    readers = (entry for entry in entries_by_weight(call) if entry in call.facts.readers)
    entry = next(filter(shows_answers, readers), None)
    if entry is None:
        return None
    who = f"{entry_name(entry)} ({at(entry.where)})"
    message = f"whoever asks sees nothing until the whole answer is there: {who}"
    trace = (Step(entry.where, f"reached from {entry_name(entry)}"),)
    return Remark(message, {"stream": advice.streaming(call)}, trace, confidence="medium")
