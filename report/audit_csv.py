"""The findings for spreadsheets: a header, a row a finding, nothing a spreadsheet would run."""

from __future__ import annotations

import csv
import io

from ..checks.catalogue import Catalogue
from ..checks.model import Audit, Finding
from .calls_csv import Cell, inert
from .look import Look

COLUMNS = (
    *("rule", "name", "severity", "confidence", "item", "path", "line", "column", "end_line", "end_column", "cell"),
    *("function", "message", "help", "source", "fingerprint", "fix", "suppressed", "baseline"),
)


def document(audit: Audit, catalogue: Catalogue, look: Look) -> str:
    """Known and suppressed findings are in it, marked. Empty cells mean: not known, or not there."""
    del look
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([inert(value) for value in _row(each, audit, catalogue)] for each in audit.findings)
    return stream.getvalue()


def _row(of: Finding, audit: Audit, catalogue: Catalogue) -> tuple[Cell, ...]:
    place, rule = of.place, catalogue.rule(of.rule)
    return (
        *(rule.id, rule.name, of.severity, of.confidence, rule.item),
        *(
            place.path,
            place.line,
            place.column,
            place.end_line or place.line,
            place.end_column or place.column,
            place.cell,
        ),
        "" if of.call is None else audit.calls[of.call].function,
        *(of.message, of.help, of.source, of.fingerprint, of.fix.title if of.fix else ""),
        None if of.suppressed is None else of.suppressed or "without a reason",
        "known" if of.known else "new",
    )
