"""What fields hold by the calls that build their class: a dataclass, a model, any class without a constructor."""

from __future__ import annotations

from collections.abc import Iterator

from ..read.tree import Star, is_name
from .annotations import instances, is_function
from .attributes import fields_of, methods, sets_of
from .edges import name_of
from .lineage import mro
from .scope import Scope, Site
from .values import Cls, Eval, Ext, Fn, Obj, Values, union


def constructed(ev: Eval, scope: Scope, name: str, receiver: Obj | Cls) -> Values:
    """A field given to the constructor of a class that has no `__init__` of its own (dataclass, pydantic model)."""
    if not isinstance(receiver, Obj):
        return ()
    if receiver.site is None:
        return ev.remember(scope, f"{name} given", lambda: _given(ev, scope, name)) or ()
    if any(methods(owner, "__init__") for owner in mro(ev, scope)):
        return ()
    return _passed(ev, scope, name, receiver.site)


def _passed(ev: Eval, scope: Scope, name: str, site: Site) -> Values:
    """What one call of such a constructor gives a field."""
    for keyword in site.call.keywords:
        if keyword.name == name:
            return ev.eval(keyword.value, site.scope)
    if name_of(site.call.func) == "replace":
        return ev.remember(scope, f"{name} copied {id(site.call)}", lambda: _copied(ev, name, site)) or ()
    fields = fields_of(ev, scope)
    at = fields.index(name) if name in fields else len(site.call.args)
    if at >= len(site.call.args) or any(isinstance(arg, Star) for arg in site.call.args):
        return ()
    return ev.eval(site.call.args[at], site.scope)


def _copied(ev: Eval, name: str, site: Site) -> Values:
    """A field of what `replace(settings, …)` copies."""
    copied = [each for arg in site.call.args[:1] for each in ev.eval(arg, site.scope)]
    return union(*(ev.attribute(each, name) for each in copied if isinstance(each, Obj)))


def _given(ev: Eval, scope: Scope, name: str) -> Values:
    """The objects that the project gives a field wherever it builds the class; settings are left to what the class
    says of them."""
    if not (_holds_client(ev, scope, name) or _holds_function(ev, scope, name)):
        return ()
    owners = [(owner, mro(ev, owner)) for owner in (scope, *ev.subclasses(scope))]
    groups: list[Values] = []
    for owner, family in owners:
        if any(methods(each, "__init__") or any(sets_of(each, name)) for each in family):
            continue
        groups += [_passed(ev, owner, name, site) for site in _building(ev, owner)]
    return tuple(value for value in union(*groups) if isinstance(value, (Ext, Obj, Fn)))


def _building(ev: Eval, owner: Scope) -> Iterator[Site]:
    """Calls that build a class: by its name, or in its class methods by theirs."""
    for module, unit in ev.world.mentioning(owner.short, owner.module.path):
        top = module.scope(unit.name)
        for body in top.tree() if top is not None else ():
            for site in body.sites:
                if name_of(site.call.func) == owner.short and Cls(owner) in ev.eval(site.call.func, site.scope):
                    yield site
    index = owner.module.index
    for unit in index.within(owner.name):
        method = owner.module.scope(unit.name) if index.holds(unit, "classmethod") else None
        for body in method.tree() if method is not None and method.params else ():
            yield from (site for site in body.sites if method and is_name(site.call.func, method.params[0].name))


def _holds_client(ev: Eval, scope: Scope, name: str, depth: int = 0) -> bool:
    """Whether a field is annotated as a client, or as an object with such a field."""
    for owner in mro(ev, scope):
        for each in owner.bindings.get(name, ()):
            for value in instances(ev, each.expr, owner) if each.how == "annotated" and each.expr is not None else ():
                if isinstance(value, Ext) and ev.matcher.is_client(value.path):
                    return True
                inner = value.scope if isinstance(value, Obj) and depth < 2 else None
                if inner and any(_holds_client(ev, inner, field, depth + 1) for field in fields_of(ev, inner)):
                    return True
    return False


def _holds_function(ev: Eval, scope: Scope, name: str) -> bool:
    """Whether a field is annotated as a function."""
    typed = [each for owner in mro(ev, scope) for each in owner.bindings.get(name, ()) if each.how == "annotated"]
    return any(each.expr is not None and is_function(each.expr) for each in typed)
