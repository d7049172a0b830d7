"""What a name means: bindings, parameters, imports, annotations."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING

from ..read.tree import (
    Call,
    Compare,
    Const,
    Expr,
    Function,
    If,
    Name,
    Raise,
    Return,
    Star,
    Try,
    Unary,
    With,
    is_name,
    is_none,
)
from .annotations import ROWS, TABLES, clients, contained, depends, instances
from .arguments import argument, is_asked_for, passed
from .branches import replacing
from .edges import name_of
from .injected import of_framework
from .lists import added
from .madeup import lazily
from .mappings import elements, pairs, patched, put_elsewhere, share_loop
from .scope import LAST, Binding, Frame, Scope, ahead_of
from .there import settled
from .values import LIMIT, Cfg, Cls, Eval, Ext, Fn, Kw, Lit, Map, Mod, Obj, Prm, Seq, Unk, Value, Values, union

if TYPE_CHECKING:
    from .world import Module

BUILTINS = frozenset(dir(builtins))
SAME = frozenset({"iter", "list", "reversed", "set", "sorted", "tqdm", "track", "tuple"})
"""Functions whose result gives in a loop what their argument gives."""


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
    if bindings is not None and len(bindings) > 1 and scope.is_function:
        bindings = settled(ev, bindings, scope)
    here = ev.position is not None and ev.position[0] is scope
    line, frames = (ev.position[1], ev.position[2]) if ev.position is not None and here else (LAST, ())
    if bindings is None or len(bindings) < 2 or not (here or scope.kind in ("module", "class")):
        found = ev.remember(scope, name, lambda: _local(ev, name, scope, bindings))
    else:
        chosen = reaching(bindings, line, frames)
        key = f"{name} {[at for at, each in enumerate(bindings) if each in chosen]}"
        found = ev.remember(scope, key, lambda: _local(ev, name, scope, chosen))
    if found is None:
        return None
    if any(is_asked_for(frame, Name(name)) for frame in frames):
        found = tuple(value for value in found if not (isinstance(value, Lit) and value.value is None)) or (Unk(),)
    return patched(ev, found, Name(name), (scope, line, frames))


def reaching(bindings: list[Binding], line: float, frames: tuple[Frame, ...]) -> list[Binding]:
    """The bindings that can hold at a place of their own function: not later ones (but for loops), not those of another
    branch, not those that a later one on every way to the place replaces."""
    bindings = _of_comprehension(bindings, frames)
    kept = [b for b in bindings if not _excludes(b.frames, frames) and (b.line <= line or share_loop(b.frames, frames))]
    last = max((b.line for b in surely(kept, line, frames)), default=0)
    last = max(last, replacing(kept, line, frames))
    return [b for b in kept if b.line >= last or b.how == "annotated"] or bindings


def surely(bindings: list[Binding], line: float, frames: tuple[Frame, ...]) -> list[Binding]:
    """Those of the bindings that every way to the place has come by."""
    return [b for b in bindings if b.how in SURE and b.line < line and b.frames == frames[: len(b.frames)]]


def _of_comprehension(bindings: list[Binding], frames: tuple[Frame, ...]) -> list[Binding]:
    """What the name is in the innermost comprehension around a place that binds it; else what is bound in none."""
    for around in reversed(frames):
        if around.kind == "comp":
            found = [b for b in bindings if _comprehension(b.frames) is around.node]
            if found:
                return found
    return [b for b in bindings if _comprehension(b.frames) is None] or bindings


def _comprehension(frames: tuple[Frame, ...]) -> object:
    """The innermost comprehension around a place."""
    return next((frame.node for frame in reversed(frames) if frame.kind == "comp"), None)


SURE = frozenset({"value", "rest", "element", "enter", "import", "local"})


def _excludes(one: tuple[Frame, ...], two: tuple[Frame, ...]) -> bool:
    """Whether two places stand in different branches of one `if`."""
    for mine, other in zip(one, two, strict=False):
        if mine.node is not other.node:
            return False
        if mine.part != other.part:
            return mine.kind in ("if", "main")
    return False


def _local(ev: Eval, name: str, scope: Scope, bindings: list[Binding] | None) -> Values | None:
    groups: list[Values] = []
    if scope.kind in ("module", "class"):
        prefix = f"{scope.name}." if scope.name else ""
        declared = ev.world.opaque(scope.module, prefix + name)
        for found in scope.module.definitions(prefix + name) if not declared else ():
            groups.append((Cls(found) if found.kind == "class" else Fn(found),))
        if declared:
            groups.append((Ext(declared),))
    if bindings is None and not groups:
        return None
    refilled = any(_refills(each, name) for each in bindings or ())
    typed = [each for each in bindings or () if each.how == "annotated"]
    for binding in bindings or ():
        if binding.how != "annotated":
            values = bound(ev, binding, scope)
            groups.append(values if not refilled or _refills(binding, name) else _filled(values))
    values = union(*groups)
    if scope.kind == "module" and scope.module.index.declaring:
        values = union(values, _set_elsewhere(ev, name, scope))
    if scope.kind == "module" or (scope.is_function and scope.children):
        values = put_elsewhere(ev, values, name, scope)
    if any(isinstance(value, Seq) for value in values):
        values = union(values, added(name, (scope,)))
    unread = all(isinstance(value, (Lit, Unk, Prm)) for value in values)
    for each in typed:
        if each.expr is not None:
            told = unread or _is_for_checkers(each)
            values = union(values, instances(ev, each.expr, scope) if told else clients(ev, values, each.expr, scope))
    return values


def _is_for_checkers(binding: Binding) -> bool:
    """Whether it stands below `if TYPE_CHECKING:`: what is really made there only hands on to what is told."""
    tests = (frame.node.test for frame in binding.frames if isinstance(frame.node, If) and frame.part == "body")
    return any(name_of(test) == "TYPE_CHECKING" for test in tests)


def _refills(binding: Binding, name: str) -> bool:
    """`if name is None: name = …` or `if not name: name = …`, also in a `try` there that goes on only if it worked."""
    frames = binding.frames
    while frames and _holds_whole(frames[-1]):
        frames = frames[:-1]
    match frames[-1:]:
        case (Frame(kind="if", node=If(test=test), part="body"),):
            asked = test.value if isinstance(test, Unary) and test.op == "not" else None
            if isinstance(test, Compare) and test.ops in (("is",), ("==",)) and is_none(test.rest[0]):
                asked = test.left
            return is_name(asked, name)
        case _:
            return False


def _holds_whole(frame: Frame) -> bool:
    """Whether what stands in it was done wherever the code goes on behind it."""
    match frame:
        case Frame(kind="try", part="body", node=Try(handlers=handlers)):
            return all(each.body and isinstance(each.body[-1], (Raise, Return)) for each in handlers)
        case Frame(kind="with", node=With(items=items)):
            return not any(isinstance(made, Call) and name_of(made.func) == "suppress" for made, _ in items)
        case _:
            return False


def _filled(values: Values) -> Values:
    """Without None and empty values."""
    return tuple(value for value in values if not (isinstance(value, Lit) and not value.value))


def _set_elsewhere(ev: Eval, name: str, scope: Scope) -> Values:
    """A module name that a function sets after `global name`."""
    module = scope.module
    groups: list[Values] = []
    for unit in module.index.declaring:
        if unit.kind == "function" and module.index.holds(unit, name):
            found = module.scope(unit.name)
            if found is not None and name in found.globals:
                groups.extend(bound(ev, binding, found) for binding in found.bindings.get(name, ()))
    return union(*groups)


def _starred(ev: Eval, name: str, top: Scope, seen: set[Scope] | None = None) -> Values:
    """A name that came with `from module import *`; modules may take over all names of each other."""
    seen = {top} if seen is None else seen
    for binding in top.bindings.get("*", ()):
        path = ev.world.locate(binding.module or "", binding.level, top.module.path)
        module = ev.world.module(path) if path else None
        if module is not None and module.top not in seen:
            seen.add(module.top)
            found = local(ev, name, module.top) or _starred(ev, name, module.top, seen)
            if found:
                return found
    return ()


def bound(ev: Eval, binding: Binding, scope: Scope) -> Values:
    """The values one binding gives."""
    match binding:
        case Binding(how="value", expr=expr) if expr is not None:
            found = unpacked(ev, _there(ev, expr, scope, binding), binding.unpack)
            return tuple(value.at(binding.line) if isinstance(value, Map) else value for value in found)
        case Binding(how="element", expr=expr) if expr is not None:
            return _of_round(ev, expr, scope, binding, binding.unpack)
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


def _of_round(ev: Eval, expr: Expr, scope: Scope, binding: Binding, path: tuple[int, ...]) -> Values:
    """What a part of a loop's target gets in a round."""
    match expr:
        case Call(func=Name(id="enumerate"), args=(inner, *_)) if path:
            return _of_round(ev, inner, scope, binding, path[1:]) if path[0] == 1 else (Unk(),)
        case Call(func=Name(id="zip"), args=args) if path and not any(isinstance(each, Star) for each in args):
            return _of_round(ev, args[path[0]], scope, binding, path[1:]) if path[0] < len(args) else (Unk(),)
        case Call(func=func, args=(Call() as inner, *_)) if name_of(func) in SAME:
            return _of_round(ev, inner, scope, binding, path)
        case _:
            told = pairs(ev, expr, scope, path)
            return told if told is not None else unpacked(ev, elements(ev, _there(ev, expr, scope, binding)), path)


