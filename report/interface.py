"""What a format is: a function that turns results into one document. A new one is a file here and a line below.

A document is the whole text and ends with a line feed. The same input gives the same document: nothing in it depends on
clock or chance.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module

from ..checks.catalogue import Catalogue
from ..checks.model import Audit
from . import (
    audit_json,
    calls_csv,
    calls_json,
    calls_table,
    one_call,
    rules_list,
    text,
)
from .look import Look

Format = Callable[[Audit, Catalogue, Look], str]
"""Out of an audit whose findings are those to be shown."""


def _later(module: str, function: str = "document") -> Format:
    """A format that is loaded when it is asked for: the usual ones shall not wait for it."""

    def document(audit: Audit, catalogue: Catalogue, look: Look) -> str:
        made: Format = getattr(import_module(f".{module}", __package__), function)
        return made(audit, catalogue, look)

    return document


AUDIT_FORMATS: Mapping[str, Format] = {
    "text": text.document,
    "json": audit_json.document,
    "jsonl": _later("audit_jsonl"),
    "markdown": _later("audit_markdown"),
    "csv": _later("audit_csv"),
    "sarif": _later("audit_sarif"),
    "junit": _later("audit_junit"),
    "github": _later("audit_github"),
    "gitlab": _later("audit_gitlab"),
    "html": _later("html", "of_audit"),
}
step_summary = _later("audit_github", "step_summary")
"""What goes with the format `github`."""
CALLS_FORMATS: Mapping[str, Format] = {
    "table": calls_table.document,
    "json": calls_json.document,
    "csv": calls_csv.document,
}
ONE_CALL_FORMATS: Mapping[str, Callable[[Audit, int, Catalogue, Look], str]] = {
    "text": one_call.as_text,
    "json": one_call.as_json,
}
"""Of one call of an audit, by its index."""
RULES_FORMATS: Mapping[str, Callable[[Catalogue, Look], str]] = {
    "table": rules_list.as_table,
    "json": rules_list.as_json,
}
