"""Arithmetic with what is known of numbers."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from itertools import product
from math import prod
from typing import TypeGuard

from .values import NUMBER, Cfg, Ext, Lit, Unk, Value, Values

ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": float.__truediv__, "//": float.__floordiv__,
    "**": float.__pow__, "%": operator.mod,
}  # fmt: skip

MOST = 16
"""Combinations of numbers that are looked at."""


def is_number(value: Value) -> TypeGuard[Lit]:
    """Whether the value is a known number."""
    return isinstance(value, Lit) and isinstance(value.value, (int, float)) and not isinstance(value.value, bool)


def some(value: Value) -> Value:
    """The number that is made of a value: some one, where it can't be read."""
    is_read = not (isinstance(value, Ext) and value.path.endswith("()"))
    return value if is_read and not isinstance(value, Unk) else NUMBER


def computed(op: str, one: Lit, two: Lit) -> Value:
    """The result where both numbers are known and small."""
    try:
        left, right = float(one.value), float(two.value)  # type: ignore[arg-type]  # both are numbers
        found = ARITHMETIC[op](left, right) if abs(left) < 1e9 and abs(right) < 1e6 else None
    except (KeyError, ArithmeticError):
        found = None
    origin = two.origin if one.origin == "literal" else one.origin
    return Lit(found, origin) if isinstance(found, float) else Unk()


def extreme(choose: Callable[[list[float]], float], sides: Sequence[Values]) -> Values:
    """What the smallest or the largest of several numbers comes to, one of each side; nothing where one isn't known.

    A setting counts with its default, and what comes of it is a setting too.
    """
    found: dict[Value, None] = {}
    for values in product(*sides) if prod(map(len, sides)) <= MOST else ():
        given = [each.default if isinstance(each, Cfg) else each for each in values]
        known = [each for each in given if each is not None and is_number(each)]
        if len(known) < len(values):
            return ()
        number = choose([float(each.value or 0) for each in known])
        origin = next((each.origin for each in known if each.origin != "literal"), "literal")
        setting = next((each for each in values if isinstance(each, Cfg)), None)
        found[Cfg(setting.origin, Lit(number, "default")) if setting else Lit(number, origin)] = None
    return tuple(found)


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
