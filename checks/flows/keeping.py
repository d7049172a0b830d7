"""Under which names an object of the project keeps what it is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..project.attributes import fields_of, methods
from ..project.edges import name_of
from ..project.handed import param_at
from ..project.lineage import foreign_bases, mro
from ..project.scope import Scope
from ..read.tree import Call, Name, walk
from .taint import ANY, Key

if TYPE_CHECKING:
    from ..project.evaluate import Evaluator

ROUNDS = 2
"""How often a constructor may give what it gets another name."""
COUNTED = ("NamedTuple", "tuple", "list", "dict")
"""Bases whose elements are asked for by their places as well."""


def kept_as(ev: Evaluator, owner: Scope, maker: Scope | None, call: Call, at: int) -> list[Key]:
    """The attributes of an object that hold argument `at` of its constructor: those that the constructor sets to it, or
    the field of that name; any, where that can't be told."""
    if maker is None:
        return [_field(ev, owner, call, at)]
    name = param_at(maker, call, at)
    own = maker.params[0].name if maker.params else ""
    if name is None or all(each.name != name for each in maker.params) or _is_passed_up(maker, name):
        return [name or ANY]
    names = _renamed(maker, name)
    held = [
        each.name
        for each in maker.sets
        if each.name is not None
        and isinstance(each.base, Name)
        and each.base.id == own
        and _mentions(each.binding.expr, names)
    ]
    return list(dict.fromkeys((*held, name)))


def _field(ev: Evaluator, owner: Scope, call: Call, at: int) -> Key:
    if any(methods(each, "__post_init__") for each in mro(ev, owner)):
        return ANY
    fields = fields_of(ev, owner)
    counted = any(base.path.endswith(COUNTED) for base in foreign_bases(ev, owner))
    if at >= len(call.args):
        return call.keywords[at - len(call.args)].name or ANY
    return fields[at] if at < len(fields) and not counted else ANY


def _is_passed_up(maker: Scope, name: str) -> bool:
    """Whether the constructor of a base gets the parameter, too."""
    return any(
        name_of(site.call.func) == "__init__" and _mentions((site.call.args, site.call.keywords), {name})
        for site in maker.sites
    )


def _renamed(maker: Scope, name: str) -> set[str]:
    """The parameter, and the names of what is made of it."""
    names = {name}
    for _ in range(ROUNDS):
        names |= {
            other
            for other, bindings in maker.bindings.items()
            if any(binding.how != "param" and _mentions(binding.expr, names) for binding in bindings)
        }
    return names


def _mentions(expr: object, names: set[str]) -> bool:
    return any(isinstance(each, Name) and each.id in names for each in walk(expr))
