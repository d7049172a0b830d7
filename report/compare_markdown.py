"""Runs side by side for a comment on a pull request."""

from __future__ import annotations

from collections.abc import Iterator

from ..bench.outcome import Compared
from . import compare_rows as rows
from .bench_markdown import table
from .look import Look
from .markdown import escaped


def document(of: Compared, look: Look) -> str:
    """What it comes to first, then the runs and the table."""
    del look
    return "\n".join(_lines(of)) + "\n"


def _lines(of: Compared) -> Iterator[str]:
    yield f"### {':x:' if of.regressions or of.verdict != 'pass' else ':white_check_mark:'} aiready compare"
    yield from ("", escaped(rows.result(of)), "")
    for name, told in rows.named(of):
        yield f"- **{name}** {escaped(told)}"
    yield ""
    if len(of.runs) == 2:
        yield from table(("", "A", "B", "change", ""), map(rows.pair, rows.leading(of)))
    else:
        letters = [rows.letter(place) for place in range(len(of.runs))]
        yield from table(("", *letters), map(rows.many, rows.leading(of)))
    for each in rows.cautions(of):
        yield from ("", f"> **Note:** {escaped(each)}")
