"""Objects of frameworks that a project puts its own things on: a session's state, a bot's data, a request's app."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from ..read.tree import Attr, Call, Const, Expr, Index, Keyword, Name, is_name
from .arguments import at_site, of_param
from .edges import name_of
from .scope import AttrSet, Scope, Site
from .values import Eval, Ext, Fn, Map, Prm, Unk, Value, Values, union

if TYPE_CHECKING:
    from .world import World

HOLDERS = frozenset({
    "state", "g", "app", "session_state", "extensions", "ctx", "user_data", "bot_data", "chat_data", "bot", "request",
    "user_session", "dp", "dispatcher", "workflow_data",
})  # fmt: skip
"""Names of such objects."""
BELOW = {"config": ("app", "Flask()", "Quart()"), "obj": ("ctx", "context", "get_current_context()")}
"""Names of such objects where they are attributes of what has a name that ends so."""
GIVEN = frozenset({"app", "bot", "ctx"})
"""Parameters that are such objects wherever a framework hands them over."""
MADE = ("Application()", "Bot()", "AutoShardedBot()")
"""Objects of frameworks that are ones, by what makes them."""
YIELDED = frozenset({"lifespan_context"})
"""Attributes that are what an application's lifespan yielded."""
_BELOW = (f"(?<={re.escape(owner)}\\.){name}" for name, owners in BELOW.items() for owner in owners)
_HOLDERS = "|".join((*sorted(HOLDERS), *_BELOW))
_IS_HOLDER = re.compile(rf"(?<=[.?])(?:(?:{_HOLDERS})(?:\(\))?|{'|'.join(map(re.escape, MADE))})$")
_NAME = r"[\w\x80-\xff]+"
"""A name, also in bytes, where letters beyond ASCII are none."""
_ON_HOLDERS = re.compile(
    rf"""\b(?:{_HOLDERS})(?=\s*(?:(?:\.\s*set\s*\(|\[)\s*["']({_NAME})["']|\.\s*({_NAME})))""".encode()
)
_BY_KEY = rf"\b(?:{_HOLDERS})\s*(?:\[\s*{_NAME}\s*\]\s*=(?!=)|\.\s*set\s*\(\s*{_NAME}\s*,)"


def shared(ev: Eval, value: Value, name: object) -> Values:
    """What the project puts on such an object under a name, or a key, or on what it put there; the object itself may be
    reached by several ways."""
    if isinstance(value, Prm) and value.param.name in GIVEN:
        value = Unk(f"?.{value.param.name}")
    if not isinstance(value, (Ext, Unk)) or not isinstance(name, str) or "." not in value.path:
        return ()
    if name in YIELDED:
        return _yielded(ev)
    owner, _, last = value.path.rpartition(".")
    if _IS_HOLDER.search(value.path):
        found = _looked_up(ev, "", name)
        if name in HOLDERS:  # a holder on a holder, but for what is put there
            return () if all(isinstance(each, (Unk, Prm)) for each in found) else found
        return (found or _of_lifespan(ev, name)) + _open(ev, value, name)
    deeper = owner.rpartition(".")[2].removesuffix("()") in HOLDERS
    return _looked_up(ev, last, name) if deeper and last.isidentifier() else ()


def _of_lifespan(ev: Eval, name: str) -> Values:
    """What lifespans yield under a key, which is on the state of each request."""
    entries = (entry for value in _yielded(ev) if isinstance(value, Map) for entry in value.entries)
    return union(*(ev.eval(expr, scope) for key, expr, scope in entries if getattr(key, "value", None) == name))


def _yielded(ev: Eval) -> Values:
    """What the functions yield that applications of the project get as their `lifespan`."""
    key = "lifespan yields"
    if key not in ev.held:
        ev.held[key] = ()
        bodies = ev.world.anywhere("lifespan", r"\blifespan\s*=")
        given = ((each.value, scope) for scope in bodies for site in scope.sites for each in _lifespans(site))
        found = [value.scope for expr, scope in given for value in ev.eval(expr, scope) if isinstance(value, Fn)]
        ev.held[key] = union(*(ev.eval(expr, scope) for scope in found for expr in scope.yields))
    return ev.held[key]


def _lifespans(site: Site) -> Iterator[Keyword]:
    return (each for each in site.call.keywords if each.name == "lifespan")


def _looked_up(ev: Eval, inside: str, name: str) -> Values:
    """What is put under a name: on a holder, or `inside` something on a holder."""
    key = f"{inside}.{name}" if inside else name
    if key not in ev.held:
        ev.held[key] = ()
        groups: list[Values] = []
        entries: list[tuple[Expr | None, Expr, Scope]] = []
        for scope in naming(ev, name, inside or name):
            for each in scope.sets:
                if each.binding.expr is None:
                    continue
                if _is_put(each, name) and _stands_on(each.base, inside):
                    groups.append(ev.eval(each.binding.expr, scope))
                elif not inside and name not in HOLDERS and each.key is not None and _stands_on(each.base, name):
                    entries.append((each.key, each.binding.expr, scope))
            groups.extend(ev.eval(each, scope) for each in _set(scope, name) if not inside)
        groups.extend(_put_by_helpers(ev, name) if not inside else ())
        ev.held[key] = _filled(union(*groups), tuple(entries))
    return ev.held[key]


