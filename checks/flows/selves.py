"""Whose method runs: what `self` can be in a method that an answer came into from another one of the same object.

A class that many derive from calls its own methods, and each of them may have its own. An answer that one class's
method gives back to the shared one stays with that class: what its siblings do with theirs is no way of this answer.
Neither is what they put together for their models a part of another one's prompt.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..project.attributes import methods
from ..project.lineage import mro
from ..project.scope import Scope, Site
from ..read.tree import Attr, Call, Name

if TYPE_CHECKING:
    from ..project.evaluate import Evaluator
    from .taint import Taint


def method_of(scope: Scope) -> Scope | None:
    """The method that a body is, or stands in."""
    at: Scope | None = scope
    while at is not None and at.klass() is None:
        at = at.parent
    return at


def is_self_call(site: Site, name: str = "") -> bool:
    """Whether a call is one of the method's own object: `self.name(…)`; any method, where no name is given."""
    method = method_of(site.scope)
    match site.call.func:
        case Attr(value=Name(id=me), name=called) if name in ("", called):
            return method is not None and not method.is_static and bool(method.params) and method.params[0].name == me
        case _:
            return False


def is_same_object(site: Site, name: str = "") -> bool:
    """Whether what is called belongs to the same object: also what `super().name(…)` runs."""
    match site.call.func:
        case Attr(value=Call(func=Name(id="super")), name=called) if name in ("", called):
            return True
        case _:
            return is_self_call(site, name)


def owner_of(scope: Scope) -> Scope | None:
    """The class in whose method a body is or stands, or the class that the body is of."""
    method = method_of(scope)
    return method.klass() if method is not None else scope if scope.kind == "class" else None


def narrowed(ev: Evaluator, known: Scope | None, scope: Scope) -> Scope | None:
    """The class of `self` in a body, where one is known for the object: that one or the method's own."""
    owner = owner_of(scope)
    return known if known is not None and owner is not None and owner in mro(ev, known) else owner


def klass_of(ev: Evaluator, taint: Taint) -> Scope | None:
    """The class whose object, or one below it, `self` is where the answer stands; None outside a method."""
    return narrowed(ev, taint.base if all(map(is_same_object, taint.stack)) else None, taint.scope)


def after(ev: Evaluator, site: Site, name: str, known: Scope | None) -> tuple[Scope | None, bool]:
    """The class of `self` at a call site that gets an answer back from a method `name` of `known`, and whether the site
    can be where it gets to: a sibling's call of its own method is none, one of a class it is mixed with is."""
    owner = owner_of(site.scope)
    if known is None or owner is None or not is_same_object(site, name):
        return owner, True
    if owner in mro(ev, known):
        return known, True
    both = [each for each in ev.subclasses(known) if owner in mro(ev, each)]
    return both[0] if len(both) == 1 else owner, bool(both) or known in mro(ev, owner)


def runs(ev: Evaluator, callee: Scope, called: str, known: Scope) -> bool:
    """Whether a call of an object's own method of that name can run a function, where the object is of a class or one
    below it; what an attribute holds is no method."""
    owner, name = callee.klass(), callee.short
    if owner is None or name != called:
        return True
    nearest = next((each for each in mro(ev, known) if methods(each, name)), None)
    return owner is nearest or any(owner in mro(ev, below) for below in ev.subclasses(known))


def speaking(ev: Evaluator, known: Scope, name: str) -> list[Scope]:
    """The methods of that name which an object of a class, or of one below it, can have and which give something back:
    none where the class leaves that to classes it will be mixed with."""
    nearest = next((found for each in mro(ev, known) if (found := methods(each, name))), None) or []
    below = [method for each in ev.subclasses(known) for method in methods(each, name)]
    return [each for each in (*nearest[-1:], *below) if each.returns or each.yields]
