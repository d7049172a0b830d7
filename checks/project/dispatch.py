"""Calls of functions that are looked up: in a table (`TABLE[name](…)`), by name (`getattr(self, f"do_{x}")()`), or by
the import path of their class."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from ..read.tree import Attr, Call, Const, Expr, Index, Name, walk
from .constructors import CONSTRUCTORS
from .edges import displayed, name_of
from .identity import bases, runs
from .mappings import item
from .scope import Scope, Site
from .strings import text_of
from .values import Cls, Ext, Map, Obj, Seq, Unk, Values, union

if TYPE_CHECKING:
    from .evaluate import Evaluator

Bodies = Callable[[str], Iterator[Scope]]
"""The bodies that hold a word and may concern the function asked about."""


def dispatched(ev: Evaluator, scope: Scope, words: list[str], bodies: Bodies) -> Iterator[Site]:
    """Calls of what comes out of a table that holds the function."""
    once = ev.world.once
    tables = dict.fromkeys(
        name for word in words for body in bodies(word) for name in once(_displays, body).get(word, ())
    )
    for body in dict.fromkeys(body for name in tables for body in bodies(name)):
        yield from (site for site, found in once(_looked_up, body) if _is_looked_up(ev, site, found, scope))


def may_be_made_up(scope: Scope) -> bool:
    """Whether a function may be looked up by a name that is put together: a method of several words."""
    return scope.klass() is not None and "_" in scope.short.strip("_")


def by_path(ev: Evaluator, scope: Scope) -> Iterator[Site]:
    """Calls that build a class out of its import path, in modules that hold the path as a string."""
    owner = scope.klass()
    if owner is None or scope.short not in CONSTRUCTORS:
        return
    path = re.compile(rf"(?:[\w.]+[.:])?{re.escape(owner.short)}")
    name, source = owner.short, ev.world.source
    quoted = (f'{name}"'.encode(), f"{name}'".encode())

    def is_quoted(path: str) -> bool:
        return any(text in source.data(path) for text in quoted)

    holding = [body for body in ev.world.anywhere(name, rf"""\b{name}["']""", is_quoted) if _has_text(body, path)]
    for module in dict.fromkeys(body.module for body in holding):
        for body in module.scopes():
            for site in body.sites:
                if isinstance(site.call.func, (Name, Call)) and any(
                    isinstance(value, Cls) and runs(ev, value, scope, site) for value in ev.callee(site)
                ):
                    yield site


def _has_text(body: Scope, pattern: re.Pattern[str]) -> bool:
    """Whether something bound in the body is or holds a string of that form."""
    exprs = (binding.expr for bindings in body.bindings.values() for binding in bindings if binding.expr is not None)
    texts = (each.value for expr in exprs for each in walk(expr) if isinstance(each, Const))
    return any(isinstance(text, str) and pattern.fullmatch(text) for text in texts)


def _displays(body: Scope) -> dict[str, list[str]]:
    """By the functions and classes that displays hold, the names of those: `TABLE = {"a": word}`,
    `TABLE["a"] = word`."""
    found: dict[str, list[str]] = {}
    for name, bindings in body.bindings.items():
        for word in {word for each in bindings if each.how == "value" for word in displayed(each.expr)}:
            found.setdefault(word, []).append(name)
    for put in body.sets:
        stored = put.binding.expr
        itself = (name_of(stored),) if stored is not None and put.name is None else ()
        for word in {*displayed(stored), *itself}:
            found.setdefault(word, []).append(put.name or name_of(put.base))
    return found


def _looked_up(body: Scope) -> list[tuple[Site, list[Expr]]]:
    """The calls of something out of a table, with the tables."""
    return [(site, found) for site in body.sites if (found := list(_looked_up_in(site)))]


def made_up(body: Scope) -> list[tuple[Site, list[Call]]]:
    """The calls of something that `getattr` gives, with the calls of that."""
    return [(site, found) for site in body.sites if (found := list(_lookups(site)))]


def _is_looked_up(ev: Evaluator, site: Site, tables: list[Expr], scope: Scope) -> bool:
    """Whether a call is one of anything in a table that holds the function, whatever the key is."""
    for table in tables:
        held = tuple(value for value in ev.eval(table, site.scope) if isinstance(value, (Map, Seq)))
        found = _inside(ev, held, 0)
        if any(not isinstance(value, (Unk, Ext)) and runs(ev, value, scope, site) for value in found):
            return True
    return False


def _inside(ev: Evaluator, held: Values, depth: int) -> Values:
    """What displays hold, also in displays of their own: `[("name", function), …]`."""
    found = item(ev, held, None)
    nested = tuple(value for value in found if isinstance(value, Seq))
    return union(found, _inside(ev, nested, depth + 1)) if nested and depth < 2 else found


def is_made_up(ev: Evaluator, site: Site, lookups: list[Call], scope: Scope) -> bool:
    """Whether one of the names that a call looks up fits the function."""
    owner = scope.klass()
    for lookup in lookups:
        pattern = text_of(ev.eval(lookup.args[1], site.scope))
        if len(pattern) < 4 or not re.fullmatch(".*".join(map(re.escape, pattern.split("\0"))), scope.short):
            continue
        for value in ev.eval(lookup.args[0], site.scope):
            if isinstance(value, (Obj, Cls)) and (value.scope is owner or owner in bases(ev, value.scope)):
                return True
    return False


def _made(site: Site) -> list[Expr]:
    """What the callee of a site is: itself, or what its name is bound to."""
    func = site.call.func
    if not isinstance(func, Name):
        return [func]
    return [binding.expr for binding in site.scope.bindings.get(func.id, ()) if binding.expr is not None]


def _looked_up_in(site: Site) -> Iterator[Expr]:
    """The tables out of which the callee comes: `T[key](…)`, `T.get(key)(…)`, `for f in T: f(…)`."""
    for each in _made(site):
        match each:
            case Index(value=table) | Call(func=Attr(value=table, name="get" | "pop" | "values" | "items")):
                yield table
            case Name() | Attr() if isinstance(site.call.func, Name):
                yield each
            case _:
                continue


def _lookups(site: Site) -> Iterator[Call]:
    """`getattr(x, name)` calls whose result the site calls."""
    for each in _made(site):
        if isinstance(each, Call) and name_of(each.func) == "getattr" and len(each.args) > 1:
            yield each
