"""A run as JSON, one figure a line: thresholds, then metrics, rates and costs, each with the run's name and its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ..bench.metrics import COSTS, RATES
from ..bench.outcome import Outcome
from .bench_json import gates, metrics, observed
from .look import Look


def document(of: Outcome, look: Look) -> str:
    """`kind` tells what a line is: gate, metric, rate or cost. Of a run's parts only the whole is in it."""
    del look
    return "".join(f"{json.dumps({'run': of.run, **each})}\n" for each in _lines(of))


def _lines(of: Outcome) -> Iterator[dict[str, Any]]:
    for gate in gates(of):
        yield {"kind": "gate", "name": gate["expression"], **gate}
    for name, metric in metrics(of.figures).items():
        yield {"kind": "metric", "name": name, **metric}
    for name, rate in of.figures.rates.items():
        yield {"kind": "rate", "name": name, "unit": RATES[name.partition(".")[0]].unit, **observed(rate)}
    for name, cost in of.costs.items():
        yield {"kind": "cost", "name": name, "unit": COSTS[name].unit, **observed(cost)}
