"""What a class derives from, in the project and beyond."""

from __future__ import annotations

from collections.abc import Iterator

from .scope import Scope
from .values import Cls, Eval, Ext

MOST = 64
"""Classes above one that are looked at."""


def mro(ev: Eval, scope: Scope) -> list[Scope]:
    """The class and its project bases, in the order in which Python asks them: the first base with all that only it
    leads to comes before the second."""
    found: dict[Scope, None] = {}
    _above(ev, scope, set(), found)
    return list(reversed(found))


def _above(ev: Eval, scope: Scope, met: set[Scope], found: dict[Scope, None]) -> None:
    """Put down what a class derives from, the furthest first, and then the class."""
    met.add(scope)
    for base in reversed(ev.bases(scope)):
        if isinstance(base, Cls) and base.scope not in met and len(met) < MOST:
            _above(ev, base.scope, met, found)
    found[scope] = None


def behind(ev: Eval, klass: Scope, scope: Scope) -> list[Scope]:
    """The classes that `super()` of one class asks for an object of another one."""
    line = mro(ev, klass)
    return line[line.index(scope) + 1 :] if scope in line else []


def foreign_bases(ev: Eval, scope: Scope) -> Iterator[Ext]:
    """Classes of other packages that the class derives from, directly or through project classes."""
    for owner in mro(ev, scope):
        for base in ev.bases(owner):
            if isinstance(base, Ext):
                yield base
