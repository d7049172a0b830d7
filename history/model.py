"""How figures went over time, as plain frozen values: what every form of a trend is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["audit", "bench"]


@dataclass(frozen=True, slots=True)
class Point:
    """One result."""

    name: str
    """Its number in the history, or the name of the file it was read from."""
    at: str
    """When, as `2026-11-29T19:26:22Z`; empty: it doesn't tell."""
    commit: str
    """The commit that was checked out, whole; empty: not known."""
    verdict: str
    """A load test's; empty for an audit."""
    figures: Mapping[str, float]
    """By name, as in FIGURES, and `rule.ID` for the findings of a rule. What isn't known is not in it."""


@dataclass(frozen=True, slots=True)
class Track:
    """Results that can be held against each other: of one kind, and about the same thing. At least one."""

    kind: Kind
    subject: str
    """What was audited, as a path from the project's top (`.` for all of it), or what was measured and how."""
    points: tuple[Point, ...]
    """The oldest first."""
    earlier: int = 0
    """Results before these, which were not asked for."""

    def values(self, name: str) -> tuple[float | None, ...]:
        """A figure at each point; None where it isn't known."""
        return tuple(each.figures.get(name) for each in self.points)


@dataclass(frozen=True, slots=True)
class Trend:
    """Everything that is known: audits first, then load tests, each track by its subject."""

    tracks: tuple[Track, ...] = ()
