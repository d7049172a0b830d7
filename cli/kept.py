"""What becomes of a run beside its document."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a run under a name, and what it is held against."""

    baseline: str | None
    save: str | None
    tolerance: float

    def check(self) -> None:
        """Complains before a request is sent for it. Raises KeptError."""
        from ..bench.outcome import baseline_files, checked

        if self.save is not None:
            checked(self.save)
        if self.baseline is not None:
            baseline_files(self.baseline)


def tolerated(text: str | None) -> float:
    """The part of the first run's figure up to which differences matter to nobody. Raises UsageError."""
    from ..bench.slo import TOLERANCE
    from ..bench.texts import ratio
    from ..checks.errors import UsageError

    if text is None:
        return TOLERANCE
    try:
        return ratio(text)
    except ValueError as error:
        raise UsageError(f"--tolerance: {error}") from error
