"""What can go wrong in the static side, as one small family.

AuditError
├── DataError       the shipped SDK data or rule catalogue is malformed (a bug of ours)
├── PluginError     checks that another package brings can't be used
├── NothingToAudit  no Python was found, or none of it could be read
└── UsageError      the user's mistake: a path that doesn't exist, a rule that isn't one
    └── ConfigError mistakes in a configuration file, all of them at once
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


class AuditError(Exception):
    """Root of the family; its text is one line, worded for the user."""


class DataError(AuditError):
    """The shipped data is malformed: names the file and the key."""


class PluginError(AuditError):
    """Checks that another package brings can't be loaded or have failed: names the package."""


class NothingToAudit(AuditError):
    """There was nothing that could be audited, so the run can't be called clean."""


class UsageError(AuditError):
    """The command can't be carried out as asked."""


class Mistake:
    """One thing wrong with a file; line and column are 1-based."""

    __slots__ = ("column", "line", "path", "why")

    def __init__(self, path: str, line: int, column: int, why: str) -> None:
        self.path = path
        self.line = line
        self.column = column
        self.why = why

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.why}"


class ConfigError(UsageError):
    """A configuration file with mistakes; its text has a line for each."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__("\n".join(map(str, mistakes)))
        self.mistakes = tuple(mistakes)
