"""What stands around every expression of one body: the plain tree knows its children only, a flow goes upwards."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from ..project.body import parts
from ..project.scope import Binding, Frame, Scope
from ..project.uses import Frames, statements
from ..read.tree import (
    Assign,
    Attr,
    Await,
    Call,
    Comp,
    Const,
    Do,
    Expr,
    For,
    If,
    Keyword,
    Lambda,
    Loop,
    Match,
    Name,
    Raise,
    Return,
    Star,
    Statement,
    Unary,
    Walrus,
    With,
    Yield,
)

Reads = tuple[tuple[Expr, Scope], ...]
Parent = Expr | Statement | Keyword | For | None


class Spot(NamedTuple):
    """An expression where it stands."""

    node: Expr
    parent: Parent
    """What it is a part of; None where that is the body of a lambda."""
    line: int
    frames: Frames


class Surroundings:
    """The expressions of a body by what they are part of, its names and attributes by what they are called."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self._spots: dict[int, Spot] = {}
        self._names: dict[str, list[Spot]] = defaultdict(list)
        self._attributes: dict[str, list[Spot]] = defaultdict(list)
        if isinstance(scope.node, Lambda):
            self._enter(Spot(scope.node.body, None, scope.line, ()))
        for statement, frames in statements(scope.body):
            for head in heads(statement):
                self._enter(Spot(head, statement, statement.line, frames))

    def spot(self, node: Expr) -> Spot | None:
        """Where an expression of this body stands."""
        return self._spots.get(id(node))

    def names(self, name: str) -> list[Spot]:
        """Where a name is written."""
        return self._names.get(name, [])

    def attributes(self, name: str) -> list[Spot]:
        """Where an attribute of that name is written."""
        return self._attributes.get(name, [])

    def calls(self) -> list[Spot]:
        """All calls, those in arguments of others included."""
        return [spot for spot in self._spots.values() if isinstance(spot.node, Call)]

    def _enter(self, spot: Spot) -> None:
        stack = [spot]
        while stack:
            at = stack.pop()
            node = at.node
            self._spots[id(node)] = at
            if isinstance(node, Name):
                self._names[node.id].append(at)
            elif isinstance(node, Attr):
                self._attributes[node.name].append(at)
            if not isinstance(node, (Name, Const)):
                line = at.line
                stack.extend([Spot(part, node, line, frames) for part, frames in reversed(_inside(node, at))])


def _inside(node: Expr, at: Spot) -> list[tuple[Expr, Frames]]:
    """Direct parts of an expression with the constructs around them; the body of a lambda is another scope."""
    frames = at.frames
    match node:
        case Const() | Name() | Lambda():
            return []
        case Call(func=func, args=args, keywords=keywords):
            inner = (*frames, Frame("arg", node))
            return [(func, frames), *((each, inner) for each in (*args, *(each.value for each in keywords)))]
        case Attr(value=value) | Await(value=value) | Star(value=value) | Unary(value=value) | Walrus(value=value):
            return [(value, frames)]
        case Yield(value=value):
            return [(value, frames)] if value is not None else []
        case Comp(key=key, element=element, loops=loops):
            inner = (*frames, Frame("comp", node))
            tests = [test for loop in loops for test in loop.tests]
            found = [(loop.source, frames) for loop in loops]
            return [*found, *((each, inner) for each in (*tests, *((key,) if key is not None else ()), element))]
        case _:
            return [(part, frames) for part in parts(node)]


def heads(statement: Statement) -> tuple[Expr, ...]:
    """The expressions of a statement itself, its blocks left out; targets only where something is read in them."""
    match statement:
        case Assign(targets=targets, value=value):
            deep = tuple(target for target in targets if not isinstance(target, Name))
            return (*((value,) if value is not None else ()), *deep)
        case Return(value=value) | Raise(value=value):
            return (value,) if value is not None else ()
        case Do(value=value) | If(test=value) | Loop(source=value) | Match(subject=value):
            return (value,)
        case With(items=items):
            return tuple(item for item, _ in items)
        case _:
            return ()


def bindings_of(scope: Scope, name: str, value: Expr) -> list[Binding]:
    """The bindings by which a name of the scope gets an expression's value."""
    return [each for each in scope.bindings.get(name, ()) if each.expr is value]


class Bodies:
    """Surroundings of every body asked for, worked out once."""

    def __init__(self) -> None:
        self._known: dict[Scope, Surroundings] = {}
        self._reads: dict[tuple[Scope | str, str], Reads] = {}

    def reads(self, owner: Scope | str, name: str, work: Callable[[], Iterable[tuple[Expr, Scope]]]) -> Reads:
        """Reads of an attribute of a class's objects, or of another package's object, found once."""
        key = (owner, name)
        if key not in self._reads:
            self._reads[key] = ()
            self._reads[key] = tuple(work())
        return self._reads[key]

    def of(self, scope: Scope) -> Surroundings:
        """What stands around the expressions of a scope."""
        found = self._known.get(scope)
        if found is None:
            found = self._known[scope] = Surroundings(scope)
        return found


def seeing(owner: Scope, name: str) -> Iterator[Scope]:
    """The body that binds a name, and those in which it means the same."""
    yield owner
    yield from _inner(owner, name)
    if owner.kind == "module":
        for unit in owner.module.index.units.values():
            if unit.kind == "function" and owner.module.index.holds(unit, name):
                scope = owner.module.scope(unit.name)
                if scope is not None and scope is not owner and _is_free(scope, name):
                    yield scope
                    yield from _inner(scope, name)


def _inner(owner: Scope, name: str) -> Iterator[Scope]:
    for child in owner.children:
        if child.kind != "class" and _is_free(child, name):
            yield child
        yield from _inner(child, name) if _is_free(child, name) else ()


def _is_free(scope: Scope, name: str) -> bool:
    return name not in scope.bindings or name in scope.globals
