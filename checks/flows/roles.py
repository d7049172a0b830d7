"""Whose words a message holds: what code calls the roles, and what a test tells of them.

`if message["role"] == "system": instructions.append(message["content"])` takes the words of that role out of a history,
and nobody else's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import NamedTuple

from ..project.conditions import leaves, names_used, tests_at
from ..project.edges import name_of
from ..project.mappings import share_loop
from ..project.scope import Binding, Frame, Scope
from ..read.tree import (
    Attr,
    Call,
    Compare,
    Const,
    Either,
    Expr,
    Index,
    Items,
    Name,
    same,
)

ROLES = {"system": "system", "developer": "system", "assistant": "assistant", "model": "assistant", "ai": "assistant",
         "tool": "tool", "function": "tool", "user": "user", "human": "user",
         "tool_result": "result", "function_call_output": "result"}  # fmt: skip
"""A result is what a tool answered, as a part of whichever message."""
SAYING = {"messages": "messages", "system": "system", "function_response": "result", "functionResponse": "result",
          "toolResult": "result"}  # fmt: skip
"""Keys that tell what stands below them."""
KEYS = ("role", "type")
OF_THE_SAME = ("lower", "strip", "upper")


Given = Callable[[str], Iterator[Expr]]
"""The values that a name is given."""


class Whose(NamedTuple):
    """A condition on messages: that their role is one of these, or none of them."""

    roles: frozenset[str]
    holds: bool
    of_part: bool = False
    """It is asked of a part of a message."""

    def allows(self, role: str) -> bool:
        """Whether a message of that role can be meant; one whose role nobody knows can."""
        return not role or (role in self.roles) == self.holds

    def of_system(self) -> bool:
        """Whether nothing but instructions can be meant."""
        return self.holds and self.roles == frozenset({"system"})


def conditions(
    expr: Expr, scope: Scope, line: float, frames: tuple[Frame, ...], classes: Mapping[str, str]
) -> Iterator[tuple[Expr, Whose]]:
    """What the tests around an expression and before it tell of messages; `classes` says whose words those of a class
    hold.

    A name that is given something else below the test, or that a comprehension has for itself, is another one. Where
    the function has given messages other roles, tests tell nothing.
    """
    sets = [each for each in scope.sets if isinstance(each.base, Name) and "role" in (each.name, _key(each.key))]
    if any(each.line <= line or share_loop(each.binding.frames, frames) for each in sets):
        return
    given = partial(_given, scope, line, frames)
    own = set[str]()  # names that comprehensions around the expression have for themselves
    for test, holds, renewed in tests_at(scope, line, frames):
        if test is None:
            own |= renewed()
            continue
        for leaf, sure in leaves(test, holds=holds):
            for message, whose in _of(leaf, given, classes, holds=sure):
                if _is_one(message) and (own | renewed()).isdisjoint(names_used(message) | names_used(expr)):
                    yield message, whose


def _is_one(message: Expr) -> bool:
    """A message with a name, or the one at a written position of a list with one."""
    match message:
        case Name() | Index(value=Name(), key=Const(value=int())):
            return True
        case _:
            return False


def _key(key: Expr | None) -> object:
    return key.value if isinstance(key, Const) else None


def _of(test: Expr, given: Given, classes: Mapping[str, str], *, holds: bool) -> Iterator[tuple[Expr, Whose]]:
    match test:
        case Compare(left=left, ops=("==" | "!=" | "in" | "not in" as op,), rest=(right,)):
            message, roles = _held_by(left, given), _named(right)
            if message is not None and roles:
                yield message, Whose(roles, holds == (op in ("==", "in")))
        case Call(func=Name(id="isinstance"), args=(message, kinds)):
            names = [name_of(each) for each in (kinds.elements if isinstance(kinds, Items) else (kinds,))]
            roles = frozenset(classes.get(name, "role") for name in names)
            if "role" not in roles:
                yield message, Whose(roles, holds)
        case _:
            return


def _held_by(expr: Expr, given: Given) -> Expr | None:
    """The message whose role an expression is."""
    match expr:
        case Attr(value=value, name=name) if name in KEYS:
            return value
        case Index(value=value, key=Const(value="role")):
            return value
        case Call(func=Attr(value=value, name="get"), args=(Const(value="role"), *_)):
            return value
        case Call(func=Attr(value=value, name=name), args=()) if name in OF_THE_SAME:
            return _held_by(value, given)
        case Name(id=name):
            found = [_held_by(each, given) for each in given(name) if name not in names_used(each)]
            first = found[0] if found else None
            return first if first is not None and all(e is not None and same(e, first) for e in found) else None
        case _:
            return None


def is_part_of(expr: Expr, message: Expr, scope: Scope, line: float, frames: tuple[Frame, ...]) -> bool:
    """Whether it is a part of the message, or a name for one that may be made into something else: `content =
    message["content"]`, then `content = str(content)`."""
    if not isinstance(expr, Name):
        return _is_taken_from(expr, message)
    given = [each for each in _given(scope, line, frames, expr.id) if expr.id not in names_used(each)]
    return bool(given) and all(_is_taken_from(each, message) for each in given)


def _is_taken_from(expr: Expr, message: Expr) -> bool:
    match expr:
        case Attr(value=value) | Index(value=value) | Call(func=Attr(value=value, name="get")):
            return same(value, message)
        case Either(parts=parts):
            return all(_is_taken_from(each, message) for each in parts)
        case Call(func=Name(), args=(inner,)):
            return _is_taken_from(inner, message)
        case _:
            return False


def _given(scope: Scope, line: float, frames: tuple[Frame, ...], name: str) -> Iterator[Expr]:
    """The values that a name is given up to a place."""
    for binding in scope.bindings.get(name, ()):
        match binding:
            case _ if binding.line > line and not share_loop(binding.frames, frames):
                continue  # what it is given later is another thing
            case Binding(how="value", expr=Items(elements=elements), unpack=(at,)) if at < len(elements):
                yield elements[at]
            case Binding(how="value", expr=expr, unpack=()) if expr is not None:
                yield expr
            case _:
                continue


def _named(expr: Expr) -> frozenset[str]:
    """The roles that an expression names; none where one of them isn't known."""
    match expr:
        case Items(elements=elements):
            each = [_named(element) for element in elements]
            return frozenset[str]().union(*each) if all(each) else frozenset()
        case Const(value=str() as text) | Attr(value=Name() | Attr(), name=text):
            if isinstance(expr, Attr) and "role" not in name_of(expr.value).lower():
                return frozenset()
            role = ROLES.get(text.lower())
            return frozenset((role,)) if role is not None else frozenset()
        case Call(func=Name(id="set" | "frozenset" | "tuple" | "list"), args=(inner,)):
            return _named(inner)
        case _:
            return frozenset()


def role_named(text: str) -> str:
    """The role that a text or an enumeration's member names."""
    return ROLES.get(text.strip().lower().rpartition(".")[2], "")
