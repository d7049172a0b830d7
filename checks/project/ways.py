"""Ways up from a call that can be gone: `ask(text, stream=False)` doesn't get below `if stream:`.

What the tests around a call ask of the parameters of its function is held against what each caller gives. Where a
caller hands on a parameter of its own, the same is asked of that one's callers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..read.tree import (
    Attr,
    Call,
    Compare,
    Const,
    Expr,
    Items,
    Mapping,
    Name,
    Param,
    Star,
    Template,
    is_name,
)
from .arguments import of_edge
from .conditions import leaves, tests_at
from .edges import Edge
from .scope import Scope, Site
from .values import Eval

NONE = Const(None)
CHANGING = frozenset({"update", "setdefault", "pop", "clear"})


FEW = 8
"""Needs that are told apart at one function."""


class Need(NamedTuple):
    """What a parameter must be for a place to be reached, or what an entry of the `**` parameter must."""

    of: Scope
    """The function whose parameter it is: the one that holds the place, or one around that."""
    name: str
    asks: tuple[object, ...] | None
    """That it is one of these; None: that it is true."""
    holds: bool
    """False: that it is not."""
    key: bool = False
    absent: Const | None = None
    """For an entry: what it counts as where it isn't given."""


Needs = frozenset[Need]
NO_NEEDS: Needs = frozenset()


class Apart:
    """How many different needs are told apart at a function; with more of them, every way into it counts."""

    def __init__(self) -> None:
        self._known: dict[Scope, set[Needs]] = {}

    def at(self, function: Scope, needs: Needs) -> Needs:
        """The needs, or none where there have been too many."""
        known = self._known.setdefault(function, set())
        if needs not in known and len(known) >= FEW:
            return NO_NEEDS
        known.add(needs)
        return needs


class Ways:
    """The ways into the functions of a project. What was asked for one call is known for all."""

    def __init__(self, ev: Eval) -> None:
        self._ev = ev
        self._into: dict[tuple[Scope, Needs], tuple[tuple[Edge, Needs], ...]] = {}
        self._of: dict[Site, Needs] = {}

    def into(self, function: Scope, needs: Needs) -> tuple[tuple[Edge, Needs], ...]:
        """The edges into a function by which a place in it that has these needs is reached, with what each needs of
        the function that it comes from."""
        key = function, needs
        if key not in self._into:
            self._into[key] = tuple(self._found(*key))
        return self._into[key]

    def needs_of(self, site: Site) -> Needs:
        """What the tests around a site and before it ask of the parameters of its function."""
        if site not in self._of:
            self._of[site] = _needs_of(site)
        return self._of[site]

    def _found(self, function: Scope, needs: Needs) -> Iterator[tuple[Edge, Needs]]:
        if any(not _passes_on(site.call) for _, sites in self._ev.wrappers(function) for site in sites):
            needs = frozenset(each for each in needs if each.of is not function)
        for edge in self._ev.callers(function):
            above = _through(edge, function, needs, self.needs_of(edge.site))
            if above is not None:
                yield edge, above


def _passes_on(call: Call) -> bool:
    """Whether a decorator calls what it decorates with what it is given and no more: `f(*args, **kwargs)`."""
    return all(isinstance(each, Star) for each in call.args) and all(each.name is None for each in call.keywords)


def _needs_of(site: Site) -> Needs:
    scope = site.scope
    if not scope.is_function:
        return NO_NEEDS
    found: set[Need] = set()
    own = set[str]()  # names that comprehensions around the site have for themselves
    for test, holds, renewed in tests_at(scope, site.line, site.frames):
        if test is None:
            own |= renewed()
            continue
        asked = (need for leaf, sure in leaves(test, holds=holds) for need in _asked(leaf, scope, holds=sure))
        found.update(need for need in asked if need.key or need.name not in own | renewed())
    return frozenset(found)


def _asked(test: Expr, scope: Scope, *, holds: bool) -> Iterator[Need]:
    match test:
        case Compare(left=left, ops=("is" | "==" | "is not" | "!=" as op,), rest=(Const(value=value),)):
            yield from _need(left, scope, (value,), holds=holds == (op in ("is", "==")))
        case Compare(left=left, ops=("in" | "not in" as op,), rest=(Items(elements=elements),)):
            values = tuple(each.value for each in elements if isinstance(each, Const))
            if len(values) == len(elements):
                yield from _need(left, scope, values, holds=holds == (op == "in"))
        case _:
            yield from _need(test, scope, None, holds=holds)


def _need(of: Expr, scope: Scope, asks: tuple[object, ...] | None, *, holds: bool) -> Iterator[Need]:
    match of:
        case Name(id=name):
            yield from _if_given(Need(_binder(name, scope), name, asks, holds))
        case Call(func=Attr(value=Name(id=name), name="get"), args=(Const(value=str() as key), *rest)):
            absent = rest[0] if rest else NONE
            if name == _rest(scope) and isinstance(absent, Const):
                yield Need(scope, key, asks, holds, key=True, absent=absent)
        case _:
            return


def _param(name: str, scope: Scope) -> Param | None:
    return next((each for each in scope.params if each.name == name and each.kind in ("positional", "keyword")), None)


