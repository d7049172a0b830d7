"""What a format of the bench is: a function that turns a run's outcome, or several runs compared, into one document.

Apart from the audit's formats, so that no audit waits for the bench's figures to be imported. The same outcome gives
the same document.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..bench.outcome import Compared, Outcome
from . import (
    bench_against,
    bench_csv,
    bench_json,
    bench_jsonl,
    bench_markdown,
    bench_text,
    compare_csv,
    compare_json,
    compare_markdown,
    compare_text,
    html,
)
from .look import Look

BENCH_FORMATS: Mapping[str, Callable[[Outcome, Look], str]] = {
    "text": bench_text.document,
    "json": bench_json.document,
    "markdown": bench_markdown.document,
    "csv": bench_csv.document,
    "jsonl": bench_jsonl.document,
    **bench_against.RUNS_BY_CASES,
    "html": html.of_outcome,
}
COMPARE_FORMATS: Mapping[str, Callable[[Compared, Look], str]] = {
    "text": compare_text.document,
    "json": compare_json.document,
    "markdown": compare_markdown.document,
    "csv": compare_csv.document,
    "jsonl": compare_json.lines,
    **bench_against.COMPARED_BY_CASES,
    "html": html.of_comparison,
}
SUMMARY = "markdown"
"""The format of what goes with the format `github` as a step's summary."""
with_baseline = bench_against.document
"""A run and what it is held against, in one of BENCH_FORMATS."""
as_evidence = bench_json.evidence
"""The JSON document that an audit reads."""
