"""Which findings are shown, and which exit status they make."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ..checks.config import Config
from ..checks.config.values import FailOn
from ..checks.model import Audit, Finding, Severity

_RANK = {"note": 0, "warning": 1, "error": 2, "never": 3}


@dataclass(frozen=True, slots=True)
class Levels:
    """What the user wants to hear of, and from where on it is a failure."""

    min_severity: Severity = "note"
    fail_on: FailOn = "warning"
    exit_zero: bool = False

    @classmethod
    def of(cls, said: Config, min_severity: Severity | None, fail_on: FailOn | None, *, exit_zero: bool) -> Levels:
        """What the command line says, else the configuration, else the usual."""
        return cls(min_severity or said.min_severity or "note", fail_on or said.fail_on or "warning", exit_zero)

    def shown(self, audit: Audit) -> Audit:
        """The audit without findings milder than asked for."""
        return replace(audit, findings=tuple(one for one in audit.findings if self.shows(one)))

    def shows(self, finding: Finding) -> bool:
        """Whether a finding is no milder than asked for."""
        return _RANK[finding.severity] >= _RANK[self.min_severity]

    def status(self, findings: Iterable[Finding]) -> int:
        """1 when one of these findings, that is open, is at or above the fail level; else 0."""
        least = _RANK[self.fail_on]
        failed = any(_RANK[one.severity] >= least for one in findings if one.open)
        return int(failed and not self.exit_zero)
