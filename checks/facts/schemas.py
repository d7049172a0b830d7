"""Tools that a model is told of by schemas, with the functions that code runs under their names:
`{"send_mail": send_mail}[call.name](**arguments)`, `if name == "send_mail": send_mail(...)`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..project.arguments import entry
from ..project.scope import Scope
from ..project.uses import statements
from ..project.values import Ext, Fn, Lit, Map, Part, Seq, Value, Values
from ..read.tree import Compare, Const, Expr, If, Mapping, walk
from .subject import Ground

NESTED = ("function", "toolSpec", "function_declarations", "functionDeclarations")
"""What the name stands below, in the schemas of some SDKs."""
DEPTH = 4
MOST = 60
"""Names looked for."""


def described(ground: Ground, node: Expr, scope: Scope) -> Iterator[Scope]:
    """The functions that stand for the names in the schemas that are handed over."""
    names = sorted({name for name in _names(ground, ground.ev.eval(node, scope), 0) if name})
    for name in names[:MOST]:
        for holder in ground.ev.world.anywhere(name, rf"[\"']{re.escape(name)}[\"']\s*(?:[:,)\]]|\Z)"):
            yield from _under(ground, name, holder)


def _names(ground: Ground, values: Values, depth: int) -> Iterator[str]:
    for value in values if depth <= DEPTH else ():
        match value:
            case Seq(elements=elements, scope=scope):
                for each in elements:
                    yield from _names(ground, ground.ev.eval(each, scope), depth + 1)
            case Map() | Ext():
                yield from _named(ground, value)
                for key in NESTED:
                    yield from _names(ground, entry(ground.ev, (value,), key).values, depth + 1)
            case _:
                continue


def _named(ground: Ground, value: Value) -> Iterator[str]:
    for each in entry(ground.ev, (value,), "name").values:
        if isinstance(each, Lit) and isinstance(each.value, str):
            yield each.value


def _under(ground: Ground, name: str, scope: Scope) -> Iterator[Scope]:
    """What a body has under a name in a table, or calls where a text is that name."""
    for statement, _ in statements(scope.body):
        for node in walk(statement):
            match node:
                case Mapping(keys=keys, values=values):
                    for key, value in zip(keys, values, strict=True):
                        if isinstance(key, Const) and key.value == name:
                            yield from _functions(ground.ev.eval(value, scope))
                case If(test=test) if _is_name(test, name):
                    for site in scope.sites:
                        if any(frame.node is node and frame.part == "body" for frame in site.frames):
                            yield from _functions(ground.ev.callee(site))
                case _:
                    continue


def _is_name(test: Expr, name: str) -> bool:
    return isinstance(test, Compare) and test.ops == ("==",) and any(
        isinstance(each, Const) and each.value == name for each in (test.left, *test.rest)
    )  # fmt: skip


def _functions(values: Values) -> Iterator[Scope]:
    for value in values:
        inner = value.func if isinstance(value, Part) else value
        if isinstance(inner, Fn):
            yield inner.scope
