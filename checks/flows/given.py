"""What a call gives the parameters of a function."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from ..project.scope import Scope, Site
from ..read.tree import Star
from .texts import Joined, Later, Record, Text, got

if TYPE_CHECKING:
    from .build import Builder, Spot


def arguments(
    make: Builder, scope: Scope, site: Site, spot: Spot, skip: int = 0
) -> tuple[tuple[tuple[str, Text], ...], bool]:
    """What a call gives the parameters of a project function, and whether all of it can be read."""
    names = [each.name for each in scope.params if each.kind == "positional"]
    bound = scope.klass() is not None and not any(getattr(d, "id", "") == "staticmethod" for d in scope.decorators)
    names = names[1:] if bound else names
    found: list[tuple[str, Text]] = []
    certain = True
    rest = next((each.name for each in scope.params if each.kind == "args"), None)
    extra = next((each.name for each in scope.params if each.kind == "kwargs"), None)
    known = {each.name for each in scope.params}
    for at, arg in enumerate(site.call.args[skip:]):
        if isinstance(arg, Star):
            certain = False
            found += [(name, got(make.build(arg.value, spot), "")) for name in names[at:]]
            break
        if at < len(names):
            found.append((names[at], make.build(arg, spot)))
        elif rest is not None:
            found.append((rest, Joined((make.build(arg, spot),))))
    more: list[tuple[str | None, Text]] = []
    for each in site.call.keywords:
        text = make.build(each.value, spot)
        if each.name is not None and each.name in known:
            found.append((each.name, text))
        else:
            more.append((each.name, text))
        if each.name is None:
            certain = False
            met = {name for name, _ in found}
            found += [(name, got(text, name)) for name in (*names, *_keyword_only(scope)) if name not in met]
    if extra is not None and more:
        found.append((extra, Record(tuple(more))))
    return tuple(found), certain


def put_off(scope: Scope, site: Site, skip: int = 0) -> tuple[tuple[str, Text], ...]:
    """The arguments that a call names, or that stand where a parameter is, each built when somebody asks for it."""
    own = scope.klass() is not None and not scope.is_static
    names = [each.name for each in scope.params if each.kind == "positional"][int(own) :]
    args = takewhile(lambda each: not isinstance(each, Star), site.call.args[skip:])
    named = [(each.name, each.value) for each in site.call.keywords if each.name is not None]
    return tuple(
        (name, Later(arg, site.scope, site.line, site.frames))
        for name, arg in (*zip(names, args, strict=False), *named)
    )


def _keyword_only(scope: Scope) -> list[str]:
    return [each.name for each in scope.params if each.kind == "keyword"]
