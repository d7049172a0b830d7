"""Who runs what is handed to an object: a tool of an agent runs when somebody runs the agent, not when it is made."""

from __future__ import annotations

from ..project.scope import Site
from ..project.uses import statements
from ..project.values import Ext, Value
from ..read.tree import Assign, Attr, Expr, Name
from .subject import Subject

DEEPEST = 3
"""Objects that are made of one another: an agent, a team of agents, the runner of the team."""


def runs_of(subject: Subject, made: Site, depth: int = 0) -> tuple[Site, ...]:
    """The calls that use the object made at a site, or what is made of it; the site itself where it isn't kept under a
    name."""
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
    used = list(found.values())
    if depth < DEEPEST:
        used = [run for site in used for run in (runs_of(subject, site, depth + 1) if _is_made_of(site) else (site,))]
    return tuple(used) or (made,)


def _is_made_of(site: Site) -> bool:
    """A call that makes something bigger, and keeps it: `runner = Runner(agent)`."""
    func = site.call.func
    word = func.id if isinstance(func, Name) else func.name if isinstance(func, Attr) else ""
    return word[:1].isupper() and _kept_as(site) is not None


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
