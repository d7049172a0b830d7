"""What is kept, read back: the figures as a trend, or the document of one result."""

from __future__ import annotations

import sqlite3
import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import closing
from itertools import groupby
from pathlib import Path
from typing import cast

from .mistakes import HistoryError
from .model import Kind, Point, Track, Trend
from .store import DATABASE, LARGEST, PATIENCE, checked, guarded, told, version

_Row = tuple[int, str, Kind, str, str, str, int]

_RESULTS = """
SELECT id, at, kind, subject, commit_hash, verdict, age FROM (
    SELECT *, row_number() OVER (PARTITION BY kind, subject ORDER BY id DESC) AS age
    FROM results WHERE kind IN ('audit', 'bench')
) WHERE at >= ? AND (age <= ? OR ? = 0) ORDER BY kind, subject, id
"""
_FIGURES = "SELECT result, name, value FROM figures WHERE typeof(value) = 'real'"


LIMIT = 20
"""Results of each kind that are shown, unless another number is asked for."""


def trend_of(folder: Path, limit: int = 0, since: str = "") -> Trend:
    """The newest `limit` results of each kind and subject (0: all), from a moment on (`2026-11-29`, or with a time).

    Raises HistoryError, also where nothing was ever kept.
    """
    place = folder / DATABASE
    with told(place), closing(_opened(place)) as base:
        version(base, place)
        rows = cast("list[_Row]", base.execute(_RESULTS, (since, limit, limit)).fetchall())
        counts = base.execute("SELECT kind, subject, count(*) FROM results GROUP BY kind, subject").fetchall()
        figures = _figures(base, {row[0] for row in rows})
    whole = {(kind, subject): count for kind, subject, count in counts}
    return Trend(tuple(_tracks(rows, figures, whole)))


def document_of(folder: Path, number: int) -> str:
    """The JSON document of a result by its number. Raises HistoryError where it isn't there, or not any more."""
    place = folder / DATABASE
    with told(place), closing(_opened(place)) as base:
        version(base, place)
        row = base.execute("SELECT document FROM results WHERE id = ?", (number,)).fetchone()
        if row is None:
            raise HistoryError(f"{place}: has no result {number}; `aiready history` lists them")
        if not isinstance(row[0], bytes):
            raise HistoryError(f"{place}: of result {number} only the figures are left")
        unpacked = zlib.decompressobj()
        data = unpacked.decompress(row[0], LARGEST)
        if unpacked.unconsumed_tail:
            raise HistoryError(f"{place}: result {number} is larger than any document")
    return data.decode("utf-8", "replace")


def _opened(place: Path) -> sqlite3.Connection:
    if not place.exists():
        raise HistoryError(
            f"{place}: nothing was kept yet: `aiready bench` keeps its results, and so does `aiready audit` of a whole"
            f" project with a folder {place.parent.name}"
        )
    checked(place)
    return guarded(sqlite3.connect(f"{place.resolve().as_uri()}?mode=ro", uri=True, timeout=PATIENCE))


def _figures(base: sqlite3.Connection, wanted: set[int]) -> dict[int, dict[str, float]]:
    found: dict[int, dict[str, float]] = defaultdict(dict)
    for result, name, value in base.execute(_FIGURES):
        if result in wanted:
            found[result][str(name)] = value
    return found


def _tracks(
    rows: Iterable[_Row], figures: Mapping[int, Mapping[str, float]], whole: Mapping[tuple[str, str], int]
) -> Iterable[Track]:
    for (kind, subject), group in groupby(rows, key=lambda row: (row[2], row[3])):
        points = tuple(
            Point(str(number), str(at), str(commit), str(verdict), dict(figures.get(number, {})))
            for number, at, _, _, commit, verdict, _ in group
        )
        yield Track(kind, str(subject), points, whole[kind, subject] - len(points))
