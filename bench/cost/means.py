"""Means and quotients of costs with their intervals, where some costs may not be known.

A request whose cost isn't known counts as one of the others in a value, and between nothing and the dearest of them in
its interval. So what can't be seen makes a figure less sure, never lower.
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import TYPE_CHECKING

from ..intervals import CONFIDENCE, Z, wilson
from ..metrics.distribution import ENOUGH
from ..metrics.observed import NOTHING, Observed

if TYPE_CHECKING:
    from ..samples.columns import Floats

UNTOLD = Observed(None, why="no request told the tokens that it is billed for")
HALVES = NormalDist().inv_cdf(1 - (1 - CONFIDENCE) / 4)
"""For two intervals that are to hold together in 95 % of cases: each holds in 97.5 % (Bonferroni)."""


def mean(values: Floats, z: float = Z) -> Observed:
    """Of a cost a row, nan where it isn't known."""
    import numpy as np

    known = values[~np.isnan(values)]
    if not len(known):
        return UNTOLD if len(values) else NOTHING
    value = float(np.mean(known))
    if len(known) < ENOUGH:
        return Observed(value, n=len(known), why=f"n too small: {len(known)} of {ENOUGH}")
    low, high = filled(values)
    least, most = _normal(low, z)[0], _normal(high, z)[1]
    return Observed(value, max(0.0, least), most, len(known))


def filled(values: Floats) -> tuple[Floats, Floats]:
    """The same with nothing, and with the largest, in place of what isn't known."""
    import numpy as np

    return np.nan_to_num(values, nan=0.0), np.nan_to_num(values, nan=float(np.nanmax(values)))


def over_share(values: Floats, hits: int) -> Observed:
    """The mean cost for each that hits: the mean over the share of hits, whose intervals are taken together."""
    per_row, n = mean(values, HALVES), len(values)
    if per_row.value is None:
        return per_row
    low, high = wilson(hits, n, HALVES)
    value = per_row.value * n / hits if hits else math.inf
    if per_row.low is None or per_row.high is None:
        return Observed(value, n=per_row.n, why=per_row.why)
    return Observed(value, per_row.low / high, per_row.high / low if low else math.inf, per_row.n)


def per_token(values: Floats, tokens: Floats) -> Observed:
    """Cost over tokens of the same rows: a ratio of sums, with the interval of its linear approximation (Cochran,
    "Sampling Techniques", 3rd ed., §6.4)."""
    import numpy as np

    known = ~np.isnan(values)
    made = np.nan_to_num(tokens, nan=0.0)[known]
    n, whole = len(made), float(made.sum())
    if not whole:
        return UNTOLD if len(values) else NOTHING
    ratio = float(values[known].sum()) / whole
    if n < ENOUGH:
        return Observed(ratio, n=n, why=f"n too small: {n} of {ENOUGH}")
    off = values[known] - ratio * made
    half = Z * math.sqrt(float(np.sum(off * off)) * n / (n - 1)) / whole
    return Observed(ratio, max(0.0, ratio - half), ratio + half, n)


def _normal(values: Floats, z: float) -> tuple[float, float]:
    import numpy as np

    middle = float(np.mean(values))
    half = z * float(np.std(values, ddof=1)) / math.sqrt(len(values))
    return middle - half, middle + half