def _binder(name: str, scope: Scope) -> Scope:
    """The scope whose name it is: the nearest around that binds it."""
    at: Scope | None = scope
    while at is not None and name not in at.bindings:
        at = at.parent
    return at or scope


def _if_given(need: Need) -> Iterator[Need]:
    """The need, if it is one of what callers give: it is of a parameter, and what else that is set to doesn't do."""
    others = [each for each in need.of.bindings.get(need.name, ()) if each.how != "param"]
    if any(need.name in inner.globals for inner in need.of.tree()):
        return  # a function inside of it sets it
    if _param(need.name, need.of) is not None and all(
        each.how == "value" and not each.unpack and isinstance(each.expr, Const) and not _holds(need, each.expr.value)
        for each in others
    ):
        yield need


def _rest(scope: Scope) -> str | None:
    """The name of the `**` parameter, where nothing changes what was given."""
    name = next((each.name for each in scope.params if each.kind == "kwargs"), None)
    if name is None or len(scope.bindings.get(name, ())) != 1:
        return None
    changed = any(isinstance(each.base, Name) and each.base.id == name for each in scope.sets)
    renamed = any(is_name(each.expr, name) for found in scope.bindings.values() for each in found)
    return None if changed or renamed or any(_may_change(site.call, name) for site in scope.sites) else name


def _may_change(call: Call, name: str) -> bool:
    match call.func:
        case Attr(value=Name(id=base), name=method) if base == name and method in CHANGING:
            return True
        case _:
            return any(is_name(arg, name) for arg in (*call.args, *(each.value for each in call.keywords if each.name)))


def _through(edge: Edge, function: Scope, needs: Needs, own: Needs) -> Needs | None:
    """What is needed at the calling site, which has needs of its own; None where what is given there doesn't do."""
    if not needs:
        return own if _can_all_hold(own) else None
    above = set(own)
    for need in needs:
        if need.of is not function:
            above.add(need)
        elif not edge.handed and not edge.inner:  # whoever stands between gives it what it likes
            found = _given(edge, need)
            if isinstance(found, Need):
                above.add(found)
            elif found is not None and not _may_hold(need, found, (edge.target or edge.site).scope):
                return None
    return frozenset(above) if _can_all_hold(above) else None


def _can_all_hold(needs: set[Need] | Needs) -> bool:
    for need in needs:
        same = [each for each in needs if (each.of, each.name, each.key) == (need.of, need.name, need.key)]
        values = need.asks if need.asks is not None and need.holds else ()
        if need._replace(holds=not need.holds) in same:
            return False
        if values and not any(all(_holds(each, value) for each in same) for value in values):
            return False
    return True


def _given(edge: Edge, need: Need) -> Expr | Need | None:
    """What a caller gives: an expression, or a parameter or an entry of its own; None where that can't be told."""
    site = edge.target or edge.site
    if need.key:
        expr = next((each.value for each in site.call.keywords if each.name == need.name), None)
        absent: Expr | None = need.absent
    else:
        param = _param(need.name, need.of)
        site, expr = of_edge(edge, need.of, param) if param is not None else (site, None)
        absent = param.default if param is not None else None
    if expr is None:
        return _left_out(site, absent, need)
    if isinstance(expr, Name) and _param(expr.id, binder := _binder(expr.id, site.scope)) is not None:
        handed_on = need._replace(of=binder, name=expr.id, key=False, absent=None)
        return next(_if_given(handed_on), None) if site.scope is edge.site.scope else None
    return expr


def _left_out(site: Site, absent: Expr | None, need: Need) -> Expr | Need | None:
    """What a parameter is that a call doesn't name: its default, or what is in the caller's own `**` parameter."""
    if any(isinstance(each, Star) for each in site.call.args):
        return None
    match [each.value for each in site.call.keywords if each.name is None]:
        case []:
            return absent
        case [Name(id=rest)] if rest == _rest(site.scope):
            if any(each.name == need.name for each in site.scope.params):
                return absent
            return need._replace(of=site.scope, key=True, absent=absent) if isinstance(absent, Const) else None
        case _:
            return None


def _may_hold(need: Need, given: Expr, scope: Scope) -> bool:
    match given:
        case Const(value=value):
            return _holds(need, value)
        case Items() | Mapping() if need.asks is None:
            return True  # it may be filled, or emptied, until it is asked
        case Items() | Mapping() | Template():
            return need.asks != (None,) or not need.holds
        case Name(id=name) if scope.is_function and name in scope.bindings:
            values = [each.expr for each in scope.bindings[name] if each.how == "value" and not each.unpack]
            constants = [each for each in values if isinstance(each, Const)]
            sure = len(constants) == len(scope.bindings[name])
            return not sure or any(_holds(need, each.value) for each in constants)
        case _:
            return True


def _holds(need: Need, value: object) -> bool:
    if need.asks is None:
        return bool(value) == need.holds
    alike = [each for each in need.asks if each == value]
    if alike and all(type(each) is not type(value) for each in alike):
        return True  # `0 == False`, but `0 is not False`
    return bool(alike) == need.holds
