"""Mappings as they are written: a display, or a call that makes one of its keyword arguments."""

from __future__ import annotations

from collections.abc import Iterable

from ..read.tree import Expr, Name
from .scope import Scope
from .values import Eval, Map, Values

Entries = tuple[tuple[Expr | None, Expr, Scope], ...]
MOST_WAYS = 8
"""Mappings that one display can be."""


def written(ev: Eval, pairs: Iterable[tuple[Expr | None, Expr]], scope: Scope) -> Values:
    """A mapping as it is written. What is unpacked from a name that is given anew is what that holds just there:
    `given = {**given, "model": "m"}`."""
    ways: list[Entries] = [()]
    for key, value in pairs:
        anew = key is None and isinstance(value, Name) and len(scope.bindings.get(value.id, ())) > 1
        held = ev.eval(value, scope) if anew else ()
        maps = [each for each in held if isinstance(each, Map) and not each.base]
        plain = len(maps) < len(held) or not 0 < len(maps) * len(ways) <= MOST_WAYS
        parts: list[Entries] = [((key, value, scope),)] if plain else [each.entries for each in maps]
        ways = [(*way, *part) for way in ways for part in parts]
    return tuple(Map(way) for way in ways)
