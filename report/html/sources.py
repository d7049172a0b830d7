"""Excerpts of source around a place: out of the file where it still says the same, else the line that was kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ...checks.model import Audit, Place, Secret
from ...checks.quoting import Lines

AROUND = 1
"""Lines before and after a place."""
MOST = 7
WIDE = 160
"""Characters of a line."""
KINDS = (".py", ".pyi", ".ipynb")
SECRETS = "hardcoded-key"


@dataclass(frozen=True, slots=True)
class Line:
    """One line, and which part of it is meant."""

    number: int
    before: str
    marked: str = ""
    after: str = ""


class Sources:
    """The lines of an audit's files, as far as they are there and unchanged."""

    def __init__(self, audit: Audit, secret_rules: Iterable[str]) -> None:
        rules = set(secret_rules)
        secrets = [Secret(each.place, "", "") for each in audit.findings if each.rule in rules]
        self._root = audit.root
        self._lines = Lines(audit.root, secrets)

    def excerpt(self, place: Place, kept: str, around: int) -> tuple[Line, ...]:
        """The lines of a place, and `around` so many; none where its line isn't known."""
        if not kept.strip():
            return ()
        if not around or not self._ours(place) or self._lines.at(place) != kept:
            return (_cut(_marked(place, kept), _indent([kept])),)
        first = max(1, place.line - around)
        last = min(max(place.end_line, place.line) + around, first + MOST - 1)
        told = {number: self._around(place, number) for number in range(first, last + 1)}
        told[place.line] = kept
        while told[last] == "" and last > place.line:
            last -= 1
        while told[first] == "" and first < place.line:
            first += 1
        shown = [(number, told[number]) for number in range(first, last + 1)]
        indent = _indent([text for _, text in shown])
        return tuple(
            _cut(_marked(place, text) if number == place.line else Line(number, text), indent) for number, text in shown
        )

    def _ours(self, place: Place) -> bool:
        """Whether it can be a file that was audited: a document that was stored could name any other."""
        inside = not place.path.startswith("/") and ".." not in place.path.split("/")
        return inside and place.path.endswith(KINDS) and (self._root + place.path).isprintable()

    def _around(self, place: Place, number: int) -> str:
        return self._lines.at(Place(place.path, number, cell=place.cell)).rstrip()


def _marked(place: Place, text: str) -> Line:
    start = max(0, place.column - 1)
    end = place.end_column - 1 if place.end_line == place.line else len(text.rstrip())
    return Line(place.line, text[:start], text[start : max(start, end)], text[max(start, end) :].rstrip())


def _indent(texts: Iterable[str]) -> int:
    """Characters of white space that all lines begin with."""
    return min((len(text) - len(text.lstrip()) for text in texts if text.strip()), default=0)


def _cut(line: Line, indent: int) -> Line:
    """Without the indent, and not wider than somebody reads."""
    before, marked, after = line.before[indent:], line.marked, line.after
    room = WIDE - min(len(before), WIDE // 2)
    if len(before) > WIDE // 2 and marked:
        before = "… " + before[-WIDE // 2 :]
    if len(marked) > room:
        marked, after = marked[:room] + " …", ""
    elif len(after) > room - len(marked):
        after = after[: room - len(marked)] + " …"
    text = before if marked else before[:WIDE] + (" …" if len(before) > WIDE else "")
    return replace(line, before=_spaced(text), marked=_spaced(marked), after=_spaced(after))


def _spaced(text: str) -> str:
    return text.replace("\t", "    ")
