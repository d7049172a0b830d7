"""What happens between two attempts: how long a retry waits, and which errors it lets out, there or in helpers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from ..model import Backoff
from ..project.edges import arguments_of, name_of
from ..project.handed import param_at
from ..project.scope import Scope
from ..project.uses import statements
from ..project.values import Fn
from ..read.tree import (
    Assign,
    Attr,
    Await,
    Binary,
    Call,
    Const,
    Do,
    Either,
    Except,
    Expr,
    If,
    Index,
    Loop,
    Name,
    Raise,
    Statement,
    Unary,
    names_in,
    walk,
)
from .coverage import blocks, leaves, raises

if TYPE_CHECKING:
    from ..project.evaluate import Evaluator

SLEEPS = frozenset({"sleep", "wait", "backoff", "delay", "sleep_ms", "usleep"})
DEEPEST = 3
"""Helpers that call one another."""


class Between:
    """Reads what stands between two attempts in one function, and in the helpers that are called there."""

    def __init__(
        self, ev: Evaluator, scope: Scope, body: tuple[Statement, ...], counters: Iterable[str] = (), depth: int = 0
    ) -> None:
        """`body` is what is done each time, `counters` the names that are known to grow."""
        self._ev, self._scope, self._depth = ev, scope, depth
        self._body, self._counters = body, frozenset(counters)

    @cached_property
    def _growing(self) -> frozenset[str]:
        """The names that grow from one time to the next."""
        return _growing(self._body, self._counters)

    def backoff(self, body: tuple[Statement, ...], *, deep: bool = True) -> Backoff:
        """How long it waits between attempts; `deep`: what helpers do counts."""
        for call in calls_in(body):
            helpers = self._helpers(call) if deep else []
            for helper, inner in helpers:
                found = inner.backoff(helper.body)
                if found != "none":
                    return inner.longer(found, helper.body)
            if name_of(call.func) in SLEEPS and not helpers:
                given = arguments_of(call)
                return self._growth(given[0]) if given else "unknown"
        return "none"

    def longer(self, found: Backoff, body: tuple[Statement, ...]) -> Backoff:
        """Short pauses in a loop that goes on until a growing time is over come to a growing wait."""
        loops = (each for each in _flat(body) if isinstance(each, Loop))
        polls = any(_sleeps(each.body) and not self._growing.isdisjoint(names_in(each)) for each in loops)
        return "exponential" if found == "fixed" and polls else found

    def gives_up(self, body: tuple[Statement, ...]) -> bool:
        """Whether a helper raises again, at some time."""
        return any(raises(helper.body) != "never" for call in calls_in(body) for helper, _ in self._helpers(call))

    def chooses(self, body: tuple[Statement, ...], *, asked: bool = False) -> bool:
        """Whether a helper raises some errors again, by a test that asks more than how often it was tried."""
        return any(
            inner.lets_out(helper.body, asked=asked) for call in calls_in(body) for helper, inner in self._helpers(call)
        )

    def lets_out(self, body: tuple[Statement, ...], *, asked: bool) -> bool:
        """Whether the statements of a helper raise where such a test was made; `asked`: one stands around them."""
        for statement in body:
            match statement:
                case Raise():
                    return asked
                case If(test=test, body=then, orelse=other):
                    more = asked or not self._is_of_count(test)
                    if self.lets_out(then, asked=more) or self.lets_out(other, asked=more):
                        return True
                    asked = more if leaves(then) or leaves(other) else asked
                case Do(value=Call() | Await(value=Call())) if self.chooses((statement,), asked=asked):
                    return True
                case _:
                    if any(self.lets_out(block, asked=asked) for block in blocks(statement, handlers=False)):
                        return True
        return False

    def by_kind(self, handler: Except) -> bool:
        """Whether a handler leaves the loop for some kinds of errors alone: `if "key" in str(error): raise`. For others
        it goes on, however often they come."""
        ifs = [each for each, _ in statements(handler.body) if isinstance(each, If)]
        tests = [each.test for each in ifs if any(leaves(part) for part in (each.body, each.orelse))]
        return not leaves(handler.body) and bool(tests) and all(self._asks(each, handler.name) for each in tests)

    def _asks(self, test: Expr, caught: str | None) -> bool:
        """Whether a test asks the error, and nothing that may have changed since the last round."""
        inside = (set(names_in(part)) for part in walk(test) if isinstance(part, (Attr, Index)))
        given = {
            name for each, _ in statements(self._body) if isinstance(each, Assign) for name in names_in(each.targets)
        }
        used = set(names_in(test))
        return caught in used and given.isdisjoint(used) and all(caught in names for names in inside)

    def _is_of_count(self, test: Expr) -> bool:
        """`attempt == most - 1`, `tries > 3 or last`."""
        match test:
            case Either(parts=parts, test=None):
                return all(self._is_of_count(part) for part in parts)
            case Unary(value=value):
                return self._is_of_count(value)
            case _:
                return not self._growing.isdisjoint(names_in(test))

    def _helpers(self, call: Call) -> list[tuple[Scope, Between]]:
        """The functions of the project that a call runs, with what is known inside of what grows."""
        if self._depth >= DEEPEST:
            return []
        found = (each.scope for each in self._ev.eval(call.func, self._scope) if isinstance(each, Fn))
        return [(helper, self._inside(helper, call)) for helper in found]

    def _inside(self, helper: Scope, call: Call) -> Between:
        given = enumerate(arguments_of(call))
        names = (param_at(helper, call, at) for at, arg in given if self._growth(arg) == "exponential")
        return Between(self._ev, helper, helper.body, [name for name in names if name is not None], self._depth + 1)

    def _growth(self, node: Expr) -> Backoff:
        if isinstance(node, Either) and node.test is not None:
            return "exponential" if any(self._growth(part) == "exponential" for part in node.parts) else "fixed"
        used = set(names_in(node))
        if _has_power(node) or used & self._growing or any(name in ("backoff", "jitter", "expo") for name in used):
            return "exponential"
        if isinstance(node, (Const, Name, Attr)):
            return "fixed"
        return "exponential" if any(isinstance(part, Call) for part in walk(node)) else "fixed"


def _growing(body: tuple[Statement, ...], counters: frozenset[str]) -> frozenset[str]:
    """The counters, and the names that are made of them or counted up."""
    found = set(counters)
    for statement in _flat(body):
        if isinstance(statement, Assign) and (
            statement.op in ("*", "**", "+") or _grows(statement) or _counts(statement, found)
        ):
            found.update(name for target in statement.targets for name in names_in(target))
    return frozenset(found)


def _grows(statement: Assign) -> bool:
    """`delay = min(delay * 2, cap)`."""
    names = {name for target in statement.targets for name in names_in(target)}
    computed = any(isinstance(part, Binary) for part in walk(statement.value))
    return computed and bool(names & set(names_in(statement.value)))


def _counts(statement: Assign, counters: set[str]) -> bool:
    """`delay = first * 2**attempt`."""
    return _has_power(statement.value) or bool(counters & set(names_in(statement.value)))


def _has_power(node: object) -> bool:
    return any(isinstance(part, Binary) and part.op in ("**", "<<") for part in walk(node))


def _sleeps(body: tuple[Statement, ...]) -> bool:
    return any(name_of(call.func) in SLEEPS for call in calls_in(body))


def _flat(body: tuple[Statement, ...]) -> Iterator[Statement]:
    for statement in body:
        yield statement
        for block in blocks(statement):
            yield from _flat(block)


def calls_in(body: tuple[Statement, ...]) -> Iterator[Call]:
    """Every call in a run of statements."""
    for statement in body:
        for part in walk(statement):
            if isinstance(part, Call):
                yield part
