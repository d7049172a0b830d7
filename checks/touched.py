"""Which findings a change touched: what it wrote, and what is reached by it.

A finding is touched where the change wrote one of these lines, or in the function around one of them: its own, those of
its call, of its trace, of where the client is built or its limits are set, and of each step of a way to the call. Of
what is said of the whole project, it is enough that a file was changed that it names.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import cache

from .files.decode import decode, read
from .git.changes import Changes, Lines, overlaps
from .index import index
from .looked import Skipped
from .model import Call, Finding, Place
from .read import UnreadableUnit


class Touched:
    """A change, and the audited folder that paths of findings start from."""

    def __init__(self, changes: Changes, root: str) -> None:
        self._changes = changes
        self._root = os.path.realpath(root)
        self._spans = cache(self._spans_of)

    def holds(self, finding: Finding, calls: Sequence[Call]) -> bool:
        """Whether the change touched this finding."""
        if finding.whole:
            return any(self._lines(place.path) for place in _own(finding))
        call = None if finding.call is None else calls[finding.call]
        return any(map(self._reaches, (*_own(finding), *(() if call is None else _around(call)))))

    def _reaches(self, place: Place) -> bool:
        spans = self._spans(place.path)
        if place.cell is not None:  # lines of a cell are none of the file
            return bool(spans)
        return overlaps(spans, place.line, max(place.line, place.end_line))

    def _lines(self, path: str) -> tuple[Lines, ...]:
        whole = os.path.join(self._root, path)
        try:
            name = os.path.relpath(whole, self._changes.top).replace(os.sep, "/")
        except ValueError:  # on another drive
            return ()
        return self._changes.lines.get(name, ())

    def _spans_of(self, path: str) -> tuple[Lines, ...]:
        """The changed lines of a file, and all lines of the functions they are in."""
        lines = self._lines(path)
        if not lines or path.endswith(".ipynb"):
            return lines
        data = read(self._root, path)
        text = data if isinstance(data, Skipped) else decode(data, path)
        if isinstance(text, Skipped):
            return lines
        try:
            units = index(path, text).units.values()
        except UnreadableUnit:
            return lines
        functions = [(unit.start, unit.end) for unit in units if unit.kind == "function"]
        return (*lines, *(each for each in functions if overlaps(lines, *each)))


def _own(finding: Finding) -> Iterator[Place]:
    yield finding.place
    yield from (step.place for step in finding.trace)


def _around(call: Call) -> Iterator[Place]:
    """The call, where what it goes through is built or set, and the ways to it."""
    facts = call.facts
    yield call.place
    decided = (
        facts.timeout.client,
        facts.timeout.where,
        facts.retry.client,
        facts.retry.where,
        call.setup.client.where,
    )
    yield from (place for place in decided if place is not None)
    yield from (entry.where for entry in facts.entries)
    yield from (step.place for way in facts.ways for step in way)
