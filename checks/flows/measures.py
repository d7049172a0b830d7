"""What comparisons say of lengths: of which texts a test makes sure that there isn't more than so much."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from ..project.conditions import leaves, names_used
from ..project.edges import name_of
from ..project.scope import Frame, Scope, Site
from ..project.values import Fn
from ..read.tree import (
    Attr,
    Await,
    Binary,
    Call,
    Comp,
    Compare,
    Const,
    Either,
    Expr,
    Index,
    Items,
    Loop,
    Name,
    Template,
    Walrus,
    is_name,
    walk,
)

if TYPE_CHECKING:
    from ..project.evaluate import Evaluator

MEASURES = ("len", "count", "token", "size", "length")
ROUNDING = frozenset({"int", "float", "round", "ceil", "floor", "abs"})
NUMBERED = frozenset({"list", "set", "tuple", "dict", "sorted", "items", "keys", "values", "enumerate"})
"""Of what these give, a length is how many there are, not how much they say."""
DEEPEST = 3
"""Names and functions that a number is followed through."""
PICKING = frozenset({"findall", "finditer", "count", "index", "find"})
"""What counts or finds something in a text, and says nothing of its length."""


class Measured(NamedTuple):
    """Something of which there isn't more than so much."""

    expr: Expr
    whole: bool
    """All that is said in it is measured, not only how many things are in it."""


class At(NamedTuple):
    """Where a test stands."""

    scope: Scope
    line: int
    frames: tuple[Frame, ...] = ()


class Measures:
    """Reads tests; one for a project."""

    def __init__(self, ev: Evaluator) -> None:
        self._ev = ev

    def bounded(self, test: Expr, at: At, *, holds: bool, depth: int = 0) -> Iterator[Measured]:
        """What is surely bounded where a test holds, or where it doesn't."""
        for leaf, sure in leaves(test, holds=holds):
            match leaf:
                case Compare(left=left, ops=ops, rest=rest) if sure or len(ops) == 1:
                    for one, op, two in zip((left, *rest), ops, rest, strict=False):
                        if op in ("<", "<=", ">", ">="):
                            less, more = (one, two) if (op[0] == "<") == sure else (two, one)
                            yield from self.lesser(less, more, at, depth)
                case Call() if depth < DEEPEST:
                    for inner, found in self._returned(leaf, at):
                        given = self.bounded(found, inner, holds=sure, depth=depth + 1)
                        yield from self._passed(leaf, inner, given, depth)
                case Name(id=name) if depth < DEEPEST:
                    yield from self._kept(name, at, depth, holds=sure)
                case _:
                    continue

    def _kept(self, name: str, at: At, depth: int, *, holds: bool) -> Iterator[Measured]:
        """What a test bounds whose answer was kept: `fits = len(text) < 100`, as long as its text stays the same."""
        given = at.scope.bindings.get(name, ())
        if len(given) != 1 or given[0].how != "value" or given[0].unpack or given[0].expr is None:
            return
        there = At(at.scope, given[0].line, given[0].frames)
        for each in self.bounded(given[0].expr, there, holds=holds, depth=depth + 1) if there.line < at.line else ():
            renewed = (one.line for used in names_used(each.expr) for one in at.scope.bindings.get(used, ()))
            if not any(there.line < line <= at.line for line in renewed):
                yield each

    def lesser(self, less: Expr, more: Expr, at: At, depth: int = 0) -> Iterator[Measured]:
        """What is bounded where one number isn't more than the other: what it counts, and what the other leaves out."""
        for side, added in ((less, True), (more, False)):
            for term, plus in _terms(side):
                if plus == added:
                    yield from self._measured(term, at, depth)

    def _measured(self, term: Expr, at: At, depth: int) -> Iterator[Measured]:
        """What `len(x)`, `count_tokens(x)`, `sum(len(x) for x in xs)` or a name for such a number measures."""
        match term:
            case Await(value=value) | Walrus(value=value):
                yield from self._all(value, at, depth)
            case Call(func=func, args=args) if args and name_of(func) in ROUNDING:
                yield from self._all(args[0], at, depth)
            case Call(func=Name(id="sum"), args=(Comp(element=element, loops=loops), *_)):
                if next(self._all(element, at, depth), None) is not None:
                    yield from (Measured(each.source, True) for each in loops)
            case Call(func=func, args=args) if args and any(word in name_of(func).lower() for word in MEASURES):
                for arg in args:
                    yield from _contents(arg, whole="token" in name_of(func).lower())
            case Call() if depth < DEEPEST:
                for inner, found in self._returned(term, at):
                    yield from self._passed(term, inner, self._all(found, inner, depth + 1), depth)
            case Name(id=name) if depth < DEEPEST:
                for binding in at.scope.bindings.get(name, ()):
                    if binding.expr is not None and binding.how in ("value", "other") and binding.line <= at.line:
                        counted = self._all(binding.expr, At(at.scope, binding.line, binding.frames), depth + 1)
                        yield from (one for each in counted for one in _of_all(each, at, binding.frames))
            case _:
                return

    def _all(self, number: Expr, at: At, depth: int) -> Iterator[Measured]:
        for term, plus in _terms(number):
            if plus:
                yield from self._measured(term, at, depth)

    def _returned(self, call: Call, at: At) -> Iterator[tuple[At, Expr]]:
        """What a function of the project gives back, where it stands."""
        if not call.args:
            return
        site = self._ev.site(call, at.scope) or Site(call, at.scope, at.frames, False, at.line)
        for value in self._ev.callee(site)[:2]:
            if isinstance(value, Fn) and len(value.scope.returns) == 1:
                found = value.scope.returns[0]
                line, frames = value.scope.given.get(id(found), (value.scope.line, ()))
                yield At(value.scope, line, frames), found

    def _passed(self, call: Call, there: At, found: Iterator[Measured], depth: int) -> Iterator[Measured]:
        """What a function measures of its parameters, or of a text put together of them, as its caller calls it."""
        given = passed_as(call, there.scope)
        for each in found:
            for name in self._put_together(each.expr, there, depth):
                if name in given:
                    yield Measured(given[name], each.whole)

    def _put_together(self, text: Expr, at: At, depth: int) -> Iterator[str]:
        """Names whose whole text is in a text."""
        match text:
            case Name(id=name):
                yield name
                given = at.scope.bindings.get(name, ()) if depth < DEEPEST else ()
                if len(given) == 1 and given[0].how == "value" and given[0].expr is not None and not given[0].unpack:
                    yield from self._put_together(given[0].expr, at, depth + 1)
            case Template(parts=parts):
                for each in parts:
                    yield from self._put_together(each, at, depth)
            case Binary(op="+", left=left, right=right):
                yield from self._put_together(left, at, depth)
                yield from self._put_together(right, at, depth)
            case Call(func=Attr(name="format"), args=args, keywords=keywords):
                for each in (*args, *(one.value for one in keywords)):
                    yield from self._put_together(each, at, depth)
            case Call() if depth < DEEPEST:
                for there, made in self._returned(text, at):
                    passed = passed_as(text, there.scope)
                    for name in self._put_together(made, there, depth + 1):
                        yield from self._put_together(passed[name], at, depth) if name in passed else ()
            case _:
                return


