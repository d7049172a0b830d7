"""Lists that later statements fill: `providers.append(Provider())`."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from ..read.tree import Attr, Call, Const, Loop, Mapping, Name, Template
from .scope import Scope, Site
from .values import Seq

ADDING = frozenset({"append", "add", "insert", "appendleft"})
"""Methods that put their last argument into a list."""


def added(name: str, scopes: Iterable[Scope]) -> tuple[Seq, ...]:
    """What the bodies add to the list of that name (`providers`, `self.providers`), in their order where all
    of it is added; what is added under a condition may stand anywhere, and what a loop adds may be anything it runs
    over."""
    found: list[Seq] = []
    for scope in scopes:
        sites = [site for site in scope.sites if _filled(site) == name]
        sites = [site for site in sites if not any(isinstance(frame.node, Loop) for frame in site.frames)]
        for is_certain, group in groupby(sites, key=lambda site: not site.frames):
            elements = [site.call.args[-1] for site in group]
            found += [Seq(tuple(elements), scope)] if is_certain else (Seq((each,), scope) for each in elements)
    return tuple(found)


def _filled(site: Site) -> str:
    """The name of the list that a call adds something to; texts and mappings are no objects with methods."""
    match site.call:
        case Call(args=(*_, Const() | Mapping() | Template())):
            return ""
        case Call(func=Attr(value=Name(id=name), name=method), args=(_, *_)) if method in ADDING:
            return name
        case Call(func=Attr(value=Attr(value=Name(id=base), name=name), name=method), args=(_, *_)) if method in ADDING:
            return f"{base}.{name}"
        case _:
            return ""
