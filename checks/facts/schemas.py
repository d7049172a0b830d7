"""Tools that a model is told of by schemas, with the functions that code runs under their names:
`{"send_mail": send_mail}[call.name](**arguments)`, `if name == "send_mail": send_mail(...)`."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from ..project.arguments import entry
from ..project.scope import Scope
from ..project.uses import statements
from ..project.values import Ext, Fn, Lit, Map, Part, Seq, Value, Values
from ..read.tree import Compare, Const, Expr, If, Mapping, walk
from .ground import Ground

NESTED = ("function", "toolSpec", "function_declarations", "functionDeclarations")
"""What the name stands below, in the schemas of some SDKs."""
DEPTH = 4
MOST = 60
"""Names looked for."""
TOOLS = re.compile(rb"tool|function_?call|functions\b", re.IGNORECASE)
"""Words of files that run tools: a command of the same name in another file is none."""


def names_in_schemas(ground: Ground, node: Expr, scope: Scope) -> Iterator[str]:
    """The names of the tools in the schemas that are handed over."""
    return (name for name in _names(ground, ground.ev.eval(node, scope), 0) if name)


def run_under(ground: Ground, names: Iterable[str]) -> Iterator[Scope]:
    """The functions that stand for such names: in a table, or called where a text is that name."""
    world = ground.ev.world

    def has_tools(path: str) -> bool:
        return TOOLS.search(path.encode()) is not None or TOOLS.search(world.source.data(path)) is not None

    for name in sorted(set(names))[:MOST]:
        for holder in world.anywhere(name, rf"[\"']{re.escape(name)}[\"']\s*(?:[:,)\]]|\Z)", has_tools):
            for found in world.once(_under, holder).get(name, ()):
                yield from _stand_for(ground, found, holder)


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


def _under(body: Scope) -> dict[str, list[Expr | If]]:
    """By texts of a body: what tables have under them, and the branches where something is that text."""
    found: dict[str, list[Expr | If]] = defaultdict(list)
    for statement, _ in statements(body.body):
        for node in walk(statement):
            match node:
                case Mapping(keys=keys, values=values):
                    for key, value in zip(keys, values, strict=True):
                        if isinstance(key, Const) and isinstance(key.value, str):
                            found[key.value].append(value)
                case If(test=Compare(left=left, ops=("==",), rest=rest)):
                    for each in (left, *rest):
                        if isinstance(each, Const) and isinstance(each.value, str):
                            found[each.value].append(node)
                case _:
                    continue
    return found


def _stand_for(ground: Ground, found: Expr | If, scope: Scope) -> Iterator[Scope]:
    """The functions that a table's value is, or that a branch calls."""
    if not isinstance(found, If):
        yield from _functions(ground.ev.eval(found, scope))
        return
    for site in scope.sites:
        if any(frame.node is found and frame.part == "body" for frame in site.frames):
            yield from _functions(ground.ev.callee(site))


def _functions(values: Values) -> Iterator[Scope]:
    for value in values:
        inner = value.func if isinstance(value, Part) else value
        if isinstance(inner, Fn):
            yield inner.scope
