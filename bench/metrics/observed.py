"""A figure with how sure it is: what gates and comparisons look at, wherever it comes from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Observed:
    """A value and its 95 % interval. An end may be infinite: requests that failed never ended."""

    value: float | None
    """None: nothing to compute it from."""
    low: float | None = None
    high: float | None = None
    """None: no interval, and `why` says why not."""
    n: int = 0
    """How many values it is computed from."""
    why: str = ""

    @property
    def interval(self) -> tuple[float, float] | None:
        """Both ends, where there are any."""
        return None if self.low is None or self.high is None else (self.low, self.high)

    def times(self, factor: float) -> Observed:
        """The same in another unit; the factor is above zero."""
        value, low, high = (None if each is None else each * factor for each in (self.value, self.low, self.high))
        return Observed(value, low, high, self.n, self.why)


NOTHING = Observed(None, why="no request has it")
