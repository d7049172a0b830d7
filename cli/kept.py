"""What becomes of a run beside its document."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a run under a name, and what it is held against."""

    baseline: str | None = None
    save: str | None = None
    tolerance: float = 0.05

    def check(self) -> None:
        """Complains before a request is sent for it. Raises KeptError."""
        from ..bench.outcome import baseline_files, checked

        if self.save is not None:
            checked(self.save)
        if self.baseline is not None:
            baseline_files(self.baseline)
