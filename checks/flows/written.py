"""What a name is made of: the bindings that reach its place, and what statements in between add to them."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from ..model import Place
from ..project.conditions import leaves
from ..project.edges import arguments_of
from ..project.handed import param_at
from ..project.mappings import base_of, looped, share_loop
from ..project.names import SURE, reaching
from ..project.scope import LAST, AttrSet, Binding, Frame, Scope, Site, ahead_of
from ..project.values import Fn
from ..read.tree import Attr, Call, Comp, Compare, Const, Expr, If, Index, Items, Mapping, Name, is_name, same
from .selves import is_self_call
from .surroundings import seeing
from .texts import GAP, Called, Joined, Later, Listed, Marked, Open, Record, Text, Told, either, got
from .tools import last_name

if TYPE_CHECKING:
    from ..project.world import Module
    from .build import Builder, Spot

GROWING = frozenset(
    {"append", "extend", "insert", "add", "appendleft", "extendleft", "write", "push", "put_nowait", "put"}
)
"""Methods that put their last argument into a list, a queue or a text."""
SEVERAL = frozenset({"extend", "extendleft", "write"})
"""Those of them that put in all that the argument holds."""
_GROWN = re.compile(rf"\b(\w+)\s*(?:\[|\.\s*(?:{'|'.join(sorted(GROWING))}|get|setdefault|add_\w+_message)\b)")


COPYING = frozenset({"copy", "deepcopy", "dict", "list", "str"})
"""Functions that give what they are given."""
HELPERS = 4
"""Functions that one call may run of which is asked what they put into what they are given."""


class Put(NamedTuple):
    """What a statement adds to what a name has, behind it or (first) before it."""

    line: int
    text: Text
    first: bool = False
    instead: str = ""
    """The key under which nothing is left of what was there before."""
    keyed: bool = True
    """It is put under a key."""


def named(make: Builder, name: str, spot: Spot) -> Text:
    """The text of a name where it stands."""
    scope: Scope | None = spot.scope
    while scope is not None:
        bindings = scope.bindings.get(name) or _setting(scope, name)
        if bindings and (scope.kind != "class" or scope is spot.scope) and name not in scope.globals:
            here = scope is spot.scope
            return _of(make, name, scope, spot.line if here else LAST, spot.frames if here else ())
        scope = scope.parent
    return _imported_with_star(make, name, spot)


def _of(make: Builder, name: str, scope: Scope, line: float, frames: tuple[Frame, ...]) -> Text:
    found = scope.bindings.get(name, [])
    chosen = _with_text(name, reaching(found, line, frames), line, frames) if len(found) > 1 else found
    first = [each for each in chosen if each.how not in ("other", "annotated")]
    text = either([*(_bound(make, each, name, scope) for each in first), *_set_elsewhere(make, name, scope)])
    start = min((each.line for each in first if each.line), default=0)
    added = [Put(each.line, _later(each, scope)) for each in chosen if each.how == "other" and each.expr is not None]
    put = _put_in(make, name, scope, start, (line, frames))
    put += (each for body in _growing(scope, name) for each in _put_in(make, name, body, 0, (LAST, ())))
    is_foreign = bool(put and first) and all(_is_foreign(make, each, scope) for each in first)
    added += (each for each in put if each.keyed or not is_foreign)
    for site in scope.sites if any(isinstance(each.expr, (Items, Mapping, Comp)) for each in first) else ():
        if start <= site.line and (site.line <= line or share_loop(site.frames, frames)):
            added += _put_in_by_helper(make, name, site)
    added.sort(key=lambda each: each.line)
    before = [each.text for each in reversed(added) if each.first]
    pieces = [*before, text]
    for each in added:
        if each.instead:
            place = Place(scope.module.path, each.line)
            pieces = [_without(each.instead, piece, place) for piece in pieces]
        pieces += [] if each.first else [each.text]
    return Joined(tuple(pieces)) if added else text


def _with_text(name: str, bindings: list[Binding], line: float, frames: tuple[Frame, ...]) -> list[Binding]:
    """The bindings that can be more than nothing at a place: what `if text: text = text[:9]` leaves alone is empty."""
    kept = bindings
    for each in bindings:
        match each.frames[-1:]:
            case (Frame(kind="if", node=If(test=test) as node, part=part),) if each.how in SURE and each.line < line:
                inside = any(at.node is node for at in frames)
                outside = not inside and each.frames[:-1] == frames[: len(each.frames) - 1]
                empty = any(_is_nothing(leaf, name, are=sure) for leaf, sure in leaves(test, holds=part != "body"))
                kept = [one for one in kept if one.line >= node.line] if outside and empty else kept
            case _:
                continue
    return kept


def _is_nothing(test: Expr, name: str, *, are: bool) -> bool:
    """Whether a name has no text where a condition holds, or where it doesn't."""
    match test:
        case Name():
            return not are and test.id == name
        case Compare(left=Name() as left, ops=(op,), rest=(Const(value=None | ""),)) if left.id == name:
            return are == (op in ("is", "=="))
        case _:
            return False


