"""What answers in a model's place because an SDK was told so: other models to turn to, caches of answers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from ..model import Place, Setting
from ..project.arguments import HIDDEN
from ..project.values import Ext, Lit, Values
from ..sdks.schema import Sdk, StandInRule
from .clients import Client, clients, remote
from .ground import Ground
from .settings import look
from .subject import Subject, place

Which = Literal["fallback", "cache", "breaker", "moderation"]


def by_data(subject: Subject, which: Which) -> Setting | None:
    """What the SDK's own parameters say; None where they say nothing."""
    known = remote(clients(subject, carriers=True)) or (None,)
    plain = [client for client in known if client is None or client.rule is None or not client.rule.carrier] or list(
        known
    )
    carriers = [client for client in known if client not in plain]
    found = next((each for each in (_of(subject, client, which) for client in carriers) if each is not None), None)
    if found is not None:
        return found
    settings = [_of(subject, client, which) for client in plain]
    return next((each for each in settings if each is not None), None) if all(settings) else None


def _of(subject: Subject, client: Client | None, which: Which) -> Setting | None:
    rules = [subject.sdk, *([client.sdk] if client is not None and client.sdk is not subject.sdk else [])]
    return next((each for sdk in rules if (each := _by(subject, client, sdk, which)) is not None), None)


def _by(subject: Subject, client: Client | None, sdk: Sdk, which: Which) -> Setting | None:
    rule: StandInRule = getattr(sdk, which)
    for given in look(subject, client, rule.off, rule.off):
        if Lit(False) in given.passed.values:
            return None
    for given in look(subject, client, rule.call, rule.client):
        if given.passed != HIDDEN and _is_on(given.passed.values):
            return Setting("yes", given.where, f"{given.name}=")
    found = _built(subject, client, rule)
    if found is not None:
        return found
    where = _switched(subject.ground, sdk, rule.globals)
    if where is not None:
        return Setting("yes", where, "for the whole project")
    return Setting("yes", None, f"{sdk.id}'s default") if rule.default else None


def _built(subject: Subject, client: Client | None, rule: StandInRule) -> Setting | None:
    """What a step or the constructor of the client adds."""
    if any(step.removesuffix("()") in rule.steps for step in subject.found.match.steps):
        return Setting("yes", place(subject.site), rule.steps[0])
    if client is None:
        return None
    for name, site in zip(client.names, client.steps, strict=False):
        if name in rule.steps:
            return Setting("yes", place(site), name)
    if subject.found.match.method in rule.past:
        return None
    names = [name for each in _callees(subject, client) if isinstance(each, Ext) for name in each.path.split(".")]
    found = next((name for name in names if name in rule.clients), None)
    return Setting("yes", place(client.made), found) if found and client.made is not None else None


def _callees(subject: Subject, client: Client) -> Values:
    return subject.ev.callee(client.made) if client.made is not None else ()


def _is_on(values: Values) -> bool:
    """Whether a parameter names something: not None, False or an empty list."""
    return any(not (isinstance(each, Lit) and not each.value) and getattr(each, "elements", True) for each in values)


def _switched(ground: Ground, sdk: Sdk, names: tuple[str, ...]) -> Place | None:
    """Where the project switches something on for all calls of an SDK: `litellm.cache = Cache()`."""
    family = tuple(dict.fromkeys((*sdk.imports, *(root.partition("_")[0] for root in sdk.imports))))
    for name in names:
        for values, where in ground.assigned(family, name):
            if _is_on(values):
                return where
        for site in ground.calls_named(name):
            if any(isinstance(each, Ext) and _is_of(each.path, family) for each in ground.ev.callee(site)):
                return place(site)
    return None


def weakest(ways: Iterable[Setting | None]) -> Setting:
    """What all ways together come to: the first without ends the search. Ways that lead back to themselves, None,
    don't count."""
    found: Setting | None = None
    for way in ways:
        if way is not None and way.state == "no":
            return way
        found = found or way
    return found or Setting("no")


def _is_of(path: str, family: tuple[str, ...]) -> bool:
    """Whether a path begins in one of the packages: `langchain_core` is of the family of `langchain_openai`."""
    root = path.partition(".")[0]
    return root in family or root.partition("_")[0] in family
