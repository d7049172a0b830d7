"""What can be wrong with a history."""

from __future__ import annotations


class HistoryError(Exception):
    """It can't be read or written; the text is a line that says which file and why. No result is wrong for it."""
