"""The names that the patterns of a `match` give to parts of its subject, read as assignments."""

from __future__ import annotations

from typing import NamedTuple

from .tree import Assign, Attr, Const, Expr, If, Index, Match, Name, Statement, Walrus

Way = tuple[str | Expr, ...]
"""From the subject to one of its parts: names of attributes, and keys."""
Captured = tuple[str, Way]
"""A name, and what part it gets."""
ITSELF = frozenset({
    "bool", "bytearray", "bytes", "dict", "float", "frozenset", "int", "list", "set", "str", "tuple",
})  # fmt: skip
"""Classes whose pattern's only part is the subject itself: `case str(text)`."""


class Case(NamedTuple):
    """One `case`."""

    captured: tuple[Captured, ...]
    guard: Expr | None
    body: tuple[Statement, ...]
    line: int
    takes_any: bool
    """Its pattern takes whatever there is."""


def matched(subject: Expr, cases: list[Case], line: int) -> Match:
    """A `match` whose cases begin with what their patterns assign; a guard is an `if` around the rest. Where none
    takes whatever is left, there is an empty one that does."""
    whole: Expr = Name(f"match {line}")
    again = _again(subject)
    head = Walrus(whole, subject) if again is None else subject
    bodies = tuple(
        (
            *(Assign((Name(name),), _part(whole if again is None else again, way), None, "", each.line)
              for name, way in each.captured),
            *(each.body if each.guard is None else (If(each.guard, each.body, (), each.line),)),
        )
        for each in cases
    )  # fmt: skip
    always = any(each.takes_any and each.guard is None for each in cases)
    return Match(head, bodies if always else (*bodies, ()), line)


def places(starred: list[bool]) -> list[tuple[Expr, ...]]:
    """The keys of what stands in a sequence's pattern; what a star takes is the sequence, and those behind it are
    counted from the end."""
    star = starred.index(True) if True in starred else len(starred)
    count = len(starred)
    return [() if at == star else (Const(at if at < star else at - count),) for at in range(count)]


def _part(whole: Expr, way: Way) -> Expr:
    found = _again(whole) or whole
    for step in way:
        found = Attr(found, step) if isinstance(step, str) else Index(found, step)
    return found


def _again(node: Expr) -> Expr | None:
    """The same expression once more, where asking it twice runs nothing twice."""
    match node:
        case Name(id=name):
            return Name(name)
        case Attr(value=value, name=name):
            inner = _again(value)
            return Attr(inner, name) if inner is not None else None
        case Index(value=value, key=Const(value=key)):
            inner = _again(value)
            return Index(inner, Const(key)) if inner is not None else None
        case _:
            return None
