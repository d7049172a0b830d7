"""Where a loop is left because its attempts have failed often or long enough."""

from __future__ import annotations

from collections.abc import Iterator

from ..project.edges import name_of
from ..project.uses import statements
from ..read.tree import (
    Assign,
    Attr,
    Binary,
    Call,
    Compare,
    Const,
    Either,
    Expr,
    If,
    Loop,
    Name,
    Statement,
    Try,
    Unary,
    names_in,
    walk,
)
from .coverage import leaves
from .waits import calls_in

CLOCKS = frozenset({
    "time", "monotonic", "perf_counter", "now", "utcnow", "time_ns", "monotonic_ns", "perf_counter_ns",
})  # fmt: skip
SPANS = frozenset({"total_seconds", "seconds"})
"""What gives the length of a time as a number."""
OVER = {">": 1, ">=": 1, "<": -1, "<=": -1, "==": 0}
"""Whether a comparison holds where its left side is the larger one, the smaller one, or has come to the other."""


def exits_of(loop: Loop, attempt: Try) -> Iterator[tuple[Statement, ...]]:
    """What is done where a round finds, beside its attempt, that it was tried often or long enough, and it leaves."""
    beside = tuple(each for each in loop.body if each is not attempt)
    tests = [each for each in beside if isinstance(each, If) and (leaves(each.body) or leaves(each.orelse))]
    if tests:
        failed = (statement for handler in attempt.handlers for statement in handler.body)
        rounds = _Rounds(loop, (*beside, *failed))
        for each in tests:
            for body, holds in ((each.body, True), (each.orelse, False)):
                if leaves(body) and rounds.is_end(each.test, holds=holds):
                    yield body


class _Rounds:
    """What goes up or down from one round of a loop to the next."""

    def __init__(self, loop: Loop, body: tuple[Statement, ...]) -> None:
        self._steps = dict.fromkeys(names_in(loop.target), 1)
        """What grows (1) or goes down (-1), by name."""
        self._renewed: set[str] = set()
        """Names that are set anew in a round, which is no way to an end."""
        for call in calls_in(body):
            match call.func:
                case Attr(value=held, name="append" | "pop" | "popleft" as name) if key := _key(held):
                    self._steps[key] = 1 if name == "append" else -1
                case _:
                    continue
        for each, _ in [*statements(body)] * 2:  # what is read off the clock may stand before what it is measured by
            if isinstance(each, Assign) and each.value is not None:
                for target in each.targets:
                    self._put(_key(target), each.op, each.value)

    def _put(self, key: str, op: str, value: Expr) -> None:
        match value:
            case Binary(op="+" | "-" | "*" | "**" as own, left=left) if not op and key and _key(left) == key:
                op = own
            case _:
                pass
        if op in ("+", "*", "**"):
            self._steps[key] = 1
        elif op == "-":
            self._steps[key] = -1
        elif way := self._way(value):
            self._steps[key] = way
        else:
            self._renewed.add(key)

    def is_end(self, test: Expr, *, holds: bool) -> bool:
        """Whether a test comes to hold (or no longer to hold) for having tried often or long enough."""
        match test:
            case Unary(op="not", value=value):
                down = not isinstance(value, (Compare, Either, Unary)) and self._way(value) < 0
                return (down and holds) or self.is_end(value, holds=not holds)
            case Either(op=op, parts=parts, test=None):
                enough = any if (op == "or") is holds else all
                return enough(self.is_end(part, holds=holds) for part in parts)
            case Compare(left=left, ops=(op,), rest=(right,)) if op in OVER:
                return self._is_passed(left, right, OVER[op], holds=holds)
            case _:
                return False

    def _is_passed(self, left: Expr, right: Expr, larger: int, *, holds: bool) -> bool:
        way, back = self._way(left), self._way(right)
        if bool(way) is bool(back):
            return False
        limit = right if way else left
        if not self._renewed.isdisjoint(_keys(limit)):
            return False
        way = way or -back
        if larger == 0:  # a count that goes up has left zero behind for ever
            return holds and not (way > 0 and isinstance(limit, Const) and limit.value == 0)
        return way == (larger if holds else -larger)

    def _way(self, node: Expr) -> int:
        """1 for what goes up from round to round, -1 for what goes down, 0 for all else."""
        match node:
            case Name() | Attr() if (key := _key(node)) in self._steps:
                return 0 if key in self._renewed else self._steps[key]
            case Call(func=func) if name_of(func) in CLOCKS:
                return 1
            case Call(func=Name(id="len"), args=(held,)):
                return self._way(held)
            case Call(func=Attr(value=span, name=name)) | Attr(value=span, name=name) if name in SPANS:
                return self._way(span)
            case Binary(op="+" | "-" as op, left=left, right=right):
                way, back = self._way(left), self._way(right) * (1 if op == "+" else -1)
                fixed = op == "+" or self._renewed.isdisjoint(_keys(right if way else left))
                return way or back if fixed and not (way and back) else 0
            case _:
                return 0


def _key(node: Expr) -> str:
    """A name or an attribute as it is written; empty for all else."""
    match node:
        case Name(id=name):
            return name
        case Attr(value=base, name=name) if held := _key(base):
            return f"{held}.{name}"
        case _:
            return ""


def _keys(node: Expr) -> Iterator[str]:
    return (key for part in walk(node) if isinstance(part, (Name, Attr)) and (key := _key(part)))
