"""Mappings and sequences: what stands under a key, and what later statements put in."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from ..read.tree import (
    Attr,
    Call,
    Comp,
    Compare,
    Const,
    Either,
    Expr,
    For,
    If,
    Items,
    Loop,
    Mapping,
    Match,
    Name,
    Unary,
    is_name,
    same,
)
from .annotations import ROWS, TABLES, contained
from .arguments import NOTHING, entry
from .lineage import foreign_bases
from .scope import AttrSet, Binding, Frame, Scope
from .shared import shared
from .there import At, is_always, is_dead
from .values import Cfg, Cls, Eval, Ext, Kw, Lit, Map, Obj, Prm, Seq, Unk, Value, Values, union

NESTED = 3
"""Mappings that are put into one another whole, as far as which it is asked whether there is anything."""


def patched(ev: Eval, values: Values, base: Expr, at: tuple[Scope, float, tuple[Frame, ...]]) -> Values:
    """Mappings with what `name[key] = …` and `name.update(…)` put in before a line; where that happens only under an
    `if`, the mapping without it is another possibility."""
    scope, line, frames = at
    sets = [each for each in scope.sets if each.name is None and same(each.base, base) and each.binding.expr]
    sets = [each for each in sets if each.line <= line or share_loop(each.binding.frames, frames)]
    sets = [each for each in sets if not is_dead(ev, each.binding.frames, scope)]
    if not sets:
        return values
    always = [e for e in sets if _is_sure(ev, e, base, scope, frames) or _has_twin(e, sets) or _is_of_table(e, scope)]
    found = _grown(ev, values, always, scope)
    return found if len(always) == len(sets) else union(found, _grown(ev, values, sets, scope))


def _grown(ev: Eval, values: Values, sets: list[AttrSet], scope: Scope) -> Values:
    entries: tuple[tuple[Expr | None, Expr, Scope], ...] = ()
    for each in sets:
        if each.binding.expr is not None:
            key, expr = _copied(each, scope) or (_key(ev, each, scope), each.binding.expr)
            entries = (*entries, (key, expr, scope))
    lines = tuple(each.line for each in sets if each.binding.expr is not None)
    if not entries:
        return values
    grown: list[Value] = []
    for value in values:
        if isinstance(value, Map):
            grown.append(Map((*value.entries, *entries), value.base, (*value.at(0).lines, *lines)))
        elif isinstance(value, (Kw, Unk, Prm, Cfg)):
            grown.append(Map(entries, (value,), lines))
        else:
            grown.append(value)
    return tuple(grown)


def _key(ev: Eval, each: AttrSet, scope: Scope) -> Expr | None:
    """The key an entry is put in under; the constant that a name has there which has others elsewhere."""
    if isinstance(each.key, Name) and len(scope.bindings.get(each.key.id, ())) > 1:
        match ev.eval_at(each.key, scope, each.line, each.binding.frames):
            case (Lit(value=str() as text, origin="literal"),):
                return _constant(text)
            case _:
                pass
    return each.key


@lru_cache(maxsize=256)
def _constant(text: str) -> Const:
    """One node for a text, since nodes are told apart by being the same."""
    return Const(text)


def put_elsewhere(ev: Eval, values: Values, name: str, owner: Scope) -> Values:
    """Mappings of a module, or of a function, with what other functions put in (`CACHE[key] = client`)."""
    index = owner.module.index
    if name not in index.subscripted or not any(isinstance(value, Map) for value in values):
        return values
    for body in _others(owner, name):
        if name not in body.bindings or name in body.globals:
            values = _grown(
                ev, values, [each for each in body.sets if each.name is None and is_name(each.base, name)], body
            )
    return values


def _others(owner: Scope, name: str) -> Iterator[Scope]:
    """The bodies that can see a name of this one."""
    if owner.is_function:
        yield from (body for child in owner.children for body in child.tree())
        return
    index = owner.module.index
    for unit in index.holding(name):
        found = owner.module.scope(unit.name) if unit.kind == "function" else None
        yield from found.tree() if found is not None else ()


def _copied(each: AttrSet, scope: Scope) -> tuple[None, Expr] | None:
    """What a loop copies whole: `for key, value in mapping.items(): other[key] = value`."""
    if not (isinstance(each.key, Name) and isinstance(each.binding.expr, Name)):
        return None
    one = looped(each, each.key.id, scope)
    two = looped(each, each.binding.expr.id, scope)
    if one is None or two is None or one.expr is not two.expr or (one.unpack, two.unpack) != ((0,), (1,)):
        return None
    base = base_of(one.expr, "items")
    return (None, base) if base is not None else None


def looped(each: AttrSet, name: str, scope: Scope) -> Binding | None:
    """What gives a name in the innermost loop around an assignment that has it: others may go by the same name."""
    for frame in reversed(each.binding.frames):
        if isinstance(frame.node, Loop) and frame.part == "body":
            for one in scope.bindings.get(name, ()):
                if one.how == "element" and one.expr is frame.node.source:
                    return one
    return None


def _is_of_table(each: AttrSet, scope: Scope) -> bool:
    """`for name, key in TABLE.items(): if …: other[name] = …`: what the table names is there, but for what is empty."""
    one = looped(each, each.key.id, scope) if isinstance(each.key, Name) else None
    return one is not None and one.unpack == (0,) and base_of(one.expr, "items") is not None


def base_of(expr: Expr | None, method: str) -> Expr | None:
    """The mapping of `mapping.items()`."""
    match expr:
        case Call(func=Attr(value=base, name=name), args=()) if name == method:
            return base
        case _:
            return None


def pairs(ev: Eval, expr: Expr, scope: Scope, unpack: tuple[int, ...]) -> Values | None:
    """What a loop over `mapping.items()` gives: the keys at 0, the values at 1; over `mapping.values()`, those; None
    where that can't be read."""
    base = base_of(expr, "items")
    if base is None and not unpack:
        base, unpack = base_of(expr, "values"), (1,)
    values = ev.eval(base, scope) if base is not None and unpack in ((0,), (1,)) else ()
    maps = tuple(each for each in values if isinstance(each, Map))
    if maps:
        return elements(ev, maps) if unpack == (0,) else item(ev, maps, None)
    told = (contained(ev, each.param.annotation, each.scope, TABLES) for each in values if isinstance(each, Prm))
    return (union(*told) or None) if unpack == (1,) else None


