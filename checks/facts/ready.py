"""What frameworks do by themselves when a model asks for it: agents that run code, tools that come ready-made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..model import Action
from ..project.arguments import keyword
from ..project.edges import name_of
from ..project.scope import Site
from ..project.values import Ext, Lit
from ..sdks.apart import ActRule
from .clients import clients
from .consent import is_asking
from .subject import Subject, nested, place


def of_agents(subject: Subject) -> Iterator[Action]:
    """What the agents of a call do besides asking their model."""
    match = subject.found.match
    if match.rule.acts is not None:
        yield from _done(subject, subject.site, match.rule.acts, match.rule.args)
    for client in clients(subject, carriers=True):
        if client.rule is not None and client.rule.acts is not None and client.made is not None:
            yield from _done(subject, client.made, client.rule.acts, client.rule.args)


def _done(subject: Subject, site: Site, rule: ActRule, args: tuple[str, ...]) -> Iterator[Action]:
    """What an agent does that is run, or made, by a call."""

    def is_told(told: Mapping[str, list[Any]]) -> Iterator[bool]:
        return (_is(subject, site, name, args, wanted) for name, wanted in told.items())

    if all(is_told(rule.needs)) and not any(is_told(rule.off)):
        yield Action(name_of(site.call.func), place(site), rule.what, any(is_told(rule.asks)))


def of_tool(subject: Subject, value: Ext) -> Iterator[Action]:
    """What a tool of another package does that was made for running code or commands."""
    path = value.path.replace("()", "").split(".")
    for library in subject.ground.knowledge.libraries if value.sites else ():
        known = library.uses.get("class", ()) if library.role == "acting" else ()
        name = next((each for each in known if each in path), None)
        if name is not None and path[0] in library.imports:
            made = value.sites[0]
            yield Action(name, place(made), "runs what the model writes", is_asking(made.call))


def _is(subject: Subject, site: Site, name: str, args: tuple[str, ...], wanted: list[Any]) -> bool:
    """Whether an argument is one of the literals, or made by something of such a name; `*`: anything that is given."""
    found = nested(subject.ev, site, name, args) if "." in name else keyword(subject.ev, site, name)
    if not found.values:
        return None in wanted
    for value in found.values:
        if isinstance(value, Lit) and any(value.value is each or value.value == each for each in wanted):
            return True
        if isinstance(value, Ext) and not set(wanted).isdisjoint(value.path.replace("()", "").split(".")):
            return True
    return "*" in wanted and Lit(None) not in found.values
