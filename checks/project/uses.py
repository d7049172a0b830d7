"""Where expressions stand that aren't calls: a `yield`, an `await name`, an attribute, a `with` item.

The scopes record calls with what stands around them. Everything else is looked for here, when it matters.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..read.tree import (
    Assign,
    Attr,
    Await,
    Call,
    Comp,
    Do,
    Expr,
    If,
    Jump,
    Loop,
    Match,
    Raise,
    Return,
    Star,
    Statement,
    Try,
    Unary,
    Walrus,
    With,
    Yield,
)
from .body import parts
from .scope import Frame

Frames = tuple[Frame, ...]
Use = tuple[Expr, Frames, int]
"""An expression, the constructs around it, and the first line of its statement."""


def uses(body: tuple[Statement, ...], frames: Frames = ()) -> Iterator[Use]:
    """Every expression in the statements, nested ones included, nested definitions left out."""
    for statement in body:
        for each in _heads(statement):
            for expr, around in _within(each, frames):
                yield expr, around, statement.line
        for block, frame in framed(statement):
            yield from uses(block, (*frames, frame))


def _heads(statement: Statement) -> tuple[Expr, ...]:
    match statement:
        case Assign(value=value) | Return(value=value) | Raise(value=value) | Do(value=value):
            return (value,) if value is not None else ()
        case If(test=value) | Loop(source=value) | Match(subject=value):
            return (value,)
        case With(items=items):
            return tuple(item for item, _ in items)
        case _:
            return ()


def framed(statement: Statement) -> Iterator[tuple[tuple[Statement, ...], Frame]]:
    """The bodies of a compound statement, each with the frame it stands in."""
    match statement:
        case If(body=body, orelse=orelse):
            yield body, Frame("if", statement, "body")
            yield orelse, Frame("if", statement, "orelse")
        case Loop(body=body, orelse=orelse):
            yield body, Frame("loop", statement, "body")
            yield orelse, Frame("loop", statement, "orelse")
        case Try(body=body, handlers=handlers, orelse=orelse, final=final):
            yield body, Frame("try", statement, "body")
            for handler in handlers:
                yield handler.body, Frame("try", statement, "handler")
            yield orelse, Frame("try", statement, "orelse")
            yield final, Frame("try", statement, "final")
        case With(body=body):
            yield body, Frame("with", statement)
        case Match(cases=cases):
            for at, case in enumerate(cases):
                yield case, Frame("if", statement, f"case {at}")
        case _:
            return


def ends(body: tuple[Statement, ...]) -> bool:
    """Whether a branch ends what is being done: the function, or the round of the loop."""
    return any(
        isinstance(each, (Raise, Return)) or (isinstance(each, Jump) and each.kind in ("break", "continue"))
        for each in body
    )


def _within(node: Expr, frames: Frames) -> Iterator[tuple[Expr, Frames]]:
    yield node, frames
    match node:
        case Call(func=func, args=args, keywords=keywords):
            yield from _within(func, frames)
            for each in (*args, *(keyword.value for keyword in keywords)):
                yield from _within(each, (*frames, Frame("arg", node)))
        case Attr(value=value) | Await(value=value) | Star(value=value) | Unary(value=value) | Walrus(value=value):
            yield from _within(value, frames)
        case Yield(value=value):
            if value is not None:
                yield from _within(value, frames)
        case Comp(element=element, loops=loops):
            for loop in loops:
                yield from _within(loop.source, frames)
            yield from _within(element, (*frames, Frame("comp", node)))
        case _:
            for part in parts(node):
                yield from _within(part, frames)


def statements(body: tuple[Statement, ...], frames: Frames = ()) -> Iterator[tuple[Statement, Frames]]:
    """Every statement, nested ones included, with the constructs around it; nested definitions are not entered."""
    for statement in body:
        yield statement, frames
        for block, frame in framed(statement):
            yield from statements(block, (*frames, frame))
