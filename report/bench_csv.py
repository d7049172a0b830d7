"""A run for spreadsheets: a row for each statistic of each part of it, nothing a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Sequence

from ..bench.metrics import COSTS, METRICS, PERCENTILES, RATES, Distribution, Figures, Observed
from ..bench.outcome import Outcome
from .calls_csv import Cell, inert
from .look import Look

COLUMNS = ("run", "part", "metric", "statistic", "unit", "value", "low", "high", "n", "note")


def document(of: Outcome, look: Look) -> str:
    """The parts are the whole (empty), `tag:<name>` and `stage:<number>`. An empty cell: not known; inf: never."""
    del look
    return written(COLUMNS, ((of.run, *each) for each in rows(of)))


def written(head: Sequence[str], body: Iterator[Sequence[Cell]]) -> str:
    """A table of cells as a document."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(head)
    writer.writerows([inert(each) for each in row] for row in body)
    return stream.getvalue()


def rows(of: Outcome) -> Iterator[tuple[Cell, ...]]:
    """All of them, the run's name left out."""
    yield from _part("", of.figures)
    for name, found in of.costs.items():
        yield _row(("", name, "", COSTS[name].unit), found)
    for name, figures in of.tags.items():
        yield from _part(f"tag:{name}", figures)
    for each in of.levels:
        yield from _part(f"stage:{each.stage}", each.figures)


def _part(part: str, of: Figures) -> Iterator[tuple[Cell, ...]]:
    for name, found in of.distributions.items():
        if len(found) or found.failures:
            yield from _metric(part, name, found)
    for name, rate in of.rates.items():
        yield _row((part, name, "", RATES[name.partition(".")[0]].unit), rate)


def _metric(part: str, name: str, of: Distribution) -> Iterator[tuple[Cell, ...]]:
    unit = METRICS[name].unit
    yield _row((part, name, "mean", unit), of.mean())
    for p in PERCENTILES:
        yield _row((part, name, f"p{p:g}", unit), of.at(p))
    if METRICS[name].endless:
        for p in PERCENTILES:
            yield _row((part, name, f"p{p:g} with failures", unit), of.with_failures(p))


def _row(head: tuple[str, str, str, str], of: Observed) -> tuple[Cell, ...]:
    return (*head, plain(of.value), plain(of.low), plain(of.high), of.n, of.why)


def plain(value: float | None) -> Cell:
    """A number for a cell."""
    return "inf" if value is not None and math.isinf(value) else value
