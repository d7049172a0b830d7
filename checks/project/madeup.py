"""What a `__getattr__` makes up, of a module or of a class."""

from __future__ import annotations

from ..read.tree import Call, Compare, Const, Expr, Index, Name, is_name
from .conditions import leaves, tests_at
from .mappings import item
from .scope import LAST, Scope
from .values import Eval, Map, Seq, Values, union


def lazily(ev: Eval, getter: Scope, name: str) -> Values:
    """What a `__getattr__(name)` returns for that name: `getattr(x, name)`, or whatever it returns where its tests let
    the name through."""
    own = getter.params[-1].name if getter.params else "name"
    groups: list[Values] = []
    for expr in getter.returns:
        if not _is_let_through(ev, getter, expr, (own, name)):
            continue
        match expr:
            case Call(func=Name(id="getattr"), args=(base, Name(id=asked), *_)) if asked == own:
                groups.extend(ev.attribute(value, name) for value in ev.eval(base, getter))
            case Index(value=base, key=Name(id=asked)) if asked == own:
                groups.append(item(ev, ev.eval(base, getter), name))
            case _:
                groups.append(ev.eval(expr, getter))
    return union(*groups)


def _is_let_through(ev: Eval, getter: Scope, returned: Expr, asked: tuple[str, str]) -> bool:
    """Whether the tests around a `return`, and before it, can hold for a name."""
    tests = tests_at(getter, *getter.given.get(id(returned), (LAST, ())))
    told = (leaf for test, holds, _ in tests if test is not None for leaf in leaves(test, holds=holds))
    return all(_says(ev, getter, test, asked) in (None, holds) for test, holds in told)


def _says(ev: Eval, getter: Scope, test: Expr, asked: tuple[str, str]) -> bool | None:
    """What a test says of a name, where that can be read."""
    own, name = asked
    match test:
        case Compare(left=left, ops=("==",), rest=(Const(value=str() as known),)) if is_name(left, own):
            return known == name
        case Compare(left=left, ops=("in",), rest=(names,)) if is_name(left, own):
            several = _written(ev, getter, names)
            return name in several if several is not None else None
        case _:
            return None


def _written(ev: Eval, getter: Scope, names: Expr) -> set[object] | None:
    """The names in a list, or the keys of a mapping, as far as all of them are written."""
    found: set[object] = set()
    for value in ev.eval(names, getter):
        match value:
            case Seq(elements=elements):
                keys: list[Expr | None] = list(elements)
            case Map(entries=entries, base=()):
                keys = [key for key, _, _ in entries]
            case _:
                return None
        if not all(isinstance(key, Const) for key in keys):
            return None
        found |= {key.value for key in keys if isinstance(key, Const)}
    return found or None
