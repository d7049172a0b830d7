"""The audit as a Code Quality report of GitLab: what is open, and nothing that somebody decided to live with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from ..checks.catalogue import Catalogue
from ..checks.model import Audit, Finding, Severity
from .gitlab import Issue, written
from .look import Look
from .places import Tree, in_cell, lines, tree

_SEVERITIES: Mapping[Severity, Literal["critical", "major", "info"]] = {
    "error": "critical",
    "warning": "major",
    "note": "info",
}


def document(audit: Audit, catalogue: Catalogue, look: Look) -> str:
    """GitLab holds it against that of the target branch and shows what is new."""
    top = tree(audit, look)
    return written(_issue(each, catalogue, top) for each in audit.findings if each.open)


def _issue(of: Finding, catalogue: Catalogue, top: Tree) -> Issue:
    first, last = lines(of.place)
    told = f"{in_cell(of.place)}{of.message}; {of.help}"
    check = f"{of.rule} {catalogue.rule(of.rule).name}"
    return Issue(check, told, _SEVERITIES[of.severity], of.fingerprint, top.path(of.place.path), first, last)
