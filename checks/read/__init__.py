"""Source text in, small plain syntax trees out, one definition at a time."""

from .reader import UnreadableUnit, convert, read, read_quickly
from .tree import Call, Expr, Function, Span, Statement

__all__ = ["Call", "Expr", "Function", "Span", "Statement", "UnreadableUnit", "convert", "read", "read_quickly"]