def _is_sure(ev: Eval, each: AttrSet, base: Expr, scope: Scope, frames: tuple[Frame, ...]) -> bool:
    """Whether a key is set on every way: under no `if` that the use isn't under too, under one that asks for it, or
    under one for which there is a value."""
    for at, frame in enumerate(each.binding.frames):
        if frame.kind != "if" or (at < len(frames) and frames[at].node is frame.node and frames[at].part == frame.part):
            continue
        if not isinstance(frame.node, If):
            return False
        if is_always(ev, frame, At(scope, 0, each.binding.frames[:at])):
            continue
        filled = frame.part == "body" and is_filled(ev, frame.node.test, scope)
        if not filled and not _asks_for_key(frame.node.test, base):
            return False
    return True


def is_filled(ev: Eval, test: Expr, scope: Scope) -> bool:
    """Whether a test for a value has one, be it a default: `config.max_tokens is not None`, `limit > 0`."""
    match test:
        case Either(op="and", parts=parts, test=None):
            return all(is_filled(ev, part, scope) for part in parts)
        case Compare(left=left, ops=("is not" | "!=",), rest=(Const(value=None),)):
            values = ev.eval(left, scope)
            others = tuple(each for each in values if not (isinstance(each, Obj) and each.site is not None))
            return bool(values) and (not others or all(known is not None for known in _known(others)))
        case Compare(left=left, ops=(">",), rest=(Const(value=0),)):
            return all(isinstance(known, int) and known > 0 for known in _known(ev.eval(left, scope)))
        case Name() | Attr():
            values = ev.eval(test, scope)
            others = tuple(each for each in values if not _holds(ev, each))
            return bool(values) and (not others or all(_known(others)))
        case _:
            return False


