"""Source text in, small plain syntax trees out, one definition at a time."""

from .parsing import UnreadableUnit, tree_of
from .quick import convert, read_quickly
from .tree import Call, Expr, Function, Span, Statement

__all__ = [
    "Call",
    "Expr",
    "Function",
    "Span",
    "Statement",
    "UnreadableUnit",
    "convert",
    "is_python",
    "read",
    "read_quickly",
    "tree_of",
]


def read(text: str, first_line: int = 1) -> tuple[Statement, ...]:
    """Read statements with libcst, which is loaded by the first that needs it; see `reader.read`."""
    from .reader import read as by_libcst

    return by_libcst(text, first_line)


def is_python(text: str) -> bool:
    """Whether libcst can read a text that `ast` can't; see `reader.is_python`."""
    from .reader import is_python as by_libcst

    return by_libcst(text)
