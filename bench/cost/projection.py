"""What the measured calls would cost in a month of real use, with how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..intervals import TAIL
from ..metrics.distribution import ENOUGH
from ..metrics.observed import Observed
from ..mistakes import CostError
from .costs import Costs
from .means import filled, mean

if TYPE_CHECKING:
    from ..samples.columns import Floats

DAYS = 30.4
"""Of a month: a year's 365 over twelve."""
RESAMPLES = 2000
AT_ONCE = 1 << 20
"""Draws that are held in memory together."""
BOOTSTRAPPED = 10_000
"""Requests beyond which the normal interval is taken: it is then the same to three digits."""


@dataclass(frozen=True, slots=True)
class Projection:
    """Cost per call x calls per user and day x daily active users x 30.4, in US dollars a month."""

    per_month: Observed
    per_call: Observed
    calls_per_user: float
    """A day."""
    daily_users: float
    cached_share: float | None
    """The cache-hit share that was measured, and that the projection takes for granted; None: not told."""
    seed: int

    @property
    def calls(self) -> float:
        """A month."""
        return self.calls_per_user * self.daily_users * DAYS

    def told(self) -> tuple[str, ...]:
        """What it takes for granted."""
        share = self.cached_share
        cache = "no request told what came from a cache" if share is None else f"{share:.0%} of the input from a cache"
        return (f"prompts and answers as measured, {cache}", "the price stays as it is, and has no discount for volume")


def projected(costs: Costs, calls_per_user: float, daily_users: float, seed: int = 0) -> Projection:
    """The projection of a run. Its interval is a percentile bootstrap (Efron, 1979) of the mean cost of a call.

    Raises CostError for numbers of users or calls below 0.
    """
    amounts = (("calls per user and day", calls_per_user), ("daily active users", daily_users))
    mistakes = [f"{name}: {value:g}: a number from 0 on is needed" for name, value in amounts if not 0 <= value < 1e15]
    if mistakes:
        raise CostError(mistakes)
    per_call = bootstrapped(costs.per_attempt, seed)
    per_month = per_call.times(calls_per_user * daily_users * DAYS)
    return Projection(per_month, per_call, calls_per_user, daily_users, costs.cached_share, seed)


def bootstrapped(values: Floats, seed: int) -> Observed:
    """The mean of a cost a row, nan where it isn't known. The same seed gives the same interval."""
    import numpy as np

    plain = mean(values)
    if len(values) > BOOTSTRAPPED or plain.n < ENOUGH:
        return plain
    low, high = filled(values)
    chance = np.random.default_rng(seed)
    means = np.empty((2, RESAMPLES))
    step = max(1, AT_ONCE // len(values))
    for start in range(0, RESAMPLES, step):
        drawn = chance.integers(0, len(values), (min(step, RESAMPLES - start), len(values)))
        means[:, start : start + step] = low[drawn].mean(axis=1), high[drawn].mean(axis=1)
    least, most = float(np.quantile(means[0], TAIL)), float(np.quantile(means[1], 1 - TAIL))
    return Observed(plain.value, least, most, plain.n)
