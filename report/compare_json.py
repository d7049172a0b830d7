"""Runs side by side as JSON: schema `aiready.compare/1`."""

from __future__ import annotations

import json

from .. import __version__
from ..bench.outcome import Compared, Outcome, Row
from . import bench_json, values
from .look import Look

SCHEMA = "aiready.compare/1"


def document(of: Compared, look: Look) -> str:
    """All of it."""
    del look
    return values.written(as_values(of))


def lines(of: Compared, look: Look) -> str:
    """Its figures, one a line."""
    del look
    return "".join(f"{json.dumps(_figure(each))}\n" for each in of.rows)


def as_values(of: Compared) -> values.Value:
    """Every figure of every run; `changes` are those of the later runs against the first."""
    return {
        "schema": SCHEMA,
        "tool": {"name": "aiready", "version": __version__},
        "tolerance": of.tolerance,
        "verdict": of.verdict,
        "runs": [_run(each) for each in of.runs],
        "differences": list(of.differences),
        "figures": [_figure(each) for each in of.rows],
        "regressions": [each.subject for each in of.regressions],
        "regressed": bool(of.regressions),
    }


def _figure(of: Row) -> values.Value:
    return {
        "name": of.subject,
        "unit": of.unit,
        "better": of.better,
        "gated": of.gated,
        "runs": [bench_json.observed(cell) for cell in of.cells],
        "changes": list(of.changes),
        "why": of.why,
    }


def _run(of: Outcome) -> values.Value:
    return {
        "run": of.run,
        "target": dict(of.target),
        "shape": of.plan.get("shape"),
        "started": of.started.isoformat(timespec="milliseconds") if of.started else None,
        "attempted": of.figures.attempted,
        "succeeded": of.figures.succeeded,
        "verdict": of.verdict,
        "gates": list(bench_json.gates(of)),
        "notices": list(of.notices),
        "samples": bench_json.samples(of),
    }
