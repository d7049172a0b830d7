"""Two runs side by side: better, worse, or no difference shown.

A difference is shown where the 95 % intervals of both lie apart by more than the tolerance. Without a real difference
two such intervals miss each other in about one of 180 comparisons, so a dozen figures seldom cry wolf.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ..metrics.observed import Observed
from ..metrics.table import METRICS, RATES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..metrics.figures import Figures
    from ..metrics.table import Better

Change = Literal["better", "worse", "no difference shown"]

TOLERANCE = 0.05
"""A part of the earlier value: differences up to it matter to nobody."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A figure of two runs."""

    name: str
    statistic: str
    before: Observed
    after: Observed
    change: Change
    why: str = ""
    """Why no difference can be shown, where an interval is missing."""


def compare(before: Observed, after: Observed, better: Better, tolerance: float = TOLERANCE) -> Change:
    """How the later figure stands to the earlier one."""
    old, new = before.interval, after.interval
    if old is None or new is None or before.value is None:
        return "no difference shown"
    room = tolerance * abs(before.value) if before.value not in (float("inf"), float("-inf")) else 0.0
    if new[0] - old[1] > room:
        return "worse" if better == "lower" else "better"
    if old[0] - new[1] > room:
        return "better" if better == "lower" else "worse"
    return "no difference shown"


def compared(
    before: Figures, after: Figures, tolerance: float = TOLERANCE, statistics: Sequence[str] = ("p50", "p95", "p99")
) -> tuple[Comparison, ...]:
    """All figures that have a better direction: the statistics of each metric, and each rate."""
    return tuple(
        _one(name, statistic, (before.observed(name, statistic), after.observed(name, statistic)), better, tolerance)
        for name, statistic, better in _asked((before, after), statistics)
    )


def _asked(both: tuple[Figures, Figures], statistics: Sequence[str]) -> Iterator[tuple[str, str, Better]]:
    for name, metric in METRICS.items():
        if metric.better is not None and any(len(each.distributions[name]) for each in both):
            for statistic in statistics:
                yield name, statistic, metric.better
    for name, rate in RATES.items():
        if rate.better is not None:
            yield name, "", rate.better


def _one(name: str, statistic: str, both: tuple[Observed, Observed], better: Better, tolerance: float) -> Comparison:
    missing = next((each.why or "no interval" for each in both if each.interval is None), "")
    return Comparison(name, statistic, *both, compare(*both, better, tolerance), missing)
