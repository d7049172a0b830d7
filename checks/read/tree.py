"""A plain syntax tree: what the audit needs of Python's, without whitespace, ready to be kept and compared.

Nodes are named tuples: immutable, cheap to make, picklable, and fit for `match`. Only calls and statements carry
positions; everything else is found through them. Lines are those of the file, columns 1-based in characters.
"""

from __future__ import annotations

from typing import NamedTuple, Union


class Span(NamedTuple):
    """Where a call stands in its file."""

    line: int
    column: int
    end_line: int
    end_column: int


class Name(NamedTuple):
    id: str


class Attr(NamedTuple):
    value: Expr
    name: str


class Keyword(NamedTuple):
    """`name=value`, or `**value` when the name is None."""

    name: str | None
    value: Expr
    line: int


class Call(NamedTuple):
    func: Expr
    args: tuple[Expr, ...]
    keywords: tuple[Keyword, ...]
    span: Span


class Const(NamedTuple):
    """A literal; `...` and complex numbers are Other."""

    value: str | bytes | int | float | bool | None


class Template(NamedTuple):
    """An f-string: literal pieces and expressions in order."""

    parts: tuple[Expr, ...]


class Items(NamedTuple):
    """A list, tuple or set display."""

    kind: str
    elements: tuple[Expr, ...]


class Mapping(NamedTuple):
    """A dict display; a key of None is `**value`."""

    keys: tuple[Expr | None, ...]
    values: tuple[Expr, ...]


class Index(NamedTuple):
    value: Expr
    key: Expr


class Binary(NamedTuple):
    op: str
    left: Expr
    right: Expr


class Either(NamedTuple):
    """`a or b`, `a and b`, or `a if test else b` (then `test` is set)."""

    op: str
    parts: tuple[Expr, ...]
    test: Expr | None


class Compare(NamedTuple):
    left: Expr
    ops: tuple[str, ...]
    rest: tuple[Expr, ...]


class Unary(NamedTuple):
    op: str
    value: Expr


class Lambda(NamedTuple):
    params: tuple[Param, ...]
    body: Expr
    line: int


class Await(NamedTuple):
    value: Expr


class Yield(NamedTuple):
    """`yield value` or, when `whole`, `yield from value`."""

    value: Expr | None
    whole: bool


class Walrus(NamedTuple):
    target: Expr
    value: Expr


class For(NamedTuple):
    """One `for target in source if …` of a comprehension."""

    target: Expr
    source: Expr
    tests: tuple[Expr, ...]
    is_async: bool


class Comp(NamedTuple):
    """A comprehension or generator expression; a dict's has a key."""

    kind: str
    key: Expr | None
    element: Expr
    loops: tuple[For, ...]


class Star(NamedTuple):
    value: Expr


class Other(NamedTuple):
    """Anything whose value the audit never asks for: slices, ellipsis, comparisons of patterns."""

    children: tuple[Expr, ...]


Expr = Union[
    Name, Attr, Call, Const, Template, Items, Mapping, Index, Binary, Either, Compare, Unary, Lambda, Await, Yield,
    Walrus, Comp, Star, Other,
]  # fmt: skip


class Param(NamedTuple):
    """kind: positional, keyword, args (`*args`) or kwargs (`**kwargs`)."""

    name: str
    kind: str
    annotation: Expr | None
    default: Expr | None


class Function(NamedTuple):
    name: str
    params: tuple[Param, ...]
    decorators: tuple[Expr, ...]
    returns: Expr | None
    body: tuple[Statement, ...]
    is_async: bool
    line: int


class Class(NamedTuple):
    name: str
    bases: tuple[Expr, ...]
    keywords: tuple[Keyword, ...]
    decorators: tuple[Expr, ...]
    body: tuple[Statement, ...]
    line: int


class Assign(NamedTuple):
    """`targets = value`, `target: annotation = value`, or `target op= value` (`op` set)."""

    targets: tuple[Expr, ...]
    value: Expr | None
    annotation: Expr | None
    op: str
    line: int


class Do(NamedTuple):
    """An expression on its own, or what `del` and `assert` look at."""

    value: Expr
    line: int


class Return(NamedTuple):
    value: Expr | None
    line: int


class Raise(NamedTuple):
    value: Expr | None
    line: int


class If(NamedTuple):
    test: Expr
    body: tuple[Statement, ...]
    orelse: tuple[Statement, ...]
    line: int


class Loop(NamedTuple):
    """kind: for, async for or while (then there is no target and `source` is the test)."""

    kind: str
    target: Expr | None
    source: Expr
    body: tuple[Statement, ...]
    orelse: tuple[Statement, ...]
    line: int


class Except(NamedTuple):
    type: Expr | None
    name: str | None
    body: tuple[Statement, ...]
    line: int


class Try(NamedTuple):
    body: tuple[Statement, ...]
    handlers: tuple[Except, ...]
    orelse: tuple[Statement, ...]
    final: tuple[Statement, ...]
    line: int


class With(NamedTuple):
    items: tuple[tuple[Expr, Expr | None], ...]
    body: tuple[Statement, ...]
    is_async: bool
    line: int


class Match(NamedTuple):
    subject: Expr
    cases: tuple[tuple[Statement, ...], ...]
    line: int


class Import(NamedTuple):
    """`from module import name as alias` with its dots in `level`, or `import name as alias` (module None)."""

    module: str | None
    level: int
    names: tuple[tuple[str, str | None], ...]
    line: int


class Jump(NamedTuple):
    """kind: break, continue, pass or global (also nonlocal; then `names`)."""

    kind: str
    names: tuple[str, ...]
    line: int


Statement = Union[
    Function, Class, Assign, Do, Return, Raise, If, Loop, Try, With, Match, Import, Jump
]  # fmt: skip
