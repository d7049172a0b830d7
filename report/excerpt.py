"""The lines of source that a report shows or goes by."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..checks.files.decode import decode, read
from ..checks.files.notebook import notebook
from ..checks.looked import Skipped
from ..checks.model import Place
from .terminal import cells, cut, safe

_KEY = re.compile(
    r"\b(?:sk|pk|rk|gsk|xai|hf|r8|pplx|nvapi|fw|csk|tgp|api|key)[-_][A-Za-z0-9_-]{12,}|\bAIza[\w-]{20,}|\bAKIA[A-Z0-9]{12,}"
)
_STRING = re.compile(r"""("|')(?:\\.|(?!\1).)*(?:\1|$)""")
_TAB = "    "


class Sources:
    """Reads audited files a second time, for what is reported only; a file that has gone by now has no lines."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._texts: dict[str, tuple[list[str], dict[int, int]]] = {}

    def line(self, place: Place) -> str:
        """The line a place begins on, without its end; empty when it can't be had."""
        if place.path not in self._texts:
            self._texts[place.path] = _load(self._root, place.path)
        lines, starts = self._texts[place.path]
        first = 1 if place.cell is None else starts.get(place.cell, len(lines) + 1)
        at = first + place.line - 2
        return lines[at] if 0 <= at < len(lines) else ""


def _load(root: str, path: str) -> tuple[list[str], dict[int, int]]:
    """The lines of a file, and on which of them each cell of a notebook starts."""
    data = read(root, path)
    if isinstance(data, Skipped):
        return [], {}
    if path.endswith(".ipynb"):
        found = notebook(data, path)
        if isinstance(found, Skipped):
            return [], {}
        return found.text.split("\n"), {cell: line for line, cell in found.cells()}
    text = decode(data, path)
    return ([], {}) if isinstance(text, Skipped) else (text.split("\n"), {})


@dataclass(frozen=True, slots=True)
class Excerpt:
    """One line as it is shown, and which columns of it are marked (0-based)."""

    text: str
    start: int
    end: int


def excerpt(line: str, place: Place, width: int, *, hide_strings: bool = False) -> Excerpt:
    """The line a place begins on: without its indent, safe, in at most `width` columns, and without provider keys.

    `hide_strings` blanks every string literal, for lines known to hold a secret.
    """
    line = _STRING.sub(_blanked, line) if hide_strings else _KEY.sub(_blanked_key, line)
    indent = len(line) - len(line.lstrip())
    end = place.end_column - 1 if place.end_line == place.line else len(line.rstrip())
    start = min(max(place.column - 1, indent), len(line))
    end = max(min(end, len(line)), start)
    before, marked, after = (
        safe(part.replace("\t", _TAB)) for part in (line[indent:start], line[start:end], line[end:].rstrip())
    )
    return _window(before, marked, after, width)


def _blanked(found: re.Match[str]) -> str:
    inside = found[0].removeprefix(found[1]).removesuffix(found[1])
    return found[0].replace(inside, "*" * len(inside)) if inside else found[0]


def _blanked_key(found: re.Match[str]) -> str:
    return "*" * len(found[0])


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
