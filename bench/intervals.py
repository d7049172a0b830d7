"""How sure a figure is: intervals that hold whatever the distribution is. Pure arithmetic, without numpy.

Sources: for a proportion Wilson (1927), as recommended by Brown, Cai and DasGupta (2001), "Interval Estimation for a
Binomial Proportion"; for a quantile two order statistics whose ranks come from the binomial distribution (David and
Nagaraja, "Order Statistics", 3rd ed., §7.1; Conover, "Practical Nonparametric Statistics", §3.2).
"""

from __future__ import annotations

import math
from functools import lru_cache

CONFIDENCE = 0.95
TAIL = (1 - CONFIDENCE) / 2
Z = 1.959963984540054
"""The standard normal quantile at 0.975."""

_REACH = 12.0
"""Standard deviations, beyond which the binomial distribution is nothing to a float."""


def wilson(hits: int, of: int, z: float = Z) -> tuple[float, float]:
    """The interval of a proportion; (0, 1) where nothing was tried."""
    if of == 0:
        return 0.0, 1.0
    part, square = hits / of, z * z
    middle = (part + square / (2 * of)) / (1 + square / of)
    half = z / (1 + square / of) * math.sqrt(part * (1 - part) / of + square / (4 * of * of))
    low = 0.0 if hits == 0 else max(0.0, middle - half)
    return low, 1.0 if hits == of else min(1.0, middle + half)


def events(k: int) -> tuple[float, float]:
    """The interval of how many events come in a time in which k came: Poisson's, by Byar's approximation (Breslow and
    Day, "Statistical Methods in Cancer Research", vol. II, 1987, §2.3), within 0.03 of the exact one."""

    def end(n: int, z: float) -> float:
        return n * (1 - 1 / (9 * n) + z / (3 * math.sqrt(n))) ** 3

    return (max(0.0, end(k, -Z)) if k else 0.0), end(k + 1, Z)


def least(p: float) -> int:
    """The fewest samples that give the p-quantile an interval: 6 for 0.5, 36 for 0.9, 72 for 0.95, 368 for 0.99.

    All samples may lie below the quantile with the chance p**n, all above it with (1-p)**n; neither may exceed a tail.
    """
    return max(1, math.ceil(math.log(TAIL) / math.log(max(p, 1 - p))))


@lru_cache(maxsize=256)
def ranks(n: int, p: float) -> tuple[int, int] | None:
    """Ranks (from 1) of the two order statistics that hold the p-quantile between them; None where n is too small.

    The k-th smallest of n lies above the quantile if fewer than k samples lie below it, and how many do is binomial
    (n, p). Each end is the innermost whose chance of being wrong is at most a tail, so the coverage is at least 95 %.
    """
    if n < least(p):
        return None
    first, chances = _binomial(n, p)
    below, low, high = 0.0, 0, n + 1
    for k, chance in enumerate(chances, first):
        if below <= TAIL:
            low = k  # P(fewer than k) = below
        below += chance
        if below >= 1 - TAIL - 1e-15:
            high = k + 1  # P(more than k) <= a tail
            break
    return (low, high) if 1 <= low < high <= n else None


def _binomial(n: int, p: float) -> tuple[int, list[float]]:
    """The binomial chances of k, k+1, … hits, all that are not as good as zero: by ratios of neighbours."""
    reach = 40 + _REACH * math.sqrt(n * p * (1 - p))
    first, last = max(0, math.floor(n * p - reach)), min(n, math.ceil(n * p + reach))
    odds = math.log(p) - math.log1p(-p)
    logs = [0.0]
    for k in range(first, last):
        logs.append(logs[-1] + math.log((n - k) / (k + 1)) + odds)
    top = max(logs)
    raw = [math.exp(each - top) for each in logs]
    whole = math.fsum(raw)
    return first, [each / whole for each in raw]
