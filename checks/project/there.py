"""Tests of whether there is something, of what every caller makes: `if options is not None:` holds for `Options()`."""

from __future__ import annotations

from typing import NamedTuple

from ..read.tree import Attr, Call, Compare, Const, Expr, If, Name, Param, is_none, walk
from .conditions import leaves, tests_at
from .edges import name_of
from .lineage import mro
from .scope import Binding, Frame, Scope
from .values import Eval, Ext, Lit, Obj, Value, Values

PLAIN = frozenset({
    "str", "bytes", "int", "float", "bool", "dict", "list", "tuple", "set", "frozenset", "Dict", "List", "Tuple", "Set",
    "Mapping", "Sequence", "Iterable", "Callable", "Path", "datetime", "Literal", "Optional", "Union", "typing",
})  # fmt: skip
"""What annotations of values are made of that are no objects of a class of the project, and no clients."""

ALIKE = frozenset({
    "staticmethod", "classmethod", "abstractmethod", "override", "overload", "final", "cache", "lru_cache",
    "contextmanager", "asynccontextmanager", "retry",
})  # fmt: skip
"""Decorators after which a function is called by those who name it, and by nobody else."""


class At(NamedTuple):
    """Where a test stands."""

    scope: Scope
    line: float
    frames: tuple[Frame, ...]
    besides: str = ""
    """An attribute of which tests say nothing, since it is the one that is asked about."""


def is_dead(ev: Eval, frames: tuple[Frame, ...], scope: Scope, *, besides: str = "") -> bool:
    """Whether a place stands where a test says that something isn't there which every caller makes."""
    tests = ((frame.node, frame.part == "body", at) for at, frame in enumerate(frames) if frame.kind == "if")
    return any(
        _never(ev, node.test, At(scope, node.line, frames[:at], besides), are=are)
        for node, are, at in tests
        if isinstance(node, If)
    )


def is_passed_by(ev: Eval, expr: Expr, scope: Scope) -> bool:
    """As `is_dead`, of what a function gives back; tests before it that would have left count, too."""
    line, frames = scope.given.get(id(expr), (0, ()))
    tests = ((test, are) for test, are, _ in tests_at(scope, line, frames) if test is not None)
    return any(_never(ev, test, At(scope, line, frames), are=are) for test, are in tests)


def settled(ev: Eval, bindings: list[Binding], scope: Scope) -> list[Binding]:
    """The bindings without those that are dead, and without the tests around them that always hold."""
    if not any(frame.kind == "if" for each in bindings for frame in each.frames):
        return bindings
    alive = [each for each in bindings if not is_dead(ev, each.frames, scope)]
    return [each._replace(frames=_open(ev, each.frames, scope)) for each in alive]


def _open(ev: Eval, frames: tuple[Frame, ...], scope: Scope) -> tuple[Frame, ...]:
    """The constructs without tests that always come out so."""
    return tuple(each for at, each in enumerate(frames) if not is_always(ev, each, At(scope, 0, frames[:at])))


def is_always(ev: Eval, frame: Frame, at: At) -> bool:
    """Whether a construct is a test that always comes out as it has to; `at` may leave out its line."""
    if not isinstance(frame.node, If):
        return False
    return holds(ev, frame.node.test, at._replace(line=frame.node.line), are=frame.part == "body")


def holds(ev: Eval, test: Expr, at: At, *, are: bool) -> bool:
    """Whether a test always comes out so."""
    found = list(leaves(test, holds=are))
    return bool(found) and all(_is_sure(ev, leaf, at, are=sure) for leaf, sure in found)


def _never(ev: Eval, test: Expr, at: At, *, are: bool) -> bool:
    return any(_is_sure(ev, leaf, at, are=not sure) for leaf, sure in leaves(test, holds=are))


def _is_sure(ev: Eval, test: Expr, at: At, *, are: bool) -> bool:
    """Whether one condition always holds, or never does, since what it asks for is there."""
    match test:
        case Compare(left=left, ops=("is not" | "!=",), rest=(other,)) if is_none(other):
            return are and _is_there(ev, left, at)
        case Compare(left=left, ops=("is" | "==",), rest=(other,)) if is_none(other):
            return not are and _is_there(ev, left, at)
        case Name() | Attr():
            return are and _is_there(ev, test, at, filled=True)
        case _:
            return False


def _is_there(ev: Eval, expr: Expr, at: At, *, filled: bool = False) -> bool:
    """Whether a parameter, or an attribute of the method's object, is what every caller makes."""
    scope = at.scope
    match expr:
        case Name(id=name) if _may_be_left_out(scope, name) and not _is_offered(scope):
            pass
        case Attr(value=Name(id=base), name=name) if name != at.besides and scope.params[:1]:
            if scope.params[0].name != base or not _is_from_outside(ev, scope.klass(), name):
                return False
        case _:
            return False
    values = ev.eval_at(expr, scope, at.line, at.frames)
    return bool(values) and all(_is_made(ev, each, filled=filled) for each in values)


def _may_be_left_out(scope: Scope, name: str) -> bool:
    """Whether it is a parameter that is None where a caller doesn't give it, for which such tests are, and may be an
    object, by its annotation."""
    return any(each.name == name and is_none(each.default) and _may_be_object(each) for each in scope.params)


def _is_offered(scope: Scope) -> bool:
    """Whether others than the callers at hand call it: a decorator may have it called by a framework, and what a
    module names in `__all__` is there for whoever imports it."""
    if any(name_of(each.func if isinstance(each, Call) else each) not in ALIKE for each in scope.decorators):
        return True
    listed = (each.expr for each in scope.module.top.bindings.get("__all__", ()))
    first = scope.name.partition(".")[0]
    return any(isinstance(part, Const) and part.value == first for each in listed for part in walk(each))


def _may_be_object(param: Param) -> bool:
    """Whether its annotation, if it has one, names anything that isn't one of Python's own plain values."""
    parts = list(walk(param.annotation))
    quoted = any(isinstance(each, Const) and isinstance(each.value, str) for each in parts)
    return not parts or quoted or any(isinstance(each, Name | Attr) and name_of(each) not in PLAIN for each in parts)


def _is_from_outside(ev: Eval, owner: Scope | None, name: str) -> bool:
    """Whether an attribute is what such a parameter gives, and never waits for what a method sets."""
    from .attributes import set_outside, sets_of

    found = [each for one in (mro(ev, owner) if owner is not None else ()) for each in sets_of(one, name)]
    waits = any(is_none(each.binding.expr) for each, _ in found)
    given = [(each.binding.expr.id, at) for each, at in found if isinstance(each.binding.expr, Name)]
    if owner is None or waits or not any(_may_be_left_out(at, param) and not _is_offered(at) for param, at in given):
        return False

    def taken_away() -> Values:
        gone = any(is_none(each.binding.expr) for each, _ in set_outside(ev, owner, name))
        return (Lit(value=gone),)

    return ev.remember(owner, f"{name} taken away", taken_away) == (Lit(value=False),)


def _is_made(ev: Eval, value: Value, *, filled: bool) -> bool:
    match value:
        case Obj(scope=scope, site=site):
            sized = any(f"{scope.name}.{each}" in scope.module.index.units for each in ("__len__", "__bool__"))
            return site is not None and not (filled and sized)
        case Ext(path=path):
            return ev.matcher.is_client(path)
        case _:
            return False
