"""Where things run that a call only makes: a coroutine or generator kept in a variable, a `yield`, an attribute.

The scopes record calls with what stands around them. Everything else is looked for here, when it matters.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..project.body import parts
from ..project.scope import Frame, Scope, Site
from ..read.tree import (
    Assign,
    Attr,
    Await,
    Call,
    Comp,
    Do,
    Expr,
    If,
    Loop,
    Match,
    Name,
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

Frames = tuple[Frame, ...]
Use = tuple[Expr, Frames, int]
"""An expression, the constructs around it, and the first line of its statement."""


def uses(body: tuple[Statement, ...], frames: Frames = ()) -> Iterator[Use]:
    """Every expression in the statements, nested ones included, nested definitions left out."""
    for statement in body:
        for each in _heads(statement):
            for expr, around in _within(each, frames):
                yield expr, around, statement.line
        for block, frame in _blocks(statement):
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


def _blocks(statement: Statement) -> Iterator[tuple[tuple[Statement, ...], Frame]]:
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
            for case in cases:
                yield case, Frame("if", statement, "case")
        case _:
            return


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


STARTERS = frozenset({"create_task", "ensure_future", "gather", "shield", "wait_for", "run_coroutine_threadsafe", "wrap_future"})
"""Calls that give back something to wait for when they are given a coroutine."""
RUNNERS = frozenset({"run", "run_until_complete", "as_completed"})


def waited(site: Site) -> Site:
    """Where the coroutine or generator that a call makes runs: there, or where the variable that keeps it is waited for.

    A coroutine that is returned runs outside every construct of its function.
    """
    if site.awaited or _is_consumed(site):
        return site
    name = _kept_in(site)
    if name is not None:
        found = _wait_for(name, site)
        if found is not None:
            return found
    if any(expr is site.call for expr in site.scope.returns):
        return replace(site, frames=())
    return site


def _is_consumed(site: Site) -> bool:
    """`await gather(make())`, `for x in make()`."""
    calls = [frame.node for frame in site.frames if frame.kind == "arg"]
    if any(other.awaited and any(other.call is each for each in calls) for other in site.scope.sites):
        return True
    return any(isinstance(each, Loop) and each.source is site.call for each in _statements(site.scope.body))


def _kept_in(site: Site) -> str | None:
    """The variable a call's value goes into, by itself or in a list, or as a task: `task = create_task(f())`."""
    chain: list[object] = [site.call]
    for frame in reversed(site.frames):
        if frame.kind == "arg" and isinstance(frame.node, Call) and callee(frame.node.func) in STARTERS or frame.kind == "comp":
            chain.append(frame.node)
        elif frame.kind == "arg":
            break
    for statement in _statements(site.scope.body):
        match statement:
            case Assign(targets=(Name(id=name),), value=value) if any(value is each for each in chain):
                return name
            case Do(value=Call(func=Attr(value=Name(id=name), name="append" | "add"), args=(arg,))) if any(arg is each for each in chain):
                return name
            case _:
                continue
    return None


def _wait_for(name: str, site: Site) -> Site | None:
    """The first place after a site where a variable is waited for."""
    running: list[object] = []
    for expr, frames, line in uses(site.scope.body):
        match expr:
            case Await(value=Call() as call):
                running.append(call)
            case Call(func=func) if callee(func) in RUNNERS:
                running.append(expr)
            case _:
                pass
        if line > site.line and _is_wait(expr, name, frames, running):
            return replace(site, frames=frames, awaited=True, line=line)
    return None


def _is_wait(expr: Expr, name: str, frames: Frames, running: list[object]) -> bool:
    match expr:
        case Await(value=Name(id=found)) | Call(func=Attr(value=Name(id=found), name="result")):
            return found == name
        case Name(id=found) if found == name:
            return any(frame.kind == "arg" and any(frame.node is each for each in running) for frame in frames)
        case _:
            return False


def _statements(body: tuple[Statement, ...]) -> Iterator[Statement]:
    for statement in body:
        yield statement
        for block, _ in _blocks(statement):
            yield from _statements(block)


def callee(func: Expr) -> str:
    """Last name of what is called."""
    match func:
        case Name(id=name) | Attr(name=name):
            return name
        case _:
            return ""


def around_yield(scope: Scope) -> Frames | None:
    """What stands around the first `yield` of a generator; None where there is none."""
    return next((frames for expr, frames, _ in uses(scope.body) if isinstance(expr, Yield)), None)
