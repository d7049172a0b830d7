"""Results of several days side by side: one small picture a figure, and all of them as a table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ...history.model import Track, Trend
from .. import trend_rows
from ..trend_rows import Row, told, when
from .charts.canvas import LEFT, RIGHT, WIDTH, Canvas, Chart, Scale, over, plain, stretches, times

_TOP, _FLOOR, _TALL = 14, 96, 126


@dataclass(frozen=True, slots=True)
class Course:
    """A track as the page shows it, with the figures that a trend tells in every format."""

    track: Track
    key: str
    """By which the page's links know it."""
    figures: tuple[Row, ...]

    @property
    def title(self) -> str:
        """Of its section."""
        return trend_rows.titled(self.track)

    @property
    def head(self) -> tuple[str, ...]:
        """Of the table."""
        return ("", "when", *(each.title for each in self.figures))

    @property
    def rows(self) -> Iterator[tuple[str, ...]]:
        """One a result."""
        for place, point in enumerate(self.track.points):
            yield (point.name, when(point), *(told(each.values[place], each.unit) for each in self.figures))

    @property
    def charts(self) -> Iterator[Chart]:
        """One a figure that at least two results have."""
        for place, each in enumerate(self.figures):
            known = sum(value is not None for value in each.values)
            if known > 1:
                yield self._chart(f"{self.key}-{place}", each, known)

    def _chart(self, key: str, of: Row, known: int) -> Chart:
        x = Scale(0, len(of.values) - 1, LEFT, WIDTH - RIGHT)
        y = over([0.0, *(value for value in of.values if value is not None)], _FLOOR, _TOP)
        canvas = Canvas()
        labels = times if of.unit == "s" else plain
        canvas.up(y, labels(y.ticks()), (LEFT, WIDTH - RIGHT))
        placed = [(x.at(place), None if value is None else y.at(value)) for place, value in enumerate(of.values)]
        for stretch in stretches(placed):
            canvas.path(stretch, "line b")
            for point in stretch:
                canvas.dot(*point)
        canvas.line((LEFT, _FLOOR, WIDTH - RIGHT, _FLOOR), "axis")
        canvas.text(LEFT, _FLOOR + 16, when(self.track.points[0]), "start")
        canvas.text(WIDTH - RIGHT, _FLOOR + 16, when(self.track.points[-1]), "end")
        words = f"From {of.first} to {of.last} over {known} results."
        return Chart(key, of.title, words, canvas.body, (), (), _TALL)


def courses(of: Trend) -> tuple[Course, ...]:
    """One a track, in their order."""
    return tuple(
        Course(track, f"trend{place}", tuple(trend_rows.rows(track))) for place, track in enumerate(of.tracks, 1)
    )
