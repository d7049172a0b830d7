"""Where a function asks whether it was given anything, and what it takes instead."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import NamedTuple

from ..project.edges import name_of
from ..project.scope import Scope
from ..project.uses import statements
from ..read.tree import (
    Attr,
    Await,
    Call,
    Compare,
    Const,
    Do,
    Either,
    Expr,
    If,
    Index,
    Items,
    Mapping,
    Name,
    Statement,
    Unary,
    is_none,
    walk,
)
from .coverage import after
from .news import NEWS
from .substitutes import always_leaves, shown

LOGGED = frozenset({"debug", "info", "warning", "warn", "error", "exception", "critical", "log"})


class Missing(NamedTuple):
    """A test of whether a call gave anything."""

    body: tuple[Statement, ...]
    """What runs when it gave nothing."""
    node: If
    names: tuple[str, ...]


def where_missing(names: tuple[str, ...], scope: Scope, line: int) -> Missing | None:
    """The first test behind a line of whether one of the names is nothing: `if answer is None: …`."""
    for statement in _tests(scope):
        if statement.line < line:
            continue
        if any(_is_missing(statement.test, name) for name in names):
            return Missing(statement.body, statement, names)
        if any(_is_there(statement.test, name) for name in names):
            rest = after(scope.body, statement) or () if always_leaves(statement.body) else ()
            return Missing(statement.orelse or rest, statement, names)
    return None


def where_told(names: tuple[str, ...], scope: Scope, line: int) -> Missing | None:
    """The first test behind a line of what a call gave, by what that says of how it went: `if not ok: …`."""
    for statement in _tests(scope):
        parts = [part for part in walk(statement.test) if isinstance(part, Name | Attr | Index)]
        if statement.line > line and any(_is_of(shown(part), name) for part in parts for name in names):
            negated = isinstance(statement.test, Unary) and statement.test.op == "not"
            if _names_failure(statement.test) != negated:
                return Missing(statement.body, statement, names)
            rest = after(scope.body, statement) or () if always_leaves(statement.body) else ()
            return Missing(statement.orelse or rest, statement, names)
    return None


def _names_failure(test: Expr) -> bool:
    """Whether a test asks for an error, where others ask whether all went well."""
    words = (getattr(part, "id", getattr(part, "name", getattr(part, "value", None))) for part in walk(test))
    return any(isinstance(word, str) and NEWS.search(word) for word in words)


def _is_of(text: str, name: str) -> bool:
    return text == name or text.startswith((f"{name}.", f"{name}["))


def _is_missing(test: Expr, name: str) -> bool:
    match test:
        case Unary(op="not", value=value):
            return shown(value) == name
        case _:
            return _is_compared(test, name, "is", "==")


def _is_there(test: Expr, name: str) -> bool:
    if isinstance(test, Either) and test.op == "and":
        return any(_is_there(part, name) for part in test.parts)
    return shown(test) == name or _is_compared(test, name, "is not", "!=")


def _is_compared(test: Expr, name: str, *ops: str) -> bool:
    match test:
        case Compare(left=left, ops=(op,), rest=(other,)):
            return op in ops and shown(left) == name and is_none(other)
        case _:
            return False


def other_or(call: Call, body: tuple[Statement, ...]) -> Expr | None:
    """What stands behind `or` for a call that gives nothing: `ask(question) or DEFAULT`."""
    for part in walk(body):
        if isinstance(part, Either) and part.op == "or":
            first = part.parts[0].value if isinstance(part.parts[0], Await) else part.parts[0]
            if first is call:
                return part.parts[-1]
    return None


def taken_instead(names: Iterable[str], scope: Scope, line: int, judge: Callable[[Expr, Scope], str]) -> int | None:
    """The first line behind another on which something is taken where one of the names holds nothing:
    `answer or DEFAULT`, `answer.title() if answer else default(question)`."""
    known = tuple(names)
    for node, at in _choices(scope):
        found = _otherwise(node, known) if at > line else None
        if found is not None and judge(found, scope) == "instead" and not _is_bare(found):
            return at
    return None


@lru_cache(maxsize=64)
def _choices(scope: Scope) -> tuple[tuple[Either, int], ...]:
    """The choices between values in the statements of a body that hand something on."""
    return tuple(
        (part, statement.line)
        for statement, _ in statements(scope.body)
        for part in walk(getattr(statement, "value", None))
        if isinstance(part, Either) and not _tells(statement)
    )


def _tells(statement: Statement) -> bool:
    """Whether a statement only logs."""
    return isinstance(statement, Do) and isinstance(statement.value, Call) and name_of(statement.value.func) in LOGGED


def _otherwise(node: Either, names: tuple[str, ...]) -> Expr | None:
    first, last = node.parts[0], node.parts[-1]
    if node.test is None:
        return last if node.op == "or" and shown(first) in names else None
    for name in names:
        there = _is_there(node.test, name)
        kept, other = (first, last) if there else (last, first)
        used = (isinstance(part, Name | Attr | Index) and shown(part) == name for part in walk(kept))
        if (there or _is_missing(node.test, name)) and any(used):
            return other if shown(kept) == name or not isinstance(other, Const) else None
    return None


def _is_bare(value: Expr) -> bool:
    """An empty list or mapping, or a number: what is counted or shown where there is no answer."""
    match value:
        case Items(elements=()) | Mapping(keys=()):
            return True
        case Const(value=plain):
            return not isinstance(plain, str)
        case _:
            return False


@lru_cache(maxsize=64)
def _tests(scope: Scope) -> tuple[If, ...]:
    return tuple(statement for statement, _ in statements(scope.body) if isinstance(statement, If))
