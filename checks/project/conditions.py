"""Which tests hold at a place of a function: those around it, and those before it that would have left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from ..read.tree import Comp, Either, Expr, For, If, Loop, Name, Statement, Try, Unary, With, walk
from .scope import LAST, Frame, Scope
from .uses import ends, framed


def tests_at(
    scope: Scope, line: float, frames: tuple[Frame, ...]
) -> Iterator[tuple[Expr | None, bool, Callable[[], set[str]]]]:
    """The tests that hold at a place, or don't, innermost first, with the names that are given something new between
    the test and the place; without a test, those that a comprehension has for itself."""
    for at in range(len(frames), -1, -1):
        around, inner = frames[at - 1] if at else None, frames[at].node if at < len(frames) else None
        block = scope.body if around is None else _block(around, line)
        for statement in block if line < LAST else ():
            if isinstance(statement, If) and statement is not inner and statement.line < line:
                left = [holds for holds, branch in ((False, statement.body), (True, statement.orelse)) if ends(branch)]
                if left:
                    yield statement.test, left[0], partial(_given_between, scope, statement.line, line)
        match around:
            case Frame(kind="if", node=If(test=test), part=part):
                yield test, part == "body", partial(_given_in, scope, around)
            case Frame(kind="comp", node=Comp(loops=loops)):
                yield from ((test, True, set[str]) for loop in loops for test in loop.tests)
                yield None, True, partial(_targets, loops)
            case _:
                continue


def _targets(loops: tuple[For, ...]) -> set[str]:
    return {name for loop in loops for name in names_used(loop.target)}


def _block(frame: Frame, line: float) -> tuple[Statement, ...]:
    """The statements of a construct among which a line is."""
    if not isinstance(frame.node, (If, Loop, Try, With)):
        return ()
    blocks = [block for block, around in framed(frame.node) if around == frame and block and block[0].line <= line]
    return blocks[-1] if blocks else ()


def _given_in(scope: Scope, frame: Frame) -> set[str]:
    return {name for name, found in scope.bindings.items() if any(frame in each.frames for each in found)}


def _given_between(scope: Scope, first: int, last: float) -> set[str]:
    return {name for name, found in scope.bindings.items() if any(first < each.line <= last for each in found)}


def leaves(test: Expr, *, holds: bool) -> Iterator[tuple[Expr, bool]]:
    """The conditions that all hold, or all don't, where a test does or doesn't, each with whether it holds."""
    match test:
        case Unary(op="not", value=value):
            yield from leaves(value, holds=not holds)
        case Either(op=op, parts=parts) if op == ("and" if holds else "or"):
            for each in parts:
                yield from leaves(each, holds=holds)
        case Either():
            return
        case _:
            yield test, holds


def names_used(expr: Expr) -> set[str]:
    """The names in an expression."""
    return {node.id for node in walk(expr) if isinstance(node, Name)}
