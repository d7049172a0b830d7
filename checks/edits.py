"""Edits put into the bytes of a file, and where its places are afterwards.

Byte order mark, encoding, line ends and the end of the file stay as they are: only what is put in is new.
"""

from __future__ import annotations

import codecs
import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence

from .files.decode import codec_of
from .model import Edit, Place

_END = re.compile(r"\r\n|\r|\n")


def edited(data: bytes, edits: Iterable[Edit]) -> bytes | None:
    """The bytes of a file after edits of it, none over another; None where they can't be given back as they are."""
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    codec = codec_of(data)
    text = data[len(mark) :].decode(codec)
    if mark + text.encode(codec) != data:
        return None
    ends = [found.span() for found in _END.finditer(text)]
    starts = [0, *(end for _, end in ends)]
    for edit in sorted(set(edits), key=lambda each: each.order, reverse=True):
        at = edit.place
        start, end = starts[at.line - 1] + at.column - 1, starts[at.end_line - 1] + at.end_column - 1
        near = ends[min(at.line, len(ends)) - 1] if ends else (0, 0)
        text = text[:start] + edit.text.replace("\n", text[slice(*near)] or "\n") + text[end:]
    try:
        return mark + text.encode(codec)
    except UnicodeError:
        return None


def clash(one: Iterable[Edit], others: Iterable[Edit]) -> bool:
    """Whether edits touch others that are not the same."""
    known = list(others)
    return any(mine != other and _touch(mine.place, other.place) for mine in one for other in known)


def _touch(one: Place, other: Place) -> bool:
    ends = (one.end_line, one.end_column) < (other.line, other.column)
    begins = (other.end_line, other.end_column) < (one.line, one.column)
    return one.path == other.path and not ends and not begins


class Moves:
    """Where places of a file are after edits of it."""

    def __init__(self, before: str, after: str, edits: Sequence[Edit]) -> None:
        """`before` and `after`: the text with line ends as `\\n`."""
        self._before, self._after = _starts(before), _starts(after)
        spans = ((self._offset(at.line, at.column), self._offset(at.end_line, at.end_column)) for at in _places(edits))
        self._edits = sorted((*span, len(edit.text)) for span, edit in zip(spans, edits, strict=True))

    def of(self, line: int, column: int) -> tuple[int, int]:
        """Line and column of what stood there before."""
        at = self._offset(line, column)
        moved = at + sum(length - (end - start) for start, end, length in self._edits if end <= at)
        row = bisect_right(self._after, moved)
        return row, moved - self._after[row - 1] + 1

    def _offset(self, line: int, column: int) -> int:
        return self._before[min(line, len(self._before)) - 1] + column - 1


def _places(edits: Iterable[Edit]) -> list[Place]:
    return [edit.place for edit in edits]


def _starts(text: str) -> list[int]:
    return [0, *(found.end() for found in re.finditer(r"\n", text))]
