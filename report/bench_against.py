"""A run together with the baseline it is held against, in the run's own format, as one document."""

from __future__ import annotations

from ..bench.outcome import Compared, Outcome
from . import bench_csv, bench_json, bench_markdown, bench_text, compare_json, compare_markdown, compare_text, values
from .look import Look


def document(name: str, of: Outcome, found: Compared, look: Look) -> str:
    """The run's document with the comparison behind it; in JSON as `baseline`. Rows for a spreadsheet stay as they are:
    the other run's would have other columns."""
    match name:
        case "json":
            return values.written({**bench_json.as_values(of), "baseline": compare_json.as_values(found)})
        case "markdown":
            return f"{bench_markdown.document(of, look)}\n{compare_markdown.document(found, look)}"
        case "csv":
            return bench_csv.document(of, look)
        case _:
            return f"{bench_text.document(of, look)}\n{compare_text.document(found, look)}"
