"""Figures that a run has one of: throughput, errors, goodput. Shares with Wilson intervals.

How sure a rate is, the run itself tells: by how much ten slices of it differ (batch means: Schmeiser, "Batch Size
Effects in the Analysis of Simulation Output", 1982), so that the chance in arrivals, in a server's speed and in its
errors all count. Requests are taken when they ended, and slices lie between the first end and the last, without ramp-up
and tail. With `poisson` that comes to what n events at random tell of their rate; the load of `constant` has no chance
in it, and its interval is narrow; over a `ramp` it is wide, since no one rate was there. Events too few for slices have
the interval of a Poisson count.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..intervals import events, wilson
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
NEVER_SEEN = 1.0
"""Seconds in which nothing must have come for that to tell anything: a refused connection ends in a millisecond."""

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


def per_second(of: Columns, which: Mask, window: Window | None) -> Observed:
    """How many of the measured requests in a second were such."""
    if window is None:
        return NOTHING
    ends = of.numbers["t_end"][which]
    k, n = len(ends), len(of)
    rate = k / window.seconds
    if n < ENOUGH:
        return Observed(rate, n=n, why=f"n too small: {n} of {ENOUGH}")
    if k >= ENOUGH:
        return _around(rate, max(_part(ends), 1 / k), n)  # a count may always be one more or less
    if not k and window.seconds < NEVER_SEEN:
        return Observed(rate, n=n, why="none came, in less than a second")
    low, high = events(k)
    return Observed(rate, low / window.seconds, high / window.seconds, n)


def _part(times: Ints, weights: Floats | None = None, within: Window | None = None) -> float:
    """By which part of itself a rate of these events may be off, as far as their slices tell: of a window, or from the
    first event to the last."""
    import numpy as np

    start, end = (within.start, within.end) if within else (int(times.min()), int(times.max()))
    since = (times - start).astype(np.float64)
    slices, _ = np.histogram(since, SLICES, (0.0, float(max(1, end - start))), weights=weights)
    mean = float(slices.mean())
    return STUDENT * float(slices.std(ddof=1)) / math.sqrt(SLICES) / mean if mean else 0.0


def _around(rate: float, part: float, n: int) -> Observed:
    return Observed(rate, max(0.0, rate * (1 - part)), rate * (1 + part), n)


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
    the server made them then.

    How sure that is, the flow of tokens tells where users wait for their answers. Requests on a schedule bring all
    their tokens by the chance of one arrival, so that slices of the flow depend on one another: those are taken whole.
    """
    import numpy as np

    times, tokens = _events(of)
    if window is None or not len(times):
        return NOTHING
    inside = (times >= window.start) & (times <= window.end)
    rate = float(tokens[inside].sum()) / window.seconds
    done = of.rows(of.succeeded & of.measured & (of.numbers["output"] >= 0))
    n = len(done)
    if n < ENOUGH:
        return Observed(rate, n=n, why=f"n too small: {n} of {ENOUGH}")
    if not np.isnan(done.known("t_sched")).all():
        return _around(rate, _part(done.numbers["t_end"], done.known("output")), n)
    return _around(rate, _part(times, tokens, window), n)


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
