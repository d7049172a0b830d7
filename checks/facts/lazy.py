"""Where a generator runs: a call only makes it, and whoever goes through it meets its exceptions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..project.edges import arguments_of, name_of
from ..project.handed import param_at
from ..project.scope import Scope, Site
from ..project.uses import statements, uses
from ..project.values import Fn
from ..read.tree import Attr, Call, Expr, Loop, Name, Return, is_name
from .kept import kept_in

if TYPE_CHECKING:
    from ..project.evaluate import Evaluator

COLLECTED = frozenset({
    "list", "tuple", "set", "join", "sum", "next", "dict", "gather", "run", "wait_for", "sorted", "any", "all",
})  # fmt: skip
"""Calls that run through a generator they are given."""
WRAPPING = frozenset({
    "iter", "aiter", "enumerate", "map", "filter", "zip", "chain", "from_iterable", "islice", "takewhile", "dropwhile",
    "stream_with_context", "copy_current_request_context", "iterate_in_threadpool", "closing", "aclosing",
})  # fmt: skip
"""Functions that make another generator of one."""
STORING = frozenset(
    {"append", "appendleft", "add", "put", "put_nowait", "insert", "setdefault", "push", "make_response"}
)
"""Functions and methods that keep what they are given for somebody else."""
TAKING = frozenset({"__next__", "__anext__", "__iter__", "__aiter__", "send", "asend"})
"""Methods of a generator by which it runs."""
DEEPEST = 3
"""Functions of the project that a generator is handed down through."""


def only_made(ev: Evaluator, site: Site) -> bool:
    """Whether a generator is only created at the site and consumed elsewhere: returned, or given to a response."""
    call = site.call
    for frame in reversed(site.frames):
        if frame.kind == "arg" and isinstance(frame.node, Call):
            taken = _taken(ev, frame.node, call, site.scope)
            if taken != "on":
                return taken == "kept"
            call = frame.node
        elif frame.kind != "comp":
            break
    if any(expr is call for expr in _returned(site.scope)):
        return True
    name = None if site.awaited else kept_in(site)
    return name is not None and _only_handed_out(ev, name, site)


def _only_handed_out(ev: Evaluator, name: str, site: Site) -> bool:
    """Whether all that a function does with the variable is to return it, or to give it to what keeps it."""
    returned = {id(expr) for expr in _returned(site.scope)}
    found = False
    for expr, frames, line in uses(site.scope.body):
        if not is_name(expr, name) or line <= site.line:
            continue
        around = next((frame.node for frame in reversed(frames) if frame.kind == "arg"), None)
        kept = isinstance(around, Call) and _keeps(ev, around, expr, site.scope)
        if not kept and id(expr) not in returned:
            return False
        found = True
    return found


def _keeps(ev: Evaluator, node: Call, part: Expr, scope: Scope) -> bool:
    """Whether a generator that a call is given runs elsewhere: kept for later, or made another one that does."""
    taken = _taken(ev, node, part, scope)
    site = ev.site(node, scope) if taken == "on" else None
    return taken == "kept" or (taken == "on" and (site is None or only_made(ev, site)))


def _taken(ev: Evaluator, node: Call, part: Expr, scope: Scope, depth: int = 0) -> str:
    """What a call does with a generator: `run` it, hand it `on` in a generator of its own, or `kept` for later."""
    word = name_of(node.func)
    if word in COLLECTED:
        return "run"
    at = next((at for at, arg in enumerate(arguments_of(node)) if arg is part), None)
    values = ev.eval(node.func, scope) if at is not None else ()
    for value in values:
        param = param_at(value.scope, node, at) if isinstance(value, Fn) and at is not None else None
        if param is not None and isinstance(value, Fn) and _runs_through(ev, value.scope, param, depth):
            return "on" if value.scope.is_generator else "run"
    if word in WRAPPING:
        return "on"
    outside = word[:1].islower() and word not in STORING and not any(isinstance(value, Fn) for value in values)
    return "run" if outside else "kept"


def _runs_through(ev: Evaluator, scope: Scope, param: str, depth: int) -> bool:
    """Whether a function iterates over its parameter, takes one piece after another of it, or gives it to something
    that does."""
    for statement, _ in statements(scope.body):
        if isinstance(statement, Loop) and is_name(statement.source, param):
            return True
    if any(
        isinstance(s.call.func, Attr) and is_name(s.call.func.value, param) and s.call.func.name in TAKING
        for s in scope.sites
    ):
        return True
    return depth < DEEPEST and any(
        isinstance(arg, Name) and is_name(arg, param) and _taken(ev, site.call, arg, scope, depth + 1) == "run"
        for site in scope.sites
        for arg in arguments_of(site.call)
    )


def _returned(scope: Scope) -> tuple[Expr, ...]:
    direct = (each.value for each in scope.body if isinstance(each, Return) and each.value is not None)
    return (*direct, *scope.returns)
