"""Places that are come to only where a request failed. What is written there says nothing of the calls that work."""

from __future__ import annotations

import re

from ..project.conditions import leaves, tests_at
from ..project.scope import Frame, Scope, Site
from ..read.tree import Attr, Compare, Const, Either, Expr, If, Index, Items, Name, Unary
from .ground import callee_name

FAILING = frozenset({"error", "exception", "critical", "fatal"})
"""Levels of what went wrong."""
WARNING = frozenset({"warning", "warn"})
"""Levels of what did not come to what it should."""
STATUS = ("status_code", "status")
OK, LAST_GOOD, FIRST_BAD = 200, 299, 400
"""Statuses of HTTP that mean a success and a failure."""
GOOD = re.compile(r"(?i)^(?:http_2\d+_)?(?:ok|success|created|accepted)$")
"""Names of statuses of a success: `HTTPStatus.OK`, `codes.ok`."""
OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">", "in": "not in", "not in": "in"}


def is_failure(site: Site) -> bool:
    """Whether it is told of as an error, or stands in a handler or where the status of an answer says that it is none:
    nothing is written of calls that work."""
    if callee_name(site) in FAILING:
        return True
    if any(frame.part == "handler" for frame in site.frames):
        return True
    if callee_name(site) in WARNING and any(map(_has_nothing, site.frames)):
        return True
    asked = tests_at(site.scope, site.line, site.frames)
    return any(test is not None and is_failed(test, site.scope, holds=holds) for test, holds, _ in asked)


def _has_nothing(frame: Frame) -> bool:
    """Whether a branch is that of having nothing: `if found is None`, or beside `if found`."""
    if not isinstance(frame.node, If):
        return False
    for test, holds in leaves(frame.node.test, holds=frame.part == "body"):
        match test:
            case Name() | Attr():
                nothing = not holds
            case Compare(ops=("is" | "is not" as op,), rest=(Const(value=None),)):
                nothing = holds is (op == "is")
            case _:
                continue
        if nothing:
            return True
    return False


def is_failed(test: Expr, scope: Scope, *, holds: bool) -> bool:
    """Whether a test holds (or doesn't) only where a request failed: `answer.status_code != 200`, `not answer.ok`."""
    return _tells(test, scope, holds=holds, good=False)


def is_good(test: Expr, scope: Scope, *, holds: bool) -> bool:
    """Whether a test holds (or doesn't) only where a request did not fail: `answer.status_code == 200`, `answer.ok`."""
    return _tells(test, scope, holds=holds, good=True)


def _tells(test: Expr, scope: Scope, *, holds: bool, good: bool) -> bool:
    match test:
        case Unary(op="not", value=value):
            return _tells(value, scope, holds=not holds, good=good)
        case Either(op=op, parts=parts, test=None):
            told = all if (op == "or") is holds else any
            return told(_tells(part, scope, holds=holds, good=good) for part in parts)
        case Attr(name="ok" | "is_success") | Index(key=Const(value="ok" | "is_success")):
            return holds is good
        case Attr(name="is_error"):
            return holds is not good
        case Name(id=name):
            held = [each.expr for each in scope.bindings.get(name, ())]
            known = held[0] if len(held) == 1 else None
            return isinstance(known, Compare) and _tells(known, scope, holds=holds, good=good)
        case Compare(left=left, ops=(op,), rest=(code,)) if _is_status(left, scope):
            op = op if holds else OPPOSITE.get(op, "")
            return _is_good(op, code) if good else _is_bad(op, code)
        case _:
            return False


def _is_status(node: Expr, scope: Scope) -> bool:
    """The status of an answer, or a name that holds it."""
    match node:
        case Attr(name=name) | Index(key=Const(value=name)) if name in STATUS:
            return True
        case Name(id=name):
            held = [each.expr for each in scope.bindings.get(name, ())]
            return bool(held) and all(isinstance(each, Attr) and each.name in STATUS for each in held)
        case _:
            return False


def _is_good(op: str, code: Expr) -> bool:
    """Whether only statuses of a success stand so to a code, or to one of several."""
    match code:
        case Const(value=int() as number):
            return OK <= number <= LAST_GOOD if op == "==" else op in ("<", "<=") and LAST_GOOD <= number <= FIRST_BAD
        case Attr(name=name):
            return op == "==" and GOOD.search(name) is not None
        case Items(elements=elements):
            return op == "in" and all(_is_good("==", each) for each in elements)
        case _:
            return False


def _is_bad(op: str, code: Expr) -> bool:
    """Whether no status of a success stands so to a code, or to one of several."""
    match code:
        case Const(value=int() as number):
            if op == "!=":
                return OK <= number <= LAST_GOOD
            return number >= (FIRST_BAD if op == "==" else LAST_GOOD) and op in ("==", ">", ">=")
        case Attr(name=name):
            return op == "!=" and GOOD.search(name) is not None
        case Items(elements=elements):
            bad = (_is_bad("!=" if op == "not in" else "==", each) for each in elements)
            return any(bad) if op == "not in" else op == "in" and all(bad)
        case _:
            return False
