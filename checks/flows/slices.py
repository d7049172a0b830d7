"""Slices: which of them leave no more of a text than so much, however long it is."""

from __future__ import annotations

from ..project.scope import Scope
from ..read.tree import Attr, Binary, Call, Expr, Index, Name, Slice, Unary, same, walk

DEEPEST = 2
"""Names that a number is followed through."""
WITHIN = 3
"""Arguments of a search in a part of a text: `text.rfind(" ", 0, n)`."""


def is_bounding(part: Index, scope: Scope, depth: int = 0) -> bool:
    """Whether what a slice leaves is bounded: a beginning, an end, or so much from somewhere on."""
    match part.key:
        case Slice(lower=lower, upper=upper):
            return _is_tail(lower) or _is_head(upper, part.value, scope, depth) or _is_window(lower, upper)
        case _:
            return False


def _is_head(upper: Expr | None, whole: Expr, scope: Scope, depth: int) -> bool:
    """`text[:n]`: its beginning. `text[:-1]` and `text[:len(text) - 1]` only leave out the end of something of any
    length, and so does one that goes to where a word stands in it."""
    match upper:
        case None | Unary(op="-"):
            return False
        case Binary(op="-", left=Call(func=Name(id="len"), args=(of,))) if same(of, whole):
            return False
        case _:
            return not _is_found(upper, scope, depth)


def _is_found(number: Expr | None, scope: Scope, depth: int) -> bool:
    """`text.rfind("}") + 1`, `match.end()`, or a name for one: a position in a text, unless it was looked for within
    a limit, or in a part that has one."""
    match number:
        case Binary(op="+" | "-", left=left):
            return _is_found(left, scope, depth)
        case Call(func=Attr(value=text, name="find" | "rfind" | "index" | "rindex"), args=args):
            return len(args) < WITHIN and not _is_cut(text, scope, depth)
        case Call(func=Attr(name="start" | "end")):
            return True
        case Name(id=name) if depth == 0:
            ways = scope.bindings.get(name, ())
            named = (each.expr if each.how == "value" and not each.unpack else None for each in ways)
            return bool(ways) and all(_is_found(each, scope, depth + 1) for each in named)
        case _:
            return False


def _is_cut(text: Expr, scope: Scope, depth: int) -> bool:
    """`text[:4000]`, or a name for nothing else."""
    match text:
        case Index():
            return is_bounding(text, scope, depth)
        case Name(id=name) if depth < DEEPEST:
            ways = [each.expr for each in scope.bindings.get(name, ())]
            return bool(ways) and all(isinstance(each, Index) and is_bounding(each, scope, depth + 1) for each in ways)
        case _:
            return False


def _is_window(lower: Expr | None, upper: Expr | None) -> bool:
    """`text[at : at + 500]`, `text[max(0, at - 200) : at + 200]`."""
    match upper:
        case Binary(op="+", left=at) if lower is not None:
            return any(same(part, at) for part in walk(lower))
        case _:
            return False


def _is_tail(lower: Expr | None) -> bool:
    """`text[-n:]`, `text[len(text) - n:]`: its end; `text[n:]` leaves out the beginning of something of any length."""
    return isinstance(lower, Unary | Binary) and lower.op == "-"