def _holds(ev: Eval, value: Value, depth: int = 0) -> bool:
    """Whether a value is a mapping that has something in it."""
    if not isinstance(value, Map) or depth > NESTED:
        return False
    if any(key is not None for key, _, _ in value.entries):
        return True
    inner = (ev.eval(expr, scope) for _, expr, scope in value.entries)
    return any(found and all(_holds(ev, each, depth + 1) for each in found) for found in inner)


def _known(values: Values) -> list[object]:
    """The constants that the values are, or are by default; None where there are none, or it may be left out. What
    somebody gives instead of a default says nothing."""
    kept = [value for value in values if not isinstance(value, Unk) and value != Cfg("default")]
    given = [value.default if isinstance(value, Cfg) else value for value in kept]
    return [value.value if isinstance(value, Lit) else None for value in given] or [None]


def _asks_for_key(test: Expr, base: Expr) -> bool:
    """`key not in base`, `not base`, `not base.get(key)`, `base is None`."""
    match test:
        case Compare(ops=("not in",), rest=(held,)):
            return same(held, base)
        case Compare(left=held, ops=("is",), rest=(Const(None),)):
            return same(held, base)
        case Unary(op="not", value=Call(func=Attr(value=held))):
            return same(held, base)
        case Unary(op="not", value=held):
            return same(held, base)
        case _:
            return False


def _has_twin(each: AttrSet, sets: list[AttrSet]) -> bool:
    """Whether the other branch of its `if`, or every other case, sets the same key."""
    own = each.binding.frames[-1:]
    if not own or own[0].kind != "if" or any(frame.kind == "if" for frame in each.binding.frames[:-1]):
        return False
    twins = [other.binding.frames[-1:] for other in sets if other.key is not None and same(other.key, each.key)]
    sides = {other[0].part for other in twins if other and other[0].node is own[0].node}
    return len(sides) == (len(own[0].node.cases) if isinstance(own[0].node, Match) else 2)


def share_loop(one: tuple[Frame, ...], two: tuple[Frame, ...]) -> bool:
    """Whether two places of a function stand in the same loop, so that the later one may run before the other."""
    for mine, other in zip(one, two, strict=False):
        if mine.node is not other.node:
            return False
        if mine.kind == "loop":
            return True
    return False


def _as_fields(values: Values) -> Values:
    """Constants kept in a mapping are settings, not literals of the place that reads them."""
    return tuple(Lit(value.value, "field") if isinstance(value, Lit) else value for value in values)


def as_written(values: Values) -> Values:
    """Constants read from a mapping of constants (`MODELS["fast"]`) are literals again."""
    return tuple(Lit(value.value) if isinstance(value, Lit) and value.origin == "field" else value for value in values)


def under(ev: Eval, values: Values, keys: Values) -> Values:
    """`value[key]` for all that the key can be. A default is a key that somebody may replace."""
    known = [each.value for each in keys if isinstance(each, Lit) and each.origin == "literal"]
    if not known or len(known) < len(keys):
        return item(ev, values, None)
    return union(*(item(ev, values, each) for each in known))


def named(ev: Eval, value: Map, name: str) -> Values:
    """Attribute access on a mapping that stands for an object built from it."""
    known = any(isinstance(key, Const) and key.value == name for key, _, _ in value.entries)
    return (item(ev, (value,), name) if known else ()) or (Unk(f"?.{name}"),)


def item(ev: Eval, values: Values, key: object) -> Values:
    """`value[key]` of mappings; every value of the mapping where the key isn't known (None)."""
    groups: list[Values] = []
    for value in values:
        match value:
            case Map():
                groups.append(_as_fields(_under(ev, value, key)))
            case Kw() if isinstance(key, str):
                passed = entry(ev, (value,), key).values
                groups.append(passed if passed and passed != (Unk(),) else (Unk(f"?{key}"),))
            case Seq(elements=found, scope=scope):
                inside = found[key : key + 1] if isinstance(key, int) and key >= 0 else found
                groups.extend(ev.eval(each, scope) for each in inside)
            case Prm(scope=scope, param=param):
                told = shared(ev, value, key) or contained(ev, param.annotation, scope, ROWS | TABLES)
                groups.append(told or (Unk(f"?{param.name}[]"),))
            case Obj(scope=scope) if isinstance(key, str) and _is_typed_dict(ev, scope):
                groups.append(ev.attribute(value, key))
            case Cls(scope=scope) if _is_enum(ev, scope):
                members = (key,) if isinstance(key, str) and key in scope.bindings else tuple(scope.bindings)
                groups.extend(ev.attribute(value, member) for member in members)
            case Ext(path="os.environ"):
                groups.append((Cfg("env"),))
            case Cfg():
                groups.append((Cfg(value.origin),))
            case Ext(path=path, sites=sites):
                groups.append(shared(ev, value, key) or (Ext(f"{path}[]", sites),))
            case _:
                groups.append(shared(ev, value, key) or (Unk("?[]"),))
    return union(*groups)


