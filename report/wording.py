"""Places and facts in the few words a table or a heading has room for. All of it is safe to print."""

from __future__ import annotations

from ..checks.model import Audit, Place, Retry, Setting, Timeout
from .terminal import counted, safe

BY_SDK = "(sdk)"
"""Marks what the SDK does by itself."""


def location(place: Place, way: str = "") -> str:
    """`path:line:column`, which terminals and editors open; the cells of a notebook are counted from 1."""
    cell = "" if place.cell is None else f"cell {place.cell + 1}:"
    return f"{safe(way + place.path)}:{cell}{place.line}:{place.column}"


def timeout(fact: Timeout) -> str:
    """`30 s`, `600 s (sdk)`, or its state."""
    return _told(fact.state, "" if fact.seconds is None else f"{fact.seconds:g} s")


def retry(fact: Retry) -> str:
    """How many requests at most: `3x`, `3x (sdk)`, or its state."""
    return _told(fact.state, "" if fact.attempts is None else f"{fact.attempts}x")


def _told(state: str, number: str) -> str:
    """A number where one is in effect and known, with who chose it."""
    if state == "sdk-default":
        return f"{number} {BY_SDK}".lstrip()
    return (number or "set") if state == "explicit" else safe(state)


def model(fact: Setting) -> str:
    """The model's name, or where it comes from."""
    return f"({fact.state})" if fact.state in {"config", "unknown"} else safe(fact.state)


def unread(audit: Audit) -> str:
    """That much could not be read, where a reader might else take what is said for true of it; empty where not."""
    lost, read = len(audit.skipped), audit.counts.audited
    if not lost or not read or ((audit.calls or audit.findings) and lost <= read):
        return ""
    one = lost == 1
    return (
        f"{counted(lost, 'file')} could not be read, so model calls in {'it are' if one else 'them are'} missing here"
    )
