"""What a program keeps on an object of a framework's, such as a session's state: all that is put there, by its name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from ..model import Place
from ..project.scope import Scope, Site
from ..project.values import Ext
from ..read.tree import Attr, Call, Const, Expr, Index, Items, Name
from .given import put_off
from .texts import GAP, Called, Joined, Later, Record, Text, Told, Word, either
from .written import SEVERAL, growing, key_named, under

if TYPE_CHECKING:
    from .build import Builder
    from .lore import Use


class Put(NamedTuple):
    """Something that is put on the object."""

    name: str | None
    """None: a mapping of several."""
    text: Later
    under: tuple[str, ...] = ()
    """Keys in what is kept there."""
    added: bool = False
    """It is put into what is kept there."""
    by: Site | None = None
    """The call of a helper that puts it there under the key it is given."""
    given: tuple[tuple[str, Text], ...] = ()
    """What that call gives the helper."""

    @property
    def path(self) -> str:
        """The file whose program puts it there."""
        return (self.by.scope if self.by is not None else self.text.scope).module.path

    def told(self) -> Text:
        """What is put, with the place where that is done."""
        place = Place(self.path, self.by.line if self.by is not None else self.text.told or round(self.text.line))
        named = self.name is not None and self.name != "*"
        put = Called(self.text, self.text.scope, self.given) if self.by is not None else self.text
        return Told(under(self.under, put), place, f"kept in `{self.name}`" if named else "kept")


Puts = dict[str | None, list[Put]]
"""By name."""


def puts(make: Builder, use: Use) -> Puts:
    """All that the project puts on the object."""
    found: Puts = defaultdict(list)
    for scope in make.ev.world.anywhere(use.name):
        for put in (*_set(make, use, scope), *_grown(make, use, scope)):
            found[put.name].append(put)
    for put in _read(make, use) if use.rule.key else ():
        found[put.name].append(put)
    return found


def seen_from(make: Builder, found: Puts, path: str) -> Text:
    """The object as a mapping: under each name what the program of a file puts there; where that is nothing, what any
    other does, which may be another page."""
    near = make.ev.world.program((path,))
    entries: list[tuple[str | None, Text]] = []
    for name, every in found.items():
        own = [put for put in every if put.path in near] or every
        text = either([put.told() for put in own if not put.added])
        added = [put.told() for put in own if put.added]
        entries.append((name, Joined((text, *added)) if added else text))
    return Record(tuple(entries))


def _set(make: Builder, use: Use, scope: Scope) -> Iterator[Put]:
    """`state.name = …`, `state["name"] = …`, `state.name[key] = …`, `state.update(…)`."""
    for each in scope.sets:
        keys = _keys(make, use, each.base, scope)
        if keys is None or each.binding.expr is None:
            continue
        last = [each.name] if each.name is not None else [key_named(each.key)] if each.key is not None else []
        name, *inner = (*keys, *last) or (None,)
        if name == "*" and _keys(make, use, each.binding.expr, scope):
            continue  # one of its own things under another name, neither of them known
        new = Later(each.binding.expr, scope, each.line, each.binding.frames)
        put = Put(name, new, tuple(map(str, inner)), added=bool(keys) or each.binding.how == "other")
        yield from (put,) if keys or each.key is None else _by_callers(make, put, each.key)
    for site in scope.sites:
        match site.call:
            case Call(func=Attr(value=base, name="set"), args=(key, value)) if _keys(make, use, base, scope) == ():
                put = Put(key_named(key), Later(value, scope, site.line, site.frames))
                yield from _by_callers(make, put, key)
            case _:
                continue


def _by_callers(make: Builder, put: Put, key: Expr) -> Iterator[Put]:
    """What is put under a key that is a parameter: by each call that says which, under the key that it says."""
    scope = put.text.scope
    if put.name != "*" or not isinstance(key, Name) or all(each.name != key.id for each in scope.params):
        yield put
        return
    for edge in make.ev.callers(scope):
        site = edge.target or edge.site
        given = put_off(scope, site, edge.skip)
        named = make.shown(dict(given).get(key.id, GAP))
        yield put._replace(name=named.text, by=site, given=given) if isinstance(named, Word) else put


def _grown(make: Builder, use: Use, scope: Scope) -> Iterator[Put]:
    """`state.name.append(…)`."""
    for site in growing(scope):
        func = site.call.func
        keys = _keys(make, use, func.value, scope) if isinstance(func, Attr) else None
        if keys and isinstance(func, Attr):
            new = site.call.args[-1] if func.name in SEVERAL else Items("list", (site.call.args[-1],))
            yield Put(keys[0], Later(new, scope, site.line, site.frames), keys[1:], added=True)


def _keys(make: Builder, use: Use, expr: Expr, scope: Scope) -> tuple[str, ...] | None:
    """The names and keys by which something is reached from the object; None where it isn't."""
    match expr:
        case Attr(name=use.name) | Name(id=use.name) if _is_state(make, use, expr, scope):
            return ()
        case Attr(value=value, name=key):
            pass
        case Index(value=value, key=at) | Call(func=Attr(value=value, name="get" | "setdefault"), args=(at, *_)):
            key = key_named(at)
        case _:
            return None
    keys = _keys(make, use, value, scope)
    return (*keys, key) if keys is not None else None


def _is_state(make: Builder, use: Use, expr: Expr, scope: Scope) -> bool:
    return any(isinstance(value, Ext) and make.lore.find(value.path) is use for value in make.ev.eval(expr, scope))


def _read(make: Builder, use: Use) -> Iterator[Put]:
    """What a function of the framework puts there by itself: `st.text_input("Ask", key="name")`."""
    for scope in make.ev.world.anywhere(use.rule.key, rf"\b{use.rule.key}\s*=\s*[\"']"):
        for site in scope.sites:
            named = next((each.value for each in site.call.keywords if each.name == use.rule.key), None)
            if isinstance(named, Const) and isinstance(named.value, str) and _is_reading(make, use, site.call, scope):
                yield Put(named.value, Later(site.call, scope, site.line, site.frames))


def _is_reading(make: Builder, use: Use, call: Call, scope: Scope) -> bool:
    found = [make.lore.find(value.path) for value in make.ev.eval(call.func, scope) if isinstance(value, Ext)]
    return any(each is not None and each.how == "reads" and each.rule is use.rule for each in found)
