"""Modules and members named by strings: `import_module(path)`, `getattr(module, name)`, `path.rsplit(".", 1)`."""

from __future__ import annotations

from ..read.tree import Call, Const
from .scope import Scope, Site
from .values import Cfg, Cls, Eval, Ext, Fn, Lit, Mod, Seq, Unk, Value, Values, union

CUTS = frozenset({"split", "rsplit", "partition", "rpartition"})
"""Methods that cut a string into pieces."""


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
    groups: list[Value] = []
    for name in _texts(ev.eval(site.call.args[0], site.scope)) if site.call.args else ():
        path = ev.world.locate(name.lstrip("."), len(name) - len(name.lstrip(".")), site.scope.module.path)
        module = ev.world.module(path) if path is not None else None
        if module is not None:
            groups.append(Mod(module))
        elif path is None and not name.startswith("."):
            groups.append(Ext(name))
    return tuple(groups) or (Unk(),)


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
    return [value.value for value in values if isinstance(value, Lit) and isinstance(value.value, str)]
