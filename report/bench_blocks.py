"""Small pictures out of characters: bars, histograms and sparklines; blocks where they can be shown, else ASCII."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from .bench_words import seconds
from .terminal import cells

if TYPE_CHECKING:
    from ..bench.metrics import Distribution

EIGHTHS = " ▏▎▍▌▋▊▉█"
HEIGHTS = "▁▂▃▄▅▆▇█"
PLAIN = "_.-:=+*#"
ROWS = 8
"""Of a histogram, at most, besides the row of those beyond."""
STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


def bar(part: float, width: int, *, blocks: bool = True) -> str:
    """A bar of a part (0 to 1) of the width; what isn't nothing is seen."""
    if part <= 0:
        return ""
    if not blocks:
        return "#" * max(1, round(part * width))
    eighths = max(1, round(part * width * 8))
    full, rest = divmod(eighths, 8)
    return "█" * full + EIGHTHS[rest].strip()


def sparkline(values: Sequence[float | None], *, blocks: bool = True) -> str:
    """Heights from the least to the most; a space where there is no value."""
    known = [each for each in values if each is not None]
    if not known:
        return ""
    marks = HEIGHTS if blocks else PLAIN
    low, high = min(known), max(known)
    return "".join(" " if each is None else marks[_height(each, low, high, len(marks))] for each in values)


def fitted(values: Sequence[float | None], room: int) -> list[float | None]:
    """As many values as there is room for, at least one: of those that share a place the greatest."""
    size = -(-len(values) // max(1, room)) or 1
    shares = (values[at : at + size] for at in range(0, len(values), size))
    return [max((each for each in share if each is not None), default=None) for share in shares]


def _height(value: float, low: float, high: float, of: int) -> int:
    if high == low:
        return 0 if high == 0 else of // 2
    return min(of - 1, int((value - low) / (high - low) * of))


def histogram(of: Distribution, width: int, *, blocks: bool = True) -> Iterator[str]:
    """A row a range of seconds, from the least value to the 99th percentile, and one for what lies beyond."""
    import numpy as np

    if not len(of):
        return
    low, most = float(of.values[0]), float(of.values[-1])
    step = _step(low, float(np.percentile(of.values, 99)))
    start = math.floor(low / step + 1e-9) * step
    edges = [start + step * row for row in range(ROWS + 1)]
    while len(edges) > 2 and edges[-2] > np.percentile(of.values, 99):
        edges.pop()
    places = [int(np.searchsorted(of.values, each)) for each in edges]
    places[0] = 0
    counts = [later - earlier for earlier, later in pairwise(places)]
    names = [f"{seconds(one)} - {seconds(two)}" for one, two in pairwise(edges)]
    if places[-1] < len(of):
        counts.append(len(of) - places[-1])
        names.append(f"up to {seconds(most)}")
    wide, digits = max(map(cells, names)), len(f"{max(counts):,}")
    room = width - wide - digits - 4
    for name, count in zip(names, counts, strict=True):
        yield f"{name:>{wide}}  {count:>{digits},}  {bar(count / max(counts), room, blocks=blocks)}".rstrip()


def _step(low: float, high: float) -> float:
    """A round width of rows, so that not too many lie between."""
    rough = max((high - low) / (ROWS - 1), high / 1000, 1e-6)
    size = math.pow(10.0, math.floor(math.log10(rough)))
    return next((each * size for each in STEPS if each * size >= rough), 10 * size)
