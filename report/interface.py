"""What a format is: a function that turns results into one document. A new one is a file here and a line below.

A document is the whole text and ends with a line feed. The same input gives the same document: nothing in it depends on
clock or chance.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..checks.catalogue import Catalogue
from ..checks.model import Audit
from . import audit_json, calls_csv, calls_json, calls_table, html, one_call, rules_list, text
from .look import Look

Format = Callable[[Audit, Catalogue, Look], str]
"""Out of an audit whose findings are those to be shown."""

AUDIT_FORMATS: Mapping[str, Format] = {"text": text.document, "json": audit_json.document, "html": html.of_audit}
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
