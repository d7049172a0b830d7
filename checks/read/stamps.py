"""Positions for libcst's nodes without its position provider, which costs five times the parse.

Calls and statements of `ast` and of libcst, each visited in the same order, are the same lists; so the
positions come from `ast` (native, cheap) and are handed out one by one. Where `ast` of the running Python
can't read the text (newer syntax), the provider does the work on that one definition.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

import libcst as cst

from .tree import Span


class Stamp(NamedTuple):
    """Where a call stands, what its callee is called (to check the pairing) and the lines of its keywords."""

    span: Span
    name: str
    keywords: tuple[int, ...]


class Stamps(NamedTuple):
    """Call and statement positions in `ast`'s field order, parents first."""

    calls: list[Stamp]
    lines: list[int]
    depth: int
    """Levels of libcst's tree."""


def from_ast(tree: ast.AST, lines: list[str], shift: int) -> Stamps:
    """Stamps of a parsed text; `shift` is added to every line number."""
    calls: list[Stamp] = []
    starts: list[int] = []
    deepest = 0
    stack: list[tuple[ast.AST, ast.JoinedStr | None, int]] = [(tree, None, 1)]
    while stack:
        node, template, depth = stack.pop()
        if isinstance(node, ast.Call):
            calls.append(_stamp(node, template, lines, shift))
        elif isinstance(node, (ast.stmt, ast.ExceptHandler)):
            starts.append(node.lineno + shift)
        elif isinstance(node, ast.match_case):
            starts.append(node.pattern.lineno + shift)
        elif isinstance(node, ast.JoinedStr) and template is None:
            template = node
        if isinstance(node, ast.BoolOp):  # flat here, one inside the other in libcst
            depth += len(node.values)
        deepest = max(deepest, depth)
        stack.extend((child, template, depth + 1) for child in reversed(list(ast.iter_child_nodes(node))))
    return Stamps(calls, starts, deepest)


def _stamp(node: ast.Call, template: ast.JoinedStr | None, lines: list[str], shift: int) -> Stamp:
    # Before 3.12 positions inside f-strings are not exact: the f-string's own are.
    at: ast.Call | ast.JoinedStr = node if template is None else template
    end_line, end_offset = at.end_lineno or at.lineno, at.end_col_offset or at.col_offset
    span = Span(
        at.lineno + shift,
        _column(lines, at.lineno, at.col_offset),
        end_line + shift,
        _column(lines, end_line, end_offset),
    )
    keywords = tuple((at.lineno if template else keyword.lineno) + shift for keyword in node.keywords)
    return Stamp(span, _ast_name(node.func), keywords)


def _column(lines: list[str], line: int, offset: int) -> int:
    """1-based column in characters of a 0-based offset in UTF-8 bytes."""
    text = lines[line - 1] if line <= len(lines) else ""
    return offset + 1 if text.isascii() else len(text.encode()[:offset].decode(errors="replace")) + 1


def _ast_name(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def cst_name(node: cst.BaseExpression) -> str:
    """The last name of a callee, as `Stamp.name` has it."""
    match node:
        case cst.Name(value=name) | cst.Attribute(attr=cst.Name(value=name)):
            return name
        case _:
            return ""


class Provided:
    """Positions from libcst's own provider, for text that `ast` can't read or pairs wrongly."""

    def __init__(self, module: cst.Module, shift: int) -> None:
        from libcst.metadata import MetadataWrapper, PositionProvider

        wrapper = MetadataWrapper(module, unsafe_skip_copy=True)
        self._positions = wrapper.resolve(PositionProvider)
        self._shift = shift

    def span(self, node: cst.CSTNode) -> Span:
        """Where the node stands."""
        found = self._positions[node]
        return Span(
            found.start.line + self._shift, found.start.column + 1, found.end.line + self._shift, found.end.column + 1
        )


class Paired:
    """Hands out stamps in order; `Mismatch` when the two parsers disagree about what comes next."""

    def __init__(self, stamps: Stamps) -> None:
        self._calls: Iterator[Stamp] = iter(stamps.calls)
        self._lines: Iterator[int] = iter(stamps.lines)

    def call(self, node: cst.Call) -> tuple[Span, tuple[int, ...]]:
        """Span of the next call and lines of its keywords."""
        stamp = next(self._calls, None)
        if stamp is None or stamp.name != cst_name(node.func):
            raise Mismatch
        return stamp.span, stamp.keywords

    def line(self) -> int:
        """First line of the next statement, handler or case."""
        line = next(self._lines, None)
        if line is None:
            raise Mismatch
        return line

    def finish(self) -> None:
        """Every stamp must have been asked for."""
        if next(self._calls, None) is not None or next(self._lines, None) is not None:
            raise Mismatch


class Mismatch(Exception):
    """The two parsers' lists differ."""
