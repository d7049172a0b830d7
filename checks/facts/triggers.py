"""What a model can set off: the tools a call hands it, what they do to the world, and who is asked before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..model import Action
from ..project.arguments import keyword, positional
from ..project.edges import name_of
from ..project.scope import Scope, Site
from ..project.values import Ext, Fn, Map, Part, Seq, Value
from .clients import clients
from .consent import is_asking
from .deeds import deed
from .ready import of_agents, of_tool
from .settings import TEXT_KINDS
from .subject import Subject

TOOLS = ("tools", "functions", "available_functions", "callables")
BINDS = frozenset({"bind_tools", "create_react_agent", "create_agent", "initialize_agent", "with_tools"})
MOST = 40
"""Tools of one call."""


def actions(subject: Subject) -> tuple[Action, ...]:
    """What the tools of a call do that can't be taken back."""
    if subject.kind not in TEXT_KINDS:
        return ()
    sites = [site for site in _giving(subject) if _may_give(site)]
    asked = any(is_asking(site.call) for site in sites)
    tools = list(dict.fromkeys(tool for site in sites for tool in _tools(subject, site)))[:MOST]
    found = [*of_agents(subject), *(each for tool in tools for each in _done(subject, tool))]
    return tuple(replace(each, confirmed=asked or each.confirmed) for each in found)


def _done(subject: Subject, tool: Scope | Ext) -> Iterator[Action]:
    if isinstance(tool, Ext):
        yield from of_tool(subject, tool)
    elif (each := deed(subject.ev, tool)) is not None:
        yield Action(tool.short, each.place, each.what, each.asked is not None)


def _giving(subject: Subject) -> Iterator[Site]:
    """Calls that may hand tools to the model: the call itself, its client's constructor and steps."""
    yield subject.site
    for client in clients(subject, carriers=True):
        yield from (*client.steps, *((client.made,) if client.made is not None else ()))
    if isinstance(subject.found.client, Ext):
        yield from subject.found.client.sites


def _may_give(site: Site) -> bool:
    """Whether a call may be given tools: by name, by `**settings`, or by being made for it."""
    return name_of(site.call.func) in BINDS or any(
        each.name is None or each.name in TOOLS for each in site.call.keywords
    )


def _tools(subject: Subject, site: Site) -> Iterator[Scope | Ext]:
    """Functions of the project, and what other packages make, among the tools that a call is given."""
    for name in TOOLS:
        for value in keyword(subject.ev, site, name).values:
            yield from _functions(subject, value, 0)
    if name_of(site.call.func) in BINDS:
        for at in (0, 1):
            for value in positional(subject.ev, site, at).values:
                yield from _functions(subject, value, 0)


def _functions(subject: Subject, value: Value, depth: int) -> Iterator[Scope | Ext]:
    match value:
        case Fn(scope=scope):
            yield scope
        case Part(func=inner):
            yield from _functions(subject, inner, depth)
        case Seq(elements=elements, scope=scope) if depth < 2:
            for each in elements:
                for inner in subject.ev.eval(each, scope):
                    yield from _functions(subject, inner, depth + 1)
        case Map(entries=entries) if depth < 2:
            for _, each, scope in entries:
                for inner in subject.ev.eval(each, scope):
                    yield from _functions(subject, inner, depth + 1)
        case Ext(sites=sites) if depth < 3 and sites:
            yield value
            for arg in (
                *sites[-1].call.args[:1],
                *(k.value for k in sites[-1].call.keywords if k.name in ("func", "fn")),
            ):
                for inner in subject.ev.eval(arg, sites[-1].scope):
                    yield from _functions(subject, inner, depth + 1)
        case _:
            return
