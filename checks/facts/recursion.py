"""Retries without a loop: a function that calls itself when it failed, and how often it does so at most."""

from __future__ import annotations

import operator
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from ..model import Place, RetryLayer
from ..project.arguments import of_param
from ..project.conditions import leaves as conditions
from ..project.conditions import names_used, tests_at
from ..project.scope import Frame, Scope, Site
from ..project.uses import statements
from ..project.values import Fn
from ..read.tree import (
    Attr,
    Binary,
    Call,
    Compare,
    Const,
    Except,
    Expr,
    If,
    Index,
    Name,
    Param,
    Statement,
    Try,
    is_name,
    walk,
)
from .counted import whole
from .coverage import Failing, after, is_permanent, leaves, raises, types_of
from .subject import Subject
from .substitutes import always_leaves
from .waits import Between, calls_in

if TYPE_CHECKING:
    from ..project.evaluate import Evaluator

MOST = 1000
"""Attempts from which on nothing bounds them."""
COMPARED = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq, "!=": operator.ne,
}  # fmt: skip


class Turn(NamedTuple):
    """A function that calls itself where the request at a site failed."""

    function: Scope
    site: Site
    again: Site
    body: tuple[Statement, ...]
    """What is done before it does."""


def recursion_layer(subject: Subject, site: Site, failing: Failing) -> RetryLayer | None:
    """The function calls itself in a handler around the site, or behind one that only lets go on."""
    function = site.scope.function()
    for attempt, handler in _handlers(site) if function is not None else ():
        types = types_of(subject.ev, handler.type, site.scope)
        if function is None or failing.caught(types) == "none":
            continue
        goes_on = not leaves(handler.body) and raises(handler.body) == "never" and always_leaves(attempt.body)
        behind = after(site.scope.body, attempt) or () if goes_on else ()
        for body in (handler.body, behind):
            again = _self_call(subject.ev, function, site.scope, body)
            if again is not None:
                return _layer(subject, Turn(function, site, again, (*handler.body, *behind)), handler)
    return None


def _self_call(ev: Evaluator, function: Scope, scope: Scope, body: tuple[Statement, ...]) -> Site | None:
    for call in calls_in(body):
        if any(isinstance(value, Fn) and value.scope is function for value in ev.eval(call.func, scope)):
            return ev.site(call, scope)
    return None


def _layer(subject: Subject, turn: Turn, handler: Except) -> RetryLayer:
    counters = dict(_counters(turn))
    counts = [found for each, step in counters.items() if (found := _attempts(subject.ev, turn, each, step))]
    asked = {name for at in (turn.site, turn.again) for test, _ in _asked(at) for name in names_used(test)}
    given_up = raises(turn.body) != "never" or any(isinstance(each, If) and leaves(each.body) for each in turn.body)
    stops = (given_up and not _is_same_each_turn(turn, handler)) or any(each.name in asked for each in counters)
    types = types_of(subject.ev, handler.type, turn.site.scope)
    growing = [param.name for param in turn.function.params if _is_changed(turn, param)]
    return RetryLayer(
        kind="loop",
        name=f"{turn.function.short}() calling itself",
        attempts=min(counts, default=None),
        bounded=stops or bool(counts),
        backoff=Between(subject.ev, turn.site.scope, turn.body, growing).backoff(turn.body),
        catches=types,
        where=Place(turn.site.scope.module.path, turn.again.call.span.line),
        permanent_errors=is_permanent(types, (subject.sdk,)),
    )


def _is_same_each_turn(turn: Turn, handler: Except) -> bool:
    """Whether it gives up for some kinds of errors alone, or by what it hands on as it was given: other errors come
    again and again."""
    kept = {each.name for each in turn.function.params if _is_kept(turn, each)}
    ifs = [each for each, _ in statements(turn.body) if isinstance(each, If)]
    tests = [each.test for each in ifs if leaves(each.body) or leaves(each.orelse)]
    return bool(tests) and all(_asks_only(each, handler.name or "", kept) for each in tests)


def _is_kept(turn: Turn, param: Param) -> bool:
    given = of_param(turn.again, turn.function, param)
    if given is None:
        return param.default is not None
    return is_name(given, param.name) and all(each.how == "param" for each in turn.function.bindings[param.name])