def _set(scope: Scope, name: str) -> Iterator[Expr]:
    """What calls put on a holder under a name: `cl.user_session.set("chain", chain)`."""
    for site in scope.sites:
        match site.call:
            case Call(func=Attr(value=base, name="set"), args=(Const(value=key), given)) if key == name:
                yield from (given,) if _stands_on(base, "") else ()
            case _:
                continue


def _put_by_helpers(ev: Eval, name: str) -> Iterator[Values]:
    """What calls of helpers put on a holder under a name: `keep("bot", bot)` where that does `state[key] = value`."""
    for held in _helpers(ev):
        for key, value, scope in held.entries if isinstance(held, Map) else ():
            params = [each for at in (key, value) for each in scope.params if is_name(at, each.name)]
            for edge in ev.callers(scope) if len(params) == 2 else ():
                site = edge.target or edge.site
                told, put = (of_param(site, scope, each, edge.skip) for each in params)
                if isinstance(told, Const) and told.value == name and put is not None:
                    yield at_site(ev, put, site)


def _helpers(ev: Eval) -> Values:
    """All that is put on holders under keys that aren't written there."""
    key = "put by helpers"
    if key not in ev.held:
        found = {
            scope: None for word in sorted(HOLDERS - GIVEN - {"request"}) for scope in ev.world.anywhere(word, _BY_KEY)
        }
        ev.held[key] = (Map(tuple(each for scope in found for each in _put_by_key(scope))),)
    return ev.held[key]


def _put_by_key(scope: Scope) -> Iterator[tuple[Expr | None, Expr, Scope]]:
    for each in scope.sets:
        if isinstance(each.key, Name) and each.binding.expr is not None and _stands_on(each.base, ""):
            yield each.key, each.binding.expr, scope
    for site in scope.sites:
        match site.call:
            case Call(func=Attr(value=base, name="set"), args=(Name() as key, value)) if _stands_on(base, ""):
                yield key, value, scope
            case _:
                continue


def naming(ev: Eval, word: str, name: str) -> Iterator[Scope]:
    """Scopes that hold the word where something stands on a holder under a name, or on what is there."""
    paths = ev.world.once(_on_holders, ev.world).get(name.encode(), ())
    if not paths:
        return
    escaped = re.escape(name)
    form = rf"""\b(?:{_HOLDERS})\s*(?:\.\s*{escaped}\b|(?:\.\s*set\s*\(|\[)\s*["']{escaped}["'])"""
    yield from ev.world.anywhere(word, form, paths.__contains__)


def _on_holders(world: World) -> Mapping[bytes, set[str]]:
    """By every name that something has on a holder, the files where it has."""
    found: dict[bytes, set[str]] = defaultdict(set)
    for path in world.relevant:
        for key, attribute in _ON_HOLDERS.findall(world.source.data(path)):
            found[key or attribute].add(path)
    return found


def _filled(values: Values, entries: tuple[tuple[Expr | None, Expr, Scope], ...]) -> Values:
    """Mappings with what is put into them where they are kept: `st.session_state.models["a"] = client`."""
    if not entries:
        return values
    maps = tuple(value._replace(entries=(*value.entries, *entries)) for value in values if isinstance(value, Map))
    return (*(value for value in values if not isinstance(value, Map)), *(maps or (Map(entries),)))


def _open(ev: Eval, value: Ext | Unk, name: str) -> Values:
    """The place itself, where something is put on what is there: `app.state.services.llm = client`."""
    key = f"{name}."
    if key not in ev.held:
        sets = (each for scope in naming(ev, name, name) for each in scope.sets)
        ev.held[key] = (Unk(),) if any(each.name is not None and _stands_on(each.base, name) for each in sets) else ()
    return (value._replace(path=f"{value.path}.{name}"),) if ev.held[key] else ()


def _is_put(each: AttrSet, name: str) -> bool:
    return each.name == name or (each.name is None and isinstance(each.key, Const) and each.key.value == name)


def _stands_on(base: Expr, inside: str) -> bool:
    """Whether it is a holder, or what is kept on one under a name."""
    match base:
        case Attr(value=owner, name=name) if not inside:
            return name in HOLDERS or name_of(owner).endswith(BELOW.get(name, ()))
        case Name(id=name) if not inside:
            return name in HOLDERS
        case Attr(value=holder, name=name) | Index(value=holder, key=Const(value=str() as name)) if name == inside:
            return _stands_on(holder, "")
        case _:
            return False
