"""A trend for programs: as JSON of schema `aiready.trend/1`, or a row or a line for each figure of a result."""

from __future__ import annotations

import json
from collections.abc import Iterator

from .. import __version__
from ..history.figures import FIGURES
from ..history.model import Track, Trend
from . import values
from .bench_csv import written
from .calls_csv import Cell
from .look import Look

SCHEMA = "aiready.trend/1"
COLUMNS = ("kind", "subject", "result", "at", "commit", "verdict", "figure", "unit", "value")


def document(of: Trend, look: Look) -> str:
    """Every figure of every result, the oldest first."""
    del look
    tracks = [_track(each) for each in of.tracks]
    return values.written({"schema": SCHEMA, "tool": {"name": "aiready", "version": __version__}, "tracks": tracks})


def as_rows(of: Trend, look: Look) -> str:
    """Nothing in it is run by a spreadsheet."""
    del look
    return written(COLUMNS, _rows(of))


def lines(of: Trend, look: Look) -> str:
    """The same rows, each as JSON on a line of its own."""
    del look
    return "".join(f"{json.dumps(dict(zip(COLUMNS, row, strict=True)))}\n" for row in _rows(of))


def _track(of: Track) -> values.Value:
    return {
        "kind": of.kind,
        "subject": of.subject,
        "earlier": of.earlier,
        "units": {name: each.unit for name, each in FIGURES[of.kind].items()},
        "results": [
            {
                "id": each.name,
                "at": each.at or None,
                "commit": each.commit or None,
                "verdict": each.verdict or None,
                "figures": {name: plain(value) for name, value in sorted(each.figures.items())},
            }
            for each in of.points
        ],
    }


def plain(value: float) -> float:
    """A count as a whole number."""
    return int(value) if value == int(value) else value


def _rows(of: Trend) -> Iterator[tuple[Cell, ...]]:
    for track in of.tracks:
        for each in track.points:
            about = (track.kind, track.subject, each.name, each.at, each.commit, each.verdict)
            for name, value in sorted(each.figures.items()):
                known = FIGURES[track.kind].get(name)
                yield (*about, name, known.unit if known else "", plain(value))
