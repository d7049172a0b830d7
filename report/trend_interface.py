"""What a format of a trend is: a function that turns it into one document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from ..history.model import Trend
from . import html, trend_cases, trend_json, trend_markdown, trend_text
from .bench_against import BY_CASES
from .look import Look

_BY_CASES: Mapping[str, Callable[[Trend, Look], str]] = {
    name: partial(trend_cases.document, written) for name, written in BY_CASES.items()
}
TREND_FORMATS: Mapping[str, Callable[[Trend, Look], str]] = {
    "text": trend_text.document,
    "json": trend_json.document,
    "markdown": trend_markdown.document,
    "csv": trend_json.as_rows,
    "jsonl": trend_json.lines,
    **_BY_CASES,
    "html": html.of_trend,
}
