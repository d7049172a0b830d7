"""Clients that are handed to chains, agents and pipelines: among arguments, in lists and mappings too."""

from __future__ import annotations

from collections.abc import Iterator

from ..read.tree import Attr, Expr, Name, same
from .edges import arguments_of
from .scope import Site
from .values import Eval, Ext, Map, Seq, Values


def held(ev: Eval, sites: tuple[Site, ...]) -> Iterator[Ext]:
    """Clients among the arguments of constructor calls, and of calls that add to what they make; in lists and
    mappings too."""
    for site in sites:
        for arg in given_to(site):
            yield from _clients_in(ev, ev.eval(arg, site.scope), 0)


def given_to(site: Site) -> Iterator[Expr]:
    """Arguments of a constructor and of methods called on what it was put into: `pipeline.add_component(…)`,
    `self.kernel.add_service(…)`."""
    yield from arguments_of(site.call)
    names = (name for name, bindings in site.scope.bindings.items() if any(each.expr is site.call for each in bindings))
    sets = (each for each in site.scope.sets if each.name is not None and each.binding.expr is site.call)
    own: list[Expr] = [*map(Name, names), *(Attr(each.base, each.name or "") for each in sets)]
    for other in site.scope.sites if own else ():
        match other.call.func:
            case Attr(value=base, name=method) if method.startswith("add") and any(same(base, each) for each in own):
                yield from arguments_of(other.call)
            case _:
                continue


def _clients_in(ev: Eval, values: Values, depth: int) -> Iterator[Ext]:
    for value in values:
        if isinstance(value, Ext) and ev.matcher.is_client(value.path):
            yield value
        elif isinstance(value, Seq) and depth < 2:
            for each in value.elements:
                yield from _clients_in(ev, ev.eval(each, value.scope), depth + 1)
        elif isinstance(value, Map) and depth < 2:
            for _, each, scope in value.entries:
                yield from _clients_in(ev, ev.eval(each, scope), depth + 1)
