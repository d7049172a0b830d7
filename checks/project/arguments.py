"""Arguments: which expression a call passes for a parameter, through stars and wrappers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from ..read.tree import Call, Const, Expr, If, Items, Param, Star, is_name, is_not_none, same, walk
from .conditions import leaves
from .edges import CALLED, Edge
from .scope import Frame, Scope, Site
from .values import Eval, Ext, Kw, Lit, Map, Obj, Prm, Unk, Value, Values, union


class Passed(NamedTuple):
    """What is known of one argument: its values, whether it is certainly there, and where it was written."""

    values: Values
    certain: bool
    """False where something that can't be read may hold it too, or instead."""
    line: int
    scope: Scope | None
    always: bool = True
    """False where it is left out on some way to the call."""


NOTHING = Passed((), True, 0, None)
"""Certainly not passed."""
HIDDEN = Passed((Unk(),), False, 0, None)
"""May be in something that can't be read."""
ABSENT = Lit(None, "absent")
"""Stands for an entry that is only put in where it isn't None."""


def passed(ev: Eval, scope: Scope, param: Param) -> tuple[Values, bool]:
    """What known callers pass for a parameter, and whether all of them do."""
    groups: list[Values] = []
    always = None
    for edge in _making(ev, scope):
        site, expr = of_edge(edge, scope, param)
        if is_name(expr, param.name) and site.scope is scope and len(scope.bindings.get(param.name, ())) == 1:
            continue  # a function that calls itself hands on what it was given
        always = always is not False
        if expr is not None:
            groups.append(at_site(ev, expr, site))
            continue
        if any(each.name is None for each in site.call.keywords):
            found = keyword(ev, site, param.name)
            if found.values and found.certain:
                groups.append(found.values)
                continue
        always = False
    return union(*groups), bool(always)


def _making(ev: Eval, scope: Scope) -> Sequence[Edge]:
    """The callers of a function; of a constructor without those in factories that nobody calls, where others are."""
    edges = ev.callers(scope)
    if scope.short != "__init__" or len(edges) < 2:
        return edges
    return [each for each in edges if not _is_unused(ev, each.site)] or edges


def _is_unused(ev: Eval, site: Site) -> bool:
    """Whether a call is what a function gives back that nothing mentions: an entry point gives back no object."""
    function, module = site.scope, site.scope.module
    if not function.is_function or all(site.call is not each for each in function.returns):
        return False
    plain = all(is_name(each, "classmethod") or is_name(each, "staticmethod") for each in function.decorators)
    units = ev.world.mentioning(function.short, module.path) if plain else ()
    return plain and all(each is module and unit.name == function.name for each, unit in units)


def of_edge(edge: Edge, scope: Scope, param: Param) -> tuple[Site, Expr | None]:
    """What a caller passes for a parameter, and where: a `partial` that is called is given more than it holds, and by
    name something else."""
    site = edge.target or edge.site
    if edge.target is not None and edge.at == CALLED:
        held = edge.target.call.args[edge.skip :]
        added = None if any(isinstance(arg, Star) for arg in held) else of_param(edge.site, scope, param, -len(held))
        if added is not None:
            return edge.site, added
    return site, of_param(site, scope, param, edge.skip)


def of_param(site: Site, scope: Scope, param: Param, skip: int = 0) -> Expr | None:
    """The expression a call site passes for a parameter; `skip` arguments belong to the helper it goes through, or as
    many less than none are given elsewhere."""
    for each in site.call.keywords:
        if each.name == param.name:
            return each.value
    if param.kind != "positional":
        return None
    names = [each.name for each in scope.params if each.kind == "positional"]
    at = names.index(param.name)
    if scope.klass() is not None and not scope.is_static:
        at -= 1
    at += min(skip, 0)
    args = site.call.args[max(skip, 0) :]
    if at < 0 or at >= len(args) or any(isinstance(arg, Star) for arg in args[: at + 1]):
        return None
    return args[at]


