"""The findings as JSON, one a line, each as in the audit's document: for `jq`, `grep` and whatever reads a stream."""

from __future__ import annotations

import json

from ..checks.catalogue import Catalogue
from ..checks.model import Audit
from .audit_json import finding
from .look import Look


def document(audit: Audit, catalogue: Catalogue, look: Look) -> str:
    """Known and suppressed findings are in it, marked; empty where there are none."""
    del look
    return "".join(f"{json.dumps(finding(each, catalogue))}\n" for each in audit.findings)
