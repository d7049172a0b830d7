"""What of a run's files was looked at and what was not, and why."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that could not be looked at, and why.

    reason: syntax-error, too-deep, not-utf8, null-bytes, too-large, unreadable, vanished, symlink-loop,
    symlink-outside, broken-notebook or not-python.
    """

    path: str
    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class UnreadPins:
    """A lock file or a list of requirements that could not be read: it pins no SDK to a release."""

    path: str
    detail: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Files found that only stand around the product, by what they are (`files/roles.py` tells)."""

    tests: int = 0
    examples: int = 0
    docs: int = 0


@dataclass(frozen=True, slots=True)
class Counts:
    """Files of a run: seen on disk, judged by any means, read by the parser, answered from the cache."""

    found: int
    audited: int
    parsed: int
    cached: int
    left_out: LeftOut = LeftOut()
