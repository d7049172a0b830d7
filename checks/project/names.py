"""What a name means: bindings, parameters, imports, annotations."""

from __future__ import annotations

import builtins
from functools import lru_cache

from ..read import UnreadableUnit, read
from ..read.tree import Attr, Binary, Call, Compare, Const, Do, Expr, Function, If, Index, Items, Lambda, Name, Unary
from .arguments import entry, passed
from .scope import AttrSet, Binding, Frame, Scope
from .values import Cfg, Cls, Eval, Ext, Fn, Kw, Lit, Map, Mod, Obj, Prm, Seq, Unk, Value, Values, union

BUILTINS = frozenset(dir(builtins))


def lookup(ev: Eval, name: str, scope: Scope) -> Values:
    """The values of a name as seen from a scope."""
    at: Scope | None = scope
    while at is not None:
        if (at.kind != "class" or at is scope) and name not in at.globals:
            found = local(ev, name, at)
            if found is not None:
                return found
        at = at.parent
    if name in BUILTINS:
        return (Ext(f"builtins.{name}"),)
    return _starred(ev, name, scope.module.top) or (Unk(f"?{name}"),)


def local(ev: Eval, name: str, scope: Scope) -> Values | None:
    """The values of a name bound in this very scope; None when it isn't bound here."""
    bindings = scope.bindings.get(name)
    line, frames = (ev.position[1], ev.position[2]) if ev.position and ev.position[0] is scope else (LAST, ())
    if bindings is None or len(bindings) < 2:
        found = ev.remember(scope, name, lambda: _local(ev, name, scope, bindings))
    else:
        chosen = reaching(bindings, line, frames)
        key = f"{name} {[at for at, each in enumerate(bindings) if each in chosen]}"
        found = ev.remember(scope, key, lambda: _local(ev, name, scope, chosen))
    return found if found is None else patched(found, Name(name), scope, line, frames)


LAST = 1 << 30
"""A line after every other: from outside a scope, its last bindings are seen."""


def reaching(bindings: list[Binding], line: int, frames: tuple[Frame, ...]) -> list[Binding]:
    """The bindings that can hold at a place of their own function: not later ones (but for loops), not those of another
    branch, not those that a later one on every way to the place replaces."""
    kept = [b for b in bindings if not _excludes(b.frames, frames) and (b.line <= line or _share_loop(b.frames, frames))]
    sure = [b for b in kept if b.how in SURE and b.line < line and b.frames == frames[: len(b.frames)]]
    last = max((b.line for b in sure), default=0)
    return [b for b in kept if b.line >= last or b.how == "annotated"] or bindings


SURE = frozenset({"value", "element", "enter", "import", "local"})


def _excludes(one: tuple[Frame, ...], two: tuple[Frame, ...]) -> bool:
    """Whether two places stand in different branches of one `if`."""
    for mine, other in zip(one, two, strict=False):
        if mine.node is not other.node:
            return False
        if mine.part != other.part:
            return mine.kind in ("if", "main")
    return False


def _share_loop(one: tuple[Frame, ...], two: tuple[Frame, ...]) -> bool:
    for mine, other in zip(one, two, strict=False):
        if mine.node is not other.node:
            return False
        if mine.kind == "loop":
            return True
    return False


def _local(ev: Eval, name: str, scope: Scope, bindings: list[Binding] | None) -> Values | None:
    groups: list[Values] = []
    if scope.kind in ("module", "class"):
        prefix = f"{scope.name}." if scope.name else ""
        for found in scope.module.definitions(prefix + name):
            groups.append((Cls(found) if found.kind == "class" else Fn(found),))
    if bindings is None and not groups:
        return None
    refilled = any(_refills(each, name) for each in bindings or ())
    typed = [each for each in bindings or () if each.how == "annotated"]
    for binding in bindings or ():
        if binding.how != "annotated":
            found = bound(ev, binding, scope)
            groups.append(found if not refilled or _refills(binding, name) else _filled(found))
    values = union(*groups)
    if scope.kind == "module" and "global " in scope.module.index.text:
        values = union(values, _set_elsewhere(ev, name, scope))
    if typed and all(isinstance(value, (Lit, Unk, Prm)) for value in values):
        for binding in typed:
            if binding.expr is not None:
                values = union(values, instances(ev, binding.expr, scope))
    return values


def _refills(binding: Binding, name: str) -> bool:
    """`if name is None: name = …` or `if not name: name = …`."""
    match binding.frames[-1:]:
        case (Frame(kind="if", node=If(test=test), part="body"),):
            asked = test.value if isinstance(test, Unary) and test.op == "not" else None
            if isinstance(test, Compare) and test.ops in (("is",), ("==",)) and test.rest == (Const(None),):
                asked = test.left
            return asked == Name(name)
        case _:
            return False