def _is_typed_dict(ev: Eval, scope: Scope) -> bool:
    return any(base.path.endswith(".TypedDict") for base in foreign_bases(ev, scope))


def _is_enum(ev: Eval, scope: Scope) -> bool:
    return any(base.path.endswith("Enum") for base in foreign_bases(ev, scope))


def filtered(ev: Eval, node: Comp, scope: Scope) -> Values:
    """`{key: value for key, value in mapping.items() if …}`: the mapping, as far as it can be read."""
    base = _source(node)
    if base is None:
        return ()
    return tuple(each for each in ev.eval(base, scope) if isinstance(each, (Map, Kw, Cfg, Prm)))


def mirrored(expr: Expr | None, scope: Scope) -> str | None:
    """The parameter whose value an expression of a function gives on, whole or without some entries."""
    for _ in range(3):
        found = _source(expr) if isinstance(expr, Comp) else expr
        bindings = scope.bindings.get(found.id, ()) if isinstance(found, Name) else ()
        if not isinstance(found, Name) or len(bindings) != 1:
            return None
        copies = [_copied(each, scope) for each in scope.sets if same(each.base, found)]
        if bindings[0].how == "param" and not copies:
            return found.id
        expr = bindings[0].expr if bindings[0].how == "value" and not copies else None
        if len(copies) == 1 and copies[0] is not None and isinstance(bindings[0].expr, Mapping):
            expr = copies[0][1]
    return None


def _source(node: Comp) -> Expr | None:
    """The mapping of which a comprehension keeps some entries as they are."""
    if not (isinstance(node.key, Name) and isinstance(node.element, Name) and len(node.loops) == 1):
        return None
    match node.loops[0]:
        case For(target=Items(elements=(Name(id=one), Name(id=two))), source=source):
            return base_of(source, "items") if (one, two) == (node.key.id, node.element.id) else None
        case _:
            return None


def _under(ev: Eval, value: Map, key: object) -> Values:
    """Values of a mapping under a key; all of them where the key isn't known. What stands under another key is none
    of them."""
    found = entry(ev, (value,), key) if isinstance(key, str) else NOTHING
    if found.values and found.certain:
        return found.values
    others = isinstance(key, str) and all(_is_key(own) for own, _, _ in value.entries)
    if others and found == NOTHING and value.entries and not value.base:
        return ()
    groups = [
        ev.eval(expr, scope)
        for own, expr, scope in value.entries
        if own is not None and not (isinstance(key, str) and isinstance(own, Const) and own.value != key)
    ]
    return union(found.values, *groups, item(ev, value.base, key) if value.base else ())


def _is_key(expr: Expr | None) -> bool:
    return isinstance(expr, Const) and isinstance(expr.value, str)


def elements(ev: Eval, values: Values) -> Values:
    """What iterating gives."""
    groups: list[Values] = []
    for value in values:
        match value:
            case Seq(elements=found, scope=scope):
                groups.extend(ev.eval(each, scope) for each in found)
            case Map(entries=entries):
                groups.extend(ev.eval(key, scope) for key, _, scope in entries if key is not None)
            case Ext(path=path, sites=sites):
                groups.append((Ext(f"{path}[]", sites),))
            case Cfg():
                groups.append((value,))
            case Prm(scope=scope, param=param):
                groups.append(contained(ev, param.annotation, scope, ROWS) or (Unk(),))
            case _:
                groups.append((Unk(),))
    return union(*groups)
