"""Places and facts in the few words a table or a heading has room for. All of it is safe to print."""

from __future__ import annotations

from ..checks.model import Place, Retry, Setting, Timeout
from .terminal import safe

BY_SDK = "(sdk)"
"""Marks what the SDK does by itself."""


def location(place: Place, way: str = "") -> str:
    """`path:line:column`, which terminals and editors open; the cells of a notebook are counted from 1."""
    cell = "" if place.cell is None else f"cell {place.cell + 1}:"
    return f"{safe(way + place.path)}:{cell}{place.line}:{place.column}"


def timeout(fact: Timeout) -> str:
    """`30 s`, `600 s (sdk)`, or its state."""
    if fact.seconds is None or fact.state not in {"explicit", "sdk-default"}:
        return "set" if fact.state == "explicit" else safe(fact.state)
    return f"{fact.seconds:g} s {BY_SDK if fact.state == 'sdk-default' else ''}".rstrip()


def retry(fact: Retry) -> str:
    """How many requests at most: `3x`, `3x (sdk)`, or its state."""
    if fact.attempts is None or fact.state not in {"explicit", "sdk-default"}:
        return "set" if fact.state == "explicit" else safe(fact.state)
    return f"{fact.attempts}x {BY_SDK if fact.state == 'sdk-default' else ''}".rstrip()


def model(fact: Setting) -> str:
    """The model's name, or where it comes from."""
    return f"({fact.state})" if fact.state in {"config", "unknown"} else safe(fact.state)
