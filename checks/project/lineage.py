"""What a class derives from, in the project and beyond."""

from __future__ import annotations

from collections.abc import Iterator

from .scope import Scope
from .values import Cls, Eval, Ext

MOST = 64
"""Classes above one that are looked at."""


def mro(ev: Eval, scope: Scope) -> list[Scope]:
    """The class and its project bases, nearest first."""
    found = [scope]
    for at in found:
        for base in ev.bases(at):
            if isinstance(base, Cls) and base.scope not in found and len(found) < MOST:
                found.append(base.scope)
    return found


def foreign_bases(ev: Eval, scope: Scope) -> Iterator[Ext]:
    """Classes of other packages that the class derives from, directly or through project classes."""
    for owner in mro(ev, scope):
        for base in ev.bases(owner):
            if isinstance(base, Ext):
                yield base
