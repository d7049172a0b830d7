"""What an `if` makes sure of before a text is used: that it isn't too long, or no attempt to give instructions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..project.scope import Scope, Site
from ..project.uses import ends, statements
from ..project.values import Fn
from ..read.tree import (
    Assign,
    Attr,
    Binary,
    Call,
    Compare,
    Do,
    Expr,
    If,
    Index,
    Loop,
    Name,
    Statement,
    same,
    walk,
)
from .lore import CHECKING, CUTTING

if TYPE_CHECKING:
    from ..project.evaluate import Evaluator

Check = tuple[Expr, str, int]
"""What is checked, what for (cut or escaped), and the line."""
MEASURES = ("len", "count", "token", "size", "length")


class Checks:
    """The checks of every function asked about, found once."""

    def __init__(self, ev: Evaluator) -> None:
        self._ev = ev
        self._known: dict[Scope, tuple[Check, ...]] = {}

    def of(self, expr: Expr, scope: Scope, line: int) -> Iterator[tuple[str, int]]:
        """What was made sure of for an expression before a line of its function."""
        for checked, how, at in self._of(scope):
            if at < line and same(checked, expr):
                yield how, at

    def measures(self, scope: Scope) -> bool:
        """Whether the function refuses or shortens anything that is too long."""
        return any(how == "cut" for _, how, _ in self._of(scope))

    def _of(self, scope: Scope) -> tuple[Check, ...]:
        if scope not in self._known:
            self._known[scope] = ()
            self._known[scope] = tuple(self._find(scope)) if scope.kind != "class" else ()
        return self._known[scope]

    def _find(self, scope: Scope) -> Iterator[Check]:
        for statement, _ in statements(scope.body):
            match statement:
                case If(test=test, body=body, line=line):
                    for checked, how in self._asked(test, scope):
                        if ends(body) or _assigns(body, checked):
                            yield checked, how, line
                case Loop(kind="while", source=test, body=body, line=line):
                    for checked, how in self._asked(test, scope):
                        if how == "cut" and _shrinks(body, checked):
                            yield checked, how, line
                case Do(value=Call() as call, line=line) if call.args:
                    yield from self._by_helper(call, scope, line)
                case Do(value=Compare() as test, line=line):  # an assert
                    yield from ((checked, how, line) for checked, how in self._asked(test, scope, over=False))
                case _:
                    continue

    def _asked(self, test: Expr, scope: Scope, *, over: bool = True) -> Iterator[tuple[Expr, str]]:
        """What a test finds to be over a limit (or under it), or looks through."""
        for node in walk(test):
            match node:
                case Compare(left=left, ops=ops, rest=rest):
                    for one, op, two in zip((left, *rest), ops, rest, strict=False):
                        side = one if op in ((">", ">=") if over else ("<", "<=")) else two
                        if op in (">", ">=", "<", "<="):
                            yield from ((checked, "cut") for checked in self._measured(side, scope, 0))
                case Call(func=func, args=(checked, *_)) if CHECKING.search(_last(func)):
                    yield checked, "escaped"
                case _:
                    continue

    def _measured(self, side: Expr, scope: Scope, depth: int) -> Iterator[Expr]:
        """What `len(x)`, `count_tokens(x)` or a variable that holds such a number measures."""
        match side:
            case Call(func=func, args=args) if args and any(word in _last(func).lower() for word in MEASURES):
                for arg in args:
                    inner = arg.args[0] if isinstance(arg, Call) and arg.args else arg
                    yield inner
                    if isinstance(inner, Call) and isinstance(inner.func, Attr):
                        yield inner.func.value
                    if isinstance(arg, Call) and isinstance(arg.func, Attr) and not arg.args:
                        yield arg.func.value
            case Name(id=name) if depth < 2:
                for binding in scope.bindings.get(name, ()):
                    if binding.expr is not None and binding.how == "value":
                        yield from self._measured(binding.expr, scope, depth + 1)
            case Binary(left=left, right=right):
                yield from self._measured(left, scope, depth)
                yield from self._measured(right, scope, depth)
            case _:
                return

    def _by_helper(self, call: Call, scope: Scope, line: int) -> Iterator[Check]:
        """`check_length(text)`: a function of the project that refuses its argument."""
        site = self._ev.site(call, scope) or Site(call, scope, (), False, line)
        for value in self._ev.callee(site)[:2]:
            if not isinstance(value, Fn):
                if CHECKING.search(_last(call.func)):
                    yield call.args[0], "escaped", line
                continue
            names = [each.name for each in value.scope.params if each.kind == "positional"]
            names = names[1:] if value.scope.klass() is not None else names
            for arg, name in zip(call.args, names, strict=False):
                for checked, how, _ in self._of(value.scope):
                    if isinstance(checked, Name) and checked.id == name and isinstance(arg, (Name, Attr, Index)):
                        yield arg, how, line


def _last(func: Expr) -> str:
    return func.name if isinstance(func, Attr) else func.id if isinstance(func, Name) else ""


def _assigns(body: tuple[Statement, ...], checked: Expr) -> bool:
    """Whether a branch replaces what was too long by something shorter."""
    for each in body:
        if isinstance(each, Assign) and any(same(target, checked) for target in each.targets):
            return True
        if isinstance(each, Do) and isinstance(each.value, Call) and CUTTING.search(_last(each.value.func)):
            return True
    return False


def _shrinks(body: tuple[Statement, ...], checked: Expr) -> bool:
    """`while too_long(x): x.pop(0)`, or x = something shorter."""
    for each in body:
        match each:
            case Assign(targets=targets) if any(same(target, checked) for target in targets):
                return True
            case Do(value=Call(func=Attr(value=base, name="pop" | "popleft"))) if same(base, checked):
                return True
            case Assign(value=Call(func=Attr(value=base, name="pop" | "popleft"))) if same(base, checked):
                return True
            case _:
                continue
    return False
