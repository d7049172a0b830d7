"""Thresholds held against what was measured: pass, fail, inconclusive or invalid.

A percentile is judged with failures counted as requests that never ended: p95_ttft<1.5s means that 95 % of those who
asked got their first token within 1.5 s. So nothing passes because its slow requests failed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ..intervals import least
from ..metrics.observed import NOTHING, Observed
from ..metrics.rates import OPERATORS
from ..metrics.table import COSTS, METRICS
from .parse import Slo

if TYPE_CHECKING:
    from ..metrics.figures import Figures

Verdict = Literal["pass", "fail", "inconclusive", "invalid"]
GRAVEST: tuple[Verdict, ...] = ("invalid", "fail", "inconclusive", "pass")


@dataclass(frozen=True, slots=True)
class Judgement:
    """What became of a threshold."""

    slo: Slo
    verdict: Verdict
    observed: Observed
    why: str = ""
    """Of a verdict that is neither pass nor fail."""


def judge(slo: Slo, observed: Observed, client_fault: str = "") -> Judgement:
    """Pass where the whole interval meets the bound, fail where none of it does.

    client_fault: in which way our own side was the bottleneck; then nothing that was measured is the server's.
    """
    if client_fault:
        return Judgement(slo, "invalid", observed, client_fault)
    ends = observed.interval
    if observed.value is None or ends is None:
        return Judgement(slo, "inconclusive", observed, observed.why or "no interval")
    meets = [bool(OPERATORS[slo.op](end, slo.bound)) for end in ends]
    if all(meets):
        return Judgement(slo, "pass", observed)
    if not any(meets):
        return Judgement(slo, "fail", observed)
    return Judgement(slo, "inconclusive", observed, "the bound lies inside the interval: more requests may decide")


def judged(
    slos: Iterable[Slo], figures: Figures, costs: Mapping[str, Observed], client_fault: str = ""
) -> tuple[Judgement, ...]:
    """All thresholds against a run. Costs, by the names of COSTS, come from where prices are known; one that isn't
    there is inconclusive."""
    return tuple(judge(each, _observed(each, figures, costs), client_fault) for each in slos)


def verdict(judgements: Iterable[Judgement], client_fault: str = "") -> Verdict:
    """Of the run: the gravest of all; pass where nothing was asked, but never with a client at fault."""
    found: list[Verdict] = [each.verdict for each in judgements]
    if client_fault:
        found.append("invalid")
    return gravest(found)


def gravest(verdicts: Iterable[Verdict]) -> Verdict:
    """Of several verdicts the one that counts for all; pass where there is none."""
    found = set(verdicts)
    for each in GRAVEST:
        if each in found:
            return each
    return "pass"


def foreseen(slos: Iterable[Slo], requests: int | None, *, scheduled: bool) -> tuple[str, ...]:
    """What can be told before the run: thresholds that it can't decide.

    requests: how many will be measured, if that is known; scheduled: whether the shape is an open one.
    """
    told: list[str] = []
    for each in slos:
        p = each.percentile
        if p is not None and requests is not None and requests < least(p / 100):
            told.append(
                f"{each.text}: needs {least(p / 100)} requests, {requests} are planned: it will be inconclusive"
            )
        if not scheduled and each.name in ("sched_latency", "dispatch_delay"):
            told.append(f"{each.text}: users of a closed loop have no schedule: it will be inconclusive; use a rate")
    return tuple(told)


def _observed(slo: Slo, figures: Figures, costs: Mapping[str, Observed]) -> Observed:
    if slo.name in COSTS:
        return costs.get(slo.name, Observed(None, why="no price is known for this model"))
    if slo.name in METRICS or slo.name in figures.rates or slo.name.startswith("error_rate."):
        return figures.observed(slo.name, slo.statistic)
    return NOTHING
