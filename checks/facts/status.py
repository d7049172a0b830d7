"""What a function raises for a failed request where the SDK raises nothing: the answer carries the status."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..project.conditions import tests_at
from ..project.scope import Scope, Site
from ..project.uses import Frames, statements, uses
from ..project.values import Fn
from ..read.tree import Assign, Attr, Call, Const, Do, Either, Expr, If, Index, Name, Raise, is_name, names_in, walk
from .around import Raised
from .coverage import leaves, lineages, raised_by
from .failing import is_failed, is_good
from .reading import made_of

if TYPE_CHECKING:
    from ..project.evaluate import Evaluator

STATUS = frozenset({"status_code", "status", "ok", "is_success"})


def raised_for_status(ev: Evaluator, site: Site) -> tuple[Frames, Raised] | None:
    """What is raised where the status of an answer was looked at, and the constructs around that."""
    names = made_of(site)
    asking: list[tuple[If, Frames]] = []
    for statement, frames in statements(site.scope.body):
        found: list[tuple[str, ...]] = []
        match statement:
            case If(test=test) if _asks(test, names):
                asking.append((statement, frames))
            case Raise(value=value) if value is not None and any(_is_behind(frames, *each) for each in asking):
                found = lineages(ev, [value], site.scope)
            case Do(value=Call(args=(Name(id=name), *_)) as call) if name in names:
                found = [each for helper in _run(ev, call, site) for each in _raised_in(ev, helper)]
            case _:
                continue
        if found:
            return frames, tuple(found)
    return None


def is_answered(site: Site) -> bool:
    """Whether the function asks for the status of the answer, and reads of it only where that said how it went: what
    the model wrote where nothing failed, what went wrong where something did."""
    scope, names = site.scope, made_of(site)
    found = [(expr, frames, line) for expr, frames, line in uses(scope.body)]
    asked = {name for expr, _, _ in found for name in _status_of(expr) & names}
    kept = {name for name in asked if not _is_replaced(scope, name)}
    tests = [each.test for each, _ in statements(scope.body) if isinstance(each, If)]
    tests += [each.test for each, _, _ in found if isinstance(each, Either) and each.test is not None]
    seen = {id(part) for expr in (*tests, *(each for each, _, _ in found if _status_of(each))) for part in walk(expr)}
    seen |= {id(part) for expr, _, _ in found for branch in _told_apart(expr, scope) for part in walk(branch)}
    reads = (each for each in found if isinstance(each[0], Name) and each[0].id in kept and id(each[0]) not in seen)
    tells = any(_tells(test, scope, holds=are) for test in tests for are in (True, False))
    return bool(asked) and tells and all(_is_told(scope, frames, line) for _, frames, line in reads)


def _tells(test: Expr, scope: Scope, *, holds: bool) -> bool:
    return is_good(test, scope, holds=holds) or is_failed(test, scope, holds=holds)


def _is_told(scope: Scope, frames: Frames, line: int) -> bool:
    """Whether a place is come to only where a request failed, or only where none did."""
    asked = tests_at(scope, line, frames)
    return any(test is not None and _tells(test, scope, holds=holds) for test, holds, _ in asked)


def _told_apart(expr: Expr, scope: Scope) -> Iterator[Expr]:
    """The branches of `answer.text if answer.ok else ""` of which each is taken only where it failed, or did not."""
    match expr:
        case Either(test=test, parts=parts) if test is not None:
            for part, are in zip(parts, (True, False), strict=True):
                if _tells(test, scope, holds=are):
                    yield part
        case _:
            return


def _is_behind(frames: Frames, asking: If, around: Frames) -> bool:
    """Whether a later place is in a branch of the `if`, or is reached only past one that leaves."""
    return any(frame.node is asking for frame in frames) or (leaves(asking.body) and frames == around)


def _is_replaced(scope: Scope, name: str) -> bool:
    """Whether a variable has another value where a request failed."""
    given = ((each, around) for each, around in statements(scope.body) if isinstance(each, Assign))
    anew = ((each, around) for each, around in given if any(is_name(target, name) for target in each.targets))
    tests = (asked for each, around in anew for asked in tests_at(scope, each.line, around))
    return any(test is not None and is_failed(test, scope, holds=are) for test, are, _ in tests)


def _asks(test: Expr, names: set[str]) -> bool:
    """`answer.status_code != 200`, `not answer["ok"]`, of what the call gave."""
    return any(_status_of(part) & names for part in walk(test))


def _status_of(expr: object) -> set[str]:
    """Whose status an expression is, if it is one."""
    match expr:
        case Attr(value=base, name=key) | Index(value=base, key=Const(value=key)) if key in STATUS:
            return set(names_in(base))
        case _:
            return set()


def _run(ev: Evaluator, call: Call, site: Site) -> Iterator[Scope]:
    return (each.scope for each in ev.eval(call.func, site.scope) if isinstance(each, Fn))


def _raised_in(ev: Evaluator, helper: Scope) -> list[tuple[str, ...]]:
    """What a function raises that looks at the status of its first argument."""
    params = {each.name for each in helper.params}
    asks = any(isinstance(each, If) and _asks(each.test, params) for each, _ in statements(helper.body))
    return lineages(ev, raised_by(helper.body, None), helper) if asks else []
