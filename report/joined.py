"""Documents of one format as one document of that format: for results that are shown together."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any
from xml.etree import ElementTree as ET

from ..checks.catalogue import Catalogue
from . import values
from .bench_interface import BENCH_FORMATS
from .interface import AUDIT_FORMATS
from .look import Look
from .stored import COMBINED_FORMATS, Results


def _sarif(documents: Sequence[str]) -> str:
    """One log with the runs of all."""
    first, *rest = (json.loads(each) for each in documents)
    return values.written({**first, "runs": [run for each in (first, *rest) for run in each["runs"]]})


def _junit(documents: Sequence[str]) -> str:
    """The suites of all; what the whole counts is the sum."""
    roots = [ET.fromstring(each) for each in documents]  # noqa: S314 - written here a moment ago
    whole = roots[0]
    for count in ("tests", "failures", "errors", "skipped"):
        if any(count in each.attrib for each in roots):
            whole.set(count, str(sum(int(each.get(count, 0)) for each in roots)))
    for each in roots[1:]:
        whole.extend(each)
    return ET.tostring(whole, encoding="unicode", xml_declaration=True) + "\n"


def _gitlab(documents: Sequence[str]) -> str:
    rows: list[Any] = [row for each in documents for row in json.loads(each)]
    return json.dumps(rows, indent=2) + "\n"


JOINERS: Mapping[str, Callable[[Sequence[str]], str]] = {
    "sarif": _sarif,
    "junit": _junit,
    "gitlab": _gitlab,
    "github": "".join,
    "jsonl": "".join,
    "csv": "\n".join,
}
"""CSV: tables of their own columns, an empty line between them."""


def _document(form: str, of: Results, catalogue: Catalogue, look: Look) -> str:
    audits = [AUDIT_FORMATS[form](each, catalogue, look) for _, each in of.audits]
    return JOINERS[form]([*audits, *(BENCH_FORMATS[form](each, look) for _, each in of.runs)])


TOGETHER_FORMATS: Mapping[str, Callable[[Results, Catalogue, Look], str]] = {
    **COMBINED_FORMATS,
    **{form: partial(_document, form) for form in JOINERS},
}
"""Every format of a result by itself."""
