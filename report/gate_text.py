"""A gate for a terminal: on one screen what stops the release, then the rest."""

from __future__ import annotations

from collections.abc import Iterator

from ..checks.model import Step
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
_ROOM = SCREEN - 5
"""Of these for gates: the headline, the policy in up to two, an empty one, and one for what there is no room for."""
_INDENT = " " * 6
_PLACES = 3
_NAME = 30
"""Columns of a gate's name at most; a longer one is cut."""
_LEAST = 6
"""Columns of what was found on the narrowest terminal, where the name is the more important."""


def document(of: Ruling, look: Look) -> str:
    """The screen; unless it is to be quiet, the rest below it."""
    heads, left = _grave(of)
    lines = list(_screen(of, heads, left, look))
    if not look.quiet:
        lines += _rest(of, heads, look)
    return "\n".join(lines) + "\n"


def _grave(of: Ruling) -> tuple[list[Row], int]:
    """What stops the release, or leaves it undecided, as far as there is room; and how much there is no room for."""
    grave = [row for row in words.in_order(of.rows) if (row.stops or row.result in UNDECIDED) and not row.follows]
    return grave[:_ROOM], max(0, len(grave) - _ROOM)


def _screen(of: Ruling, heads: list[Row], left: int, look: Look) -> Iterator[str]:
    yield look.paint(cut(words.headline(of), look.width), VERDICTS[of.verdict])
    yield from wrap(words.policy(of), look.width, hang="  ")[:2]
    if not heads:
        return
    yield ""
    room = _ROOM - len(heads)
    places = [_places(row, of, look) for row in heads]
    advice = [_advice(row, look) for row in heads]
    if sum(map(len, (*advice, *places))) > room:
        advice = [[cut(f"{_INDENT}next: {safe(row.advice)}", look.width)] if row.advice else [] for row in heads]
    details = _dealt([[*told, *shown] for told, shown in zip(advice, places, strict=True)], room)
    for head, below in zip(_heads(heads, look), details, strict=True):
        yield from (head, *below)
    if left:
        yield f"  and {left} more"


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
    longest = max((cells(words.name(row)) for row in rows), default=0)
    names = min(_NAME, longest, look.width - results - 6 - _LEAST)
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
    told = [_place(step, look.way_to(of.audit.root), look.width - len(_INDENT)) for step in row.places[:_PLACES]]
    if len(row.places) > _PLACES:
        told.append(f"and {len(row.places) - _PLACES} more")
    return [f"{_INDENT}{each}" for each in told]


def _place(step: Step, way: str, room: int) -> str:
    """A place that can be opened from here or, where that is too long, as the audit calls it."""
    there = wording.location(step.place, way)
    if cells(there) > room:
        there = wording.location(step.place)
    return cut(f"{there} {safe(step.note)}".rstrip(), room)


def _rest(of: Ruling, told: list[Row], look: Look) -> Iterator[str]:
    """What there was no room for, what follows from the above, what is excepted, what passed; and notes."""
    rest = [row for row in words.in_order(of.rows) if row not in told]
    if rest:
        yield ""
        yield from _heads(rest, look)
    for title, lines in (("Exceptions in use", words.exceptions(of)), ("Notes", words.notes(of))):
        held = [line for each in lines for line in wrap(each, look.width, "  ", "  ")]
        if held:
            yield from ("", look.paint(title, "place"), *held)
