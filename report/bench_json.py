"""A run as JSON: schema `aiready.bench/1`, for programs, and for an audit that takes it as evidence.

JSON has no infinity: a figure that is infinite (a time of requests that failed) is null, and named under `infinite`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from .. import __version__
from ..bench.metrics import METRICS, PERCENTILES, RATES, Distribution, Figures, Observed
from ..bench.metrics.table import Metric
from ..bench.outcome import Capacity, Course, Failed, Outcome, RateLimits
from . import bench_cost, values
from .look import Look

SCHEMA = "aiready.bench/1"
_THROUGHPUT = ("rps", "output_tps", "goodput", "attainment", "output_tps_steady", "tokens_per_chunk", "coalesced")
_MOST = 20
"""Tags and levels of a result kept as evidence; an audit reads no large files."""

Value = dict[str, Any]


def document(of: Outcome, look: Look) -> str:
    """All of it."""
    del look
    return values.written(as_values(of))


def evidence(of: Outcome) -> str:
    """The same with few enough tags and levels for an audit to read it."""
    whole = as_values(of)
    whole["by_tag"] = dict(list(whole["by_tag"].items())[:_MOST])
    whole["by_stage"] = whole["by_stage"][:_MOST]
    return values.written(whole)


def as_values(of: Outcome) -> Value:
    """Keys are those of the documented schema."""
    return {
        "schema": SCHEMA,
        "tool": {"name": "aiready", "version": __version__},
        "run": of.run,
        "target": dict(of.target),
        "plan": {key: finite(each) for key, each in of.plan.items() if key != "target"},
        "environment": finite(of.versions),
        "window": _window(of),
        "ending": of.ending,
        "client": {"verdict": of.client.verdict, **_object(finite(of.client.figures))},
        "requests": _requests(of.figures),
        "metrics": metrics(of.figures),
        "throughput": _rates(of.figures),
        "tokens": _tokens(of),
        "cost": bench_cost.as_values(of),
        "rate_limits": _limits(of.limits),
        "connections": {
            "opened": of.connections.opened,
            "reused": of.connections.reused,
            "stale": of.connections.stale,
        },
        "server": {name: distribution(each, "s") for name, each in of.server.items()},
        "models": dict(of.models),
        "errors": list(map(_error, of.errors)),
        "by_tag": {name: _part(each) for name, each in of.tags.items()},
        "by_stage": [{"stage": each.stage, "level": each.level, **_part(each.figures)} for each in of.levels],
        "capacity": None if of.capacity is None else _capacity(of.capacity),
        "timeline": None if of.course is None else _course(of.course),
        "gates": list(gates(of)),
        "gates_at": of.judged_at,
        "verdict": of.verdict,
        "notices": list(of.notices),
        "samples": samples(of),
        "sample_files": [each.as_posix() for each in of.paths],
    }


def samples(of: Outcome) -> str:
    """Where a run's samples are: its file, or the folder where there are several."""
    return (of.paths[0] if len(of.paths) == 1 else of.paths[0].parent).as_posix()


def finite(value: object) -> Any:
    """A JSON value; a number that JSON doesn't know becomes its name."""
    if isinstance(value, float) and not math.isfinite(value):
        return "nan" if math.isnan(value) else "infinite" if value > 0 else "-infinite"
    if isinstance(value, Mapping):
        return {str(key): finite(each) for key, each in cast("Mapping[object, object]", value).items()}
    if isinstance(value, list | tuple):
        return [finite(each) for each in cast("Sequence[object]", value)]
    return value


def _object(value: Any) -> Value:
    return value if isinstance(value, dict) else {}  # pyright: ignore[reportUnknownVariableType] - finite made it


def observed(of: Observed) -> Value:
    """One figure with its interval; `why` where there is none."""
    found: Value = {"value": _bare(of.value), "interval": _ends(of), "n": of.n}
    if of.why:
        found["why"] = of.why
    infinite = [name for name, each in (("value", of.value), ("low", of.low), ("high", of.high)) if _endless(each)]
    return {**found, "infinite": infinite} if infinite else found


def distribution(of: Distribution, unit: str) -> Value:
    """The values of successes: percentiles with their intervals."""
    n = len(of)
    ends = {"mean": of.mean().value, "min": float(of.values[0]), "max": float(of.values[-1])} if n else {}
    return {
        "unit": unit,
        "n": n,
        **{name: ends.get(name) for name in ("mean", "min", "max")},
        **_percentiles({_name(p): of.at(p) for p in PERCENTILES}),
    }


def metrics(figures: Figures) -> Value:
    """Every metric that has values, by name."""
    return {
        name: _metric(METRICS[name], each)
        for name, each in figures.distributions.items()
        if len(each) or (each.failures and METRICS[name].endless)
    }


