"""Places that are come to only where a request failed. What is written there says nothing of the calls that work."""

from __future__ import annotations

from ..project.scope import Site
from ..read.tree import Attr, Compare, Const, Expr, If, Items, Unary
from .subject import callee_name

FAILING = frozenset({"error", "exception", "critical", "fatal"})
"""Levels of what went wrong."""
BAD = 400
"""The first status of HTTP that means a failure."""


def is_failure(site: Site) -> bool:
    """Whether it is told of as an error, or stands in a handler or where the status of an answer says that it is none:
    nothing is written of calls that work."""
    if callee_name(site) in FAILING:
        return True
    return any(
        frame.part == "handler" or (isinstance(frame.node, If) and is_failed(frame.node.test, frame.part))
        for frame in site.frames
    )


def is_failed(test: Expr, part: str) -> bool:
    """Whether a branch is gone where a request failed: `if answer.status_code != 200:`, `if not answer.ok:`."""
    match test:
        case Unary(op="not", value=value):
            return is_failed(value, "orelse" if part == "body" else "body")
        case Attr(name="ok" | "is_success"):
            return part == "orelse"
        case Attr(name="is_error"):
            return part == "body"
        case Compare(left=Attr(name="status_code" | "status"), ops=("==",), rest=(Const(value=int() as code),)) if (
            code >= BAD
        ):
            return part == "body"
        case Compare(
            left=Attr(name="status_code" | "status"), ops=(op,), rest=(Const(value=int()) | Attr() | Items(),)
        ):
            return op in (("!=", ">=", ">", "not in") if part == "body" else ("==", "<", "<=", "in"))
        case _:
            return False
