"""A gate for a terminal: on one screen what stops the release, then the rest."""

from __future__ import annotations

from collections.abc import Iterator

from ..gate import Row, Ruling
from ..gate.model import UNDECIDED
from . import gate_words as words
from . import wording
from .look import Look
from .terminal import cells, cut, pad, safe, wrap

SCREEN = 24
"""Lines of the summary at most."""
STYLES = {"pass": "good", "excepted": "note", "inconclusive": "warning", "invalid": "warning"}
VERDICTS = {"stopped": "error", "undecided": "warning", "passed": "good"}
_INDENT = " " * 6
_PLACES = 3
_NAME = 30
"""Columns of a gate's name at most; a longer one is cut."""


def document(of: Ruling, look: Look) -> str:
    """The screen; unless it is to be quiet, the rest below it."""
    lines = list(_screen(of, look))
    if not look.quiet:
        lines += _rest(of, look)
    return "\n".join(lines) + "\n"


def _screen(of: Ruling, look: Look) -> Iterator[str]:
    yield look.paint(cut(words.headline(of), look.width), VERDICTS[of.verdict])
    yield from wrap(words.policy(of), look.width, hang="  ")
    grave = [row for row in _grave(of) if not row.follows]
    if not grave:
        return
    yield ""
    room = SCREEN - 5  # the lines above, of which the policy may take two, and one for what there is no room for
    heads = grave[:room]
    places = [_places(row, of, look) for row in heads]
    advice = [_advice(row, look) for row in heads]
    if sum(map(len, (*advice, *places))) > room - len(heads):
        advice = [[cut(f"{_INDENT}next: {safe(row.advice)}", look.width)] if row.advice else [] for row in heads]
    details = _dealt([[*told, *shown] for told, shown in zip(advice, places, strict=True)], room - len(heads))
    for head, below in zip(_heads(heads, look), details, strict=True):
        yield from (head, *below)
    if len(grave) > len(heads):
        yield f"  and {len(grave) - len(heads)} more"


def _grave(of: Ruling) -> list[Row]:
    """What stops the release, or leaves it undecided."""
    return [row for row in words.in_order(of.rows) if row.stops or row.result in UNDECIDED]


def _dealt(details: list[list[str]], room: int) -> list[list[str]]:
    """So many lines of all, the first of each before the second of any."""
    taken = [0] * len(details)
    for depth in range(max(map(len, details), default=0)):
        for at, lines in enumerate(details):
            if room and depth < len(lines):
                taken[at] += 1
                room -= 1
    return [lines[:count] for lines, count in zip(details, taken, strict=True)]


def _heads(rows: list[Row], look: Look) -> Iterator[str]:
    """A line a gate: `fail  reliability.timeouts  0/4: no limit was set`."""
    results = max((len(row.result) for row in rows), default=0)
    names = min(_NAME, max((cells(words.name(row)) for row in rows), default=0))
    for row in rows:
        result = look.paint(row.result, STYLES.get(row.result, "error")) + " " * (results - len(row.result))
        asked = f" ({words.wanted(row)})" if row.gate in {"findings", "budget"} else ""
        told = cut(f"{words.found(row)}{asked}", look.width - results - names - 6)
        yield f"  {result}  {pad(words.name(row), names)}  {told}".rstrip()


def _advice(row: Row, look: Look) -> list[str]:
    """What to do, in as many lines as it takes."""
    return wrap(f"next: {safe(row.advice)}", look.width, _INDENT, "  ") if row.advice else []


def _places(row: Row, of: Ruling, look: Look) -> list[str]:
    """Where it shows: a line a place."""
    way = look.way_to(of.audit.root)
    told = [f"{wording.location(step.place, way)} {safe(step.note)}".rstrip() for step in row.places[:_PLACES]]
    if len(row.places) > _PLACES:
        told.append(f"and {len(row.places) - _PLACES} more")
    return [cut(f"{_INDENT}{each}", look.width) for each in told]


def _rest(of: Ruling, look: Look) -> Iterator[str]:
    """What follows from the above, what passed, what is excepted, and what is to be known."""
    told = {id(row) for row in _grave(of) if not row.follows}
    rest = [row for row in words.in_order(of.rows) if id(row) not in told]
    if rest:
        yield ""
        yield from _heads(rest, look)
    for title, lines in (("Exceptions in use", words.exceptions(of)), ("Notes", words.notes(of))):
        held = [line for each in lines for line in wrap(each, look.width, "  ", "  ")]
        if held:
            yield from ("", look.paint(title, "place"), *held)
