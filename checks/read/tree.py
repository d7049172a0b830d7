"""A plain syntax tree: what the audit needs of Python's, without whitespace.

A node stands for its place in the source, so two nodes are equal only when they are the same one; `same` compares what
they say. Only calls and statements carry positions; everything else is found through them. Lines are those of the
file, columns 1-based in characters.
"""

# Nodes are never changed, but not frozen: trees are made of hundreds of thousands, and freezing doubles the cost.

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, cast


class Span(NamedTuple):
    """Where a call stands in its file."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(slots=True, eq=False)
class Name:
    id: str


@dataclass(slots=True, eq=False)
class Attr:
    value: Expr
    name: str


@dataclass(slots=True, eq=False)
class Keyword:
    """`name=value`, or `**value` when the name is None."""

    name: str | None
    value: Expr
    line: int


@dataclass(slots=True, eq=False)
class Call:
    func: Expr
    args: tuple[Expr, ...]
    keywords: tuple[Keyword, ...]
    span: Span


@dataclass(slots=True, eq=False)
class Const:
    """A literal; `...` and complex numbers are Other."""

    value: str | bytes | int | float | bool | None


@dataclass(slots=True, eq=False)
class Template:
    """An f-string: literal pieces and expressions in order."""

    parts: tuple[Expr, ...]


@dataclass(slots=True, eq=False)
class Items:
    """A list, tuple or set display."""

    kind: str
    elements: tuple[Expr, ...]


@dataclass(slots=True, eq=False)
class Mapping:
    """A dict display; a key of None is `**value`."""

    keys: tuple[Expr | None, ...]
    values: tuple[Expr, ...]


@dataclass(slots=True, eq=False)
class Index:
    value: Expr
    key: Expr


@dataclass(slots=True, eq=False)
class Slice:
    """The key of `value[lower:upper:step]`."""

    lower: Expr | None
    upper: Expr | None
    step: Expr | None


@dataclass(slots=True, eq=False)
class Binary:
    op: str
    left: Expr
    right: Expr


@dataclass(slots=True, eq=False)
class Either:
    """`a or b`, `a and b`, or `a if test else b` (then `test` is set)."""

    op: str
    parts: tuple[Expr, ...]
    test: Expr | None


@dataclass(slots=True, eq=False)
class Compare:
    left: Expr
    ops: tuple[str, ...]
    rest: tuple[Expr, ...]


@dataclass(slots=True, eq=False)
class Unary:
    op: str
    value: Expr


@dataclass(slots=True, eq=False)
class Lambda:
    params: tuple[Param, ...]
    body: Expr
    line: int


@dataclass(slots=True, eq=False)
class Await:
    value: Expr


@dataclass(slots=True, eq=False)
class Yield:
    """`yield value` or, when `whole`, `yield from value`."""

    value: Expr | None
    whole: bool


@dataclass(slots=True, eq=False)
class Walrus:
    target: Expr
    value: Expr


@dataclass(slots=True, eq=False)
class For:
    """One `for target in source if …` of a comprehension."""

    target: Expr
    source: Expr
    tests: tuple[Expr, ...]
    is_async: bool


@dataclass(slots=True, eq=False)
class Comp:
    """A comprehension or generator expression; a dict's has a key."""

    kind: str
    key: Expr | None
    element: Expr
    loops: tuple[For, ...]


@dataclass(slots=True, eq=False)
class Star:
    value: Expr


@dataclass(slots=True, eq=False)
class Other:
    """Anything whose value the audit never asks for: ellipsis, complex numbers, comparisons of patterns."""

    children: tuple[Expr, ...]


Expr = (
    Name | Attr | Call | Const | Template | Items | Mapping | Index | Slice | Binary | Either | Compare | Unary | Lambda
    | Await | Yield | Walrus | Comp | Star | Other
)  # fmt: skip


@dataclass(slots=True, eq=False)
class Param:
    """kind: positional, keyword, args (`*args`) or kwargs (`**kwargs`)."""

    name: str
    kind: str
    annotation: Expr | None
    default: Expr | None


@dataclass(slots=True, eq=False)
class Function:
    name: str
    params: tuple[Param, ...]
    decorators: tuple[Expr, ...]
    returns: Expr | None
    body: tuple[Statement, ...]
    is_async: bool
    line: int