def _without(key: str, piece: Text, place: Place) -> Text:
    """What was there before something else was put under a key."""
    if isinstance(piece, Record) and not {key, None, "*"}.intersection(name for name, _ in piece.entries):
        return piece
    return Marked(piece, "known", place, key)


@lru_cache(maxsize=256)
def _setting(owner: Scope, name: str) -> tuple[Scope, ...]:
    """The functions that set a name of another body, whenever they run: `global name`, `nonlocal name`."""
    word = "global " if owner.kind == "module" else "nonlocal "
    if owner.kind == "class" or word not in owner.module.index.text:
        return ()
    return tuple(body for body in seeing(owner, name) if name in body.globals and name in body.bindings)


def _set_elsewhere(make: Builder, name: str, owner: Scope) -> Iterator[Text]:
    for body in _setting(owner, name):
        for each in body.bindings[name]:
            is_added = each.how == "other" and each.expr is not None
            yield _later(each, body) if is_added else _bound(make, each, name, body)


@lru_cache(maxsize=256)
def _growing(owner: Scope, name: str) -> tuple[Scope, ...]:
    """The other bodies that may add to a name of this one, whenever they run: `history.append(…)` in a function."""
    if owner.kind == "class" or name not in owner.module.world.once(_grown, owner.module):
        return ()
    return tuple(body for body in seeing(owner, name) if body is not owner)


def _grown(module: Module) -> frozenset[str]:
    """The names that something may be put into anywhere in a file, and many others: by its text, which costs little."""
    return frozenset(_GROWN.findall(module.index.text))


def counted_by(number: str, base: Expr, scope: Scope) -> str | None:
    """The name of what stands at a number in what is gone through: `for number, element in enumerate(base)`."""
    loops = [each.expr for each in scope.bindings.get(number, ()) if each.how == "element" and each.unpack == (0,)]
    match loops:
        case [Call(func=Name(id="enumerate"), args=(gone_through,)) as loop] if same(gone_through, base):
            names = [name for name, found in scope.bindings.items() if any(each.expr is loop for each in found)]
            return next((name for name in names if name != number), None)
        case _:
            return None


def _later(binding: Binding, scope: Scope) -> Text:
    return _right_side(binding.expr or Const(None), binding, scope)


def _right_side(expr: Expr, binding: Binding, scope: Scope) -> Later:
    """What a name is given, or a part of it: the name in it has what it was given before."""
    line = ahead_of(binding.line) if binding.line else LAST
    return Later(expr, scope, line, binding.around_value(), binding.line)


def _bound(make: Builder, binding: Binding, name: str, scope: Scope) -> Text:
    match binding:
        case Binding(how="param", param=param) if param is not None:
            return Open(scope, param.name)
        case Binding(how="value" | "rest" | "enter", expr=expr) if expr is not None:
            return _unpacked(binding, name, scope, element=False)
        case Binding(how="element", expr=expr) if expr is not None:
            return _unpacked(binding, name, scope, element=True)
        case Binding(how="import"):
            return _imported(make, binding, scope)
        case _:
            return GAP


