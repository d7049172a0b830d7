"""Where things run that a call only makes: a coroutine or generator kept in a variable, a context manager's `yield`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from ..project.edges import name_of
from ..project.elsewhere import How, calls_that
from ..project.scope import Scope, Site
from ..project.uses import Frames, statements, uses
from ..project.values import Eval, Fn, Part, Values
from ..read.tree import (
    Assign,
    Attr,
    Await,
    Call,
    Comp,
    Do,
    Expr,
    Index,
    Loop,
    Name,
    Statement,
    With,
    Yield,
    names_in,
    walk,
)

STARTERS = calls_that(How.COROUTINE)
AWAITABLE = calls_that(How.AWAITED)
GROUPED = calls_that(How.GROUPED)
RUNNERS = calls_that(How.RUNS)


def waited(site: Site) -> Site:
    """Where the coroutine or generator that a call makes runs: there, or where the variable that has it is waited for.

    A coroutine that is returned runs outside every construct of its function.
    """
    if site.awaited or _is_consumed(site):
        return site
    name = kept_in(site)
    if name is not None:
        found = _wait_for(name, site)
        if found is not None:
            return found
    if any(expr is site.call for expr in site.scope.returns):
        return replace(site, frames=())
    return site


def called_back(ev: Eval, site: Site) -> Site | None:
    """Where a function that is called when something started is done asks what came of it: `task.result()`."""
    for other in site.scope.sites:
        match other.call:
            case Call(func=Attr(value=base, name="add_done_callback"), args=(callback, *_)):
                if base is site.call or (isinstance(base, Name) and base.id == kept_in(site)):
                    return next(_asking(ev.eval(callback, site.scope)), None)
            case _:
                continue
    return None


def _asking(callbacks: Values) -> Iterator[Site]:
    for value in callbacks:
        func, filled = (value.func, len(value.site.call.args) - 1) if isinstance(value, Part) else (value, 0)
        scope = func.scope if isinstance(func, Fn) else None
        params = [each.name for each in scope.params if each.name not in ("self", "cls")] if scope is not None else []
        for site in scope.sites if scope is not None and filled < len(params) else ():
            match site.call:
                case Call(func=Attr(value=Name(id=name), name="result" | "exception")) if name == params[filled]:
                    yield site
                case _:
                    continue


def is_waited_for(site: Site) -> bool:
    """`async with call(…)` and `async for x in call(…)`: only something asynchronous can stand there."""
    return id(site.call) in _body(site.scope).asynchronous


def group_of(site: Site) -> Site | None:
    """Where what a call raises comes out that is started in a group: of the `with` around it, whose end raises what
    went wrong in it: `async with TaskGroup() as group: group.create_task(work())`."""
    started = (site.call, *(frame.node for frame in site.frames if frame.kind == "arg"))
    calls = [each.func for each in started if isinstance(each, Call) and isinstance(each.func, Attr)]
    receivers = {func.value.id for func in calls if func.name in GROUPED and isinstance(func.value, Name)}
    for at, frame in enumerate(site.frames):
        items = frame.node.items if isinstance(frame.node, With) and frame.node.is_async else ()
        if any(isinstance(bound, Name) and bound.id in receivers for _, bound in items):
            return replace(site, frames=site.frames[:at], awaited=True)
    return None


def is_dropped(site: Site) -> bool:
    """Whether nobody asks what came of it: `pool.submit(work)` as a statement, or in a variable that is never read."""
    body = _body(site.scope)
    if id(site.call) in body.dropped:
        return True
    kept = body.alone.get(id(site.call))
    return kept is not None and kept not in site.scope.globals and body.named(kept) == 1


def _is_consumed(site: Site) -> bool:
    """`await gather(make())`, `for x in make()`."""
    body = _body(site.scope)
    around = (frame.node for frame in site.frames if frame.kind == "arg")
    return id(site.call) in body.iterated or any(id(each) in body.awaited for each in around)


def kept_in(site: Site) -> str | None:
    """The variable a call's value goes into, by itself or in a list, or as a task: `task = create_task(f())`."""
    chain: list[object] = [site.call]
    for frame in reversed(site.frames):
        if frame.kind == "arg" and not (isinstance(frame.node, Call) and name_of(frame.node.func) in STARTERS):
            break
        if frame.kind in ("arg", "comp"):
            chain.append(frame.node)
    kept = _body(site.scope).kept
    found = [kept[id(each)] for each in chain if id(each) in kept]
    return min(found)[1] if found else None


