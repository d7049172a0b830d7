"""Runs side by side for people, in 80 columns."""

from __future__ import annotations

from collections.abc import Iterator

from ..bench.outcome import Compared
from . import compare_rows as rows
from .bench_words import shown
from .look import Look
from .terminal import cells, wrap

_INDENT = "  "


def document(of: Compared, look: Look) -> str:
    """Which runs, what it comes to, the table, and what to know of it."""
    sections = [_runs(of, look), _result(of, look), _pairs(of, look) if len(of.runs) == 2 else _many(of, look)]
    if not look.quiet:
        sections.append(_cautions(of, look))
    return "\n\n".join(text for each in sections if (text := "\n".join(each))) + "\n"


def _runs(of: Compared, look: Look) -> Iterator[str]:
    for name, told in rows.named(of):
        first, *rest = wrap(f"{name}  {told}", look.width, hang=_INDENT + " ")
        yield look.paint(name, "place") + first[len(name) :]
        yield from rest


def _result(of: Compared, look: Look) -> Iterator[str]:
    first, *rest = wrap(rows.result(of), look.width, hang=_INDENT)
    yield look.paint(first, "error" if of.regressions or of.verdict != "pass" else "good")
    yield from rest


def _pairs(of: Compared, look: Look) -> Iterator[str]:
    held = [("", "A", "B", "change", ""), *map(rows.pair, rows.leading(of))]
    widths = [max(map(cells, column)) for column in zip(*held, strict=True)]
    if sum(widths) + 2 * 4 > look.width:  # intervals go below their figures
        yield from _stacked(of, look)
        return
    for row in held:
        yield _painted(_laid(row, widths), row[-1], look)


def _stacked(of: Compared, look: Look) -> Iterator[str]:
    """Two lines a figure: the values, and the intervals below."""
    held: list[tuple[str, ...]] = [("", "A", "B", "change", "")]
    for each in rows.leading(of):
        _, one, two, change, mark = rows.pair(each)
        values = [shown(cell.value, each.unit) for cell in each.cells]
        ends = [full.removeprefix(value).strip() for full, value in zip((one, two), values, strict=True)]
        unsure = [value + end if end == "~" else value for value, end in zip(values, ends, strict=True)]
        held.append((each.subject, *unsure, change, mark))
        if any(end not in ("", "~") for end in ends):
            held.append(("", *(end.removeprefix("~") for end in ends), "", ""))
    widths = [max(map(cells, column)) for column in zip(*held, strict=True)]
    for row in held:
        yield _painted(_laid(row, widths), row[-1], look)


def _many(of: Compared, look: Look) -> Iterator[str]:
    """As many runs beside one another as fit; the rest below, each time against the first."""
    held = [("", *(rows.letter(place) for place in range(len(of.runs)))), *map(rows.many, rows.leading(of))]
    widths = [max(map(cells, column)) for column in zip(*held, strict=True)]
    others = list(range(2, len(widths)))
    while others:
        group, room = [0, 1], look.width - widths[0] - widths[1] - 2
        while others and (len(group) == 2 or widths[others[0]] + 2 <= room):
            room -= widths[others[0]] + 2
            group.append(others.pop(0))
        for row in held:
            yield _laid(tuple(row[place] for place in group), [widths[place] for place in group])
        if others:
            yield ""


def _laid(row: tuple[str, ...], widths: list[int]) -> str:
    first, *rest = row
    filled = [" " * (width - cells(each)) + each for each, width in zip(rest, widths[1:], strict=True)]
    return "  ".join([first + " " * (widths[0] - cells(first)), *filled]).rstrip()


def _painted(line: str, mark: str, look: Look) -> str:
    style = {"better": "good", "WORSE": "error"}.get(mark)
    return line.removesuffix(mark) + look.paint(mark, style) if style else line


def _cautions(of: Compared, look: Look) -> Iterator[str]:
    yield from wrap(
        f"A difference is shown where the 95 % intervals lie more than {of.tolerance:.0%} of A's value apart.",
        look.width,
    )
    for each in rows.cautions(of):
        yield from wrap(f"note: {each}", look.width, hang=_INDENT)