def _unpacked(binding: Binding, name: str, scope: Scope, *, element: bool) -> Text:
    expr = binding.expr
    text: Text = _later(binding, scope)
    if element:
        match expr:
            case Call(func=Name(id="enumerate"), args=(inner, *_)) if binding.unpack:
                if binding.unpack[0] == 0:
                    return GAP
                text = got(_right_side(inner, binding, scope), "")
                return _parts(text, binding.unpack[1:])
            case Call(func=Attr(value=inner, name="items"), args=()) if binding.unpack:
                base = _right_side(inner, binding, scope)
                return got(base, "") if binding.unpack[0] else got(base, "keys()")
            case Call(func=Name(id="zip"), args=args) if binding.unpack and binding.unpack[0] < len(args):
                inner = args[binding.unpack[0]]
                return _parts(got(_right_side(inner, binding, scope), ""), binding.unpack[1:])
            case _:
                text = got(text, "")
    text = _parts(text, binding.unpack)
    if binding.line and not element:
        return Told(text, Place(scope.module.path, binding.line), f"`{name}`")
    return text


def _parts(text: Text, unpack: tuple[int, ...]) -> Text:
    for at in unpack:
        text = got(text, f"#{at}")
    return text


def growing(scope: Scope, others: Container[str] = ()) -> Iterator[Site]:
    """The calls of methods that put something into a list, or that have one of the other names."""
    for site in scope.sites:
        func = site.call.func
        if isinstance(func, Attr) and site.call.args and (func.name in GROWING or func.name in others):
            yield site


def growth(make: Builder, site: Site, is_base: Callable[[Expr], bool]) -> Text | None:
    """What a growing call puts into a list or a text that is reached from a base: `base[key].append(…)`; and into a
    history of another package: `base.add_user_message(…)`."""
    func = site.call.func
    keys = keys_to(func.value, is_base) if isinstance(func, Attr) else None
    if not isinstance(func, Attr) or keys is None:
        return None
    new: Text = Later(site.call.args[-1], site.scope, site.line, site.frames)
    if func.name not in GROWING:
        if any(isinstance(each, Fn) for each in make.ev.eval(func, site.scope)):
            return None
        new = Record((("content", new),), func.name)
    return under(keys, new if func.name in SEVERAL else Listed((new,)))


def _put_in(make: Builder, name: str, scope: Scope, start: int, end: tuple[float, tuple[Frame, ...]]) -> list[Put]:
    """What `name.append(…)`, `name[key].append(…)` and their like, and `name[key] = …`, put in between."""
    line, frames = end
    found: list[Put] = []
    for site in growing(scope, make.lore.roles):
        text = growth(make, site, lambda base: is_name(base, name))
        if text is not None and start <= site.line and (site.line <= line or share_loop(site.frames, frames)):
            keyed = isinstance(site.call.func, Attr) and not is_name(site.call.func.value, name)
            found.append(Put(site.line, text, first=_is_first(site.call), keyed=keyed))
    for each in scope.sets:
        keys = keys_to(each.base, lambda base: is_name(base, name)) if each.name is None else None
        if keys is None or each.binding.expr is None or each.line < start:
            continue
        if each.line <= line or share_loop(each.binding.frames, frames):
            copied = _copied(each, scope) if not keys else None
            if copied is not None:
                found.append(Put(each.line, Record(((None, copied),))))
                continue
            new = Later(each.binding.expr, scope, each.line, each.binding.frames)
            text = under(keys if each.key is None else (*keys, key_named(each.key)), new)
            sure = each.line < line < LAST and each.binding.frames == frames[: len(each.binding.frames)]
            instead = key_named(each.key) if sure and not keys and each.key is not None else "*"
            found.append(Put(each.line, text, instead=instead if instead != "*" else ""))
    return found


