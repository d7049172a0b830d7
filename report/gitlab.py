"""GitLab's Code Quality report: what its merge requests show beside the code."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from .terminal import safe


@dataclass(frozen=True, slots=True)
class Issue:
    """One entry, in words that may come from anywhere."""

    check: str
    description: str
    severity: Literal["info", "minor", "major", "critical", "blocker"]
    fingerprint: str
    """By which GitLab tells a new one from one that was there before."""
    path: str
    first: int = 1
    last: int = 1


def written(issues: Iterable[Issue]) -> str:
    """The document; an empty list where nothing is wrong."""
    return json.dumps([_entry(each) for each in issues], indent=2) + "\n"


def _entry(of: Issue) -> dict[str, object]:
    return {
        "description": safe(of.description),
        "check_name": safe(of.check),
        "fingerprint": of.fingerprint,
        "severity": of.severity,
        "location": {"path": safe(of.path), "lines": {"begin": of.first, "end": of.last}},
    }
