"""Where things run that a call only makes: a coroutine or generator kept in a variable, a context manager's `yield`."""

from __future__ import annotations

from dataclasses import replace

from ..project.edges import name_of
from ..project.scope import Scope, Site
from ..project.uses import Frames, statements, uses
from ..read.tree import Assign, Attr, Await, Call, Do, Expr, Loop, Name, With, Yield

STARTERS = frozenset({
    "create_task", "ensure_future", "gather", "shield", "wait_for", "run_coroutine_threadsafe", "wrap_future",
})  # fmt: skip
"""Calls that give back something to wait for when they are given a coroutine."""
RUNNERS = frozenset({"run", "run_until_complete", "as_completed"})


def waited(site: Site) -> Site:
    """Where the coroutine or generator that a call makes runs: there, or where the variable that has it is waited for.

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


def is_waited_for(site: Site) -> bool:
    """`async with call(…)` and `async for x in call(…)`: only something asynchronous can stand there."""
    for statement, _ in statements(site.scope.body):
        match statement:
            case With(items=items, is_async=True) if any(item is site.call for item, _ in items):
                return True
            case Loop(kind="async for", source=source) if source is site.call:
                return True
            case _:
                continue
    return False


def _is_consumed(site: Site) -> bool:
    """`await gather(make())`, `for x in make()`."""
    calls = [frame.node for frame in site.frames if frame.kind == "arg"]
    if any(other.awaited and any(other.call is each for each in calls) for other in site.scope.sites):
        return True
    return any(isinstance(each, Loop) and each.source is site.call for each, _ in statements(site.scope.body))


def _kept_in(site: Site) -> str | None:
    """The variable a call's value goes into, by itself or in a list, or as a task: `task = create_task(f())`."""
    chain: list[object] = [site.call]
    for frame in reversed(site.frames):
        if frame.kind == "arg" and not (isinstance(frame.node, Call) and name_of(frame.node.func) in STARTERS):
            break
        if frame.kind in ("arg", "comp"):
            chain.append(frame.node)
    for statement, _ in statements(site.scope.body):
        match statement:
            case Assign(targets=(Name(id=name),), value=value) if any(value is each for each in chain):
                return name
            case Do(value=Call(func=Attr(value=Name(id=name), name="append" | "add"), args=(arg,))):
                if any(arg is each for each in chain):
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
            case Call(func=func) if name_of(func) in RUNNERS:
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


def around_yield(scope: Scope) -> Frames | None:
    """What stands around the first `yield` of a generator; None where there is none."""
    return next((frames for expr, frames, _ in uses(scope.body) if isinstance(expr, Yield)), None)