def _filled(values: Values) -> Values:
    """Without None and empty values."""
    return tuple(value for value in values if not (isinstance(value, Lit) and not value.value))


def _set_elsewhere(ev: Eval, name: str, scope: Scope) -> Values:
    """A module name that a function sets after `global name`."""
    module = scope.module
    groups: list[Values] = []
    for unit in module.index.units.values():
        if unit.kind == "function" and {"global", name} <= module.index.words(unit):
            found = module.scope(unit.name)
            if found is not None and name in found.globals:
                groups.extend(bound(ev, binding, found) for binding in found.bindings.get(name, ()))
    return union(*groups)


def _starred(ev: Eval, name: str, top: Scope) -> Values:
    """A name that came with `from module import *`."""
    for binding in top.bindings.get("*", ()):
        path = ev.world.locate(binding.module or "", binding.level, top.module.path)
        module = ev.world.module(path) if path else None
        if module is not None:
            found = local(ev, name, module.top) or _starred(ev, name, module.top)
            if found:
                return found
    return ()


def patched(values: Values, base: Expr, scope: Scope, line: int, frames: tuple[Frame, ...]) -> Values:
    """Mappings with what `name[key] = …` and `name.update(…)` put in before the line; where that happens only under an
    `if`, the mapping without it is another possibility."""
    sets = [each for each in scope.sets if each.name is None and each.base == base and each.binding.expr is not None]
    sets = [each for each in sets if each.line <= line or _share_loop(each.binding.frames, frames)]
    if not sets:
        return values
    always = [each for each in sets if _is_sure(each, base, frames) or _has_twin(each, sets)]
    found = _grown(values, always, scope)
    return found if len(always) == len(sets) else union(found, _grown(values, sets, scope))


def _grown(values: Values, sets: list[AttrSet], scope: Scope) -> Values:
    entries = tuple((each.key, each.binding.expr, scope) for each in sets if each.binding.expr is not None)
    if not entries:
        return values
    grown: list[Value] = []
    for value in values:
        if isinstance(value, Map):
            grown.append(Map((*value.entries, *entries), value.base))
        elif isinstance(value, (Kw, Unk, Prm, Cfg)):
            grown.append(Map(entries, (value,)))
        else:
            grown.append(value)
    return tuple(grown)


def _is_sure(each: AttrSet, base: Expr, frames: tuple[Frame, ...]) -> bool:
    """Whether a key is set on every way: under no `if` that the use isn't under too, or under one that asks for it."""
    for at, frame in enumerate(each.binding.frames):
        if frame.kind != "if" or (at < len(frames) and frames[at].node is frame.node and frames[at].part == frame.part):
            continue
        if not (isinstance(frame.node, If) and _asks_for_key(frame.node.test, base)):
            return False
    return True


def _asks_for_key(test: Expr, base: Expr) -> bool:
    """`key not in base`, `not base`, `not base.get(key)`, `base is None`."""
    match test:
        case Compare(ops=("not in",), rest=(held,)):
            return held == base
        case Compare(left=held, ops=("is",), rest=(Const(None),)):
            return held == base
        case Unary(op="not", value=Call(func=Attr(value=held))):
            return held == base
        case Unary(op="not", value=held):
            return held == base
        case _:
            return False


def _has_twin(each: AttrSet, sets: list[AttrSet]) -> bool:
    """Whether the other branch of its `if` sets the same key."""
    own = each.binding.frames[-1:]
    if not own or own[0].kind != "if" or any(frame.kind == "if" for frame in each.binding.frames[:-1]):
        return False
    twins = [other.binding.frames[-1:] for other in sets if other.key == each.key and other.key is not None]
    return any(other and other[0].node is own[0].node and other[0].part != own[0].part for other in twins)


def bound(ev: Eval, binding: Binding, scope: Scope) -> Values:
    """The values one binding gives."""
    match binding:
        case Binding(how="value", expr=expr) if expr is not None:
            return unpacked(ev, _there(ev, expr, scope, binding), binding.unpack)
        case Binding(how="element", expr=expr) if expr is not None:
            return unpacked(ev, elements(ev, _there(ev, expr, scope, binding)), binding.unpack)
        case Binding(how="enter", expr=expr) if expr is not None:
            return unpacked(ev, entered(ev, _there(ev, expr, scope, binding)), binding.unpack)
        case Binding(how="import"):
            return imported(ev, binding, scope)
        case Binding(how="local", scope=inner) if inner is not None:
            return (Cls(inner) if inner.kind == "class" else Fn(inner),)
        case Binding(how="param", param=param) if param is not None:
            return ev.remember(scope, f"param {param.name}", lambda: parameter(ev, param.name, scope)) or ()
        case _:
            return (Unk(),)


