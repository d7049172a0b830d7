"""A run together with the baseline it is held against, in the run's own format, as one document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from ..bench.outcome import Compared, Outcome
from . import (
    bench_cases,
    bench_csv,
    bench_github,
    bench_gitlab,
    bench_json,
    bench_jsonl,
    bench_junit,
    bench_markdown,
    bench_sarif,
    bench_text,
    compare_json,
    compare_markdown,
    compare_text,
    html,
    values,
)
from .look import Look

BY_CASES: Mapping[str, bench_cases.Written] = {
    "sarif": bench_sarif.written,
    "junit": bench_junit.written,
    "github": bench_github.written,
    "gitlab": bench_gitlab.written,
}
"""Formats of CI systems, which know cases that pass or don't."""
RUNS_BY_CASES: Mapping[str, Callable[[Outcome, Look], str]] = {
    name: partial(bench_cases.of_run, written) for name, written in BY_CASES.items()
}
COMPARED_BY_CASES: Mapping[str, Callable[[Compared, Look], str]] = {
    name: partial(bench_cases.of_runs, written) for name, written in BY_CASES.items()
}


def document(name: str, of: Outcome, found: Compared, look: Look) -> str:
    """The run's document with the comparison behind it; in JSON as `baseline`, where a regression
    makes the verdict `fail`. Rows for a spreadsheet stay as they are:
    the other run's would have other columns."""
    if name in BY_CASES:
        return bench_cases.against(of, found, BY_CASES[name])
    match name:
        case "json":
            told = {**bench_json.as_values(of), "baseline": compare_json.as_values(found)}
            if found.regressions and of.verdict in ("pass", "inconclusive"):
                told["verdict"] = "fail"  # as the exit status has it
            return values.written(told)
        case "markdown":
            return f"{bench_markdown.document(of, look)}\n{compare_markdown.document(found, look)}"
        case "html":
            return html.of_outcome(of, look, found)
        case "csv":
            return bench_csv.document(of, look)
        case "jsonl":
            return bench_jsonl.document(of, look)
        case _:
            worse = ", ".join(each.subject for each in found.regressions)
            first = f"REGRESSED against the baseline: {worse}\n\n" if worse else ""
            return f"{first}{bench_text.document(of, look)}\n{compare_text.document(found, look)}"
