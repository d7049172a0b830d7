"""Arithmetic with what is known of numbers."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TypeGuard

from .values import Cfg, Lit, Unk, Value, Values

ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": float.__truediv__, "//": float.__floordiv__,
    "**": float.__pow__, "%": operator.mod,
}  # fmt: skip


def is_number(value: Value) -> TypeGuard[Lit]:
    """Whether the value is a known number."""
    return isinstance(value, Lit) and isinstance(value.value, (int, float)) and not isinstance(value.value, bool)


def _amount(number: Lit) -> float:
    return float(number.value)  # type: ignore[arg-type]  # it is a number


def computed(op: str, one: Lit, two: Lit) -> Value:
    """The result where both numbers are known and small."""
    try:
        left, right = _amount(one), _amount(two)
        found = ARITHMETIC[op](left, right) if abs(left) < 1e9 and abs(right) < 1e6 else None
    except (KeyError, ArithmeticError):
        found = None
    origin = two.origin if one.origin == "literal" else one.origin
    return Lit(found, origin) if isinstance(found, float) else Unk()


def extremes(groups: list[Values], *, least: bool) -> Values:
    """What the least, or the greatest, of some numbers can be, each of which is one of a group; nothing where a group
    holds anything else."""
    numbers = [{each: _amount(each) for each in group if is_number(each)} for group in groups]
    if not all(own and len(own) == len(group) for own, group in zip(numbers, groups, strict=True)):
        return ()
    bound = min(max(own.values()) for own in numbers) if least else max(min(own.values()) for own in numbers)
    every = {value: number for own in numbers for value, number in own.items()}
    return tuple(value for value, number in every.items() if number == bound or (number < bound) is least)


def scaled(op: str, left: Values, right: Values) -> Lit | None:
    """The default of a configured number after arithmetic with a constant."""
    sides: list[Lit | None] = []
    for group in (left, right):
        plain = next((v for v in group if is_number(v)), None)
        given = next((v.default for v in group if isinstance(v, Cfg) and v.default is not None), None)
        chosen = plain if isinstance(plain, Lit) else given
        sides.append(chosen if chosen is not None and is_number(chosen) else None)
    if sides[0] is None or sides[1] is None:
        return None
    found = computed(op, sides[0], sides[1])
    return found if isinstance(found, Lit) else None
