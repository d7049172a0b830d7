"""Findings as a reader takes them in: by call, in order of place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..checks.model import Audit, Call, Finding, Place

Position = tuple[str, int, int, int]


@dataclass(frozen=True, slots=True)
class Group:
    """What is said of one call, of one place that is no call, or of the whole project."""

    place: Place
    call: Call | None
    findings: tuple[Finding, ...]

    @property
    def source(self) -> str:
        """The line it stands on."""
        return self.findings[0].source if self.call is None else self.call.source

    @property
    def whole(self) -> bool:
        """Whether it is said of the whole project."""
        return self.findings[0].whole


def groups(audit: Audit) -> list[Group]:
    """The findings that are open; those of a call stand together wherever they were placed, and so do those of
    the whole project, at the end."""
    held: dict[tuple[bool, Position, int], list[Finding]] = {}
    for finding in audit.findings:
        if finding.open:
            where = ("", -1, 0, 0) if finding.whole else position(_home(audit, finding))
            held.setdefault((finding.whole, where, -1 if finding.call is None else finding.call), []).append(finding)
    return [
        Group(_home(audit, found[0]), None if call < 0 else audit.calls[call], tuple(found))
        for (_, _, call), found in sorted(held.items(), key=lambda pair: pair[0])
    ]


def by_rule(findings: Iterable[Finding]) -> list[tuple[str, list[Finding]]]:
    """The findings that are open, by the id of their rule, the most frequent rule first."""
    held: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.open:
            held.setdefault(finding.rule, []).append(finding)
    return sorted(held.items(), key=lambda pair: (-len(pair[1]), pair[0]))


def _home(audit: Audit, finding: Finding) -> Place:
    return finding.place if finding.call is None else audit.calls[finding.call].place


def position(place: Place) -> Position:
    """A key that orders places as they are read."""
    return place.path, -1 if place.cell is None else place.cell, place.line, place.column
