"""A run as SARIF 2.1.0. What passed is told beside the results, since GitHub takes every result for a fault."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from . import sarif
from .bench_cases import REGRESSION, RUN, THRESHOLD, TOPICS, TREND, Case

_RULES: Mapping[str, tuple[str, str, str]] = {
    RUN: (
        "UnusableRun",
        "A run has measured what it was meant to",
        "Every request failed, too many did, or the machine that sent them was the bottleneck: see the run's report.",
    ),
    THRESHOLD: (
        "ThresholdNotShownMet",
        "Every threshold of a load test is shown to be met",
        "Where one is missed, the service is slower, dearer or less sure than was asked; more requests may decide it.",
    ),
    REGRESSION: (
        "Regression",
        "No figure has got worse since the baseline",
        "The 95 % intervals of both runs lie apart by more than the tolerance: the difference is no chance.",
    ),
    TREND: (
        "GotWorse",
        "No figure of the last result is worse than in the first",
        "Findings have come, items of the checklist don't pass any more, or the newest load test didn't.",
    ),
}

Value = dict[str, Any]


def written(cases: Iterable[Case]) -> str:
    """A result for each case that didn't pass: an error where it failed, a warning where it can't be decided."""
    held = list(cases)
    unusable = any(each.kind == RUN and each.verdict != "pass" for each in held)
    thresholds = [
        {"target": each.group, "name": sarif.inert(each.name), "verdict": each.verdict, "told": sarif.inert(each.told)}
        for each in held
    ]
    return sarif.written(
        [_rule(key, *told) for key, told in _RULES.items()],
        {
            "originalUriBaseIds": sarif.top(""),
            "invocations": [{"executionSuccessful": not unusable}],
            "results": [_result(each) for each in held if each.verdict != "pass"],
            "properties": {"cases": thresholds},
        },
    )


def _rule(key: str, name: str, summary: str, text: str) -> Value:
    return {
        "id": key,
        "name": name,
        "shortDescription": sarif.message(summary),
        "fullDescription": sarif.message(summary),
        "help": {"text": text, "markdown": text},
        "defaultConfiguration": {"level": "error"},
        "properties": {"tags": [TOPICS[key]], "precision": "high", "problem.severity": "error"},
    }


def _result(of: Case) -> Value:
    return {
        "ruleId": of.kind,
        "ruleIndex": list(_RULES).index(of.kind),
        "kind": "fail",
        "level": "error" if of.verdict == "fail" else "warning",
        "message": sarif.message(f"{of.group}: {of.told}"),
        "locations": [{"physicalLocation": sarif.physical(of.path)}],
        "partialFingerprints": {"aireadyFingerprint/v1": of.fingerprint, "primaryLocationLineHash": of.fingerprint},
        "properties": {"verdict": of.verdict},
    }
