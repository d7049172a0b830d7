"""What becomes of a run beside its document."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a run under a name, and what it is held against."""

    baseline: str | None = None
    save: str | None = None
    tolerance: float = 0.05
