"""What a test finds to be one of the program's own values: in a table that is written in the code, or the name of a
thing that was looked up by it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..project.conditions import leaves
from ..project.edges import name_of
from ..project.scope import Scope
from ..project.values import Map, Seq
from ..read.tree import Attr, Call, Comp, Compare, Const, Expr, Items, Mapping, Name, is_name, is_none, walk
from .measures import At
from .roles import ROLES
from .written import GROWING

if TYPE_CHECKING:
    from ..project.evaluate import Evaluator

COPYING = frozenset({"set", "frozenset", "list", "tuple", "sorted", "keys"})


class Known:
    """Reads tests; one for a project."""

    def __init__(self, ev: Evaluator) -> None:
        self._ev = ev

    def of(self, test: Expr, at: At, *, holds: bool) -> Iterator[Expr]:
        """What is surely known where a test holds, or where it doesn't."""
        for leaf, sure in leaves(test, holds=holds):
            match leaf:
                case Compare(left=left, ops=("==" | "!=" as op,), rest=(Const(value=str() as text),)):
                    if (op == "==") == sure and not _is_system([text]):
                        yield left
                case Compare(left=left, ops=("in" | "not in" as op,), rest=(table,)):
                    if (op == "in") == sure and self._is_written(table, at):
                        yield left
                case Compare(left=Name(id=name), ops=("is" | "is not" as op,), rest=(right,)) if is_none(right):
                    if (op == "is not") == sure:
                        yield from self._looked_up(name, at)
                case Name(id=name) if sure:
                    yield from self._looked_up(name, at)
                case _:
                    continue

    def _is_written(self, table: Expr, at: At) -> bool:
        """Whether all that a table holds is written in the code."""
        match table:
            case Items(elements=elements):
                return _are_words(elements)
            case Mapping(keys=keys):
                return _are_words(keys)
            case Call(func=Name(id=name), args=(inner,)) if name in COPYING:
                return self._is_written(inner, at)
            case Call(func=Attr(value=inner, name="keys"), args=()):
                return self._is_written(inner, at)
            case Name(id=name) | Attr(name=name):
                if any(_grows(body, name) for body in at.scope.module.scopes()):
                    return False
                values = self._ev.eval_at(table, at.scope, at.line, at.frames)
                return bool(values) and all(
                    (isinstance(value, Map) and not value.base and _are_words([key for key, _, _ in value.entries]))
                    or (isinstance(value, Seq) and _are_words(value.elements))
                    for value in values
                )
            case _:
                return False

    def _looked_up(self, name: str, at: At) -> Iterator[Expr]:
        """By what something was looked up that was found: `next((t for t in tools if t.name == asked), None)`,
        `TOOLS.get(asked)`."""
        for binding in at.scope.bindings.get(name, ()):
            match binding.expr:
                case Call(func=Name(id="next"), args=(Comp(loops=(loop,)), *_)):
                    for test in loop.tests:
                        yield from (each for each in _equals(test) if not _mentions(each, loop.target))
                case Call(func=Attr(value=table, name="get"), args=(asked,)) if self._is_written(table, at):
                    yield asked
                case _:
                    return


def _grows(body: Scope, name: str) -> bool:
    """Whether something is put into what the name stands for."""
    calls = (site.call.func for site in body.sites)
    grown = (func.value for func in calls if isinstance(func, Attr) and func.name in (*GROWING, "update"))
    changed = (each.base for each in body.sets if each.name is None)
    return any(name_of(base) == name for base in (*grown, *changed))


def _equals(test: Expr) -> Iterator[Expr]:
    for leaf, sure in leaves(test, holds=True):
        match leaf:
            case Compare(left=left, ops=("==",), rest=(right,)) if sure:
                yield from (left, right)
            case _:
                continue


def _mentions(expr: Expr, target: Expr) -> bool:
    names = [node.id for node in walk(target) if isinstance(node, Name)]
    return any(is_name(node, name) for node in walk(expr) for name in names)


def _are_words(elements: tuple[Expr | None, ...] | list[Expr | None]) -> bool:
    words = [each.value for each in elements if isinstance(each, Const) and isinstance(each.value, str)]
    return bool(words) and len(words) == len(elements) and not _is_system(words)


def _is_system(words: list[str]) -> bool:
    """Whether a role that gives instructions is among them: whose words a message holds isn't settled by that."""
    return any(ROLES.get(each.lower()) == "system" for each in words)
