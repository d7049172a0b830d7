"""Ways into a method that aren't calls: a property that is read, a `with`, a `for`, an index."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..read.tree import Attr, Call, Expr, Function, Index, Loop, Span, Statement, With
from .attributes import PROPERTIES
from .edges import name_of
from .lineage import mro
from .scope import Scope, Site
from .uses import Use, statements, uses
from .values import Cls, Obj

if TYPE_CHECKING:
    from .evaluate import Evaluator

PROTOCOLS = {
    "__enter__": "with", "__aenter__": "with", "__exit__": "with", "__aexit__": "with", "__iter__": "for",
    "__aiter__": "for", "__next__": "for", "__anext__": "for", "__getitem__": "index",
}  # fmt: skip
"""Special methods: the construct that runs them."""


def is_property(scope: Scope) -> bool:
    """Whether reading the attribute runs the method."""
    return any(name_of(each) in PROPERTIES for each in scope.decorators)


def accesses(ev: Evaluator, scope: Scope, at: Scope) -> Iterator[Site]:
    """Places in a body that run the property or special method, as if they were calls."""
    owner = scope.klass()
    if owner is None:
        return
    body = at.body if at.body or not isinstance(at.node, Function) else at.node.body
    role = PROTOCOLS.get(scope.short)
    found = _attributes(body, scope.short) if role is None else _constructs(body, role)
    for (expr, frames, line), receiver in found:
        if any(_is_of(ev, value, owner) for value in ev.eval(receiver, at)):
            call = Call(expr, (), (), Span(line, 1, line, 1))
            yield Site(call, at, frames, False, line)


def _attributes(body: tuple[Statement, ...], name: str) -> Iterator[tuple[Use, Expr]]:
    for use in uses(body):
        match use[0]:
            case Attr(value=receiver, name=found) if found == name:
                yield use, receiver
            case _:
                continue


def _constructs(body: tuple[Statement, ...], role: str) -> Iterator[tuple[Use, Expr]]:
    if role == "index":
        for use in uses(body):
            if isinstance(use[0], Index):
                yield use, use[0].value
        return
    for statement, frames in statements(body):
        match statement:
            case With(items=items, line=line) if role == "with":
                yield from (((item, frames, line), item) for item, _ in items)
            case Loop(source=source, target=target, line=line) if role == "for" and target is not None:
                yield (source, frames, line), source
            case _:
                continue


def _is_of(ev: Evaluator, value: object, owner: Scope) -> bool:
    match value:
        case Obj(scope=found) | Cls(scope=found):
            return found is owner or owner in mro(ev, found) or found in mro(ev, owner)
        case _:
            return False