def _wait_for(name: str, site: Site) -> Site | None:
    """The first place after a site where a variable is waited for: where its elements are one by one, if that is so."""
    body = _body(site.scope)
    each = [wait for one in body.elements.get(name, ()) for wait in body.waits.get(one, [])]
    waits = [wait for wait in each or body.waits.get(name, []) if wait[1] > site.line]
    found = min(waits, key=lambda wait: wait[1], default=None)
    return replace(site, frames=found[0], awaited=True, line=found[1]) if found is not None else None


class _Body:
    """What is asked of one body again and again, for every call in it: found in one pass."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self.awaited = frozenset(id(site.call) for site in scope.sites if site.awaited)
        """Calls that are awaited."""
        self.iterated: set[int] = set()
        """What loops run over."""
        self.asynchronous: set[int] = set()
        """What `async with` enters and `async for` runs over."""
        self.kept: dict[int, tuple[int, str]] = {}
        """What goes into a variable: where in the body, and which."""
        self.dropped: set[int] = set()
        """Calls whose value nobody keeps."""
        self.alone: dict[int, str] = {}
        """Calls whose value goes into a variable as it is, and which."""
        self.waits: dict[str, list[tuple[Frames, int]]] = {}
        """Where variables are waited for: what stands around that, and the line."""
        self.elements: dict[str, dict[str, None]] = {}
        """What loops call the elements of variables: `for future in as_completed(futures)`."""
        for at, (statement, _) in enumerate(statements(scope.body)):
            self._note(at, statement)
        for statement, frames in statements(scope.body):
            if isinstance(statement, Loop) and isinstance(statement.source, Name):
                self.waits.setdefault(statement.source.id, []).append((frames, statement.line))
        running: set[int] = set()
        for expr, frames, line in uses(scope.body):
            self._wait(expr, frames, line, running)

    def named(self, name: str) -> int:
        """How often the name stands in the body, in functions inside it too."""
        return sum(isinstance(each, Name) and each.id == name for each in walk(self._scope.body))

    def _note(self, at: int, statement: Statement) -> None:
        match statement:
            case With(items=items, is_async=True):
                self.asynchronous.update(id(item) for item, _ in items)
            case Loop(source=source, target=target):
                self.iterated.add(id(source))
                self._go_through(target, source)
                if statement.kind == "async for":
                    self.asynchronous.add(id(source))
            case Assign(targets=(Name(id=name),), value=value) if value is not None:
                self.kept.setdefault(id(value), (at, name))
                self.alone[id(value)] = name
            case Assign(targets=(Index(value=Name(id=name), key=key),), value=value) if value is not None:
                self.kept.setdefault(id(key if isinstance(key, Call) else value), (at, name))
            case Do(value=Call(func=Attr(value=Name(id=name), name="append" | "add"), args=(arg,))):
                self.kept.setdefault(id(arg), (at, name))
            case Do(value=Call() as call):
                self.dropped.add(id(call))
            case _:
                pass

    def _go_through(self, target: Expr | None, source: Expr) -> None:
        """Note what the elements are called of all that a loop may run over."""
        for whole in names_in(source):
            self.elements.setdefault(whole, {}).update(dict.fromkeys(names_in(target)))

    def _wait(self, expr: Expr, frames: Frames, line: int, running: set[int]) -> None:
        """Note an expression that waits for a variable; `running` holds the calls met that run what they are given."""
        match expr:
            case Comp(loops=loops):
                for loop in loops:
                    self._go_through(loop.target, loop.source)
            case Await(value=Call() as call):
                running.add(id(call))
            case Call(func=func) if name_of(func) in RUNNERS:
                running.add(id(expr))
            case _:
                pass
        match expr:
            case Await(value=Name(id=name)) | Call(func=Attr(value=Name(id=name), name="result")):
                self.waits.setdefault(name, []).append((frames, line))
            case Name(id=name) if any(frame.kind == "arg" and id(frame.node) in running for frame in frames):
                self.waits.setdefault(name, []).append((frames, line))
            case _:
                pass


@lru_cache(maxsize=64)
def _body(scope: Scope) -> _Body:
    return _Body(scope)


def around_yield(scope: Scope) -> Frames | None:
    """What stands around the first `yield` of a generator; None where there is none."""
    return next((frames for expr, frames, _ in uses(scope.body) if isinstance(expr, Yield)), None)
