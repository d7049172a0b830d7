"""LAT104: somebody waits while a loop asks a model again and again."""

from __future__ import annotations

from collections.abc import Iterator

from ..model import Call, Place, Step
from .interface import Remark, Subject, first_of_each, per_project
from .wording import at, entry_name


@per_project
def check(subject: Subject) -> Iterator[tuple[int, Remark]]:
    """Speaks once a loop that a remote entry point waits for."""

    def loop(call: Call) -> Place | None:
        waiting = call.setup.waiting
        waits = waiting is not None and waiting.audience == "remote" and call.kind in {"chat", "completion", "image"}
        return call.setup.loop.where if waits and call.setup.loop.detail == "awaited" else None

    for index, call in first_of_each(subject, loop):
        where = call.setup.loop.where
        entry = call.setup.waiting
        if where is not None and entry is not None:
            message = f"{entry_name(entry)} waits for a request with each element of the loop at {at(where)}"
            yield index, Remark(message, trace=(Step(entry.where, "waits here"), Step(where, "asks again and again")))
