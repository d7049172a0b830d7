"""A run as JUnit's XML: a suite for each target and load, a test for each threshold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..bench.slo import Verdict
from . import bench_cases, junit
from .junit import Result

_RESULTS: Mapping[Verdict, Result] = {
    "pass": "passed",
    "fail": "failure",
    "inconclusive": "error",
    "invalid": "error",
}


def written(cases: Iterable[bench_cases.Case]) -> str:
    """What can't be decided is an error: the test wasn't passed, and wasn't failed either."""
    suites: dict[str, list[junit.Case]] = {}
    topic = "bench"
    for each in cases:
        topic = each.topic
        told = junit.Case(
            each.name, each.group, _RESULTS[each.verdict], each.verdict, each.told, (each.told,), each.path
        )
        suites.setdefault(each.group, []).append(told)
    return junit.written(f"aiready {topic}", suites)