def _copied(new: AttrSet, scope: Scope) -> Text | None:
    """The mapping of which a loop takes over key and value: `for key, value in given.items(): all[key] = value`."""
    match new.key, new.binding.expr:
        case Name(id=key), Name(id=value):
            pass
        case Name(id=key), Call(func=func, args=(Name(id=value),)) if last_name(func) in COPYING:
            pass
        case Name(id=key), Call(func=Name(id=func), args=(_, Name(id=value))) if func == scope.short:  # a deep merge
            pass
        case _:
            return None
    one, two = looped(new, key, scope), looped(new, value, scope)
    base = base_of(one.expr, "items") if one is not None else None
    if one is None or two is None or base is None or one.expr is not two.expr:
        return None
    return _right_side(base, one, scope) if (one.unpack, two.unpack) == ((0,), (1,)) else None


def _put_in_by_helper(make: Builder, name: str, site: Site) -> Iterator[Put]:
    """What a function puts in that is given the list or mapping itself: `add(history, text)`."""
    args = arguments_of(site.call)
    at = next((at for at, arg in enumerate(args) if is_name(arg, name)), None)
    for value in make.ev.callee(site)[:HELPERS] if at is not None else ():
        helper = value.scope if isinstance(value, Fn) else None
        param = param_at(helper, site.call, at) if helper is not None and at is not None else None
        if helper is None or param is None or param not in helper.module.world.once(_grown, helper.module):
            continue
        passed = [(param_at(helper, site.call, n), arg) for n, arg in enumerate(args)]
        given = tuple((key, make.site(site).later(arg)) for key, arg in passed if key is not None)
        for put in _put_in(make, param, helper, 0, (LAST, ())):
            yield put._replace(line=site.line, text=Called(put.text, helper, given, own=is_self_call(site)))


def keys_to(expr: Expr, is_base: Callable[[Expr], bool]) -> tuple[str, ...] | None:
    """The keys under which something is that is reached from a base: `base[user]["said"]`, `base.setdefault(user,
    [])`; None where it isn't reached from there."""
    if is_base(expr):
        return ()
    match expr:
        case Index(value=value, key=key) | Call(func=Attr(value=value, name="get" | "setdefault"), args=(key, *_)):
            keys = keys_to(value, is_base)
            return (*keys, key_named(key)) if keys is not None else None
        case _:
            return None


def under(keys: tuple[str, ...], text: Text) -> Text:
    """A text where it stands in mappings."""
    for key in reversed(keys):
        text = Record(((key, text),))
    return text


def key_named(expr: Expr) -> str:
    """A key as it is written; "*" where that isn't known."""
    return expr.value if isinstance(expr, Const) and isinstance(expr.value, str) else "*"


def _is_first(call: Call) -> bool:
    """Whether what is put in comes before what is there: `name.insert(0, …)`."""
    match call:
        case Call(func=Attr(value=Name(), name="appendleft")):
            return True
        case Call(func=Attr(value=Name(), name="insert"), args=(Const(value=0), *_)):
            return True
        case _:
            return False


def _is_foreign(make: Builder, binding: Binding, scope: Scope) -> bool:
    """Whether a name is imported from another package, or is a module: what a method of that is told, it need not
    keep (`st.write(text)`)."""
    if binding.how != "import" or binding.attr is None:
        return binding.how == "import"
    return make.ev.world.locate(binding.module or "", binding.level, scope.module.path) is None


def _imported(make: Builder, binding: Binding, scope: Scope) -> Text:
    """A name of another module of the project."""
    if binding.attr is None:
        return GAP
    world = make.ev.world
    path = world.locate(binding.module or "", binding.level, scope.module.path)
    module = world.module(path) if path else None
    if module is None:
        use = make.lore.find(f"{binding.module}.{binding.attr}")
        return make.kept(use, scope.module.path) if use is not None and use.how == "keeps" else GAP
    found = module.top.bindings.get(binding.attr)
    if not found or module.top is scope:
        return GAP
    return _of(make, binding.attr, module.top, LAST, ())


def _imported_with_star(make: Builder, name: str, spot: Spot) -> Text:
    top = spot.scope.module.top
    for binding in top.bindings.get("*", ()):
        found = _imported(make, binding._replace(attr=name), top)
        if found is not GAP:
            return found
    return GAP
