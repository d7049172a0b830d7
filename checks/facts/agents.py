"""Who runs what is handed to an object: a tool of an agent runs when somebody runs the agent, not when it is made."""

from __future__ import annotations

from ..project.scope import Site
from ..project.uses import statements
from ..project.values import Ext, Value
from ..read.tree import Assign, Attr, Expr, Name
from .subject import Subject


def runs_of(subject: Subject, made: Site) -> tuple[Site, ...]:
    """The calls that use the object made at a site; the site itself where it isn't kept under a name."""
    name = _kept_as(made)
    if name is None:
        return (made,)
    found: dict[int, Site] = {}
    world = subject.ev.world
    for module, unit in world.mentioning(name, made.scope.module.path, passed_on=True):
        top = module.scope(unit.name)
        for scope in top.tree() if top is not None else ():
            for site in scope.sites:
                if site.call is not made.call and any(_is(subject, part, site, made) for part in _parts(site)):
                    found[id(site)] = site
    return tuple(found.values()) or (made,)


def _kept_as(made: Site) -> str | None:
    for statement, _ in statements(made.scope.body):
        match statement:
            case Assign(targets=(Name(id=name) | Attr(name=name),), value=value) if value is made.call:
                return name
            case _:
                continue
    return None


def _parts(site: Site) -> tuple[Expr, ...]:
    """The receiver and the arguments of a call."""
    func = site.call.func
    receiver = (func.value,) if isinstance(func, Attr) else ()
    return (*receiver, *site.call.args, *(each.value for each in site.call.keywords))


def _is(subject: Subject, part: Expr, site: Site, made: Site) -> bool:
    return isinstance(part, (Name, Attr)) and any(_made_at(value, made) for value in subject.ev.eval(part, site.scope))


def _made_at(value: Value, made: Site) -> bool:
    return isinstance(value, Ext) and any(each.call is made.call for each in value.sites)
