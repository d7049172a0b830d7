"""Runs side by side: each figure of every run, and how it stands to the first run's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..metrics import COSTS, METRICS, RATES, Observed
from ..metrics.table import Better, Unit
from ..mistakes import KeptError
from ..slo import TOLERANCE, Verdict, compare, gravest
from ..slo.compare import Change
from .model import Outcome

STATISTICS = ("p50", "p95", "p99")
GATED = ("ttft", "e2e", "tpot", "error_rate", "output_tps", "cost_per_request")
"""Figures whose change for the worse is a regression. Not all: of fifty figures some would cry wolf, and most of them
tell the same of the server once more, or of our own side."""
NO_CHANGE: Change = "no difference shown"


@dataclass(frozen=True, slots=True)
class Row:
    """A figure of all runs."""

    name: str
    statistic: str
    """Of a metric: p50, p95, p99; empty for a rate or a cost."""
    unit: Unit
    better: Better
    cells: tuple[Observed, ...]
    """Of each run."""
    changes: tuple[Change, ...]
    """Of each run but the first, against the first."""
    why: str = ""
    """Why no difference can be shown, where that is so."""

    @property
    def gated(self) -> bool:
        """A change for the worse is a regression."""
        return self.name in GATED

    @property
    def subject(self) -> str:
        """As a threshold names it."""
        return f"{self.statistic}_{self.name}" if self.statistic else self.name


@dataclass(frozen=True, slots=True, eq=False)  # outcomes hold arrays
class Compared:
    """Runs side by side; the first is what the others are held against."""

    runs: tuple[Outcome, ...]
    rows: tuple[Row, ...]
    differences: tuple[str, ...]
    """Where the plans differ: figures may differ for that reason alone."""
    tolerance: float

    @property
    def of_one_target(self) -> bool:
        """All runs measured the same: what is worse in a later one has got worse."""
        return all(each.target == self.runs[0].target for each in self.runs)

    @property
    def verdict(self) -> Verdict:
        """Of all runs together: the gravest."""
        return gravest(each.verdict for each in self.runs)

    @property
    def regressions(self) -> tuple[Row, ...]:
        """Gated figures that are worse in a later run."""
        return tuple(each for each in self.rows if each.gated and "worse" in each.changes)


def comparison(runs: Sequence[Outcome], tolerance: float = TOLERANCE) -> Compared:
    """Two runs or more, each against the first. Raises KeptError for fewer."""
    if len(runs) < 2:
        raise KeptError(["one run alone can't be compared: name two or more"])
    fault = next((f"the client was the bottleneck in {each.run}" for each in runs if each.client.fault), "")
    rows = tuple(_row(subject, runs, tolerance, fault) for subject in _subjects(runs))
    return Compared(tuple(runs), rows, tuple(_differences(runs)), tolerance)


Subject = tuple[str, str, Unit, Better]


def _subjects(runs: Sequence[Outcome]) -> Iterator[Subject]:
    for name, metric in METRICS.items():
        if metric.better is not None and any(len(each.figures.distributions[name]) for each in runs):
            for statistic in STATISTICS:
                yield name, statistic, metric.unit, metric.better
    for name, rate in {**RATES, **COSTS}.items():
        if rate.better is not None and any(_observed(each, name, "").value is not None for each in runs):
            yield name, "", rate.unit, rate.better


def _observed(run: Outcome, name: str, statistic: str) -> Observed:
    if name in COSTS:
        return run.costs.get(name, Observed(None, why="no price is known"))
    return run.figures.observed(name, statistic)


def _row(subject: Subject, runs: Sequence[Outcome], tolerance: float, fault: str) -> Row:
    name, statistic, unit, better = subject
    first, *others = cells = tuple(_observed(each, name, statistic) for each in runs)
    why = fault or next((each.why or "no interval" for each in cells if each.interval is None), "")
    changes: list[Change] = [NO_CHANGE if fault else compare(first, each, better, tolerance) for each in others]
    return Row(name, statistic, unit, better, cells, tuple(changes), why)


def _differences(runs: Sequence[Outcome]) -> Iterator[str]:
    """Members of the plans that aren't the same in all of them."""
    keys = sorted({key for each in runs for key in each.plan})
    for key in keys:
        values = [each.plan.get(key) for each in runs]
        if any(each != values[0] for each in values) and key not in ("slo", "price", "stops", "scenario"):
            yield key