def _there(ev: Eval, node: Expr, scope: Scope, binding: Binding) -> Values:
    """The values of a bound expression where the binding stands; a name in its own value means an earlier binding."""
    return ev.eval_at(node, scope, max(0, binding.line - 1) if binding.line else 0, binding.frames) if binding.line else ev.eval(node, scope)


def unpacked(ev: Eval, values: Values, path: tuple[int, ...]) -> Values:
    """Elements at the positions of a tuple target."""
    for at in path:
        groups: list[Values] = []
        for value in values:
            if isinstance(value, Seq):
                inside = value.elements[at : at + 1]
                groups.extend(ev.eval(each, value.scope) for each in inside)
            else:
                groups.append((Cfg(value.origin),) if isinstance(value, Cfg) else (Unk(),))
        values = union(*groups)
    return values


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
            case _:
                groups.append((Unk(),))
    return union(*groups)


def entered(ev: Eval, values: Values) -> Values:
    """What `with value as name` binds: a client enters as itself."""
    groups: list[Values] = []
    for value in values:
        if isinstance(value, Obj):
            given = [each for each in ev.attribute(value, "__enter__") if isinstance(each, Fn)]
            given += [each for each in ev.attribute(value, "__aenter__") if isinstance(each, Fn)]
            results = [ev.eval(expr, each.scope) for each in given for expr in each.scope.returns]
            groups.append(union(*results) or (value,))
        else:
            groups.append((value,))
    return union(*groups)


def imported(ev: Eval, binding: Binding, scope: Scope) -> Values:
    """What an import binds: a module or member of the project, or something of another package."""
    near = scope.module.path
    name = binding.module or ""
    if binding.attr is None:
        path = ev.world.locate(name, 0, near)
        module = ev.world.module(path) if path else None
        return (Mod(module),) if module is not None else (Ext(name),)
    path = ev.world.locate(name, binding.level, near)
    module = ev.world.module(path) if path else None
    inner = ev.world.locate(f"{name}.{binding.attr}" if name else binding.attr, binding.level, near)
    if module is not None:
        found = member(ev, module, binding.attr)
        if found is not None:
            return found
    if inner is not None:
        sub = ev.world.module(inner)
        if sub is not None:
            return (Mod(sub),)
    if binding.level or module is not None:
        return (Unk(f"?{binding.attr}"),)
    return (Ext(f"{name}.{binding.attr}"),)


def member(ev: Eval, module: object, name: str) -> Values | None:
    """A name of a project module: bound there, re-exported with a star, or given by its `__getattr__`."""
    from .world import Module

    assert isinstance(module, Module)
    top = module.top
    found = local(ev, name, top)
    if found is not None:
        return found
    starred = _starred(ev, name, top)
    if starred:
        return starred
    for lazy in module.definitions("__getattr__"):
        values = lazily(ev, lazy, name)
        if values:
            return values
    return None


def lazily(ev: Eval, getter: Scope, name: str) -> Values:
    """What a `__getattr__(name)` returns for that name: `getattr(x, name)`, or whatever it returns."""
    own = getter.params[-1].name if getter.params else "name"
    groups: list[Values] = []
    for expr in getter.returns:
        match expr:
            case Call(func=Name(id="getattr"), args=(base, Name(id=asked), *_)) if asked == own:
                groups.extend(ev.attribute(value, name) for value in ev.eval(base, getter))
            case Index(value=base, key=Name(id=asked)) if asked == own:
                groups.append(item(ev, ev.eval(base, getter), name))
            case _:
                groups.append(ev.eval(expr, getter))
    return union(*groups)


def _as_fields(values: Values) -> Values:
    """Constants kept in a mapping are settings, not literals of the place that reads them."""
    return tuple(Lit(value.value, "field") if isinstance(value, Lit) else value for value in values)


def item(ev: Eval, values: Values, key: object) -> Values:
    """`value[key]` of mappings; every value of the mapping where the key isn't known (None)."""
    groups: list[Values] = []
    for value in values:
        match value:
            case Map():
                groups.append(_as_fields(_under(ev, value, key)))
            case Kw() if isinstance(key, str):
                groups.append(entry(ev, (value,), key).values or (Unk(f"?{key}"),))
            case Seq(elements=found, scope=scope):
                inside = found[key : key + 1] if isinstance(key, int) and key >= 0 else found
                groups.extend(ev.eval(each, scope) for each in inside)
            case Ext(path="os.environ"):
                groups.append((Cfg("env"),))
            case Cfg():
                groups.append((Cfg(value.origin),))
            case Ext(path=path, sites=sites):
                groups.append((Ext(f"{path}[]", sites),))
            case _:
                groups.append((Unk(),))
    return union(*groups)


