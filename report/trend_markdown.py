"""A trend for a comment or a wiki: a table of figures and, folded away, the results they are of."""

from __future__ import annotations

from collections.abc import Iterator

from ..history.model import Track, Trend
from . import trend_rows as rows
from .bench_blocks import sparkline
from .bench_markdown import folded, table
from .look import Look
from .markdown import escaped

_MARKS = {"better": ":white_check_mark:", "worse": ":x:", "": ""}
_POINTS = 30
"""Results in a picture, the newest."""


def document(of: Trend, look: Look) -> str:
    """Nothing that a name holds can become markup, a link or a mention."""
    del look
    return "\n\n".join("\n".join(_track(each)) for each in of.tracks) + "\n" if of.tracks else "No results.\n"


def _track(track: Track) -> Iterator[str]:
    yield f"### {escaped(rows.titled(track))}"
    yield ""
    yield escaped(rows.spanned(track))
    if len(track.points) > 1:
        yield ""
        yield "| figure | first | last | change | | trend |"
        yield "| --- | ---: | ---: | ---: | --- | --- |"
        for row in rows.rows(track):
            cells = (row.title, row.first, row.last, row.change)
            yield f"| {' | '.join(map(escaped, cells))} | {_MARKS[row.way]} | {sparkline(row.values[-_POINTS:])} |"
    yield from folded("Results", table(rows.head(track), rows.listed(track)))
