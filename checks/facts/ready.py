"""What frameworks do by themselves when a model asks for it: agents that run code, tools that come ready-made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..model import Action
from ..project.arguments import keyword
from ..project.edges import name_of
from ..project.scope import Site
from ..project.values import Ext, Lit
from .clients import clients
from .consent import is_asking
from .subject import Subject, nested, place


def of_agents(subject: Subject) -> Iterator[Action]:
    """What the agents of a call do besides asking their model."""
    for client in clients(subject, carriers=True):
        rule = client.rule.acts if client.rule is not None else None
        if rule is None or client.made is None or not _all(subject, client.made, rule.needs):
            continue
        if not _any(subject, client.made, rule.off):
            name = name_of(client.made.call.func)
            yield Action(name, place(client.made), rule.what, _any(subject, client.made, rule.asks))


def of_tool(subject: Subject, value: Ext) -> Iterator[Action]:
    """What a tool of another package does that was made for running code or commands."""
    path = value.path.replace("()", "").split(".")
    for library in subject.ground.knowledge.libraries if value.sites else ():
        known = library.uses.get("class", ()) if library.role == "acting" else ()
        name = next((each for each in known if each in path), None)
        if name is not None and path[0] in library.imports:
            made = value.sites[0]
            yield Action(name, place(made), "runs what the model writes", is_asking(made.call))


def _all(subject: Subject, site: Site, told: Mapping[str, list[Any]]) -> bool:
    return all(_is(subject, site, name, wanted) for name, wanted in told.items())


def _any(subject: Subject, site: Site, told: Mapping[str, list[Any]]) -> bool:
    return any(_is(subject, site, name, wanted) for name, wanted in told.items())


def _is(subject: Subject, site: Site, name: str, wanted: list[Any]) -> bool:
    """Whether an argument is one of the literals, or made by something of such a name; `*`: anything that is given."""
    found = nested(subject.ev, site, name, ()) if "." in name else keyword(subject.ev, site, name)
    if not found.values:
        return None in wanted
    for value in found.values:
        if isinstance(value, Lit) and any(value.value is each or value.value == each for each in wanted):
            return True
        if isinstance(value, Ext) and not set(wanted).isdisjoint(value.path.replace("()", "").split(".")):
            return True
    return "*" in wanted and Lit(None) not in found.values
