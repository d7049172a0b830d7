"""A trend for a terminal: each figure with its first, its last and a small picture of those between."""

from __future__ import annotations

from collections.abc import Iterator

from ..history.model import Track, Trend
from . import trend_rows as rows
from .bench_blocks import sparkline
from .look import Look
from .terminal import cells, columns, pad, wrap

_TITLE, _VALUE, _CHANGE = 24, 9, 7
_WIDTH = 2 + _TITLE + 2 + _VALUE + 2 + _VALUE + 2 + _CHANGE
_LEAST = 5
"""Columns without which a picture shows nothing."""
_STYLES = {"better": "good", "worse": "error", "": "dim"}


def document(of: Trend, look: Look) -> str:
    """Of each track its figures, then its results; the latter not where only the verdict is wanted."""
    return "\n\n".join("\n".join(_track(each, look)) for each in of.tracks) + "\n" if of.tracks else "No results.\n"


def _track(track: Track, look: Look) -> Iterator[str]:
    yield from (look.paint(line, "place") for line in wrap(rows.titled(track), look.width))
    yield from wrap(rows.spanned(track), look.width, "  ")
    yield ""
    if len(track.points) > 1:
        yield _line(("FIGURE", "FIRST", "LAST", "CHANGE"), "TREND", look)
        yield from (_figure(each, look) for each in rows.rows(track))
    if not look.quiet:
        yield from ("", *_results(track, look)) if len(track.points) > 1 else _results(track, look)


def _figure(row: rows.Row, look: Look) -> str:
    room = max(1, look.width - _WIDTH - 2)
    picture = sparkline(row.values[-room:], blocks=look.blocks)
    change = " " * (_CHANGE - cells(row.change)) + look.paint(row.change, _STYLES[row.way])
    return _line((row.title, row.first, row.last, change), picture, look)


def _line(texts: tuple[str, str, str, str], picture: str, look: Look) -> str:
    """Where there is little room, without the first value and the picture."""
    title, first, last, change = texts
    if look.width < _WIDTH + 2 + _LEAST:
        short = min(_TITLE, look.width - _WIDTH + _TITLE + _VALUE + 2)
        return f"  {pad(title, short)}  {last:>{_VALUE}}  {change:>{_CHANGE}}".rstrip()
    return f"  {pad(title, _TITLE)}  {first:>{_VALUE}}  {last:>{_VALUE}}  {change:>{_CHANGE}}  {picture}".rstrip()


def _results(track: Track, look: Look) -> Iterator[str]:
    """As many columns as there is room for."""
    table = [rows.head(track), *rows.listed(track)]
    while True:
        lines = [f"  {line}" for line in columns(table)]
        if max(map(cells, lines)) <= look.width or len(table[0]) <= 2:
            yield from lines
            return
        table = [row[:-1] for row in table]
