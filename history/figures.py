"""The figures of a result that a trend is made of, out of its JSON document."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeGuard, cast

from .mistakes import HistoryError
from .model import Kind

Document = Mapping[str, Any]
KINDS: Mapping[str, Kind] = {"aiready.audit/1": "audit", "aiready.bench/1": "bench"}
"""By schema."""
RULE = "rule."
"""Before the id of a rule: its findings."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What a figure is, and which way is better."""

    title: str
    unit: str = ""
    """s, share, $ or /s; empty: a count."""
    better: Literal["lower", "higher", ""] = ""
    """Empty: neither, by itself."""


_LATENCIES = {"ttft": "time to first token", "e2e": "end to end"}
_PERCENTILES = ("p50", "p95", "p99")
AUDIT: Mapping[str, Figure] = {
    "items.pass": Figure("items that pass", "", "higher"),
    "items.partial": Figure("items met in part"),
    "items.fail": Figure("items that fail", "", "lower"),
    "items.attest": Figure("items to be attested"),
    "findings.error": Figure("errors", "", "lower"),
    "findings.warning": Figure("warnings", "", "lower"),
    "findings.note": Figure("notes", "", "lower"),
    "known": Figure("known findings", "", "lower"),
    "suppressed": Figure("suppressed findings"),
    "calls": Figure("model calls"),
}
BENCH: Mapping[str, Figure] = {
    f"{name}.{p}": Figure(f"{title} {p}", "s", "lower") for name, title in _LATENCIES.items() for p in _PERCENTILES
} | {
    "error_rate": Figure("failed requests", "share", "lower"),
    "rps": Figure("requests a second", "/s"),
    "cost_per_1k": Figure("cost of 1,000 requests", "$", "lower"),
}
FIGURES: Mapping[Kind, Mapping[str, Figure]] = {"audit": AUDIT, "bench": BENCH}


def kind_of(document: Document) -> Kind:
    """What the document is of. Raises HistoryError where it is of neither."""
    found = KINDS.get(str(document.get("schema")))
    if found is None:
        raise HistoryError(f"a document of schema {document.get('schema')!r} is no result")
    return found


def figures_of(document: Document) -> dict[str, float]:
    """By name; what the document doesn't tell, or what has no end, is not in it. Raises HistoryError."""
    found = dict(_audit(document) if kind_of(document) == "audit" else _bench(document))
    return {name: float(each) for name, each in found.items() if _is_number(each)}


def verdict_of(document: Document) -> str:
    """Of a load test; empty for an audit."""
    return str(document.get("verdict") or "") if kind_of(document) == "bench" else ""


def subject_of(document: Document) -> str:
    """What a load test measured, and under which load: `openai gpt-4o-mini, closed:4`."""
    target, shape = _part(document, "target"), _part(document, "plan").get("shape")
    words = dict.fromkeys(str(target[each]) for each in ("name", "model") if target.get(each))
    return ", ".join(each for each in (" ".join(words) or str(target.get("url") or ""), str(shape or "")) if each)


def _audit(document: Document) -> Iterator[tuple[str, object]]:
    summary = _part(document, "summary")
    for group in ("items", "findings"):
        yield from ((f"{group}.{name}", count) for name, count in _part(summary, group).items())
    yield from ((name, summary.get(name)) for name in ("known", "suppressed"))
    calls = document.get("calls")
    yield "calls", len(cast("list[object]", calls)) if isinstance(calls, list) else None
    yield from Counter(f"{RULE}{each['rule']}" for each in document.get("findings", ()) if _open(each)).items()


def _open(finding: Document) -> bool:
    return finding.get("suppressed") is None and finding.get("baseline") != "known"


def _bench(document: Document) -> Iterator[tuple[str, object]]:
    metrics = _part(document, "metrics")
    for name in _LATENCIES:
        yield from ((f"{name}.{p}", _part(metrics, name).get(p)) for p in _PERCENTILES)
    yield "error_rate", _part(_part(document, "requests"), "error_rate").get("value")
    yield "rps", _part(document, "throughput").get("rps")
    yield "cost_per_1k", _part(document, "cost").get("per_1k_requests")


def _part(whole: Document, name: str) -> Document:
    found = whole.get(name)
    return cast("Document", found) if isinstance(found, Mapping) else {}


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
