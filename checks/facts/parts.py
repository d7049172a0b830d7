"""The parts of an answer that get names of their own: what each of them is given when the call failed tells together
whether something stands in the answer's place."""

from __future__ import annotations

from functools import lru_cache

from ..project.scope import Scope
from ..project.uses import statements
from ..read.tree import Assign, Binary, Call, Const, Expr, Items, Mapping, Statement, names_in
from .substitutes import assigned, kept_in, shown


def parts_of(call: Call, scope: Scope) -> frozenset[str]:
    """The names that get what a call gives, and those that get something read of it: `state["answer"] = reply.text`."""
    kept = frozenset(kept_in(call, scope))
    return kept.union(*(names for names, used in _settings(scope) if not kept.isdisjoint(used)))


def made_of(call: Call, body: tuple[Statement, ...], scope: Scope) -> frozenset[str]:
    """Names that get what a call gives, or what a run of statements makes of it, but for those that it is added to."""
    found, grown = set(kept_in(call, scope)), set[str]()
    for statement, _ in statements(body):
        if isinstance(statement, Assign) and statement.value is not None and found & set(names_in(statement.value)):
            names = set(assigned((statement,)))
            grown |= names if statement.op or _is_sum_of(statement.value, names) else set()
            found |= names
    return frozenset(found - grown)


def _is_sum_of(value: Expr, names: set[str]) -> bool:
    """Whether one of the names stands in a sum: `messages + [answer]`."""
    return isinstance(value, Binary) and any(
        shown(side) in names or _is_sum_of(side, names) for side in (value.left, value.right)
    )


@lru_cache(maxsize=64)
def _settings(scope: Scope) -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    """By each assignment of a body what it sets, and the names in what it sets that to."""
    found = (each for each, _ in statements(scope.body) if isinstance(each, Assign) and each.value is not None)
    return tuple((frozenset(map(shown, each.targets)), frozenset(names_in(each.value))) for each in found)


def is_filling(value: Expr | None) -> bool:
    """A number or an empty list: what a field has beside an error message, since it has to have something."""
    match value:
        case Const(value=bool() | int() | float()):
            return True
        case Items(elements=()) | Mapping(values=()):
            return True
        case Call(func=_, args=(), keywords=()):
            return True
        case _:
            return False
