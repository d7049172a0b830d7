"""What is left of a text that is known, wholly or but for some pieces, when a string's method or a slice cuts it."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urljoin

from ..read.tree import Call, Const, Expr, Slice, Unary, is_name
from .scope import Scope
from .values import Cfg, Eval, Lit, Prm, Seq, Text, Unk, Value, Values

EDITS = frozenset({"rstrip", "strip", "lstrip", "lower", "upper", "removesuffix", "removeprefix", "replace"})
HOLE = "\0"
"""A piece that isn't known."""
LONGEST = 1_000_000
"""Characters of a text that is put together; no address or name has as many, and ten steps could make it any size."""


def text_of(values: Values) -> str:
    """The first text among the values, unknown pieces as `\\0`; so is one that is too long."""
    for value in values:
        match value:
            case Lit(value=str() as text) | Text(value=text):
                return text if len(text) <= LONGEST else HOLE
            case Cfg(default=Lit(value=str() as text)):
                return text if len(text) <= LONGEST else HOLE
            case _:
                continue
    return HOLE


def edited(ev: Eval, values: Values, name: str, node: Call, scope: Scope) -> Values:
    """What a string's method gives; the text as it was where an argument isn't known."""
    given = [_text(ev.eval(each, scope)) for each in node.args]
    if name not in EDITS or None in given:
        return values
    longest = LONGEST // max((1, *(len(each or "") for each in given)))

    def edit(text: str) -> str:
        try:
            return str(getattr(text, name)(*given)) if len(text) <= longest else text
        except (TypeError, ValueError):
            return text

    return _each(values, edit)


def sliced(ev: Eval, values: Values, key: Slice, scope: Scope) -> Values | None:
    """`text[:-1]`, `text[: -len("/v1")]`; None where nothing of it is a text, or a bound isn't known."""
    texts = any(isinstance(each, Lit | Text | Cfg) for each in values)
    if key.step is not None or not texts or not all(isinstance(each, Lit | Text | Cfg | Unk | Prm) for each in values):
        return None
    bounds = [None if each is None else _bound(ev, each, scope) for each in (key.lower, key.upper)]
    if any(bound is None and each is not None for bound, each in zip(bounds, (key.lower, key.upper), strict=True)):
        return None
    part = slice(*bounds)

    def cut(text: str) -> str:
        kept = text[part]
        return kept if text.count(HOLE) == kept.count(HOLE) else text  # a hole is of any length

    return _each(values, cut)


def put_together(ev: Eval, values: Values, node: Call, scope: Scope) -> Values | None:
    """`"/".join([base, "v1"])`; None where the pieces aren't known."""
    glue = _text(values)
    held = ev.eval(node.args[0], scope) if len(node.args) == 1 else ()
    if glue is None or len(held) != 1 or not isinstance(held[0], Seq):
        return None
    pieces = [text_of(ev.eval(each, held[0].scope)) for each in held[0].elements]
    return (Text(glue.join(pieces)),) if any(piece != HOLE for piece in pieces) else None


def address(base: str, path: str) -> str:
    """`urljoin(base, path)`, as far as both are known."""
    return urljoin(base, path) if HOLE not in base else f"{base.rstrip('/')}/{path.strip('/')}"


def _each(values: Values, edit: Callable[[str], str]) -> Values:
    def of(value: Value) -> Value:
        match value:
            case Lit(value=str() as text) | Text(value=text):
                return value._replace(value=edit(text))
            case Cfg(default=Lit(value=str() as text) as default):
                return value._replace(default=default._replace(value=edit(text)))
            case _:
                return value

    return tuple(of(value) for value in values)


def _text(values: Values) -> str | None:
    match values:
        case (Lit(value=str() as text),):
            return text
        case _:
            return None


def _bound(ev: Eval, expr: Expr, scope: Scope) -> int | None:
    match expr:
        case Unary(op="-", value=value):
            found = _bound(ev, value, scope)
            return -found if found is not None else None
        case Const(value=int() as number):
            return number
        case Call(func=func, args=(value,)) if is_name(func, "len"):
            text = _text(ev.eval(value, scope))
            return len(text) if text is not None else None
        case _:
            return None
