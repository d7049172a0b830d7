"""A document that may hold only so many characters: rows that don't fit are left out, and how many is said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Section:
    """Rows between a head and a tail, which come with the first row that fits."""

    rows: tuple[str, ...]
    head: tuple[str, ...] = ()
    tail: tuple[str, ...] = ()


def fitted(sections: Iterable[Section], room: int) -> tuple[list[str], int]:
    """The lines of what fits into so many characters, with their line feeds, and how many rows don't. After the first
    row that doesn't fit nothing follows, so that what is left out is the end."""
    lines: list[str] = []
    left_out = 0
    for each in sections:
        kept = 0 if left_out else _fitting(each, room)
        left_out += len(each.rows) - kept
        if kept:
            added = [*each.head, *each.rows[:kept], *each.tail]
            room -= _size(added)
            lines += added
    return lines, left_out


def _fitting(section: Section, room: int) -> int:
    room -= _size(section.head) + _size(section.tail)
    for place, row in enumerate(section.rows):
        room -= len(row) + 1
        if room < 0:
            return place
    return len(section.rows)


def _size(lines: Iterable[str]) -> int:
    return sum(len(line) + 1 for line in lines)
