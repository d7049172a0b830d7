"""Calls, places and facts as the plain values of a JSON document. Keys are those of the documented schema."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from .. import __version__
from ..checks.looked import Skipped
from ..checks.model import Audit, Call, Facts, Flow, Flows, Guard, Place, Retry, RetryLayer, Setting, Step, Timeout

Value = dict[str, Any]


def written(document: Mapping[str, Any]) -> str:
    """The document as text: indented, in pure ASCII, so that no terminal or encoding can be harmed by it."""
    return json.dumps(document, indent=2) + "\n"


def head(schema: str, audit: Audit) -> Value:
    """What every document about an audit begins with."""
    counts = audit.counts
    left_out = {"tests": counts.left_out.tests, "examples": counts.left_out.examples, "docs": counts.left_out.docs}
    return {
        "schema": schema,
        "tool": {"name": "aiready", "version": __version__},
        "root": audit.root,
        "files": {
            "found": counts.found,
            "audited": counts.audited,
            "parsed": counts.parsed,
            "cached": counts.cached,
            "left_out": left_out,
            "skipped": [_skipped(each) for each in sorted(audit.skipped, key=_order)],
            "unread_pins": [{"path": each.path, "detail": each.detail} for each in audit.unread_pins],
        },
    }


def _order(skipped: Skipped) -> tuple[str, str, str]:
    return skipped.path, skipped.reason, skipped.detail


def _skipped(skipped: Skipped) -> Value:
    return {"path": skipped.path, "reason": skipped.reason, "detail": skipped.detail}


def calls(audit: Audit) -> list[Value]:
    """Every call of an audit, with its facts."""
    return [_call(call) for call in audit.calls]


def span(place: Place) -> Value:
    """A place with its end."""
    return {
        "path": place.path,
        "line": place.line,
        "column": place.column,
        "end_line": place.end_line or place.line,
        "end_column": place.end_column or place.column,
        "cell": place.cell,
    }


def spot(place: Place | None) -> Value | None:
    """A place without its end, as evidence; None where nothing decides."""
    if place is None:
        return None
    return {"path": place.path, "line": place.line, "column": place.column, "cell": place.cell}


def steps(trace: Iterable[Step]) -> list[Value]:
    """The trace of a finding."""
    return [{**(spot(step.place) or {}), "note": step.note} for step in trace]


def _call(call: Call) -> Value:
    entries = [
        {"function": entry.function, "audience": entry.audience, "how": entry.how, "where": spot(entry.where)}
        for entry in call.facts.entries
    ]
    return {
        **span(call.place),
        "sdk": call.sdk,
        "provider": call.provider,
        "kind": call.kind,
        "method": call.method,
        "function": call.function,
        "source": call.source,
        "confidence": call.confidence,
        "paths": call.paths,
        "entries": entries,
        "facts": _facts(call.facts),
    }


def _facts(facts: Facts) -> Value:
    return {
        "timeout": _timeout(facts.timeout),
        "retry": _retry(facts.retry),
        "guard": _guard(facts.guard),
        "max_output": _setting(facts.max_output),
        "streaming": _setting(facts.streaming),
        "blocking_in_async": _setting(facts.blocking_in_async),
        "model": _setting(facts.model),
        "audience": _setting(facts.audience),
        "fallback": _setting(facts.fallback),
        "usage": _setting(facts.usage),
        "observed": _setting(facts.observed),
        "cache": _setting(facts.cache),
        "failover": _setting(facts.failover),
        "untrusted": _flows(facts.untrusted),
        "input_limit": _setting(facts.input_limit),
        "output": {**_flows(facts.output), "state": sorted({each.state for each in facts.output.found})},
    }


def _flows(flows: Flows) -> Value:
    return {"state": flows.state, "flows": [_flow(each) for each in flows.found]}


def _flow(flow: Flow) -> Value:
    return {
        "state": flow.state,
        "what": flow.what,
        "source": flow.source,
        "where": spot(flow.where),
        "limited": spot(flow.limited),
        "trace": steps(flow.trace),
    }


def _setting(setting: Setting) -> Value:
    return {"state": setting.state, "where": spot(setting.where), "detail": setting.detail}


def _timeout(timeout: Timeout) -> Value:
    return {
        "state": timeout.state,
        "seconds": timeout.seconds,
        "where": spot(timeout.where),
        "source": timeout.source,
        "client": spot(timeout.client),
        "trap": timeout.trap,
    }


def _retry(retry: Retry) -> Value:
    return {
        "state": retry.state,
        "attempts": retry.attempts,
        "where": spot(retry.where),
        "source": retry.source,
        "layers": [_layer(layer) for layer in retry.layers],
    }


def _layer(layer: RetryLayer) -> Value:
    return {
        "kind": layer.kind,
        "name": layer.name,
        "attempts": layer.attempts,
        "bounded": layer.bounded,
        "backoff": layer.backoff,
        "catches": list(layer.catches),
        "where": spot(layer.where),
        "without_effect": layer.without_effect,
    }


def _guard(guard: Guard) -> Value:
    return {
        "state": guard.state,
        "where": spot(guard.where),
        "misses": list(guard.misses),
        "open_path": [spot(place) for place in guard.open_path],
    }