def _there(ev: Eval, node: Expr, scope: Scope, binding: Binding) -> Values:
    """The values of a bound expression where the binding stands; a name in its own value means an earlier binding."""
    if not binding.line:
        return ev.eval(node, scope)
    return ev.eval_at(node, scope, ahead_of(binding.line), binding.around_value())


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
    if module is not None and (module is not scope.module or inner is None):  # `from . import core` in `__init__.py`
        found = member(ev, module, binding.attr)
        if found is not None and (inner is None or not all(isinstance(value, Unk) for value in found)):
            return found
    if inner is not None:
        sub = ev.world.module(inner)
        if sub is not None:
            return (Mod(sub),)
    if binding.level or module is not None:
        return (Unk(f"?{binding.attr}"),)
    return (Ext(f"{name}.{binding.attr}"),)


def member(ev: Eval, module: Module, name: str) -> Values | None:
    """A name of a project module: bound there, re-exported with a star, or given by its `__getattr__`."""
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
    given = of_framework(ev, scope, param) or given
    if param.default is not None and (not always or _is_served_at(param.default, given)):
        injected = depends(ev, param.default, scope)
        groups.append(injected or _defaulted(ev, ev.eval(param.default, scope.parent or scope)))
    groups.append(given)
    values = union(*groups)
    unread = any(isinstance(value, Unk) for value in values) or all(isinstance(v, (Lit, Prm, Cfg)) for v in values)
    if param.annotation is not None:
        told = param.annotation
        types = instances(ev, told, scope) if unread else clients(ev, values, told, scope)
        values = union(values[: max(LIMIT - len(types), 0)], types)  # however much a factory of anything may give
        if unread and values and contained(ev, told, scope, ROWS | TABLES):
            values = union(values, (Prm(scope, param),))
    return values or (Prm(scope, param),)


