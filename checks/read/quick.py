"""`ast`'s tree of one definition turned into the plain tree, ten times as fast as by libcst."""

from __future__ import annotations

import ast
from typing import cast

from .from_ast import AstReader
from .parsing import dedented, deep, tree_of, unwrapped
from .tree import Statement


def read_quickly(text: str, first_line: int = 1) -> tuple[Statement, ...]:
    """The same tree as `read` gives, by `ast`; where that can't read the text, by libcst after all."""
    source, shift, indented = dedented(text, first_line)
    with deep(first_line):
        try:
            body = AstReader(source.split("\n"), shift).block(tree_of(source).body)
        except (SyntaxError, ValueError):
            from .reader import read

            return read(text, first_line)
    return unwrapped(body, indented=indented)


def convert(node: ast.AST, lines: list[str], units: frozenset[int]) -> tuple[Statement, ...]:
    """The plain tree of a node that `ast` has parsed: a module, or one definition. Definitions that begin on the lines
    `units` are left out inside it."""
    with deep(getattr(node, "lineno", 1)):
        reader = AstReader(lines, 0, units)
        return reader.block(node.body) if isinstance(node, ast.Module) else (reader.statement(cast(ast.stmt, node)),)
