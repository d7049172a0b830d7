"""What a format of a trend is: a function that turns it into one document."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..history.model import Trend
from . import html, trend_cases, trend_json, trend_markdown, trend_text
from .look import Look

TREND_FORMATS: Mapping[str, Callable[[Trend, Look], str]] = {
    "text": trend_text.document,
    "json": trend_json.document,
    "markdown": trend_markdown.document,
    "csv": trend_json.as_rows,
    "jsonl": trend_json.lines,
    **trend_cases.TREND_BY_CASES,
    "html": html.of_trend,
}