def _is_served_at(default: Expr, given: Values) -> bool:
    """Whether callers give addresses that can't be read where the default is one: it tells whose API is spoken."""
    known = any(not isinstance(each, (Unk, Prm, Cfg)) or (isinstance(each, Cfg) and each.default) for each in given)
    return not known and isinstance(default, Const) and isinstance(default.value, str) and "://" in default.value


def _defaulted(ev: Eval, values: Values) -> Values:
    """Defaults as such; those that declare a field of a request or an option of a command come from outside."""
    found: list[Value] = []
    for value in values:
        if isinstance(value, Lit):
            found.append(Lit(value.value, "default"))
        elif isinstance(value, Ext) and value.sites and value.path.startswith(("fastapi.", "typer.")):
            given = argument(ev, value.sites[-1], "default", ("default",)).values
            found.append(Cfg("request", next((each for each in given if isinstance(each, Lit)), None)))
        else:
            found.append(value)
    return tuple(found)


def _receiver(scope: Scope, name: str) -> Values | None:
    """`self` and `cls`."""
    owner = scope.klass()
    if owner is None or not isinstance(scope.node, Function) or not scope.params or scope.params[0].name != name:
        return None
    flags = {each.id for each in scope.node.decorators if isinstance(each, Name)}
    if "staticmethod" in flags:
        return None
    return (Cls(owner),) if "classmethod" in flags or scope.short in ("__new__", "__init_subclass__") else (Obj(owner),)
