"""The history's trend as the page's: each track with the figures that a trend tells in every format."""

from __future__ import annotations

from ...history.figures import FIGURES
from ...history.model import Track
from ...history.model import Trend as History
from .. import trend_rows
from .trend import Trend, TrendPoint


def courses(of: History) -> tuple[Trend, ...]:
    """One a track, in their order."""
    return tuple(_course(track, f"trend{place}") for place, track in enumerate(of.tracks, 1))


def _course(track: Track, key: str) -> Trend:
    rows = list(trend_rows.rows(track))
    points = tuple(
        TrendPoint(
            point.name,
            point.at[:16].replace("T", " "),
            {row.title: value for row in rows if (value := row.values[place]) is not None},
        )
        for place, point in enumerate(track.points)
    )
    units = {about.title: about.unit for about in FIGURES[track.kind].values() if about.unit}
    return Trend(points, trend_rows.titled(track), key, units)
