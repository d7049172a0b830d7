"""A gate as JSON: schema `aiready.gate/1`."""

from __future__ import annotations

from typing import Any

from .. import __version__
from ..gate import Excepted, Measured, Row, Ruling
from . import bench_json, values
from . import gate_words as words
from .look import Look

SCHEMA = "aiready.gate/1"
STATUS = {"passed": 0, "stopped": 1, "undecided": 4}
"""The exit status that a verdict makes."""

Value = dict[str, Any]


def document(of: Ruling, look: Look) -> str:
    """All of it."""
    del look
    policy = of.policy
    suppressed = sum(one.suppressed is not None for one in of.audit.findings)
    return values.written({
        "schema": SCHEMA,
        "tool": {"name": "aiready", "version": __version__},
        "root": of.audit.root,
        "day": of.today.isoformat(),
        "verdict": of.verdict,
        "status": STATUS[of.verdict],
        "policy": {
            "path": policy.path or None,
            "require": sorted(policy.require),
            "partial": sorted(policy.partial),
            "max": dict(policy.most),
            "slo": [each.text for each in policy.slos],
            "budget": {each.text: each.bound for each in policy.budget},
            "max_age_days": policy.max_age,
            "allow_simulated": policy.allow_simulated,
        },
        "bench": [_run(each) for each in of.benches],
        "gates": [_row(each) for each in of.rows],
        "exceptions": [
            {**_exception(each.exception), "matched": each.matched, "expired": each.expired} for each in of.uses
        ],
        "not_counted": {
            "suppressed": suppressed,
            "known": sum(one.known and one.suppressed is None for one in of.audit.findings),
        },
        "skipped": len(of.audit.skipped),
        "notes": list(words.notes(of)),
    })  # fmt: skip


def _run(of: Measured) -> Value:
    return {
        "run": of.name,
        "ended": of.ended.isoformat(timespec="milliseconds") if of.ended else None,
        "simulated": of.simulated,
        "fault": of.fault or None,
    }


def _row(row: Row) -> Value:
    told: Value = {
        "gate": row.gate,
        "name": row.name,
        "result": row.result,
        "wanted": words.wanted(row),
        "found": words.found(row),
        "advice": row.advice,
        "places": values.steps(row.places),
        "exception": _exception(row.exception) if row.exception else None,
    }
    if row.judgement:
        told["observed"] = bench_json.observed(row.judgement.observed)
    return {**told, "run": row.run} if row.run else told


def _exception(of: Excepted) -> Value:
    return {
        of.subject: of.named,
        "path": of.path or None,
        "reason": of.reason,
        "expires": of.expires.isoformat(),
        "line": of.line,
    }
