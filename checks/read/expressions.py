"""libcst's expressions turned into the plain tree's, in `ast`'s field order."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence

import libcst as cst

from .stamps import Paired, Provided
from .tree import (
    Attr,
    Await,
    Binary,
    Call,
    Comp,
    Compare,
    Const,
    Either,
    Expr,
    For,
    Index,
    Items,
    Keyword,
    Lambda,
    Mapping,
    Name,
    Other,
    Param,
    Slice,
    Span,
    Star,
    Template,
    Unary,
    Walrus,
    Yield,
)

OPERATORS = {
    "Add": "+", "Subtract": "-", "Multiply": "*", "Divide": "/", "FloorDivide": "//", "Modulo": "%", "Power": "**",
    "BitOr": "|", "BitAnd": "&", "BitXor": "^", "LeftShift": "<<", "RightShift": ">>", "MatrixMultiply": "@",
    "And": "and", "Or": "or", "Not": "not", "Minus": "-", "Plus": "+", "BitInvert": "~", "Equal": "==",
    "NotEqual": "!=", "LessThan": "<", "GreaterThan": ">", "LessThanEqual": "<=", "GreaterThanEqual": ">=",
    "In": "in", "NotIn": "not in", "Is": "is", "IsNot": "is not",
}  # fmt: skip
NAMES = {"True": True, "False": False, "None": None}


class Text(Const):
    """A literal piece of an f-string while it is read: unlike a constant in braces it joins its neighbours."""


class ExpressionReader:
    """Converts expressions; positions come from whichever source it was given."""

    def __init__(self, places: Paired | Provided) -> None:
        self._places = places

    def line(self, node: cst.CSTNode) -> int:
        """First line of a statement, handler or case."""
        return self._places.line() if isinstance(self._places, Paired) else self._places.span(node).line

    def expr(self, node: cst.BaseExpression) -> Expr:
        """One expression."""
        match node:
            case cst.Name(value=name):
                return Const(NAMES[name]) if name in NAMES else Name(name)
            case cst.Attribute(value=value, attr=attr):
                return Attr(self.expr(value), attr.value)
            case cst.Call():
                return self.call(node)
            case cst.BaseString() | cst.BaseNumber():
                return self.literal(node)
            case cst.List() | cst.Tuple() | cst.Set():
                return Items(type(node).__name__.lower(), tuple(self.element(each) for each in node.elements))
            case cst.Dict(elements=elements):
                return self.mapping(elements)
            case cst.Subscript(value=value, slice=parts):
                return Index(self.expr(value), self.index(parts))
            case cst.Await(expression=value):
                return Await(self.expr(value))
            case _:
                return self.operation(node)

    def operation(self, node: cst.BaseExpression) -> Expr:
        """Operators, lambdas, comprehensions and the rest."""
        match node:
            case cst.BinaryOperation(left=left, operator=operator, right=right):
                return Binary(self.op(operator), self.expr(left), self.expr(right))
            case cst.BooleanOperation(left=left, operator=operator, right=right):
                return self.boolean(self.op(operator), left, right)
            case cst.UnaryOperation(operator=operator, expression=value):
                return Unary(self.op(operator), self.expr(value))
            case cst.Comparison(left=left, comparisons=targets):
                first = self.expr(left)
                ops = tuple(self.op(each.operator) for each in targets)
                return Compare(first, ops, tuple(self.expr(each.comparator) for each in targets))
            case cst.IfExp(test=test, body=body, orelse=orelse):
                asked = self.expr(test)
                return Either("if", (self.expr(body), self.expr(orelse)), asked)
            case cst.Lambda(params=params, body=body):
                arguments = self.params(params)
                return Lambda(arguments, self.expr(body), 0)
            case cst.NamedExpr(target=target, value=value):
                named = self.expr(target)
                return Walrus(named, self.expr(value))
            case cst.Yield(value=value):
                return self.yielded(value)
            case cst.BaseComp():
                return self.comprehension(node)
            case _:
                return Other(())

    def boolean(self, op: str, left: cst.BaseExpression, right: cst.BaseExpression) -> Either:
        """`a and b and c` is one node of three parts, unless parentheses say otherwise."""
        first = self.expr(left)
        if isinstance(first, Either) and first.op == op and first.test is None and not left.lpar:
            return Either(op, (*first.parts, self.expr(right)), None)
        return Either(op, (first, self.expr(right)), None)

    def other(self, *nodes: cst.BaseExpression | None) -> Other:
        """Expressions whose values don't matter but which may hold calls."""
        return Other(tuple(self.expr(node) for node in nodes if node is not None))

    def call(self, node: cst.Call) -> Call:
        """A call: callee, positional arguments, then keywords, as `ast` orders them."""
        if isinstance(self._places, Paired):
            span, lines = self._places.call(node)
        else:
            span, lines = self._places.span(node), ()
        func = self.expr(node.func)
        args: list[Expr] = []
        named: list[cst.Arg] = []
        for arg in node.args:
            if arg.keyword is not None or arg.star == "**":
                named.append(arg)
            else:
                value = self.expr(arg.value)
                args.append(Star(value) if arg.star else value)
        return Call(func, tuple(args), self.keywords(named, lines, span), span)

    def keywords(
        self, nodes: Sequence[cst.Arg], lines: tuple[int, ...], span: Span | None = None
    ) -> tuple[Keyword, ...]:
        """Named arguments and `**` ones; without lines, the call's own."""
        first = span.line if span else 0
        return tuple(
            Keyword(
                node.keyword.value if node.keyword else None,
                self.expr(node.value),
                lines[at] if at < len(lines) else first,
            )
            for at, node in enumerate(nodes)
        )

    def element(self, node: cst.BaseElement) -> Expr:
        """One element of a list, tuple or set."""
        return Star(self.expr(node.value)) if isinstance(node, cst.StarredElement) else self.expr(node.value)

    def mapping(self, elements: Iterable[cst.BaseDictElement]) -> Mapping:
        """A dict display: all keys, then all values."""
        rows = list(elements)
        keys = tuple(self.expr(each.key) if isinstance(each, cst.DictElement) else None for each in rows)
        return Mapping(keys, tuple(self.expr(each.value) for each in rows))

    def index(self, parts: Sequence[cst.SubscriptElement]) -> Expr:
        """What stands in the brackets."""
        found = [self.subscript(each.slice) for each in parts]
        return found[0] if len(found) == 1 else Items("tuple", tuple(found))

    def subscript(self, node: cst.BaseSlice) -> Expr:
        """An index or a slice."""
        match node:
            case cst.Index(value=value, star=star):
                return Star(self.expr(value)) if star else self.expr(value)
            case cst.Slice(lower=lower, upper=upper, step=step):
                return Slice(*(None if each is None else self.expr(each) for each in (lower, upper, step)))
            case _:
                return Other(())

    def yielded(self, value: cst.BaseExpression | cst.From | None) -> Yield:
        """`yield`, `yield x`, `yield from x`."""
        match value:
            case None:
                return Yield(None, False)
            case cst.From(item=item):
                return Yield(self.expr(item), True)
            case _:
                return Yield(self.expr(value), False)

    def comprehension(self, node: cst.BaseComp) -> Comp:
        """Comprehensions of all kinds."""
        key = self.expr(node.key) if isinstance(node, cst.DictComp) else None
        element = self.expr(node.value if isinstance(node, cst.DictComp) else node.elt)  # type: ignore[attr-defined]  # BaseComp's other subclasses all have elt
        loops: list[For] = []
        step: cst.CompFor | None = node.for_in
        while step is not None:
            target, source = self.expr(step.target), self.expr(step.iter)
            tests = tuple(self.expr(each.test) for each in step.ifs)
            loops.append(For(target, source, tests, step.asynchronous is not None))
            step = step.inner_for_in
        return Comp(type(node).__name__, key, element, tuple(loops))

    def params(self, node: cst.Parameters) -> tuple[Param, ...]:
        """Parameters in order; annotations, keyword defaults, then other defaults are visited as `ast` does."""
        plain = [*node.posonly_params, *node.params]
        star = node.star_arg if isinstance(node.star_arg, cst.Param) else None
        groups: list[tuple[cst.Param, str]] = [(each, "positional") for each in plain]
        groups += [(star, "args")] if star else []
        groups += [(each, "keyword") for each in node.kwonly_params]
        notes = {id(each): self.annotation(each) for each, _ in groups}
        defaults = {id(each): self.default(each) for each in node.kwonly_params}
        if node.star_kwarg:
            groups.append((node.star_kwarg, "kwargs"))
            notes[id(node.star_kwarg)] = self.annotation(node.star_kwarg)
        defaults |= {id(each): self.default(each) for each in plain}
        return tuple(Param(each.name.value, kind, notes[id(each)], defaults.get(id(each))) for each, kind in groups)

    def annotation(self, node: cst.Param) -> Expr | None:
        """A parameter's annotation."""
        return self.expr(node.annotation.annotation) if node.annotation else None

    def default(self, node: cst.Param) -> Expr | None:
        """A parameter's default."""
        return self.expr(node.default) if node.default else None

    def literal(self, node: cst.BaseExpression) -> Expr:
        """Strings and numbers."""
        match node:
            case cst.SimpleString(value=text):
                return Const(_value(text))
            case cst.Integer(value=text) | cst.Float(value=text):
                return Const(_value(text))
            case cst.ConcatenatedString() | cst.FormattedString():
                parts = self.strung(node)
                values = [each.value for each in parts if isinstance(each, Text)]
                if len(values) < len(parts) or isinstance(node, cst.FormattedString) or _has_template(node):
                    return Template(_merged(parts))
                return Const(_concatenated(values))
            case _:
                return Other(())

    def strung(self, node: cst.BaseExpression) -> list[Expr]:
        """The pieces of strings written one after the other."""
        match node:
            case cst.ConcatenatedString(left=left, right=right):
                return [*self.strung(left), *self.strung(right)]
            case cst.FormattedString(parts=parts, start=start):
                return [piece for each in parts for piece in self.pieces(each, raw="r" in start.lower())]
            case cst.SimpleString(value=text):
                return [Text(_value(text))]
            case _:
                return [Other(())]

    def pieces(self, node: cst.BaseFormattedStringContent, *, raw: bool) -> list[Expr]:
        """A literal piece, or an expression of an f-string with its format specification after it."""
        match node:
            case cst.FormattedStringText(value=text):
                return [Text(_unescaped(text.replace("{{", "{").replace("}}", "}"), raw=raw))]
            case cst.FormattedStringExpression(expression=value, format_spec=spec, equal=equal):
                shown: list[Expr] = [Text(cst.Module([]).code_for_node(value) + "=")] if equal else []
                found = self.expr(value)
                rest = _merged([piece for each in spec or () for piece in self.pieces(each, raw=raw)])
                plain = all(isinstance(each, Const) for each in rest)
                return [*shown, found if plain else Template((found, *rest))]
            case _:
                return [Other(())]

    def op(self, node: cst.CSTNode) -> str:
        """An operator's symbol."""
        name = type(node).__name__
        return OPERATORS.get(name) or OPERATORS.get(name.removesuffix("Assign"), name) + "="


