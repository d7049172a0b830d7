"""The inventory of calls as JSON: schema `aiready.calls/1`, its calls those of the audit's document."""

from __future__ import annotations

from ..checks.catalogue import Catalogue
from ..checks.model import Audit
from . import values
from .look import Look

SCHEMA = "aiready.calls/1"


def document(audit: Audit, catalogue: Catalogue, look: Look) -> str:
    """Every call with its facts, and the files it was looked for in."""
    del catalogue, look
    return values.written({**values.head(SCHEMA, audit), "calls": values.calls(audit)})
