"""Where in a body a function may come in, as far as names tell: calls that are spelled like it, or hand it over."""

from __future__ import annotations

from collections import defaultdict
from heapq import merge
from operator import itemgetter
from typing import NamedTuple

from ..read.tree import Attr, Call, Const, Lambda, Name
from .edges import arguments_of, name_of, references
from .scope import Binding, Scope, Site
from .world import World

DIRECT = frozenset({"invoke", "ainvoke"})
"""Methods by which what a decorator made of a function is called in place: `look_up.invoke({...})`."""


class Mention(NamedTuple):
    """A call site where a name stands for what is called, or is handed over."""

    site: Site
    handed: tuple[int, ...]
    """The arguments that hand it over, positional ones first."""


class _Mentions(NamedTuple):
    """The call sites of a body and of all that stands in it, with their order."""

    named: dict[str, list[tuple[int, Mention]]]
    bound: list[tuple[int, Mention]]
    """Those of a local name, which may stand for anything."""


def mentions(world: World, body: Scope, word: str) -> list[Mention]:
    """The call sites in a body that may concern what is spelled like the word, in order."""
    found = world.once(_mentions, body)
    named = found.named.get(word, [])
    if not named:
        return [each for _, each in found.bound]
    own = {at for at, _ in named}
    others = [each for each in found.bound if each[0] not in own]
    return [each for _, each in merge(named, others, key=itemgetter(0))]


def _mentions(body: Scope) -> _Mentions:
    named: dict[str, list[tuple[int, Mention]]] = defaultdict(list)
    bound: list[tuple[int, Mention]] = []
    for at, site in enumerate(site for each in body.tree() for site in each.sites):
        handed: dict[str, list[int]] = defaultdict(list)
        for place, arg in enumerate(arguments_of(site.call)):
            for name in dict.fromkeys(name_of(each) for each in references(arg)):
                handed[name].append(place)
        for name in {*_called(site), *handed}:
            named[name].append((at, Mention(site, tuple(handed.get(name, ())))))
        if any(map(_may_be_any, _bindings(site))):
            bound.append((at, Mention(site, ())))
    return _Mentions(named, bound)


def _called(site: Site) -> tuple[str, ...]:
    """What a callee may be spelled like where it is defined: `Handler()(…)` calls an instance where it is made."""
    match site.call.func:
        case Attr(value=value, name=name) if name in DIRECT:
            return name, name_of(value)
        case Call(func=made):
            return (name_of(made),)
        case func:
            return name_of(func), *(each.attr for each in _bindings(site) if each.attr)


def _bindings(site: Site) -> list[Binding]:
    """What a callee is bound to that is a local name."""
    func = site.call.func
    return site.scope.bindings.get(func.id, []) if isinstance(func, Name) else []


def _may_be_any(binding: Binding) -> bool:
    """Whether a local name may stand for a function that is spelled otherwise."""
    match binding:
        case Binding(how="import" | "local") | Binding(how="value", expr=Lambda() | Const()):
            return False
        case _:
            return True
