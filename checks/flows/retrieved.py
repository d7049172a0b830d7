"""What a chain looks up by itself for its prompt: `{"context": retriever, "question": …} | prompt | model`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..model import Place
from ..project.edges import called_on, name_of
from ..project.held import held
from ..project.scope import Scope, Site
from ..project.values import Ext
from ..read.tree import Call, Const, Expr, Mapping
from .chains import links
from .lore import Use, spelled
from .texts import Marked, Record, Source, Text

if TYPE_CHECKING:
    from .build import Builder

USUAL = ("context", "summaries", "documents", "docs", "sources")
"""What a prompt calls the documents that a chain puts in, where the code doesn't say."""
MAKING = frozenset({"RunnableParallel", "RunnableMap", "assign"})
"""Calls that name the parts of what a prompt is given."""


def looked_up(make: Builder, site: Site, place: Place) -> Record | None:
    """The documents that a chain looks up when a call runs it, by the names that its prompt has for them."""
    base = called_on(site.call)
    found: list[tuple[str | None, Text]] = []
    for expr, scope in links(base, site.scope):
        for name, part in _named(expr):
            uses = (use for each, at in links(part, scope) if (use := _retrieving(make, each, at)) is not None)
            found.extend((name, _documents(use, place)) for use in uses)
    if not found:
        known = [value for value in make.ev.eval(base, site.scope) if isinstance(value, Ext)]
        known += [value for each in known for value in held(make.ev, each.sites)]
        uses = (use for each in known if (use := make.lore.find(f"{each.path}.invoke")) is not None)
        put = [_documents(use, place) for use in uses if use.rule.retrieved]
        found.extend((name, each) for each in put for name in USUAL)
    return Record(tuple(found)) if found else None


def is_retriever(make: Builder, site: Site) -> bool:
    """Whether what a call runs only looks documents up: what it asks a model for that is another question."""
    known = [make.lore.find(value.path) for value in make.ev.callee(site) if isinstance(value, Ext)]
    return bool(known) and all(use is not None and use.rule.retrieved for use in known)


def _named(expr: Expr) -> Iterator[tuple[str, Expr]]:
    """The parts of what a prompt is given."""
    match expr:
        case Mapping(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                if isinstance(key, Const) and isinstance(key.value, str):
                    yield key.value, value
        case Call(func=func, args=args, keywords=keywords) if name_of(func) in MAKING:
            for arg in args[:1]:
                yield from _named(arg)
            for each in keywords:
                if each.name is not None:
                    yield each.name, each.value
        case _:
            return


def _retrieving(make: Builder, expr: Expr, scope: Scope) -> Use | None:
    """What a link of a chain does, where it looks documents up."""
    known = [value for value in make.ev.eval(expr, scope) if isinstance(value, Ext)]
    uses = [make.lore.find(f"{each.path}.invoke") for each in known] or [make.lore.tail(f"{spelled(expr)}.invoke")]
    return next((use for use in uses if use is not None and use.rule.retrieved), None)


def _documents(use: Use, place: Place) -> Text:
    found = Source(use.rule.what, use.rule.source, use.rule.retrieved, place)
    return Marked(found, "cut", place) if use.rule.ranked else found