def _under(ev: Eval, value: Map, key: object) -> Values:
    """Values of a mapping under a key; all of them where the key, or that of an entry, isn't known."""
    if isinstance(key, str):
        found = entry(ev, (value,), key)
        if found.values and found.certain:
            return found.values
    groups = [ev.eval(expr, scope) for own, expr, scope in value.entries if own is not None]
    return union(*groups, item(ev, value.base, key) if value.base else ())


@lru_cache(maxsize=2048)
def _parsed(text: str) -> Expr | None:
    try:
        match read(text):
            case (Do(value=value),):
                return value
            case _:
                return None
    except UnreadableUnit:
        return None


WRAPPING = {"Optional", "Union", "Annotated", "ClassVar", "Final", "InitVar", "Mapped", "SkipValidation", "Required"}
HOLDING = {"Type", "type"}


def instances(ev: Eval, annotation: Expr, scope: Scope) -> Values:
    """Instances of the types an annotation names."""
    match annotation:
        case Const(value=str() as text):
            inner = _parsed(text)
            return instances(ev, inner, scope) if inner is not None else ()
        case Binary(op="|", left=left, right=right):
            return union(instances(ev, left, scope), instances(ev, right, scope))
        case Index(value=value, key=key):
            return _subscripted(ev, value, key, scope)
        case Name() | Attr():
            return tuple(made for value in ev.eval(annotation, scope) for made in _instance(value))
        case _:
            return ()


def _subscripted(ev: Eval, value: Expr, key: Expr, scope: Scope) -> Values:
    name = value.name if isinstance(value, Attr) else value.id if isinstance(value, Name) else ""
    inside = key.elements if isinstance(key, Items) else (key,)
    if name == "Annotated" and inside:
        extra = [depends(ev, each, scope) for each in inside[1:]]
        return union(*[group for group in extra if group], instances(ev, inside[0], scope))
    if name in WRAPPING:
        return union(*(instances(ev, each, scope) for each in inside))
    if name in HOLDING:
        return union(*(ev.eval(each, scope) for each in inside))
    if name.lower() in ("list", "sequence", "iterable", "tuple", "dict", "callable", "set", "mapping"):
        return ()
    return instances(ev, value, scope)


def _instance(value: Value) -> Values:
    match value:
        case Cls(scope=scope):
            return (Obj(scope),)
        case Ext(path=path, sites=sites) if not path.startswith(("builtins.", "typing.", "typing_extensions.")):
            return (Ext(f"{path}()", sites),)
        case _:
            return ()


def depends(ev: Eval, node: Expr, scope: Scope) -> Values:
    """FastAPI's `Depends(get_client)`: what the dependency returns."""
    match node:
        case Call(func=Name(id="Depends") | Attr(name="Depends"), args=(target, *_)):
            groups: list[Values] = []
            for value in ev.eval(target, scope):
                if isinstance(value, Fn):
                    groups.extend(ev.eval(expr, value.scope) for expr in (*value.scope.returns, *value.scope.yields))
                elif isinstance(value, (Cls, Ext)):
                    groups.append(_instance(value))
            return union(*groups)
        case _:
            return ()


def parameter(ev: Eval, name: str, scope: Scope) -> Values:
    """What a parameter can be: what callers pass, its default, its annotation, in that order of trust."""
    param = next((each for each in scope.params if each.name == name), None)
    if param is None:
        return (Unk(),)
    if param.kind == "kwargs":
        return (Kw(scope),)
    own = _receiver(scope, name)
    if own is not None:
        return own
    groups: list[Values] = []
    given, always = passed(ev, scope, param) if param.kind != "args" else ((), False)
    if param.default is not None and not always:
        injected = depends(ev, param.default, scope)
        groups.append(injected or _defaulted(ev.eval(param.default, scope.parent or scope)))
    groups.append(given)
    values = union(*groups)
    if all(isinstance(value, (Unk, Lit, Prm)) for value in values) and param.annotation is not None:
        values = union(values, instances(ev, param.annotation, scope))
    return values or (Prm(scope, param),)


def _defaulted(values: Values) -> Values:
    return tuple(Lit(value.value, "default") if isinstance(value, Lit) else value for value in values)


def _receiver(scope: Scope, name: str) -> Values | None:
    """`self` and `cls`."""
    owner = scope.klass()
    if owner is None or not isinstance(scope.node, Function) or not scope.params or scope.params[0].name != name:
        return None
    flags = {each.id for each in scope.node.decorators if isinstance(each, Name)}
    if "staticmethod" in flags:
        return None
    return (Cls(owner),) if "classmethod" in flags or scope.short in ("__new__", "__init_subclass__") else (Obj(owner),)


def is_lambda(scope: Scope) -> bool:
    """Whether the scope is a lambda's."""
    return isinstance(scope.node, Lambda)
