"""What runs a class's constructor, besides calls of the class by its own name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..read.tree import Attr, Call, Name, is_name
from .attributes import methods
from .edges import Edge
from .lineage import mro
from .scope import Scope, Site
from .values import Fn

if TYPE_CHECKING:
    from .evaluate import Evaluator

CONSTRUCTORS = ("__init__", "__new__", "__post_init__")


def inheriting(ev: Evaluator, owner: Scope, name: str) -> list[Scope]:
    """The classes below that are made by this class's constructor."""
    return [below for below in ev.subclasses(owner) if constructor(ev, below, name) is owner]


def constructor(ev: Evaluator, klass: Scope, name: str) -> Scope | None:
    """The project class whose constructor makes an object of the class."""
    return next((owner for owner in mro(ev, klass) if methods(owner, name)), None)


def by_classes(ev: Evaluator, scope: Scope) -> Iterator[Edge]:
    """Where the constructor runs inside the class itself, in one above or in one below."""
    owner = scope.klass() if scope.short in CONSTRUCTORS else None
    if owner is not None:
        yield from _in_class_methods(ev, owner, scope.short)
        yield from _from_below(ev, owner, scope)


def _in_class_methods(ev: Evaluator, owner: Scope, name: str) -> Iterator[Edge]:
    """`cls(…)` in a class method of the class, or of another whose objects it makes: one above, or one below."""
    made = (owner, *inheriting(ev, owner, name))
    for klass in dict.fromkeys(each for below in made for each in mro(ev, below)):
        for unit in klass.module.index.within(klass.name):
            method = klass.module.scope(unit.name) if klass.module.index.holds(unit, "classmethod") else None
            for each in method.tree() if method is not None and method.params else ():
                for site in each.sites:
                    if is_name(site.call.func, method.params[0].name if method is not None else ""):
                        yield Edge(site)


def _from_below(ev: Evaluator, owner: Scope, scope: Scope) -> Iterator[Edge]:
    """`super().__init__(…)` or `Base.__init__(self, …)` in the constructor of a class below, or of one beside."""
    for klass in dict.fromkeys(each for below in ev.subclasses(owner) for each in mro(ev, below)):
        for method in methods(klass, scope.short):
            for site in (site for each in method.tree() for site in each.sites):
                if _is_called(ev, site, scope):
                    yield Edge(site, skip=0 if is_super(site) else 1)


def _is_called(ev: Evaluator, site: Site, scope: Scope) -> bool:
    func = site.call.func
    if not isinstance(func, Attr) or func.name != scope.short:
        return False
    return any(isinstance(value, Fn) and value.scope is scope for value in ev.eval(func, site.scope))


def is_super(site: Site) -> bool:
    """Whether a site calls a method of `super()`."""
    match site.call.func:
        case Attr(value=Call(func=Name(id="super"))):
            return True
        case _:
            return False
