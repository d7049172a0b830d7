"""Figures that a run has one of: throughput, errors, goodput. Shares with Wilson intervals.

A rate of requests is a share of those attempted, times how many were attempted a second; its interval is that of the
share. A rate of tokens is told from ten slices of its window (batch means: Schmeiser, 1982), ramp-up and tail included.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..intervals import wilson
from .distribution import ENOUGH
from .observed import NOTHING, Observed
from .table import METRICS
from .values import gaps_of

if TYPE_CHECKING:
    from ..samples.columns import Columns, Floats, Ints, Mask
    from .window import Window

SLICES = 10
STUDENT = 2.2621571628
"""Student's t at 0.975 with one degree of freedom less than slices."""

OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True)
class Objective:
    """What each request is to meet to be good: a metric, a comparison, a bound."""

    metric: str
    op: str
    bound: float


def share(hits: int, of: int) -> Observed:
    """A proportion."""
    low, high = wilson(hits, of)
    return Observed(hits / of, low, high, of) if of else NOTHING


def per_second(of: Observed, attempted: int, window: Window | None) -> Observed:
    """How often in a second, of a share of those attempted."""
    return NOTHING if window is None else of.times(attempted / window.seconds)


def good(of: Columns, objectives: Iterable[Objective]) -> tuple[Mask, dict[str, int]]:
    """The rows that succeeded with the expected answer and meet every objective, and how many successes had no value
    for one: that objective is skipped for them."""
    import numpy as np

    fine: Mask = of.succeeded & (of.numbers["correct"] != 0)
    skipped: dict[str, int] = {}
    for each in objectives:
        values = METRICS[each.metric].of(of)
        unknown = np.isnan(values)
        fine &= unknown | np.asarray(OPERATORS[each.op](values, each.bound), dtype=np.bool_)
        skipped[each.metric] = int((unknown & of.succeeded).sum())
    return fine, skipped


def output_tps(of: Columns, window: Window | None) -> Observed:
    """Output tokens of successes that came inside the window, a second. Those of the warm-up that fall into it count:
    the server made them then."""
    import numpy as np

    times, tokens = _events(of)
    if window is None or not len(times):
        return NOTHING
    since = (times - window.start).astype(np.float64)
    slices, _ = np.histogram(since, SLICES, (0.0, float(window.end - window.start)), weights=tokens)
    rate = float(slices.sum()) / window.seconds
    n = int((of.succeeded & of.measured).sum())
    if n < ENOUGH:
        return Observed(rate, n=n, why=f"n too small: {n} of {ENOUGH}")
    half = STUDENT * float(slices.std(ddof=1)) / math.sqrt(SLICES) / (window.seconds / SLICES)
    return Observed(rate, max(0.0, rate - half), rate + half, n)


def _events(of: Columns) -> tuple[Ints, Floats]:
    """When tokens came and how many: a request's are shared out evenly over its chunks, or came at its end."""
    import numpy as np

    told = of.rows(of.succeeded & (of.numbers["output"] >= 0))
    counts = np.diff(told.bounds)
    output = told.known("output")
    streamed = np.repeat(output / np.maximum(counts, 1), counts)
    at_once = (counts == 0) & ~np.isnan(told.seconds("t0", "t_last"))
    return np.concatenate([told.chunks, told.numbers["t_last"][at_once]]), np.concatenate([streamed, output[at_once]])


def tokens_per_chunk(of: Columns) -> Observed:
    """How many tokens a chunk holds, over all streams whose tokens are known by other means than counting chunks."""
    import numpy as np

    counted = "chunks" in of.words["source"]
    by_chunks = of.words["source"].index("chunks") if counted else -1
    counts = np.diff(of.bounds)
    told = of.succeeded & (of.numbers["output"] >= 0) & (counts > 0) & (of.numbers["source"] != by_chunks)
    n = int(told.sum())
    value = float(of.numbers["output"][told].sum()) / float(counts[told].sum()) if n else None
    return Observed(value, n=n, why="a property of the server") if n else NOTHING


def coalesced(of: Columns) -> Observed:
    """The share of gaps that lie inside one read, so that their length isn't known."""
    gaps, _ = gaps_of(of.rows(of.succeeded))
    n = len(gaps)
    return Observed(float((gaps <= 0).sum()) / n, n=n, why="a property of the connection") if n else NOTHING
