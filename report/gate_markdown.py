"""A gate for a step's summary or a comment on a pull request: GitHub's Markdown, what stops the release first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..gate import Row, Ruling
from . import gate_words as words
from . import wording
from .bench_markdown import folded
from .look import Look
from .markdown import escaped

MARKS = {
    "stopped": ":x:",
    "undecided": ":grey_question:",
    "passed": ":white_check_mark:",
    "fail": ":x:",
    "missing": ":x:",
    "stale": ":x:",
    "invalid": ":warning:",
    "inconclusive": ":grey_question:",
    "excepted": ":fast_forward:",
    "pass": ":white_check_mark:",
}
_PLACES = 5
_HEAD = ("", "| | gate | asked | found |", "| --- | --- | --- | --- |")


def document(of: Ruling, look: Look) -> str:
    """Nothing that the audited code or a server said can become markup, a link or a mention."""
    del look
    return "\n".join(_lines(of)) + "\n"


def _lines(of: Ruling) -> Iterator[str]:
    yield f"### {MARKS[of.verdict]} aiready gate: {words.headline(of)}"
    yield from ("", escaped(words.policy(of)))
    ordered = words.in_order(of.rows)
    grave = [row for row in ordered if row.result not in {"pass", "excepted"}]
    if grave:
        yield from (*_HEAD, *map(_row, grave), "")
        yield from _next(grave)
    held = [row for row in ordered if row.result in {"pass", "excepted"}]
    yield from folded(f"{len(held)} passed or excepted", (*_HEAD[1:], *map(_row, held)) if held else ())
    yield from folded("Exceptions in use", (f"- {escaped(each)}" for each in words.exceptions(of)))
    yield from folded("Notes", (f"- {escaped(each)}" for each in words.notes(of)))


def _row(row: Row) -> str:
    told = (escaped(each) for each in (words.name(row), words.wanted(row), words.found(row)))
    return f"| {MARKS[row.result]} {row.result} | {' | '.join(told)} |"


def _next(rows: Iterable[Row]) -> Iterator[str]:
    """What to do, and where."""
    for row in rows:
        if row.advice:
            yield f"- **{escaped(words.name(row))}**: {escaped(row.advice)}"
            for step in row.places[:_PLACES]:
                yield f"  - {escaped(wording.location(step.place))} {escaped(step.note)}".rstrip()
            if len(row.places) > _PLACES:
                yield f"  - and {len(row.places) - _PLACES} more"
