"""Clients that stand in for one another: `if`s decide which of them a variable or an attribute is given."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from ..model import Edit
from .arguments import keyword
from .parameters import Setting, added
from .source import Source, dotted


def added_to_all(
    source: Source, built: cst.Call, setting: Setting, transport: Sequence[str]
) -> tuple[str, list[Edit]] | None:
    """A parameter put into the constructor of a client, and of those that stand in for it."""
    made = added(source, built, setting)
    others = [added(source, each, setting) for each in _others(source, built, transport)] if made else []
    return made and (made[0], [*made[1], *(edit for each in others if each for edit in each[1])])


def _others(source: Source, built: cst.Call, transport: Sequence[str]) -> list[cst.Call]:
    """The other constructors of the same class whose client is given to the same variable or attribute.

    A call goes through any of them, so that a limit on one alone mends nothing. Those that are given one of the
    parameters named `transport` bring what they need themselves.
    """
    target, home = _target(source, built), _home(source, built)
    alike = [each for each in source.inside(home, cst.Call) if target and _target(source, each) == target]
    return [
        each
        for each in alike
        if each is not built and dotted(each.func) == dotted(built.func) and _home(source, each) is home
        if not any(keyword(each, name) for name in transport)
    ]


def _target(source: Source, built: cst.Call) -> str:
    """What the value of a call is given to; empty where that isn't one name."""
    statement = next(source.parents(built))
    if isinstance(statement, cst.AnnAssign):
        return dotted(statement.target)
    if isinstance(statement, cst.Assign) and len(statement.targets) == 1:
        return dotted(statement.targets[0].target)
    return ""


def _home(source: Source, node: cst.CSTNode) -> cst.CSTNode:
    """The function a node stands in, else the module."""
    return next((each for each in source.parents(node) if isinstance(each, cst.FunctionDef)), source.module)
