"""The inventory of calls for spreadsheets: a header, a row a call, nothing a spreadsheet would run."""

from __future__ import annotations

import csv
import io

from ..checks.catalogue import Catalogue
from ..checks.model import Audit, Call
from .look import Look
from .terminal import safe

Cell = str | int | float | None

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""Those of full width too, which some spreadsheets take for the usual ones."""


def document(audit: Audit, catalogue: Catalogue, look: Look) -> str:
    """Empty cells mean: not known, or not there."""
    del catalogue, look
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([inert(value) for value in _row(call)] for call in audit.calls)
    return stream.getvalue()


COLUMNS = (
    *("path", "line", "column", "end_line", "end_column", "cell", "sdk", "provider", "kind", "method", "model"),
    *("function", "confidence", "paths", "audience", "timeout", "timeout_seconds", "timeout_source"),
    *("retry", "attempts", "retry_source", "guard", "max_output", "streaming", "blocking_in_async"),
)


def _row(call: Call) -> tuple[Cell, ...]:
    place, facts = call.place, call.facts
    where: tuple[Cell, ...] = (place.path, place.line, place.column, place.end_line, place.end_column, place.cell)
    timeout, retry = facts.timeout, facts.retry
    return (
        *where,
        *(call.sdk, call.provider, call.kind, call.method, facts.model.state),
        *(call.function, call.confidence, call.paths, facts.audience.state),
        *(timeout.state, timeout.seconds, timeout.source),
        *(retry.state, retry.attempts, retry.source),
        *(facts.guard.state, facts.max_output.state, facts.streaming.state, facts.blocking_in_async.state),
    )


def inert(value: Cell) -> Cell:
    """Text that a spreadsheet would take for a formula gets an apostrophe before it, as OWASP advises."""
    if not isinstance(value, str):
        return value
    text = safe(value)
    return "'" + text if text.startswith(_STARTS_A_FORMULA) else text