def at_site(ev: Eval, node: Expr, site: Site) -> Values:
    """The values of an expression that is part of the site's call."""
    return ev.eval_at(node, site.scope, site.line, site.frames) or (Unk("?value"),)


def keyword(ev: Eval, site: Site, name: str) -> Passed:
    """A keyword argument of a call, looked for in `**` mappings too."""
    hidden, sometimes = False, NOTHING
    for each in site.call.keywords:
        if each.name == name:
            return Passed(at_site(ev, each.value, site), True, each.line, site.scope)
    for each in reversed(site.call.keywords):
        if each.name is None:
            found = entry(ev, at_site(ev, each.value, site), name)
            placed = found if found.line else found._replace(line=each.line, scope=site.scope)
            if found == HIDDEN:
                hidden = True
            elif found.values and found.always:
                return placed
            elif found.values:
                sometimes = placed
    if sometimes.values:
        return sometimes
    return HIDDEN if hidden else NOTHING


def positional(ev: Eval, site: Site, at: int) -> Passed:
    """A positional argument of a call."""
    args = site.call.args
    if at < len(args) and not any(isinstance(arg, Star) for arg in args[: at + 1]):
        return Passed(at_site(ev, args[at], site), True, site.call.span.line, site.scope)
    return NOTHING


def argument(ev: Eval, site: Site, name: str, args: tuple[str, ...] = ()) -> Passed:
    """An argument by name or, if it has a position in `args`, by place."""
    if name.isdigit():
        return positional(ev, site, int(name))
    found = keyword(ev, site, name)
    if found.values:
        return found
    if name in args:
        placed = positional(ev, site, args.index(name))
        if placed.values:
            return placed
    return found


def entry(ev: Eval, values: Values, key: str, depth: int = 0) -> Passed:
    """The value under a key of a mapping, or of an object built with keywords.

    `certain` is False where something unreadable may hold it.
    """
    groups: list[Values] = []
    certain, always, line, where = True, True, 0, None
    for value in values:
        found = _entry(ev, value, key, depth)
        certain = certain and found.certain
        if found.values and found != HIDDEN:
            groups.append(found.values)
            line, where = line or found.line, where or found.scope
            always = always and found.always
        elif isinstance(value, (Map, Kw)) and found.certain:
            always = False
    if groups:
        return Passed(union(*groups), certain, line, where, always)
    return NOTHING if certain else HIDDEN


def _entry(ev: Eval, value: object, key: str, depth: int) -> Passed:
    if depth > 8:
        return HIDDEN
    match value:
        case Map():
            return _once(ev, value, key, lambda: _from_entries(ev, value, key, depth))
        case Kw(scope=scope):
            return _from_callers(ev, scope, key)
        case Ext(sites=sites, path=path) if sites and path.endswith("()"):
            named = _once(ev, value, key, lambda: keyword(ev, sites[-1], key))
            is_body = key == "data" and path == "urllib.request.Request()" and not named.values
            return positional(ev, sites[-1], 1) if is_body else named
        case Obj(scope=scope):
            held = tuple(each for each in ev.attribute(value, key) if not _is_inherited(each, key))
            plain = all(isinstance(each, Unk) for each in held)
            return NOTHING if plain else Passed(held, True, scope.line, scope)
        case Prm():
            return HIDDEN if depth == 0 else NOTHING
        case _:
            return NOTHING


def _is_inherited(value: Value, name: str) -> bool:
    """Whether it is of a base class of another package, which need not have such a field at all."""
    return isinstance(value, Ext) and value.path.endswith(f"().{name}")


def _once(ev: Eval, value: Map | Ext, key: str, look: Callable[[], Passed]) -> Passed:
    """What is found under a key the first time; what is made of itself holds nothing more there."""
    known = ev.looked_up.get((value, key))
    if known is None:
        ev.looked_up[value, key] = NOTHING
        known = ev.looked_up[value, key] = look()
    return known