def passed_as(call: Call, scope: Scope) -> dict[str, Expr]:
    """The positional arguments of a call by the names of a function's parameters."""
    names = [each.name for each in scope.params if each.kind == "positional"]
    static = any(getattr(each, "id", "") == "staticmethod" for each in scope.decorators)
    names = names[1:] if scope.klass() is not None and not static else names
    given = dict(zip(names, call.args, strict=False))
    return given | {each.name: each.value for each in call.keywords if each.name is not None}


def _of_all(each: Measured, at: At, frames: tuple[Frame, ...]) -> Iterator[Measured]:
    """What a loop before the test counted one by one: all that it went through."""
    for frame in frames:
        match frame.node:
            case Loop(target=target, source=source) if target is not None and frame not in at.frames:
                if any(is_name(node, _root(each.expr)) for node in walk(target)):
                    yield from _contents(source, whole=True)
                    return
            case _:
                continue
    yield each


def _terms(side: Expr, *, plus: bool = True) -> Iterator[tuple[Expr, bool]]:
    """The terms of a sum, each with whether it is added."""
    match side:
        case Binary(op="-", left=left, right=right):
            yield from _terms(left, plus=plus)
            yield from _terms(right, plus=not plus)
        case Binary(op="+" | "*" | "/" | "//", left=left, right=right):
            yield from _terms(left, plus=plus)
            yield from _terms(right, plus=plus)
        case _:
            yield side, plus


def _contents(arg: Expr, *, whole: bool) -> Iterator[Measured]:
    """What stands in a measured expression."""
    match arg:
        case Name(id="self" | "cls"):
            return
        case Name() | Attr() | Index():
            yield Measured(arg, whole)
        case Call(func=Attr(name="get"), args=(Const(), *_)):
            yield Measured(arg, whole)
        case Call(func=func, args=args):
            inner = (*args, func.value) if isinstance(func, Attr) else args
            for each in inner if name_of(func) not in PICKING else ():
                yield from _contents(each, whole=whole or name_of(func) not in NUMBERED)
        case Comp(loops=loops):
            for loop in loops:
                yield from _contents(loop.source, whole=whole)
        case Binary(left=left, right=right):
            yield from _contents(left, whole=whole)
            yield from _contents(right, whole=whole)
        case Template(parts=parts) | Items(elements=parts) | Either(parts=parts):
            for each in parts:
                yield from _contents(each, whole=whole)
        case Await(value=value):
            yield from _contents(value, whole=whole)
        case _:
            return


def _root(expr: Expr) -> str:
    while isinstance(expr, (Attr, Index)):
        expr = expr.value
    return expr.id if isinstance(expr, Name) else ""
