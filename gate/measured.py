"""A run of the bench held against a policy: from its samples or, where those are gone, from its document."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from ..bench.metrics import METRICS, Observed
from ..bench.metrics.rates import share
from ..bench.metrics.table import COSTS
from ..bench.mistakes import KeptError
from ..bench.outcome import Outcome, outcome
from ..bench.outcome.model import SIMULATOR
from ..bench.slo import Judgement, Slo, judge, parse
from .model import MONTH, Measured, Policy
from .thresholds import UNPRICED, UNUSED

_Data = Mapping[str, Any]
SCHEMA = "aiready.bench/1"
SCHEMAS = (SCHEMA, "aiready.compare/1", "aiready.report/1")
GONE = "the samples it is computed from are gone"
NOBODY = "no request succeeded"
ABORTED = "it was ended by its errors"
_COSTS = {"cost_per_request": "per_request", "cost_per_1k": "per_1k_requests"} | {
    "cost_per_good_request": "per_good_request",
    "cost_per_1m_output": "per_1m_output",
}


def of_run(run: str | Path, policy: Policy) -> Measured:
    """A run as people name it. Raises BenchMistake where there is none, or it can't be read."""
    return of_outcome(outcome(run, policy.slos or None), policy)


def of_outcome(of: Outcome, policy: Policy) -> Measured:
    """A run that was judged by the policy's thresholds already."""
    figures, month = of.figures, of.money.projection if of.money else None
    observed = dict(of.costs)
    if of.money:
        observed[MONTH] = month.per_month if month else Observed(None, why=UNUSED)
    return Measured(
        of.run,
        of.ended,
        of.simulated,
        of.client.fault,
        _broken(figures.succeeded, of.ending),
        of.judgements,
        tuple(_cost(each, observed, of.client.fault) for each in policy.budget),
    )


def of_document(path: Path, policy: Policy, home: Path) -> list[Measured]:
    """The runs of a JSON document, one or several; each by its samples where these are still there, seen from `home`.
    Raises KeptError."""
    data = _read(path)
    try:
        return [_of(each, policy, home) for each in ([data] if data["schema"] == SCHEMA else data["runs"])]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise KeptError([f"{path}: is a run that is not whole: {type(error).__name__} {error}"]) from error


def _of(data: _Data, policy: Policy, home: Path) -> Measured:
    samples = str(data["samples"])
    if samples and (home / samples).exists():
        return of_run(home / samples, policy)
    return _told(data, policy)


def _read(path: Path) -> _Data:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise KeptError([f"{path}: can't be read: {error.strerror}"]) from error
    except (ValueError, RecursionError) as error:
        raise KeptError([f"{path}: is no JSON document: {error}"]) from error
    if (
        not isinstance(data, dict)
        or cast("_Data", data).get("schema") not in SCHEMAS
        or cast("_Data", data).get("runs") == []
    ):
        raise KeptError([f"{path}: holds no run: `aiready bench --format json --output FILE` writes one"])
    return cast("_Data", data)


def _broken(succeeded: int, ending: str) -> str:
    return NOBODY if not succeeded else ABORTED if ending == "errors" else ""


def _cost(slo: Slo, observed: Mapping[str, Observed], fault: str) -> Judgement:
    return judge(slo, observed.get(slo.name, Observed(None, why=UNPRICED)), fault)


def _told(data: _Data, policy: Policy) -> Measured:
    """What a document says: the percentiles it has, and their intervals."""
    verdict = str(data["client"]["verdict"])
    fault = "" if verdict in {"ok", "unknown"} else verdict
    slos = policy.slos or parse(each["expression"] for each in data["gates"])
    end = data["window"]["end"]
    return Measured(
        str(data["run"]),
        datetime.fromisoformat(end) if end else None,
        data["target"].get("name") == SIMULATOR,
        fault,
        _broken(int(data["requests"]["succeeded"]), str(data["ending"])),
        tuple(judge(each, _observed(each, data), fault) for each in slos),
        tuple(judge(each, _observed(each, data), fault) for each in policy.budget),
    )


def _observed(slo: Slo, data: _Data) -> Observed:
    if data.get("gates_at") is not None and slo.name != MONTH:
        return Observed(None, why=GONE)  # a sweep is judged at one of its levels
    if slo.name == MONTH or slo.name in COSTS:
        return _money(slo.name, data["cost"])
    requests = data["requests"]
    if slo.name == "error_rate":
        return _figure(requests["error_rate"], "value", requests["error_rate"].get("interval"))
    if slo.name.startswith("error_rate."):
        return share(int(requests["by_class"].get(slo.name.partition(".")[2], 0)), int(requests["attempted"]))
    if slo.name in METRICS:
        found = data["metrics"].get(slo.name, {})
        whole = found.get("with_failures", {}) if METRICS[slo.name].endless and slo.statistic != "mean" else found
        return _figure(whole, slo.statistic, whole.get("interval", {}).get(slo.statistic))
    if slo.name in {"goodput", "attainment"}:
        return Observed(None, why=GONE)  # the run's own thresholds said what is good
    return _figure(data["throughput"], slo.name, data["throughput"]["interval"].get(slo.name))


def _money(name: str, cost: _Data) -> Observed:
    if cost.get("price") is None:
        return Observed(None, why=UNPRICED)
    if name != MONTH:
        return _figure(cost, _COSTS[name], cost["interval"].get(_COSTS[name]))
    month = cost.get("projection")
    return _figure(month, "per_month", month.get("interval")) if month else Observed(None, why=UNUSED)


def _figure(whole: _Data, name: str, ends: Iterable[float | None] | None) -> Observed:
    """A figure of a document; what is null and named infinite there is so, as an end of an interval that is null is."""
    value = whole.get(name)
    if value is None and name in whole.get("infinite", ()):
        value = math.inf
    if value is None and ends is None:
        return Observed(None, why=GONE)
    low, high = (math.inf if each is None else float(each) for each in ends) if ends else (None, None)
    why = whole.get("why") or ""
    reason = str(cast("_Data", why).get(name, "")) if isinstance(why, dict) else str(why)
    return Observed(value, low, high, int(whole.get("n") or 0), reason if low is not None else reason or GONE)
