"""All figures of a run, or of a part of it, out of its columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import rates
from .distribution import Distribution, distribution
from .observed import NOTHING, Observed
from .rates import Objective
from .table import METRICS, Metric
from .values import apart
from .window import Window, steady, whole

if TYPE_CHECKING:
    from ..samples.columns import Columns, Mask

Windows = tuple[Window | None, Window | None]
"""As a whole, and steady."""


@dataclass(frozen=True, slots=True, eq=False)  # distributions hold arrays
class Figures:
    """What was measured. Requests of the warm-up are counted in `warmup` only."""

    attempted: int
    succeeded: int
    warmup: int
    failures: Mapping[str, int]
    """Of each class that came up, sorted."""
    sources: Mapping[str, int]
    """Who counted the tokens of how many successes: provider, tokenizer, chunks or none."""
    window: Window | None
    steady: Window | None
    distributions: Mapping[str, Distribution]
    """By the names of METRICS."""
    rates: Mapping[str, Observed]
    """By the names of RATES, and `error_rate.<class>`."""
    skipped: Mapping[str, int]
    """Successes without a value for the objective on a metric, which was skipped for them."""

    def observed(self, name: str, statistic: str = "") -> Observed:
        """A rate, or of a metric "mean" or a percentile like "p95": with failures as +infinity where that has a
        meaning. A class of failure that never came up is a rate of 0."""
        if name in METRICS:
            of = self.distributions[name]
            if statistic == "mean":
                return of.mean()
            p = float(statistic.removeprefix("p"))
            return of.with_failures(p) if METRICS[name].endless else of.at(p)
        absent = rates.share(0, self.attempted) if name.startswith("error_rate.") else NOTHING
        return self.rates.get(name, absent)


def figures(of: Columns, objectives: Sequence[Objective] = (), windows: Windows | None = None) -> Figures:
    """The figures of these rows; the windows are their own unless those of the whole run are given."""
    around, level = (whole(of), steady(of)) if windows is None else windows
    measured = of.rows(of.measured)
    fine = measured.rows(measured.succeeded)
    met, skipped = rates.good(measured, objectives)
    classes = _counts(measured, "failure", ~measured.succeeded)
    n = len(measured)
    told = {
        "rps": rates.per_second(measured, measured.succeeded, around),
        "output_tps": rates.output_tps(of, around),
        "output_tps_steady": rates.output_tps(of, level),
        "error_rate": rates.share(n - len(fine), n),
        "goodput": rates.per_second(measured, met, around),
        "attainment": rates.share(int(met.sum()), n),
        "tokens_per_chunk": rates.tokens_per_chunk(measured),
        "coalesced": rates.coalesced(measured),
    } | {f"error_rate.{name}": rates.share(count, n) for name, count in classes.items()}
    return Figures(
        attempted=n,
        succeeded=len(fine),
        warmup=len(of) - n,
        failures=classes,
        sources=_counts(fine, "source", fine.succeeded),
        window=around,
        steady=level,
        distributions={name: _distribution(metric, measured, fine) for name, metric in METRICS.items()},
        rates=told,
        skipped=skipped,
    )


def by_tag(of: Columns, objectives: Sequence[Objective] = ()) -> dict[str, Figures]:
    """The figures of each tag's requests, over the windows of the whole run, so that rates add up to it."""
    windows = whole(of), steady(of)
    tags = sorted({tag for each in of.tags for tag in each})
    return {tag: figures(of.tagged(tag), objectives, windows) for tag in tags}


def by_stage(of: Columns, objectives: Sequence[Objective] = (), together: Figures | None = None) -> dict[int, Figures]:
    """The figures of each level of a plan or step of a shape, over windows of its own; `together`, where those of all
    rows are known already, are those of a stage that is the only one."""
    stages = of.numbers["stage"]
    known = sorted({int(each) for each in stages})
    if together is not None and len(known) == 1:
        return {known[0]: together}
    return {stage: figures(of.rows(stages == stage), objectives) for stage in known}


def _counts(of: Columns, name: str, among: Mask) -> dict[str, int]:
    import numpy as np

    words = of.words[name]
    found = np.bincount(of.numbers[name][among], minlength=len(words)).tolist()
    return {word: int(count) for word, count in zip(words, found, strict=True) if count}


def _distribution(metric: Metric, measured: Columns, fine: Columns) -> Distribution:
    if metric.pooled:
        gaps, rows = apart(fine)
        return distribution(gaps, 0, rows)
    if not metric.endless:
        return distribution(metric.of(measured if metric.of_failures else fine))
    lost = int((~measured.succeeded & (measured.known(metric.needs) == measured.known(metric.needs))).sum())
    return distribution(metric.of(fine), lost)
