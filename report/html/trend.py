"""Results of several days side by side: one small picture a figure, and all of them as a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ..bench_words import NOTHING, shown
from .charts.canvas import LEFT, RIGHT, WIDTH, Canvas, Chart, Scale, over, plain, stretches, times

_TOP, _FLOOR, _TALL = 14, 96, 126


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One result: what was known at a time. A figure that it doesn't have is not among its values."""

    label: str
    when: str
    """As it is to be shown; points come in the order of time."""
    values: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Trend:
    """Results in the order in which they came about."""

    points: tuple[TrendPoint, ...]
    title: str = "Trend"
    key: str = "trend"
    """By which the page's links know it."""
    units: Mapping[str, str] = field(default_factory=dict[str, str])
    """Of figures, by name, as the bench's tables know them (`s`, `share`, `/s`, `$`); else they are plain numbers."""

    @property
    def names(self) -> tuple[str, ...]:
        """Every figure that a point has, in the order of their coming up."""
        return tuple(dict.fromkeys(name for each in self.points for name in each.values))

    @property
    def head(self) -> tuple[str, ...]:
        """Of the table."""
        return ("", "when", *self.names)

    @property
    def rows(self) -> Iterator[tuple[str, ...]]:
        """One a point."""
        for each in self.points:
            yield (each.label, each.when, *(self.told(name, each.values.get(name)) for name in self.names))

    def told(self, name: str, value: float | None) -> str:
        """A value with its unit."""
        unit = self.units.get(name, "")
        return NOTHING if value is None else shown(value, unit) if unit else f"{value:,.6g}"

    @property
    def charts(self) -> Iterator[Chart]:
        """One a figure that at least two points have."""
        for place, name in enumerate(self.names):
            values = [each.values.get(name) for each in self.points]
            if sum(each is not None for each in values) > 1:
                yield self._chart(f"{self.key}-{place}", name, values)

    def _chart(self, key: str, name: str, values: Sequence[float | None]) -> Chart:
        known = [each for each in values if each is not None]
        x = Scale(0, len(values) - 1, LEFT, WIDTH - RIGHT)
        y = over([0.0, *known], _FLOOR, _TOP)
        canvas = Canvas()
        labels = times if self.units.get(name) == "s" else plain
        canvas.up(y, labels(y.ticks()), (LEFT, WIDTH - RIGHT))
        placed = [(x.at(place), None if each is None else y.at(each)) for place, each in enumerate(values)]
        for row in stretches(placed):
            canvas.path(row, "line b")
            for point in row:
                canvas.dot(*point)
        canvas.line((LEFT, _FLOOR, WIDTH - RIGHT, _FLOOR), "axis")
        canvas.text(LEFT, _FLOOR + 16, self.points[0].when, "start")
        canvas.text(WIDTH - RIGHT, _FLOOR + 16, self.points[-1].when, "end")
        first, last = (self.told(name, each) for each in (known[0], known[-1]))
        return Chart(key, name, f"From {first} to {last} over {len(known)} results.", canvas.body, (), (), _TALL)