def _asks_only(test: Expr, caught: str, kept: set[str]) -> bool:
    """Whether a test asks nothing but the error that was caught, and the values of these names; what stands in an
    object may have changed."""
    called = {part.func.id for part in walk(test) if isinstance(part, Call) and isinstance(part.func, Name)}
    inside = (names_used(part) for part in walk(test) if isinstance(part, (Attr, Index, Call)))
    if any(caught not in names or names & kept for names in inside):
        return False
    asked = {name for name in names_used(test) if not name[:1].isupper()} - called
    return bool(asked) and asked <= {caught, *kept}


def _counters(turn: Turn) -> Iterator[tuple[Param, int]]:
    """The parameters that are counted up or down from one turn to the next: `ask(messages, left - 1)`."""
    for param in turn.function.params:
        match of_param(turn.again, turn.function, param):
            case Binary(op="+" | "-" as op, left=Name(id=name), right=Const(value=1)) if name == param.name:
                yield param, 1 if op == "+" else -1
            case _:
                continue


def _is_changed(turn: Turn, param: Param) -> bool:
    given = of_param(turn.again, turn.function, param)
    return isinstance(given, Binary) and param.name in names_used(given)


def _attempts(ev: Evaluator, turn: Turn, param: Param, step: int) -> int | None:
    """How often the request is sent at most, counted out; None where nothing known ends that."""
    starts = list(_starts(ev, turn, param))
    value = (max if step < 0 else min)(starts, default=None)
    sends, goes_on = (list(_asked(site)) for site in (turn.site, turn.again))
    for sent in range(MOST) if value is not None else ():
        if value is None or not _can_be(ev, turn.site, sends, param, value):
            return max(sent, 1)
        if not _can_be(ev, turn.again, goes_on, param, value):
            return sent + 1
        value += step
    return None


def _starts(ev: Evaluator, turn: Turn, param: Param) -> Iterator[int]:
    """What the parameter is in the first turn."""
    given: list[tuple[Expr | None, Site]] = []
    for edge in ev.callers(turn.function):
        site = edge.target or edge.site
        if site.call is not turn.again.call:
            given.append((of_param(site, turn.function, param, edge.skip), site))
    if param.default is not None and (not given or any(expr is None for expr, _ in given)):
        given.append((param.default, turn.site))
    for expr, site in given:
        number = whole(ev, expr, site) if expr is not None else None
        if number is not None:
            yield number


def _asked(site: Site) -> Iterator[tuple[Expr, bool]]:
    """The conditions that hold, or don't, where a call stands."""
    for test, holds, _ in tests_at(site.scope, site.line, site.frames):
        yield from conditions(test, holds=holds) if test is not None else ()


def _can_be(ev: Evaluator, site: Site, asked: list[tuple[Expr, bool]], param: Param, value: int) -> bool:
    """Whether a call with these conditions can be reached while the parameter has a value."""
    return all(_holds(ev, site, test, param, value) in (None, holds) for test, holds in asked)


def _holds(ev: Evaluator, site: Site, test: Expr, param: Param, value: int) -> bool | None:
    """Whether a condition holds for a value of the parameter; None where that isn't known."""
    match test:
        case Name(id=param.name):
            return bool(value)
        case Compare(left=left, ops=(op,), rest=(right,)) if param.name in names_used(test) and op in COMPARED:
            first, second = (_number(ev, site, each, param, value) for each in (left, right))
            return COMPARED[op](first, second) if first is not None and second is not None else None
        case _:
            return None


def _number(ev: Evaluator, site: Site, expr: Expr, param: Param, value: int) -> int | None:
    match expr:
        case Name(id=param.name):
            return value
        case Binary(op="+" | "-" as op, left=left, right=right) if param.name in names_used(expr):
            first, second = (_number(ev, site, each, param, value) for each in (left, right))
            return None if first is None or second is None else first + second if op == "+" else first - second
        case _:
            return whole(ev, expr, site)


def _handlers(site: Site) -> Iterator[tuple[Try, Except]]:
    for frame in reversed(site.frames):
        match frame:
            case Frame(kind="try", node=Try(handlers=handlers) as attempt, part="body"):
                yield from ((attempt, handler) for handler in handlers)
            case _:
                continue
