"""Percentiles with their intervals: linear interpolation as numpy does it, order statistics around it.

The intervals take requests to be independent of one another. Gaps of one request aren't, so where values are pooled
they count for as many as they are worth: n is divided by the design effect of the requests as clusters, as Korn and
Graubard (1998), "Confidence Intervals for Proportions with Small Expected Number of Positive Counts Estimated from
Survey Data", do for proportions.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..intervals import Z, least, ranks
from .observed import NOTHING, Observed

if TYPE_CHECKING:
    from ..samples.columns import Floats, Ints

ENOUGH = 30
"""Requests from which on a mean is taken to be normal and a spread over requests to be known."""


@dataclass(frozen=True, slots=True, eq=False)  # arrays have no single answer to ==
class Distribution:
    """The values of a metric, sorted."""

    values: Floats
    failures: int = 0
    """Requests that count as +infinity in `with_failures`."""
    groups: Ints | None = None
    """Of each value its request, where one has several."""

    def __len__(self) -> int:
        return len(self.values)

    def at(self, p: float) -> Observed:
        """The percentile p (0 to 100) of those that succeeded."""
        if not len(self):
            return NOTHING
        return self._at(p / 100, len(self), self._worth(p / 100))

    def with_failures(self, p: float) -> Observed:
        """The percentile of all that were attempted: a failure never ends."""
        n = len(self) + self.failures
        return self._at(p / 100, n, float(n)) if n else NOTHING

    def mean(self) -> Observed:
        """The mean of those that succeeded, with the normal interval."""
        import numpy as np

        n = len(self)
        if not n:
            return NOTHING
        mean = float(np.mean(self.values))
        if self._requests() < ENOUGH:
            return Observed(mean, n=n, why=f"n too small: {self._requests()} of {ENOUGH}")
        off: Floats = np.subtract(self.values, mean, dtype=np.float64)
        half = Z * self._spread(off) / n
        return Observed(mean, mean - half, mean + half, n)

    def _at(self, p: float, n: int, worth: float) -> Observed:
        value = self._linear(p, n)
        found = ranks(math.floor(worth), p)
        if found is None:
            return Observed(value, n=n, why=self._few(math.floor(worth), least(p)))
        scale = n / math.floor(worth)
        low, high = math.floor((found[0] - 1) * scale) + 1, min(n, math.ceil(found[1] * scale))
        return Observed(value, self._ranked(low), self._ranked(high), n)

    def _linear(self, p: float, n: int) -> float:
        place = (n - 1) * p
        below = math.floor(place)
        part = place - below
        one = self._ranked(below + 1)
        if part == 0:
            return one
        two = self._ranked(below + 2)
        if math.isinf(two):
            return math.inf
        # as numpy does it, from the nearer end
        return two - (two - one) * (1 - part) if part >= 0.5 else one + (two - one) * part

    def _ranked(self, rank: int) -> float:
        """The value of a rank, from 1; failures stand behind all others."""
        return float(self.values[rank - 1]) if rank <= len(self) else math.inf

    def _worth(self, p: float) -> float:
        """So many independent values tell as much of this percentile."""
        import numpy as np

        n = len(self)
        if self.groups is None:
            return float(n)
        if self._requests() < ENOUGH:
            return 0.0
        below: Floats = (self.values <= self._linear(p, n)).astype(np.float64)
        spread = self._spread(below - p)
        return n / max(1.0, spread * spread / (n * p * (1 - p)))

    def _few(self, worth: int, needed: int) -> str:
        """Why there is no interval. Of pooled values many may be there, that tell as little as a few."""
        if self.groups is None:
            return f"n too small: {worth} of {needed}"
        if self._requests() < ENOUGH:
            return f"n too small: {self._requests()} of {ENOUGH} requests"
        return f"n too small: worth {worth} of {needed}"

    def _requests(self) -> int:
        import numpy as np

        return len(self) if self.groups is None else int(np.count_nonzero(np.bincount(self.groups)))

    def _spread(self, off: Floats) -> float:
        """The standard error of a sum of these deviations, those of one request together."""
        import numpy as np

        whole = off if self.groups is None else np.bincount(self.groups, weights=off)
        return float(np.sqrt(np.sum(whole * whole)))


def distribution(values: Floats, failures: int = 0, groups: Ints | None = None) -> Distribution:
    """Sorted, and without what isn't there. Where no success has a value, though some succeeded, nor do failures."""
    import numpy as np

    known = ~np.isnan(values)
    some = values[known]
    order = np.argsort(some, kind="stable")
    counted = failures if len(some) or not len(values) else 0
    return Distribution(some[order], counted, None if groups is None else groups[known][order])
