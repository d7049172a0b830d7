"""Calls that run a function with the arguments beside it: `to_thread(function, answer)`, `Thread(target=…, args=…)`."""

from __future__ import annotations

from typing import NamedTuple

from ..project.edges import name_of
from ..project.elsewhere import How, calls_that
from ..project.scope import Scope
from ..read.tree import Call, Expr
from .taint import Taint

SECOND = calls_that(How.SECOND)
PACKED = calls_that(How.PACKED)
EACH = calls_that(How.EACH)
MADE = calls_that(How.MAKES) | {"partial"}
"""Calls that give a function much like the one they are given: `sync_to_async(function)(answer)`."""
BY_NAME = ("target", "function", "func", "fn")
BESIDE = calls_that(How.ANSWER) - PACKED - EACH - MADE - calls_that(How.LOST)
"""Calls that give back what a function does with the arguments beside it, and no number of a job in a queue."""


def direct(call: Call) -> Call | None:
    """The plain call that a call comes to which runs a function elsewhere and gives back what it does."""
    word = name_of(call.func)
    first = 1 if word in SECOND else 0
    func, args, keywords = call.func, call.args, call.keywords
    if word in BESIDE and len(args) > first:
        func, args = args[first], args[first + 1 :]
    while isinstance(func, Call) and name_of(func.func) in MADE and func.args:
        args, keywords = (*func.args[1:], *args), (*func.keywords, *keywords)
        func = func.args[0]
    return Call(func, args, keywords, call.span) if func is not call.func else None


class Handed(NamedTuple):
    """An argument of a call that is an argument of the function in another one."""

    function: Expr
    at: int
    """Which of the function's own, -1 where it goes by its name."""
    name: str | None
    taint: Taint


def handed(call: Call, at: int, taint: Taint) -> Handed | None:
    """What argument `at` of a call is to the function the call is given."""
    word = name_of(call.func)
    first = 1 if word in SECOND else 0
    named = next((each.value for each in call.keywords if each.name in BY_NAME), None)
    function = named if named is not None else call.args[first] if len(call.args) > first else None
    if function is None or function is taint.node:
        return None
    keyword = call.keywords[at - len(call.args)].name if at >= len(call.args) else None
    if keyword == "args" or (word in PACKED and keyword is None):
        place = taint.inside[0] if taint.inside and isinstance(taint.inside[0], int) else 0
        return Handed(function, place, None, taint._replace(inside=taint.inside[1:]))
    if keyword == "kwargs" and taint.inside:
        return Handed(function, -1, str(taint.inside[0]), taint._replace(inside=taint.inside[1:]))
    if keyword is not None:
        return Handed(function, -1, keyword, taint)
    own = at if named is not None else at - first - 1
    taken = taint.take(taint.node, "*") if word in EACH else taint
    return Handed(function, own, None, taken or taint) if own >= 0 else None


def param_of(scope: Scope, found: Handed) -> str | None:
    """The parameter that gets it."""
    params = [each for each in scope.params if each.kind == "positional"]
    if scope.klass() is not None and not scope.is_static:
        params = params[1:]
    if found.at < 0:
        return found.name if any(each.name == found.name for each in scope.params) else None
    return params[found.at].name if found.at < len(params) else None
