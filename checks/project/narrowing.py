"""What tests of its type leave of a value: below `if isinstance(todo, Review):` it is a Review."""

from __future__ import annotations

from ..read.tree import Attr, Call, Expr, Items, Name, same
from .annotations import instances
from .conditions import leaves, names_used, tests_at
from .lineage import mro
from .scope import Frame, Scope
from .values import Eval, Obj, Prm, Unk, Value, Values, union


def narrowed(ev: Eval, node: Name | Attr, values: Values, at: tuple[Scope, float, tuple[Frame, ...]]) -> Values:
    """What a name or an attribute can be at a place, the tests around the place and before it considered."""
    scope, line, frames = at
    if not scope.asks_types:
        return values
    for test, holds, renewed in tests_at(scope, line, frames):
        for leaf, are in leaves(test, holds=holds) if test is not None else ():
            kinds = _types(leaf, node)
            if kinds and renewed().isdisjoint(names_used(node)):
                made = union(*(instances(ev, each, scope) for each in kinds))
                values = _of_types(ev, values, made) if are else _of_others(ev, values, made)
    return values


def _types(test: Expr, node: Expr) -> tuple[Expr, ...]:
    """The types of one of which a test asks whether the value is."""
    match test:
        case Call(func=Name(id="isinstance"), args=(asked, kinds)) if same(asked, node):
            return kinds.elements if isinstance(kinds, Items) else (kinds,)
        case _:
            return ()


def _of_types(ev: Eval, values: Values, made: Values) -> Values:
    """Those that are of a type, or can be one of its instances."""
    if not made:
        return values
    return union(*(_of_type(ev, each, made) for each in values))


def _of_type(ev: Eval, value: Value, made: Values) -> Values:
    match value:
        case Obj(scope=scope):
            kinds = [each for each in made if isinstance(each, Obj)]
            if any(each.scope in mro(ev, scope) for each in kinds) or len(kinds) < len(made):
                return (value,)
            below = tuple(each for each in kinds if scope in mro(ev, each.scope))
            return below or (value,)  # a Protocol has no subclasses that say so, and a class may be mixed with another
        case Unk() | Prm():
            return made
        case _:
            return (value,)


def _of_others(ev: Eval, values: Values, made: Values) -> Values:
    """Those that are not certainly of a type."""
    kinds = {each.scope for each in made if isinstance(each, Obj)}
    left = (each for each in values if not isinstance(each, Obj) or kinds.isdisjoint(mro(ev, each.scope)))
    return tuple(left) or values
