"""Findings as a reader takes them in: by call, in order of place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..checks.model import Audit, Call, Finding, Place

Position = tuple[str, int, int, int]


@dataclass(frozen=True, slots=True)
class Group:
    """What is said of one call, or of one place that is no call."""

    place: Place
    call: Call | None
    findings: tuple[Finding, ...]


def groups(audit: Audit) -> list[Group]:
    """The findings that nobody suppressed; those of a call stand together wherever they were placed."""
    held: dict[tuple[Position, int | None], list[Finding]] = {}
    for finding in audit.findings:
        if finding.suppressed is None:
            held.setdefault((position(_home(audit, finding)), finding.call), []).append(finding)
    order = sorted(held, key=lambda key: (key[0], -1 if key[1] is None else key[1]))
    return [
        Group(_home(audit, held[key][0]), None if key[1] is None else audit.calls[key[1]], tuple(held[key]))
        for key in order
    ]


def by_rule(findings: Iterable[Finding]) -> list[tuple[str, list[Finding]]]:
    """The findings that nobody suppressed, by the id of their rule, the most frequent rule first."""
    held: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.suppressed is None:
            held.setdefault(finding.rule, []).append(finding)
    return sorted(held.items(), key=lambda pair: (-len(pair[1]), pair[0]))


def _home(audit: Audit, finding: Finding) -> Place:
    return finding.place if finding.call is None else audit.calls[finding.call].place


def position(place: Place) -> Position:
    """A key that orders places as they are read."""
    return place.path, -1 if place.cell is None else place.cell, place.line, place.column