@dataclass(slots=True, eq=False)
class Class:
    name: str
    bases: tuple[Expr, ...]
    keywords: tuple[Keyword, ...]
    decorators: tuple[Expr, ...]
    body: tuple[Statement, ...]
    line: int


@dataclass(slots=True, eq=False)
class Assign:
    """`targets = value`, `target: annotation = value`, or `target op= value` (`op` set)."""

    targets: tuple[Expr, ...]
    value: Expr | None
    annotation: Expr | None
    op: str
    line: int


@dataclass(slots=True, eq=False)
class Do:
    """An expression on its own, or what `del` and `assert` look at."""

    value: Expr
    line: int


@dataclass(slots=True, eq=False)
class Return:
    value: Expr | None
    line: int


@dataclass(slots=True, eq=False)
class Raise:
    value: Expr | None
    line: int


@dataclass(slots=True, eq=False)
class If:
    test: Expr
    body: tuple[Statement, ...]
    orelse: tuple[Statement, ...]
    line: int


@dataclass(slots=True, eq=False)
class Loop:
    """kind: for, async for or while (then there is no target and `source` is the test)."""

    kind: str
    target: Expr | None
    source: Expr
    body: tuple[Statement, ...]
    orelse: tuple[Statement, ...]
    line: int


@dataclass(slots=True, eq=False)
class Except:
    type: Expr | None
    name: str | None
    body: tuple[Statement, ...]
    line: int
    star: bool = False
    """`except*`: catches what is in a group of exceptions."""


@dataclass(slots=True, eq=False)
class Try:
    body: tuple[Statement, ...]
    handlers: tuple[Except, ...]
    orelse: tuple[Statement, ...]
    final: tuple[Statement, ...]
    line: int


@dataclass(slots=True, eq=False)
class With:
    items: tuple[tuple[Expr, Expr | None], ...]
    body: tuple[Statement, ...]
    is_async: bool
    line: int


@dataclass(slots=True, eq=False)
class Match:
    subject: Expr
    cases: tuple[tuple[Statement, ...], ...]
    line: int


@dataclass(slots=True, eq=False)
class Import:
    """`from module import name as alias` with its dots in `level`, or `import name as alias` (module None)."""

    module: str | None
    level: int
    names: tuple[tuple[str, str | None], ...]
    line: int


@dataclass(slots=True, eq=False)
class Jump:
    """kind: break, continue, pass or global (also nonlocal; then `names`)."""

    kind: str
    names: tuple[str, ...]
    line: int


Statement = Function | Class | Assign | Do | Return | Raise | If | Loop | Try | With | Match | Import | Jump

Node = Expr | Statement | Keyword | Param | For | Except


def same(one: object, two: object) -> bool:
    """Whether two nodes (or tuples of nodes, or plain values) say the same, positions included."""
    if type(one) is not type(two):
        return False
    names: tuple[str, ...] | None = getattr(type(one), "__match_args__", None)
    if names is not None:
        return all(same(getattr(one, name), getattr(two, name)) for name in names)
    if isinstance(one, tuple) and isinstance(two, tuple):
        left, right = cast("tuple[object, ...]", one), cast("tuple[object, ...]", two)
        return len(left) == len(right) and all(same(*pair) for pair in zip(left, right, strict=True))
    return one == two


def walk(node: object) -> Iterator[object]:
    """The node and every node below it, parents first; tuples are looked into, plain values left out."""
    stack = [node]
    while stack:
        part = stack.pop()
        if isinstance(part, tuple):
            stack.extend(reversed(cast("tuple[object, ...]", part)))
            continue
        names: tuple[str, ...] | None = getattr(type(part), "__match_args__", None)
        if names is not None:
            yield part
            stack.extend([getattr(part, name) for name in reversed(names)])


def names_in(node: object) -> Iterator[str]:
    """Names and attributes anywhere in a node."""
    for part in walk(node):
        if isinstance(part, Name):
            yield part.id
        elif isinstance(part, Attr):
            yield part.name


def is_name(node: object, name: str) -> bool:
    """Whether the node is just that name."""
    return isinstance(node, Name) and node.id == name


def is_none(node: object) -> bool:
    """Whether the node is the literal None."""
    return isinstance(node, Const) and node.value is None


def is_not_none(test: object, node: Expr) -> bool:
    """Whether the test is `node is not None`."""
    return isinstance(test, Compare) and same(test.left, node) and test.ops == ("is not",) and is_none(test.rest[0])
