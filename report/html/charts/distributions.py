"""How a latency is spread: the share of requests that were done by a time, and how many took how long."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from ...bench_words import TITLES, seconds, shown, sure, whole
from .canvas import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Canvas, Chart, Scale, over, plain, times

if TYPE_CHECKING:
    from ....bench.metrics import Distribution, Figures

SHARES = (1, 2, 5, *range(10, 90, 5), 90, 92, 94, 95, 96, 97, 98, 99, 99.5)
TOLD = (5, 10, 25, 50, 75, 90, 95, 99)
BINS = 28
BEYOND = 46
"""Width that the bar of what lies beyond takes."""
STYLES = ("a", "b")


def cumulative(of: Figures, prefix: str) -> Chart | None:
    """The cumulative distribution of the latencies that lead, each with the band of its 95 % interval."""
    named = [(name, of.distributions[name]) for name in ("ttft", "e2e") if len(of.distributions[name])]
    if not named:
        return None
    ends = [float(value) for _, each in named for value in (each.values[0], each.values[-1])]
    x = over(ends, LEFT, WIDTH - RIGHT, zero=False)
    y = Scale(0, 100, HEIGHT - BOTTOM, TOP)
    canvas = Canvas()
    canvas.across(x, times(x.ticks()), (TOP, y.start))
    canvas.up(y, [f"{each:.0f} %" for each in y.ticks()], (LEFT, WIDTH - RIGHT))
    styles = STYLES[-1:] if len(named) == 1 else STYLES
    for style, (_, each) in zip(styles, named, strict=True):
        _curve(canvas, (x, y), each, style)
    canvas.key([(f"line {style}", TITLES[name]) for style, (name, _) in zip(styles, named, strict=True)])
    return Chart(
        f"{prefix}-cdf",
        "Latency: share of requests done by a time",
        f"{_spread(named)} The bands are 95 % intervals.",
        canvas.body,
        ("percentile", *(word for name, _ in named for word in (name, "95 % interval"))),
        tuple(_row(p, [each for _, each in named]) for p in TOLD),
    )


def _curve(canvas: Canvas, scales: tuple[Scale, Scale], of: Distribution, style: str) -> None:
    x, y = scales
    found = [(p, of.at(p)) for p in SHARES]
    known = [(p, each.interval) for p, each in found if each.interval]
    low = [(x.at(ends[0]), y.at(p)) for p, ends in known]
    high = [(x.at(ends[1]), y.at(p)) for p, ends in known]
    canvas.path([*low, *reversed(high)], f"band {style}")
    inner = [(x.at(each.value or 0.0), y.at(p)) for p, each in found]
    least, most = (x.at(float(of.values[place])) for place in (0, -1))
    canvas.path([(least, y.start), *inner, (most, y.end)], f"line {style}")


def _spread(named: Sequence[tuple[str, Distribution]]) -> str:
    told = [
        f"{TITLES[name].capitalize()}: median {shown(each.at(50).value, 's')}, p95 {shown(each.at(95).value, 's')},"
        f" of {whole(len(each))} requests."
        for name, each in named
    ]
    return " ".join(told)


def _row(p: float, of: Sequence[Distribution]) -> tuple[str, ...]:
    found = [each.at(p) for each in of]
    return (f"p{p:g}", *(word for each in found for word in (shown(each.value, "s"), sure(each, "s"))))


def histogram(name: str, of: Distribution, prefix: str) -> Chart | None:
    """How many requests, or gaps, took how long, up to the 99th percentile; what lies beyond is the last bar."""
    if len(of) < 2:
        return None
    edges, counts, beyond = _bins(of)
    x = Scale(edges[0], edges[-1], LEFT, WIDTH - RIGHT - (BEYOND if beyond else 0))
    y = over([0.0, *map(float, counts), float(beyond)], HEIGHT - BOTTOM, TOP)
    canvas = Canvas()
    canvas.up(y, plain(y.ticks()), (LEFT, WIDTH - RIGHT))
    canvas.across(x, times(x.ticks()), (y.start, y.start))
    for (one, two), count in zip(pairwise(edges), counts, strict=True):
        if count:
            left, right = x.at(one), x.at(two)
            canvas.box((left + 0.4, y.at(count)), (right - left - 0.8, y.start - y.at(count)), "bar")
    if beyond:
        canvas.box((x.end + 28, y.at(beyond)), (12, y.start - y.at(beyond)), "bar late")
        canvas.text(x.end + 34, y.start + 14, ">p99")
    _marks(canvas, of, x, y)
    what = "gaps between chunks" if name == "itl" else "requests"
    return Chart(
        f"{prefix}-{name}",
        f"{TITLES[name].capitalize()}: how many {what}",
        f"Median {shown(of.at(50).value, 's')}, p95 {shown(of.at(95).value, 's')}, longest"
        f" {seconds(float(of.values[-1]))}, of {whole(len(of))} {what}.",
        canvas.body,
        ("from", "to", what),
        tuple(_rows(edges, counts, beyond, float(of.values[-1]))),
    )


def _marks(canvas: Canvas, of: Distribution, x: Scale, y: Scale) -> None:
    """Median and p95 as lines across; the second's name beside the first's, never over it."""
    last = -100.0
    for p in (50, 95):
        place = x.at(of.at(p).value or 0.0)
        canvas.line((place, TOP - 4, place, y.start), "mark")
        canvas.text(max(place, last + 26), TOP - 8, f"p{p}", "mid strong")
        last = max(place, last + 26)


def _bins(of: Distribution) -> tuple[list[float], list[int], int]:
    """Edges, counts between them, and how many lie beyond the last."""
    import numpy as np

    low, high = float(of.values[0]), float(np.percentile(of.values, 99))
    if high <= low:
        high = float(of.values[-1]) if of.values[-1] > low else low * 1.01 + 1e-6
    edges = [low + (high - low) * place / BINS for place in range(BINS + 1)]
    places = [0, *(int(np.searchsorted(of.values, each, side="right")) for each in edges[1:])]
    return edges, [two - one for one, two in pairwise(places)], len(of) - places[-1]


def _rows(edges: Sequence[float], counts: Sequence[int], beyond: int, most: float) -> Iterator[tuple[str, ...]]:
    for (one, two), count in zip(pairwise(edges), counts, strict=True):
        if count:
            yield seconds(one), seconds(two), whole(count)
    if beyond and not math.isclose(edges[-1], most):
        yield seconds(edges[-1]), seconds(most), whole(beyond)
