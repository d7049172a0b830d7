"""Command lines that are made of all there is in something: `Fire(Class)`, `Fire({"ask": ask})`, `Fire()`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..sdks.schema import Framework
from .edges import name_of
from .lineage import mro
from .scope import Scope, Site
from .values import Cls, Ext, Fn, Map, Mod, Obj, Seq, Value

if TYPE_CHECKING:
    from .evaluate import Evaluator

OPEN = frozenset({"__init__", "__call__"})
"""Methods that run by themselves; what else begins with an underline is no command."""
DEEPEST = 3
"""Groups of commands within others."""


def components(ev: Evaluator, frameworks: tuple[Framework, ...]) -> dict[Scope, Framework]:
    """Functions, classes and modules that become commands, as wholes."""
    found: dict[Scope, Framework] = {}
    for framework in frameworks:
        for name in framework.takes_apart:
            for scope in ev.world.anywhere(name, rf"\b{re.escape(name)}\s*\("):
                for site in scope.sites:
                    if name_of(site.call.func) == name and _is_of(ev, site, framework):
                        for each in _given(ev, site, framework.register[name]):
                            found.setdefault(each, framework)
    return found


def command_of(scope: Scope, known: dict[Scope, Framework]) -> Framework | None:
    """The framework that makes a command of a function because of what it stands in, or of itself."""
    holder = scope.parent
    if scope in known or holder is None or (scope.short.startswith("_") and scope.short not in OPEN):
        return known.get(scope)
    return known.get(holder) if scope.kind == "function" else None


def _is_of(ev: Evaluator, site: Site, framework: Framework) -> bool:
    paths = (each.path for each in ev.callee(site) if isinstance(each, Ext))
    return any(path.startswith(f"{root}.") for path in paths for root in framework.imports)


def _given(ev: Evaluator, site: Site, places: tuple[str, ...]) -> Iterator[Scope]:
    """What a call is given to take apart; its own module, where that is nothing."""
    named = (each.value for each in site.call.keywords if each.name in places)
    given = next(iter((*site.call.args, *named)), None)
    if given is None:
        yield site.scope.module.top
        return
    for value in ev.eval(given, site.scope):
        yield from _within(ev, value, 0)


def _within(ev: Evaluator, value: Value, depth: int) -> Iterator[Scope]:
    match value:
        case Fn(scope=scope):
            yield scope
        case Cls(scope=scope) | Obj(scope=scope):
            yield from mro(ev, scope)
        case Mod(module=module):
            yield module.top
        case Map(entries=entries) if depth < DEEPEST:
            for _, expr, scope in entries:
                for each in ev.eval(expr, scope):
                    yield from _within(ev, each, depth + 1)
        case Seq(elements=elements, scope=scope) if depth < DEEPEST:
            for expr in elements:
                for each in ev.eval(expr, scope):
                    yield from _within(ev, each, depth + 1)
        case _:
            return
