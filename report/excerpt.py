"""The lines of source that a report shows or goes by."""

from __future__ import annotations

from dataclasses import dataclass

from ..checks.model import Place
from .terminal import cells, cut, safe

_TAB = "    "


@dataclass(frozen=True, slots=True)
class Excerpt:
    """One line as it is shown, and which columns of it are marked (0-based)."""

    text: str
    start: int
    end: int


def excerpt(line: str, place: Place, width: int) -> Excerpt:
    """The line a place begins on: without its indent, safe, in at most `width` columns."""
    indent = len(line) - len(line.lstrip())
    end = place.end_column - 1 if place.end_line == place.line else len(line.rstrip())
    start = min(max(place.column - 1, indent), len(line))
    end = max(min(end, len(line)), start)
    before, marked, after = (
        safe(part.replace("\t", _TAB)) for part in (line[indent:start], line[start:end], line[end:].rstrip())
    )
    return _window(before, marked, after, width)


def _window(before: str, marked: str, after: str, width: int) -> Excerpt:
    """As much of the line as fits, so that the beginning of the marked part is in sight."""
    least = min(cells(marked), width // 2)
    if cells(before) + least > width:
        before = "..." + _tail(before, max(width - least - 3, 0) // 2)
    start = cells(before)
    text, end = before + marked + after, start + cells(marked)
    if cells(text) > width:
        kept = cut(text, width - 1).removesuffix("...")
        text, end = f"{kept} ...", min(end, cells(kept))
    return Excerpt(text, start, max(end, start + 1))


def _tail(text: str, width: int) -> str:
    kept = text[-width:] if width else ""
    while cells(kept) > width:
        kept = kept[1:]
    return kept
