"""In what form results are told, and where to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from ..checks.errors import UsageError
from ..report.look import Look
from . import step_summary
from .destination import check, deliver

_Format = TypeVar("_Format", bound=Callable[..., str])


@dataclass(frozen=True, slots=True)
class Form:
    """As the options of a command say it."""

    format: str
    look: Look
    output: str = ""
    """A file; empty: standard output."""

    def check(self) -> None:
        """Complains before work is done for a place that can't be written. Raises UsageError."""
        if self.output:
            check(self.output)

    def of(self, formats: Mapping[str, _Format], what: str) -> _Format:
        """The function of this format. Raises UsageError where it can't show that, or can't be written there."""
        self.check()
        if self.format not in formats:
            raise UsageError(f"--format {self.format}: can't show {what}; use {', '.join(formats)}")
        return formats[self.format]

    def deliver(self, document: str, summary: Callable[[], str] | None = None) -> None:
        """Writes it, and where that goes beside it, what a step of GitHub's sums up."""
        if summary is not None:
            step_summary.add(self.format, summary)
        deliver(document.encode(errors="backslashreplace"), self.output, commands=self.format == "github")