def _value(text: str) -> str | bytes | int | float | bool | None:
    try:
        found = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError):
        return None
    return found if isinstance(found, (str, bytes, int, float)) else None


def _unescaped(text: str, *, raw: bool) -> str:
    """The value of an f-string's literal text."""
    if raw or "\\" not in text:
        return text
    quoted = re.sub(r'\\.|"', lambda found: '\\"' if found[0] == '"' else found[0], text, flags=re.DOTALL)
    value = _value(f'"""{quoted}"""')
    return value if isinstance(value, str) else text


def _merged(parts: Iterable[Expr]) -> tuple[Expr, ...]:
    """Neighbouring literal pieces as one."""
    found: list[Expr] = []
    for part in parts:
        if found and isinstance(part, Text) and isinstance(before := found[-1], Text):
            found[-1] = Text(str(before.value) + str(part.value))
        else:
            found.append(part)
    return tuple(
        Const(each.value) if isinstance(each, Text) else each
        for each in found
        if not (isinstance(each, Text) and each.value == "")
    )


def _has_template(node: cst.ConcatenatedString) -> bool:
    return any(
        isinstance(side, cst.FormattedString) or (isinstance(side, cst.ConcatenatedString) and _has_template(side))
        for side in (node.left, node.right)
    )


def _concatenated(values: list[str | bytes | int | float | bool | None]) -> str | bytes | None:
    if all(isinstance(each, bytes) for each in values):
        return b"".join(each for each in values if isinstance(each, bytes))
    return "".join(each for each in values if isinstance(each, str))
