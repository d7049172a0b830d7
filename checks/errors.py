"""What can go wrong in the static side, as one small family.

AuditError
├── DataError       the shipped SDK data or rule catalogue is malformed (a bug of ours)
├── NothingToAudit  no Python was found, or none of it could be read
└── UsageError      the user's mistake: a path that doesn't exist, a rule that isn't one
"""

from __future__ import annotations


class AuditError(Exception):
    """Root of the family; its text is one line, worded for the user."""


class DataError(AuditError):
    """The shipped data is malformed: names the file and the key."""


class NothingToAudit(AuditError):
    """There was nothing that could be audited, so the run can't be called clean."""


class UsageError(AuditError):
    """The command can't be carried out as asked."""
