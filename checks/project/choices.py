"""What choices come to, and what settings decide where nobody changes them.

`if seconds == 0:` doesn't hold for `seconds = float(getenv("SECONDS", "60"))` by itself.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from ..read.tree import Attr, Compare, Const, Either, Expr, Items, Name, is_none, is_not_none, same
from .conditions import leaves, tests_at
from .mappings import is_filled
from .scope import LAST, Scope
from .there import At, holds
from .values import Cfg, Eval, Lit, Map, Values, union

OPS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq, "is": operator.is_, "!=": operator.ne, "is not": operator.is_not,
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


def is_chosen_nothing(ev: Eval, expr: Expr, scope: Scope) -> bool:
    """Whether a function gives None back only where somebody changes a setting that has a default."""
    line, frames = scope.given.get(id(expr), (0, ()))
    tests = ((test, are) for test, are, _ in tests_at(scope, line, frames) if test is not None)
    return is_none(expr) and any(not _by_default(ev, test, scope, are=are) for test, are in tests)


def chosen(ev: Eval, node: Either, scope: Scope) -> Values:
    """What a choice can be: `a or b`, `a if test else b`."""
    parts, test = node.parts, node.test
    if node.op != "and" and holds(ev, test or parts[0], _where(ev, scope), are=True):
        return ev.eval(parts[0], scope)
    if node.op == "or":
        return union(*(_truthy(ev.eval(part, scope)) for part in parts[:-1]), ev.eval(parts[-1], scope))
    groups = [ev.eval(part, scope) for at, part in enumerate(parts) if not _is_chosen(ev, node, at, scope)]
    if test is not None and (same(parts[0], test) or is_not_none(test, parts[0])):
        groups[0] = _truthy(groups[0])
    if test is not None and all(isinstance(each, Map) for each in union(*groups)):
        groups = groups[:1] if is_filled(ev, test, scope) else groups
    return union(*groups)


def _where(ev: Eval, scope: Scope) -> At:
    """The place that is asked about, in a scope."""
    here = ev.position is not None and ev.position[0] is scope
    return At(*ev.position) if ev.position is not None and here else At(scope, LAST, ())


def _truthy(values: Values) -> Values:
    """Without what `or` skips: None, 0 and empty. An empty default or field is one that somebody may fill."""
    return tuple(
        Cfg(value.origin) if isinstance(value, Lit) and not value.value else value
        for value in values
        if not (isinstance(value, Lit) and not value.value and value.origin == "literal")
    )


def _is_chosen(ev: Eval, node: Either, at: int, scope: Scope) -> bool:
    """Whether one part of a choice is None, and only where somebody changes a setting that has a default."""
    test = node.test
    return test is not None and is_none(node.parts[at]) and not _by_default(ev, test, scope, are=not at)


def _by_default(ev: Eval, test: Expr, scope: Scope, *, are: bool) -> bool:
    """Whether a test may hold, or may not, with the defaults of the settings it looks at."""
    return all(_decided(ev, leaf, scope) in (None, sure) for leaf, sure in leaves(test, holds=are))


def _decided(ev: Eval, test: Expr, scope: Scope) -> bool | None:
    """What a condition comes to with the defaults; None where it looks at more than settings that have one."""
    match test:
        case Compare(left=left, ops=(op,), rest=(Const(value=other),)) if op in OPS:
            found = {_compared(op, each, other) for each in _defaults(ev.eval(left, scope))}
        case Compare(left=left, ops=("in" | "not in" as op,), rest=(Items(elements=elements),)):
            others = [each.value for each in elements if isinstance(each, Const)]
            known = _defaults(ev.eval(left, scope)) if len(others) == len(elements) else []
            found = {(each in others) == (op == "in") for each in known}
        case Name() | Attr():
            found = {bool(each) for each in _defaults(ev.eval(test, scope))}
        case _:
            return None
    return found.pop() if len(found) == 1 else None


def _defaults(values: Values) -> list[object]:
    given = [value.default for value in values if isinstance(value, Cfg) and value.default is not None]
    known = [default.value for default in given if default.value is not None]
    return list[object](known) if len(known) == len(values) else []


def _compared(op: str, one: object, two: object) -> bool | None:
    try:
        return OPS[op](one, two)
    except TypeError:
        return None