def _metric(metric: Metric, of: Distribution) -> Value:
    told = {**distribution(of, metric.unit), "better": metric.better, "meaning": metric.sentence}
    if metric.endless:
        told["with_failures"] = {
            "n": len(of) + of.failures,
            **_percentiles({_name(p): of.with_failures(p) for p in PERCENTILES}),
        }
    return told


def _percentiles(found: Mapping[str, Observed]) -> Value:
    told: Value = {name: _bare(each.value) for name, each in found.items()}
    told["interval"] = {name: _ends(each) for name, each in found.items() if each.interval}
    told["why"] = {name: each.why for name, each in found.items() if each.why}
    infinite = [
        name + end
        for name, each in found.items()
        for end, value in (("", each.value), (".low", each.low), (".high", each.high))
        if _endless(value)
    ]
    return {**told, "infinite": infinite} if infinite else told


def _name(p: float) -> str:
    return f"p{p:g}"


def _bare(value: float | None) -> float | None:
    return None if value is None or _endless(value) else value


def _endless(value: float | None) -> bool:
    return value is not None and math.isinf(value)


def _ends(of: Observed) -> list[float | None] | None:
    return None if of.interval is None else [_bare(each) for each in of.interval]


def _window(of: Outcome) -> Value:
    whole, steady = of.figures.window, of.figures.steady
    return {
        "start": _moment(of.started),
        "end": _moment(of.ended),
        "seconds": whole.seconds if whole else None,
        "steady_seconds": steady.seconds if steady else None,
    }


def _moment(date: datetime | None) -> str | None:
    return None if date is None else date.isoformat(timespec="milliseconds")


def _requests(of: Figures) -> Value:
    return {
        "attempted": of.attempted,
        "succeeded": of.succeeded,
        "failed": of.attempted - of.succeeded,
        "by_class": dict(of.failures),
        "warmup": of.warmup,
        "error_rate": observed(of.rates["error_rate"]),
    }


def _rates(of: Figures) -> Value:
    found = {name: of.rates[name] for name in _THROUGHPUT}
    return {
        **{name: _bare(each.value) for name, each in found.items()},
        "interval": {name: _ends(each) for name, each in found.items() if each.interval},
        "why": {name: each.why for name, each in found.items() if each.why},
        "unit": {name: RATES[name].unit for name in _THROUGHPUT},
        "skipped": dict(of.skipped),
    }


def _tokens(of: Outcome) -> Value:
    told = of.tokens
    sources = sorted(told.sources.items(), key=lambda each: (-each[1], each[0]))
    return {
        "input": told.input,
        "output": told.output,
        "cached": told.cached,
        "reasoning": told.reasoning,
        "source": sources[0][0] if sources else "none",
        "sources": dict(sources),
        "cache_share": told.cache_share,
    }


def _limits(of: RateLimits) -> Value:
    waits, through = of.waits, of.through
    return {
        "refused": of.refused,
        "retry_after": waits and {"n": waits.n, "min": waits.least, "median": waits.median, "max": waits.most},
        "quotas": [
            {
                "name": each.name,
                "limit": each.limit,
                "remaining_min": each.remaining,
                "period_seconds": each.period,
                "period_derived": each.derived,
                "per_minute": each.per_minute,
            }
            for each in of.allowances
        ],
        "went_through": through
        and {
            "seconds": through.seconds,
            "requests_per_minute": through.requests,
            "tokens_per_minute": through.tokens,
        },
        "requests_per_minute": of.requests,
        "tokens_per_minute": of.tokens,
        "how": of.how,
    }


def _error(of: Failed) -> Value:
    return {
        "class": of.failure,
        "meaning": of.meaning,
        "count": of.count,
        "sample": of.messages[0][0] if of.messages else None,
        "messages": [{"message": text, "count": times} for text, times in of.messages],
        "others": of.others,
    }


def _part(of: Figures) -> Value:
    return {"requests": _requests(of), "metrics": metrics(of), "throughput": _rates(of)}


def _capacity(of: Capacity) -> Value:
    return {
        "kind": of.kind,
        "unit": of.unit,
        "ending": of.ending,
        "best": of.best,
        "fails": of.fails,
        "unresolved": list(of.unresolved),
    }


def _course(of: Course) -> Value:
    return {
        "slot_seconds": of.seconds,
        "succeeded": list(of.succeeded),
        "failed": list(of.failed),
        f"median_{of.metric}": list(of.latency),
    }


def gates(of: Outcome) -> Iterator[Value]:
    """Each threshold, what was observed, and the verdict."""
    for each in of.judgements:
        told = observed(each.observed)
        yield {
            "expression": each.slo.text,
            "observed": told["value"],
            "interval": told["interval"],
            "n": told["n"],
            "infinite": told.get("infinite", []),
            "verdict": each.verdict,
            "why": each.why,
        }
