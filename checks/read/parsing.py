"""What both readers begin with: the text as `ast` has it, how deep it may nest, and why it can't be read."""

from __future__ import annotations

import ast
import sys
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from typing import cast

from .tree import If, Statement

DEPTH = 4_000
"""Frames the converter may use. What comes after it takes no more for a level, and has more (`pipeline`)."""


class UnreadableUnit(Exception):
    """A definition that can't be read: `reason` is syntax-error or too-deep, the text says where."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


def tree_of(text: str) -> ast.Module:
    """`ast` of a text, warnings about its strings unsaid; a notebook's `await` outside functions is allowed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        flags = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        return cast("ast.Module", compile(text, "<audited>", "exec", flags, dont_inherit=True))


def dedented(text: str, first_line: int) -> tuple[str, int, bool]:
    """A definition's text as a module of its own, what to add to its line numbers, and whether it was indented."""
    indented = text[:1] in (" ", "\t")
    return ("if 1:\n" + text if indented else text), first_line - (2 if indented else 1), indented


def unwrapped(statements: tuple[Statement, ...], *, indented: bool) -> tuple[Statement, ...]:
    """The statements without what `dedented` put around them."""
    match statements:
        case (If(body=body), *_) if indented:
            return body
        case _:
            return statements


@contextmanager
def deep(line: int) -> Generator[None]:
    """Reading of what begins at a line: frames enough, and a word on what needs more."""
    before = sys.getrecursionlimit()
    try:
        sys.setrecursionlimit(DEPTH)
        yield
    except (RecursionError, MemoryError) as error:
        raise UnreadableUnit("too-deep", f"nested too deeply near line {line}") from error
    finally:
        sys.setrecursionlimit(before)
