"""SVG as the page has it: drawn with attributes and classes only, so that the page's colours, light or dark, hold."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from ...terminal import safe

WIDTH, HEIGHT = 420, 224
LEFT, RIGHT, TOP, BOTTOM = 52, 14, 26, 34
MOST_TICKS = 6
APART = 26
"""Between ticks, at least."""
ROUND = (1.0, 2.0, 2.5, 5.0, 10.0)
LOGARITHMIC = 25.0
"""Times that are this many times apart are shown on a logarithmic axis."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture, the same in words, and the same as a table."""

    name: str
    """Unique on the page."""
    title: str
    desc: str
    """What it shows, for those who don't see it."""
    body: Markup
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    height: int = HEIGHT


@dataclass(frozen=True, slots=True)
class Scale:
    """Values to coordinates."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def at(self, value: float) -> float:
        """Where a value stands; what lies beyond an end stands there."""
        low, high, value = (math.log(each) if self.log else each for each in (self.low, self.high, self._within(value)))
        part = (value - low) / (high - low) if high > low else 0.5
        return round(self.start + part * (self.end - self.start), 1)

    def _within(self, value: float) -> float:
        return min(max(value, self.low), self.high)

    def ticks(self) -> list[float]:
        """Round values along it."""
        most = max(3, min(MOST_TICKS, round(abs(self.end - self.start) / APART) + 1))
        return _decades(self.low, self.high) if self.log else _even(self.low, self.high, most)


def over(values: Sequence[float], start: float, end: float, *, zero: bool = True) -> Scale:
    """A scale that holds all of these: from nothing on, or logarithmic where they lie far apart and `zero` isn't asked
    for."""
    low, high = min(values), max(values)
    if not zero and low > 0 and high / low > LOGARITHMIC:
        return Scale(low, high, start, end, log=True)
    return Scale(min(0.0, low), high if high > 0 else 1.0, start, end)


def _even(low: float, high: float, most: int) -> list[float]:
    rough = (high - low) / (most - 1) or 1.0
    size = math.pow(10.0, math.floor(math.log10(rough)))
    step = next((each * size for each in ROUND if each * size >= rough * 0.999), 10 * size)
    first = math.ceil(low / step - 1e-9)
    return [place * step for place in range(first, math.floor(high / step + 1e-9) + 1)]


def _decades(low: float, high: float) -> list[float]:
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    within: list[float] = []
    for marks in ((1.0, 2.0, 5.0), (1.0, 3.0), (1.0,)):
        found = [mark * 10.0**size for size in range(first, last + 1) for mark in marks]
        within = [each for each in found if low <= each <= high]
        if len(within) <= MOST_TICKS + 1:
            break
    return within


def times(values: Sequence[float]) -> list[str]:
    """Times along an axis, all in one unit."""
    large = max(values, default=0.0) >= 1
    return [f"{each:.4g} s" if large else f"{each * 1e3:.4g} ms" for each in values]


def plain(values: Sequence[float]) -> list[str]:
    """Numbers along an axis."""
    return [f"{each:,.6g}" for each in values]


@dataclass(slots=True)
class Canvas:
    """Takes one mark after the other."""

    parts: list[Markup] = field(default_factory=list[Markup])

    @property
    def body(self) -> Markup:
        """All of it, in order."""
        return Markup("").join(self.parts)

    def line(self, ends: tuple[float, float, float, float], style: str) -> None:
        """From one point to another."""
        self.parts.append(Markup('<path class="{}" d="M{:g} {:g}L{:g} {:g}"/>').format(style, *ends))

    def path(self, points: Sequence[tuple[float, float]], style: str) -> None:
        """From point to point."""
        if points:
            told = "L".join(f"{x:g} {y:g}" for x, y in points)
            closed = "Z" if style.startswith("band") else ""
            self.parts.append(Markup('<path class="{}" d="M{}{}"/>').format(style, told, closed))

    def box(self, corner: tuple[float, float], size: tuple[float, float], style: str) -> None:
        """A filled rectangle."""
        wide, high = max(size[0], 0.5), max(size[1], 0.5)
        text = Markup('<rect class="{}" x="{:g}" y="{:g}" width="{:g}" height="{:g}"/>')
        self.parts.append(text.format(style, *(round(each, 1) for each in (*corner, wide, high))))

    def dot(self, x: float, y: float, style: str = "dot", size: float = 2.4) -> None:
        """A point that was measured."""
        self.parts.append(Markup('<circle class="{}" cx="{:g}" cy="{:g}" r="{:g}"/>').format(style, x, y, size))

    def text(self, x: float, y: float, text: str, style: str = "mid") -> None:
        """Words; style: start, mid or end, by where x is."""
        self.parts.append(Markup('<text class="{}" x="{:g}" y="{:g}">{}</text>').format(style, x, y, safe(text)))

    def key(self, names: Sequence[tuple[str, str]]) -> None:
        """What each line or bar means, above the picture. names: the style of a line or box, and its name."""
        x = float(LEFT)
        for style, name in names:
            if style.startswith("bar"):
                self.box((x + 4, 7), (9, 9), style)
            else:
                self.line((x, 11.5, x + 16, 11.5), style)
            self.text(x + 21, 15, name, "start")
            x += 34 + 5.9 * len(name)

    def across(self, scale: Scale, labels: Sequence[str], y: tuple[float, float], name: str = "") -> None:
        """The axis below, with a grid up to y[0]; labels that would run into one another are left out."""
        last = -100.0
        for value, label in zip(scale.ticks(), labels, strict=True):
            x, half = scale.at(value), 3.1 * len(label)
            if x - half < last:
                continue
            last = x + half + 6
            self.line((x, y[0], x, y[1]), "grid")
            self.text(min(max(x, half), WIDTH - half), y[1] + 14, label)
        self.line((scale.start, y[1], scale.end, y[1]), "axis")
        if name:
            self.text((scale.start + scale.end) / 2, y[1] + 29, name, "mid name")

    def up(self, scale: Scale, labels: Sequence[str], x: tuple[float, float]) -> None:
        """The axis to the left, with a grid over to x[1]."""
        for value, label in zip(scale.ticks(), labels, strict=True):
            y = scale.at(value)
            self.line((x[0], y, x[1], y), "grid")
            self.text(x[0] - 6, y + 3.5, label, "end")


def stretches(points: Sequence[tuple[float, float | None]]) -> Iterator[list[tuple[float, float]]]:
    """Points in a row, broken where there is none."""
    held: list[tuple[float, float]] = []
    for x, y in points:
        if y is not None:
            held.append((x, y))
        elif held:
            yield held
            held = []
    if held:
        yield held
