"""What a format of a gate is: a function that turns a ruling into one document."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..gate import Ruling
from . import gate_json, gate_junit, gate_markdown, gate_text
from .look import Look

GATE_FORMATS: Mapping[str, Callable[[Ruling, Look], str]] = {
    "text": gate_text.document,
    "json": gate_json.document,
    "markdown": gate_markdown.document,
    "junit": gate_junit.document,
}
STATUS = gate_json.STATUS
