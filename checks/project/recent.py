"""What a method has just put on its own object: at places behind that it holds, whatever other methods put there."""

from __future__ import annotations

from ..read.tree import Attr, Name, is_none, same
from .attributes import mentioning, methods, sets_of
from .branches import replacing
from .edges import arguments_of, name_of
from .lineage import mro
from .mappings import patched, share_loop
from .names import bound, reaching, surely
from .scope import AttrSet, Frame, Scope, Site
from .values import Eval, Prm, Unk, Values, union

At = tuple[Scope, float, tuple[Frame, ...]]


def just_put(ev: Eval, node: Attr, at: At) -> Values:
    """The values of `self.name` as the method itself set it before the place; none where that isn't certain, or isn't
    known by it."""
    found = just_set(ev, node, at)
    values = union(*(bound(ev, each.binding, at[0]) for each in found))
    return patched(ev, values, node, at) if any(not isinstance(each, (Unk, Prm)) for each in values) else ()


def just_set(ev: Eval, node: Attr, at: At) -> list[AttrSet]:
    """The assignments to `self.name` in the same method of which one holds at the place; none where something else may
    have set it since, or nothing surely did."""
    scope, line, frames = at
    owner = scope.klass()
    own = [each for each in scope.sets if each.name == node.name and same(each.base, node.value)]
    own = [each for each in own if each.binding.how != "annotated"]
    if not own or owner is None or not _is_receiver(node.value, scope):
        return []
    reached = reaching([each.binding for each in own], line, frames)
    start = min((each.line for each in surely(reached, line, frames)), default=replacing(reached, line, frames))
    if not start or any(methods(each, node.name) for each in mro(ev, owner)):
        return []
    between = [s for s in scope.sites if start < s.line and (s.line < line or share_loop(s.frames, frames))]
    if any(_may_set(ev, each, owner, node) for each in between):
        return []
    found = [each for each in own if each.binding in reached]
    return [each for each in found if not is_none(each.binding.expr)] or found


def _is_receiver(base: object, scope: Scope) -> bool:
    return isinstance(base, Name) and bool(scope.params) and not scope.is_static and scope.params[0].name == base.id


def _may_set(ev: Eval, site: Site, owner: Scope, node: Attr) -> bool:
    """Whether a call may run a method that sets the attribute, or is handed the object."""
    if name_of(site.call.func) in _setters(ev, owner, node.name):
        return True
    return any(same(each, node.value) for each in arguments_of(site.call))


def _setters(ev: Eval, owner: Scope, name: str) -> frozenset[str]:
    """Names of the methods that set the attribute, themselves or by another one of the object that they call."""
    if (owner, name) not in ev.setters:
        ev.setters[owner, name] = _find_setters(ev, owner, name)
    return ev.setters[owner, name]


def _find_setters(ev: Eval, owner: Scope, name: str) -> frozenset[str]:
    family = (*mro(ev, owner), *ev.subclasses(owner))
    todo = [_method(scope) for each in family for _, scope in sets_of(each, name)]
    found = set(todo)
    while todo:
        called = todo.pop()
        for each in family:
            for method in mentioning(each, called):
                sites = (site for scope in method.tree() for site in scope.sites)
                if method.short not in found and any(name_of(site.call.func) == called for site in sites):
                    found.add(method.short)
                    todo.append(method.short)
    return frozenset(found)


def _method(scope: Scope) -> str:
    """The name of the method that a body is, or stands in."""
    while scope.klass() is None and scope.parent is not None:
        scope = scope.parent
    return scope.short
