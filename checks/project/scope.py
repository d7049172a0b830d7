"""Scopes: what one module body, class body, function or lambda binds, calls, sets and returns.

A scope is filled by one walk over its plain tree (`body.py`). Nothing is evaluated here: bindings keep the
expressions, and `evaluate.py` asks what they can be.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from ..read.tree import Call, Class, Comp, Expr, For, Function, Lambda, Param, Statement, is_name

if TYPE_CHECKING:
    from .world import Module

LAST = 1 << 30
"""A line after every other: from outside a scope, its last bindings are seen."""


def ahead_of(line: int) -> float:
    """Where names stand that a statement reads before it gives one of them something new: behind all lines above it."""
    return line - 0.5


class Binding(NamedTuple):
    """One way a name gets its value.

    how: value, rest (a list of what others of a target leave over), element (of an iterable), enter (a `with` item),
    import, unit (a definition indexed on its own), local (a definition inside this scope), param, except or other.
    """

    how: str
    expr: Expr | None = None
    unpack: tuple[int, ...] = ()
    """Positions through nested tuple targets: `a, (b, c) = …` gives c (1, 1)."""
    module: str | None = None
    attr: str | None = None
    level: int = 0
    scope: Scope | None = None
    param: Param | None = None
    line: int = 0
    frames: tuple[Frame, ...] = ()
    """The constructs around it, as for a site."""

    def around_value(self) -> tuple[Frame, ...]:
        """The constructs around its expression: what a comprehension goes through first stands outside of it."""
        match self.frames[-1:]:
            case (Frame(kind="comp", node=Comp(loops=(For(source=source), *_))),) if source is self.expr:
                return self.frames[:-1]
            case _:
                return self.frames


class Frame(NamedTuple):
    """A construct around a call, inside its function.

    kind: try, loop, with, arg (the call is part of that call's arguments), comp, if or main (`if __name__ == …`).
    part: for a try: body, handler, orelse or final; for a loop: body or orelse; for an `if`: body or orelse; for a
    `match`, whose cases are read as branches of an `if`: case and its number.
    """

    kind: str
    node: object
    part: str = ""


@dataclass(eq=False, slots=True)
class Site:
    """One call expression in its scope, with the constructs around it, innermost last."""

    call: Call
    scope: Scope
    frames: tuple[Frame, ...]
    awaited: bool
    line: int
    """First line of the statement it belongs to."""


class AttrSet(NamedTuple):
    """`base.name = expr`, `base[key] = expr` (name None) or `base.update(expr)` (both None)."""

    base: Expr
    name: str | None
    key: Expr | None
    binding: Binding
    line: int


@dataclass(eq=False)
class Scope:
    """One body. Compared by identity: there is exactly one for each definition."""

    kind: str
    """module, class, function or lambda."""
    name: str
    """Qualified name in the module; empty for the module itself."""
    module: Module
    parent: Scope | None
    node: Function | Class | Lambda | None
    line: int
    bindings: dict[str, list[Binding]] = field(default_factory=dict[str, list[Binding]])
    sites: list[Site] = field(default_factory=list[Site])
    sets: list[AttrSet] = field(default_factory=list[AttrSet])
    returns: list[Expr] = field(default_factory=list[Expr])
    yields: list[Expr] = field(default_factory=list[Expr])
    given: dict[int, tuple[int, tuple[Frame, ...]]] = field(default_factory=dict[int, tuple[int, tuple[Frame, ...]]])
    """By `id`, the line and the constructs around each expression that is returned or yielded."""
    children: list[Scope] = field(default_factory=list["Scope"])
    """Functions, classes and lambdas inside that have no unit of their own."""
    globals: set[str] = field(default_factory=set[str])
    is_generator: bool = False
    asks_types: bool = False
    """It asks of something whether it is of a type."""
    body: tuple[Statement, ...] = ()

    @property
    def is_async(self) -> bool:
        """Defined with `async def`."""
        return isinstance(self.node, Function) and self.node.is_async

    @property
    def is_function(self) -> bool:
        """Can be called and has parameters."""
        return self.kind in ("function", "lambda")

    @property
    def params(self) -> tuple[Param, ...]:
        """Parameters, `self` included."""
        return self.node.params if isinstance(self.node, (Function, Lambda)) else ()

    @property
    def decorators(self) -> tuple[Expr, ...]:
        """Decorator expressions, outermost first."""
        return self.node.decorators if isinstance(self.node, (Function, Class)) else ()

    @property
    def is_static(self) -> bool:
        """A static method: its first parameter is one like the others."""
        return any(is_name(each, "staticmethod") for each in self.decorators)

    @property
    def short(self) -> str:
        """The last part of its name."""
        return self.name.rpartition(".")[2].partition("#")[0]

    def tree(self) -> Iterator[Scope]:
        """This scope and everything nested in it."""
        yield self
        for child in self.children:
            yield from child.tree()

    def klass(self) -> Scope | None:
        """The class this is a method of."""
        return self.parent if self.parent is not None and self.parent.kind == "class" else None

    def owner(self) -> Scope:
        """What runs the code of this scope: itself; for the body of a class, what it stands in."""
        scope = self
        while scope.kind == "class" and scope.parent is not None:
            scope = scope.parent
        return scope

    def function(self) -> Scope | None:
        """The nearest enclosing function, itself included."""
        scope: Scope | None = self
        while scope is not None and not scope.is_function:
            scope = scope.parent
        return scope

    def __repr__(self) -> str:
        return f"<{self.kind} {self.module.path}:{self.name or '-'}>"
