"""Runs side by side for spreadsheets: a row for each figure of each run."""

from __future__ import annotations

from collections.abc import Iterator

from ..bench.outcome import Compared
from .bench_csv import plain, written
from .calls_csv import Cell
from .look import Look

COLUMNS = ("run", "metric", "statistic", "unit", "better", "value", "low", "high", "n", "change", "note")


def document(of: Compared, look: Look) -> str:
    """`change` is against the first run, whose own is empty."""
    del look
    return written(COLUMNS, _rows(of))


def _rows(of: Compared) -> Iterator[tuple[Cell, ...]]:
    for row in of.rows:
        for run, cell, change in zip(of.runs, row.cells, ("", *row.changes), strict=True):
            about = (run.run, row.name, row.statistic, row.unit, row.better)
            yield (*about, plain(cell.value), plain(cell.low), plain(cell.high), cell.n, change, cell.why)
