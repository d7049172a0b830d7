"""Modules and members named by strings: `import_module(path)`, `getattr(module, name)`, `path.rsplit(".", 1)`."""

from __future__ import annotations

from ..read.tree import Attr, Call, Const, Expr, Name, Param, is_name
from .arguments import of_param
from .edges import name_of
from .scope import Scope, Site, ahead_of
from .strings import HOLE
from .values import Cfg, Cls, Eval, Ext, Fn, Lit, Mod, Seq, Text, Unk, Value, Values, union

CUTS = frozenset({"split", "rsplit", "partition", "rpartition"})
"""Methods that cut a string into pieces."""
IMPORTING = frozenset({"import_module", "__import__"})


def member_of(ev: Eval, site: Site) -> Values | None:
    """`getattr(base, name)`; where the name is one of several, those that the base has, and what can't be read."""
    match site.call.args:
        case (base, Const(value=str() as name), *rest):
            found = [ev.attribute(value, name) for value in ev.eval(base, site.scope)]
            return union(*found, *(ev.eval(each, site.scope) for each in rest))
        case (base, named, *_):
            names = _texts(ev.eval(named, site.scope))
            held = ev.eval(base, site.scope)
            groups = [ev.attribute(value, name) for name in names for value in held]
            if len(groups) > 1:
                groups = [tuple(value for value in each if isinstance(value, (Cls, Fn, Ext))) for each in groups]
                return union((Unk(),), *groups)
            return union(*groups) or (Unk(),)
        case _:
            return (Unk(),)


def module_of(ev: Eval, site: Site) -> Values | None:
    """`import_module(name)`: the project's modules, or other packages, of all names it can be."""
    names = _texts(ev.eval(site.call.args[0], site.scope)) if site.call.args else []
    return union(*(_module(ev, name, site.scope) for name in names)) or (Unk(),)


def object_of(ev: Eval, site: Site) -> Values | None:
    """`import_string("package.module.name")`: the members of modules of all paths it can be, and what can't be read
    where one of those can't."""
    values = ev.eval(site.call.args[0], site.scope) if site.call.args else ()
    paths = _texts(values)
    found = _objects(ev, paths, site.scope)
    return found if found and len(paths) == len(values) else union(found, (Unk(),))


def loaded(ev: Eval, scope: Scope, site: Site) -> Values:
    """The same for a call of a function that cuts a path in two, imports one half and gives the other of it; nothing
    for any other function, and where a path isn't known."""
    param = ev.world.once(_path_of, scope)
    given = of_param(site, scope, param) if param is not None else None
    values = ev.eval_at(given, site.scope, ahead_of(site.line), site.frames) if given is not None else ()
    paths = _texts(values)
    return _objects(ev, paths, scope) if len(paths) == len(values) else ()


def _path_of(scope: Scope) -> Param | None:
    """The parameter by which a function is told what to import."""
    if len(scope.returns) != 1 or not _is_member(scope.returns[0], scope):
        return None
    funcs = [site.call.func for site in scope.sites]
    cut = [func.value for func in funcs if isinstance(func, Attr) and func.name in CUTS]
    imports = any(name_of(func) in IMPORTING for func in funcs)
    return next((each for each in scope.params if imports and any(is_name(part, each.name) for part in cut)), None)


def _is_member(expr: Expr, scope: Scope) -> bool:
    """`getattr(module, name)`, or a name for it."""
    match expr:
        case Name(id=name):
            bound = scope.bindings.get(name, ())
            return len(bound) == 1 and isinstance(bound[0].expr, Call) and is_name(bound[0].expr.func, "getattr")
        case _:
            return isinstance(expr, Call) and is_name(expr.func, "getattr")


def _objects(ev: Eval, paths: list[str], near: Scope) -> Values:
    groups: list[Values] = []
    for path in paths:
        module, _, name = path.replace(":", ".").rpartition(".")
        groups += [ev.attribute(value, name) for value in (_module(ev, module, near) if module else ())]
    return union(*groups)


def _module(ev: Eval, name: str, near: Scope) -> Values:
    path = ev.world.locate(name.lstrip("."), len(name) - len(name.lstrip(".")), near.module.path)
    module = ev.world.module(path) if path is not None else None
    if module is not None:
        return (Mod(module),)
    return (Ext(name),) if path is None and not name.startswith(".") else ()


def cut(ev: Eval, values: Values, name: str, node: Call, scope: Scope) -> Values:
    """The pieces of strings that are known, by a separator that is."""
    rest = [found[0].value for arg in node.args[1:] if (found := ev.eval(arg, scope)) and isinstance(found[0], Lit)]
    separators = _texts(ev.eval(node.args[0], scope)) if node.args else []
    known = len(separators) == 1 and separators[0] and all(isinstance(number, int) for number in rest)
    groups: list[Value] = []
    for value in values:
        if known and isinstance(value, Lit) and isinstance(value.value, str):
            pieces = getattr(value.value, name)(separators[0], *rest)
            groups.append(Seq(tuple(Const(piece) for piece in pieces), scope))
        else:
            groups.append(value if isinstance(value, Cfg) else Unk())
    return union(tuple(groups))


def _texts(values: Values) -> list[str]:
    """The texts that are known whole: written down, or put together of such (`f"plugins.{name}"`)."""
    held = (value.value for value in values if isinstance(value, (Lit, Text)))
    return [each for each in held if isinstance(each, str) and HOLE not in each]