def _from_entries(ev: Eval, mapping: Map, key: str, depth: int, end: int | None = None) -> Passed:
    """`end`: where the entries end that are looked at."""
    certain = True
    lines = mapping.at(0).lines
    for at in reversed(range(len(lines) if end is None else end)):
        own, expr, scope = mapping.entries[at]
        if isinstance(own, Const):
            if own.value == key:
                held = _held(ev, expr, scope, lines[at])
                found = Passed(held, certain, line_of(expr) or lines[at], scope, ABSENT not in held)
                return found if found.always else _or(found, _from_entries(ev, mapping, key, depth, at))
        elif own is None:
            found = entry(ev, ev.eval(expr, scope), key, depth + 1)
            if found.values and found.certain:
                return found
            certain = certain and found.certain
        elif any(getattr(each, "value", None) == key for each in ev.eval(own, scope)):
            return Passed(ev.eval(expr, scope), certain, line_of(expr) or lines[at], scope)
    if mapping.base:
        found = entry(ev, mapping.base, key, depth + 1)
        return found._replace(certain=found.certain and certain)
    return NOTHING if certain else HIDDEN


def _or(put: Passed, before: Passed) -> Passed:
    """What an entry holds that is only put in where it is given, over what the mapping held before."""
    if not before.values:
        return put._replace(certain=put.certain and before.certain)
    left = tuple(each for each in put.values if each != ABSENT)
    return before._replace(values=union(left, before.values), certain=put.certain and before.certain)


def _held(ev: Eval, expr: Expr, scope: Scope, line: int) -> Values:
    """What an entry holds; `if limit is not None: options["timeout"] = limit` leaves it out where it would be None."""
    found = ev.eval(expr, scope) or (Unk(),)
    put = next((each for each in scope.sets if each.binding.expr is expr and each.line == line), None)
    if put is None or not any(is_asked_for(frame, expr) for frame in put.binding.frames):
        return found
    return tuple(ABSENT if isinstance(each, Lit) and each.value is None else each for each in found)


def is_asked_for(frame: Frame, expr: Expr) -> bool:
    """Whether a test lets only something that isn't None through: `if limit:`, `if limit is not None:`."""
    match frame:
        case Frame(kind="if", part="body", node=If(test=test)):
            held = (leaf for leaf, holds in leaves(test, holds=True) if holds)
            return any(same(leaf, expr) or is_not_none(leaf, expr) for leaf in held)
        case _:
            return False


def _from_callers(ev: Eval, scope: Scope, key: str) -> Passed:
    """What callers pass in a function's `**kwargs`, worked out once; nothing while it is being worked out."""
    known = ev.entries.get((id(scope), key))
    if known is None:
        ev.entries[id(scope), key] = NOTHING
        known = ev.entries[id(scope), key] = _ask_callers(ev, scope, key)
    return known


def _ask_callers(ev: Eval, scope: Scope, key: str) -> Passed:
    edges = ev.callers(scope)
    groups: list[Values] = []
    certain, always, line, where = bool(edges), True, 0, None
    for edge in edges:
        found = keyword(ev, edge.target or edge.site, key)
        certain = certain and found.certain
        if found.values and found != HIDDEN:
            groups.append(found.values)
            line, where = found.line, found.scope
        always = always and bool(found.values) and found.always
    if groups:
        return Passed(union(*groups), certain, line, where, always)
    return NOTHING if certain else HIDDEN


def line_of(expr: Expr) -> int:
    """First line of an expression that holds a call; else 0, so that the place it is used at counts."""
    return next((node.span.line for node in walk(expr) if isinstance(node, Call)), 0)


def keyword_names(ev: Eval, site: Site) -> frozenset[str]:
    """Names of keyword arguments, those in `**` mappings included as far as they can be read."""
    found: set[str] = set()
    for each in site.call.keywords:
        if each.name:
            found.add(each.name)
            continue
        for value in ev.eval(each.value, site.scope):
            if isinstance(value, Map):
                found.update(str(key.value) for key, _, _ in value.entries if isinstance(key, Const))
    return frozenset(found)


def as_items(expr: Expr) -> tuple[Expr, ...]:
    """The elements of a display, or the expression alone."""
    return expr.elements if isinstance(expr, Items) else (expr,)
