"""Comprehensions that end up in one text: each of their elements may be short, and all of them long."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from ..project.conditions import names_used
from ..project.edges import name_of
from ..project.scope import Scope
from ..project.uses import statements
from ..read.tree import Assign, Attr, Call, Comp, Do, Expr, If, Index, Loop, Name, Slice, Statement, Unary, walk
from .written import GROWING

SPELLING = frozenset({"str", "repr", "dumps", "format", "join", "escape", "quote", "dict", "list", "tuple", "set"})
"""Functions that give what they are given, in another form: what they are told stays a piece of a text."""
ONE_OF = frozenset({"len", "next", "max", "min", "choice", "bool", "any", "all", "print"})
"""Functions that give a single element, or no text at all."""
EACH_OF = frozenset({"enumerate", "sorted", "reversed", "list", "iter", "tuple", "tqdm", "zip", "set"})
"""Functions whose result a loop goes through as it would go through what they are given."""


def is_gathered(comp: Comp, scope: Scope) -> bool:
    """Whether its elements may come to stand in one text, and aren't only asked for one by one."""
    return any(loop.tests for loop in comp.loops) and id(comp) in _gathered(scope)


@lru_cache(maxsize=64)
def _gathered(scope: Scope) -> frozenset[int]:
    nodes = tuple(walk(scope.body)) or tuple(walk(tuple(scope.returns)))
    joined = {id(arg) for site in scope.sites if name_of(site.call.func) == "join" for arg in site.call.args}
    apart = {id(each) for node in nodes for each in _one_by_one(node)}
    targets = {id(each) for node in nodes if isinstance(node, Assign) for each in node.targets}
    whole = {node.id for node in nodes if isinstance(node, Name) and id(node) not in apart and id(node) not in targets}
    for node in nodes:
        match node:
            case Assign(targets=(Name(id=name),), value=Comp() as comp, op="") if name not in whole:
                apart.add(id(comp))
            case Comp(element=element, loops=loops) if any(_hands_on(element, names_used(e.target)) for e in loops):
                apart.add(id(node))
            case _:
                continue
    return frozenset(id(node) for node in nodes if isinstance(node, Comp) and id(node) not in apart) | joined


def _one_by_one(node: object) -> Iterator[Expr]:
    """What a node asks for element by element, or a single element of."""
    match node:
        case Loop(target=target, source=source, body=body) if target is not None:
            if not _adds_up(body, names_used(target)):
                yield from _through(source)
        case Comp(element=element, loops=loops):
            for loop in loops:
                if _hands_on(element, names_used(loop.target)):
                    yield from _through(loop.source)
        case Index(value=value, key=key) if not isinstance(key, Slice):
            yield value
        case Attr(value=value, name="pop" | "popleft"):
            yield value
        case Call(func=func, args=args) if name_of(func) in ONE_OF:
            yield from args
        case If(test=value) | Loop(source=value) | Unary(op="not", value=value):
            yield value
        case _:
            return


def _through(source: Expr) -> Iterator[Expr]:
    """What a loop goes through: `texts`, `enumerate(texts)`."""
    yield source
    if isinstance(source, Call) and name_of(source.func) in EACH_OF:
        for arg in source.args:
            yield from _through(arg)


def _adds_up(body: tuple[Statement, ...], names: set[str]) -> bool:
    """Whether a loop puts what it goes through into one text or list: `text += each`, `parts.append(each)`."""
    for each, _ in statements(body):
        match each:
            case Assign(targets=targets, value=value, op=op) if value is not None and _is_piece(value, names):
                given = {target.id for target in targets if isinstance(target, Name)}
                if op or given & names_used(value):
                    return True
                names = names | given
            case Do(value=Call(func=Attr(name=name), args=args)) if name in GROWING:
                if any(_is_piece(arg, names) for arg in args):
                    return True
            case _:
                continue
    return False


def _is_piece(expr: Expr, names: set[str]) -> bool:
    return not names.isdisjoint(names_used(expr)) and not _hands_on(expr, names)


def _hands_on(expr: Expr, names: set[str]) -> bool:
    """Whether a function is given one of the names that makes something else of it."""
    calls = (node for node in walk(expr) if isinstance(node, Call) and name_of(node.func) not in SPELLING)
    given = (arg for call in calls for arg in (*call.args, *(each.value for each in call.keywords)))
    return any(not names.isdisjoint(names_used(arg)) for arg in given)
