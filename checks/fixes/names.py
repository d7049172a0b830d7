"""How a file can name something of a package: by what it imports already, else by one more import beside those."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import libcst as cst

from ..model import Edit
from .source import Source, dotted


class Bound(NamedTuple):
    """A name that an import gives."""

    name: str
    path: str
    """What it stands for: `google.genai.types`."""
    root: str
    """The module that is imported, or imported from."""
    home: cst.CSTNode
    """The function it stands in, else the module."""
    line: cst.SimpleStatementLine


def reach(source: Source, anchor: cst.CSTNode, path: str) -> tuple[str, list[Edit]] | None:
    """The code that names `path` (`google.genai.types.HttpOptions`) at a node, and the edits that takes; None where a
    name is taken by something else."""
    seen = list(visible(source, anchor))
    ways = [f"{each.name}{path[len(each.path) :]}" for each in seen if f"{path}.".startswith(f"{each.path}.")]
    if ways:
        return min(ways, key=lambda way: (way.count("."), len(way))), []
    module, _, last = path.rpartition(".")
    taken = {each.name for each in seen} | {each.name.value for each in source.inside(source.module, cst.FunctionDef)}
    taken |= {each.name.value for each in source.inside(source.module, cst.ClassDef)}
    if last in taken:
        return None
    beside = next((each for each in seen if each.root == module and _may_grow(source, each)), None)
    if beside is not None:
        end = source.span(beside.line.body[-1]).end
        return last, [source.edit(end, end, f", {last}")]
    return last, [_import(source, seen, path, f"from {module} import {last}")]


def visible(source: Source, anchor: cst.CSTNode) -> Iterator[Bound]:
    """What imports give that can be seen from a node: those of its functions before it, and those of the module."""
    homes = [each for each in source.parents(anchor) if isinstance(each, cst.FunctionDef)]
    start = source.span(anchor).start
    for line in source.inside(source.module, cst.SimpleStatementLine):
        home = next((each for each in source.parents(line) if isinstance(each, (cst.FunctionDef, cst.ClassDef))), None)
        if home is None or (home in homes and source.span(line).end <= start):
            for one in line.body:
                yield from _bound(one, home or source.module, line)


def _may_grow(source: Source, bound: Bound) -> bool:
    """Whether one more name can be put behind an import: it is alone in its line, and not in brackets."""
    one = bound.line.body[-1]
    alone = len(bound.line.body) == 1 and isinstance(one, cst.ImportFrom) and one.lpar is None
    return alone and "\n" not in source.code(one)


def _bound(statement: cst.BaseSmallStatement, home: cst.CSTNode, line: cst.SimpleStatementLine) -> Iterator[Bound]:
    if isinstance(statement, cst.Import):
        for each in statement.names:
            path = dotted(each.name)
            name = dotted(each.asname.name) if each.asname else path.partition(".")[0]
            yield Bound(name, path if each.asname else name, path, home, line)
    elif isinstance(statement, cst.ImportFrom) and statement.module and not statement.relative:
        root = dotted(statement.module)
        for each in () if isinstance(statement.names, cst.ImportStar) else statement.names:
            name = dotted(each.asname.name) if each.asname else dotted(each.name)
            yield Bound(name, f"{root}.{dotted(each.name)}", root, home, line)


def _import(source: Source, seen: list[Bound], path: str, code: str) -> Edit:
    """The edit that puts an import behind the one that is most alike, or behind the module's first lines."""
    near = [each for each in seen if each.root.partition(".")[0] == path.partition(".")[0]]
    if near:
        line = max(near, key=lambda each: (each.home is not source.module, source.span(each.line).start)).line
        return _behind(source, line, code)
    top = [each for each in source.module.body if isinstance(each, cst.SimpleStatementLine) and _opens(each)]
    if top:
        return _behind(source, top[-1], code)
    first = source.span(source.module.body[0]).start if source.module.body else 0
    return source.edit(first, first, f"{code}\n")


def _opens(line: cst.SimpleStatementLine) -> bool:
    """Whether a statement is one of those that stand first: the docstring and imports."""
    first = line.body[0]
    is_text = isinstance(first, cst.Expr) and isinstance(first.value, (cst.SimpleString, cst.ConcatenatedString))
    return is_text or isinstance(first, (cst.Import, cst.ImportFrom))


def _behind(source: Source, line: cst.SimpleStatementLine, code: str) -> Edit:
    span = source.span(line)
    end = source.text.find("\n", span.end)
    at = len(source.text) if end < 0 else end
    return source.edit(at, at, f"\n{source.indent(span.start)}{code}")
