"""Calls of Python's own functions that do to one argument what another one says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..read.tree import Attr, Call, Const, Expr, Index, Name
from .texts import Listed, Text, either

if TYPE_CHECKING:
    from .build import Builder, Spot


def of_builtin(make: Builder, path: str, call: Call, spot: Spot) -> Text | None:
    """`getattr(value, "name", default)` is `value.name` or the default, `map(function, values)` what the function gives
    for each of them."""
    match path, call.args:
        case "builtins.getattr", (value, Const(value=str() as name), *default):
            return either([make.build(each, spot) for each in (Attr(value, name), *default)])
        case "builtins.map", (function, first, *more):
            given = tuple(Index(each, Const(0)) for each in (first, *more))  # the first stands for each
            return Listed((make.build(_applied(function, given, call), spot),))
        case _:
            return None


def _applied(function: Expr, given: tuple[Expr, ...], call: Call) -> Call:
    """The call of a function, also of one that is a method of its first argument: `str.strip`."""
    match function:
        case Attr(value=Name(id="str" | "bytes"), name=name):
            return Call(Attr(given[0], name), given[1:], (), call.span)
        case _:
            return Call(function, given, (), call.span)
