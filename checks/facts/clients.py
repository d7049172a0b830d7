"""The clients a call goes through, with the calls that built them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..model import Place
from ..project.arguments import keyword
from ..project.edges import name_of
from ..project.held import held
from ..project.scope import Site
from ..project.values import Cfg, Ext, Lit
from ..sdks.schema import ClientRule, Sdk
from .subject import Subject, place

if TYPE_CHECKING:
    from ..project.evaluate import Evaluator


@dataclass(frozen=True, slots=True)
class Client:
    """A client a call goes through: its constructor sites, innermost (the model) last."""

    sdk: Sdk
    rule: ClientRule | None
    made: Site | None
    """The constructor call; None when the client came in from outside the project."""
    steps: tuple[Site, ...]
    """Calls of transparent methods on the way (`with_options(…)`, `bind(…)`), first to last."""
    names: tuple[str, ...]
    """Names of those methods."""
    above: tuple[Client, ...] = ()
    """The agents and chains that hold it, outermost first."""


def clients(subject: Subject, *, carriers: bool = False) -> tuple[Client, ...]:
    """Every client the call may go through; for a chain or an agent, the models inside it. With `carriers` also the
    chains and agents themselves."""
    if subject.sdk.id == "raw-http":
        return _sessions(subject)
    found: list[Client] = []
    met: set[Site] = set()
    for value in _ways(subject):
        found.extend(each for each in _of(subject.ev, value, met, carriers=carriers) if each not in found)
    found = _of_kind(subject.kind, found)
    if all(client.made is None or (client.rule is not None and client.rule.carrier) for client in found):
        given = [each for each in ambient(subject) if each not in found]
        return (*given, *found) if carriers else tuple(given or found)
    if carriers:
        return tuple(found)
    return tuple(each for each in found if _is_model(subject.ev, each)) or tuple(found)


def _of_kind(kind: str, found: list[Client]) -> list[Client]:
    """Those that a call of the kind asks, where some are known to embed and others not: a chain's retriever embeds the
    question, which is no request to its model, and an index that is given both embeds with the one for that."""
    embedding = [each.rule is not None and each.rule.kind == "embedding" for each in found]
    if kind != "embedding":
        return [each for each, embeds in zip(found, embedding, strict=True) if not embeds] or found
    holds = [each.rule is not None and each.rule.carrier for each in found]
    return [each for at, each in enumerate(found) if embedding[at] or holds[at]] if any(embedding) else found


def _ways(subject: Subject) -> Iterator[Ext]:
    """Values the call goes through: its callee, and what its arguments hold where it runs an agent given to it."""
    found, ev = subject.found, subject.ev
    values = ev.callee(subject.site) if not found.handed else ()
    if isinstance(found.client, Ext):
        yield found.client
    for value in values:
        if isinstance(value, Ext) and value != found.client and _is_asked(ev, value):
            yield value
    rule = found.match.client
    if found.match.rule.carrier or (rule is not None and found.match.method in rule.factories):
        yield from held(ev, (subject.site,))


def _is_asked(ev: Evaluator, value: Ext) -> bool:
    """Whether it is a method that sends a request: the client's own, or one of what wraps the client."""
    return (ev.matcher.match(value.path) or ev.matcher.over(value.path, value.wrapper)) is not None


def _sessions(subject: Subject) -> tuple[Client, ...]:
    """HTTP clients a request written by hand goes through, where they were built in the project."""
    given = (subject.found.client, *subject.call_argument("client").values)
    return tuple(
        Client(subject.sdk, None, value.sites[0], (), ())
        for value in given
        if isinstance(value, Ext) and value.sites and len(value.sites) == value.path.count("()")
    )


def remote(known: tuple[Client, ...]) -> tuple[Client, ...]:
    """The clients that decide: those seen being built, without those that send no request."""
    built = tuple(client for client in known if client.made is not None) or known
    return tuple(client for client in built if not client.sdk.in_process) or built


def built_at(client: Client | None) -> Place | None:
    """Where a client was built."""
    return place(client.made) if client is not None and client.made is not None else None


def ambient(subject: Subject) -> Iterator[Client]:
    """Models the project makes the SDK's default (`Settings.llm = …`, `dspy.configure(lm=…)`), around the call
    (`with dspy.context(lm=…)`) or else anywhere."""
    embeds = subject.kind == "embedding"
    near = subject.ground.ambient_around(subject.sdk, subject.own_sites())
    for value in near or subject.ground.ambient(subject.sdk):
        for client in _of(subject.ev, value, set()):
            kind = client.rule.kind if client.rule is not None else None
            if (kind == "embedding") == embeds:
                yield client


def _of(
    ev: Evaluator, value: Ext, met: set[Site], *, carriers: bool = False, above: tuple[Client, ...] = ()
) -> Iterator[Client]:
    """A client and those that it holds; what holds others is looked into once, the first time it is `met`: a loader
    may make chains of chains that it loads."""
    known = ev.matcher.client_of(value.path)
    if known is None:
        return
    sdk, rule, rest = known
    names = tuple(step.removesuffix("()") for step in rest if step.endswith("()"))
    sites = value.sites
    own = value.path.count("()") - len(names)
    made = sites[own - 1] if own and len(sites) == own + len(names) else None
    above = tuple(each for each in above if each.made is None or made is None or _name(each.made) != _name(made))
    found = Client(sdk, rule, made, sites[own:] if made is not None else sites, names, above)
    if not rule.carrier or not sites or sites[0] in met:
        yield found
        return
    met.add(sites[0])
    ways = (_of(ev, each, met, carriers=carriers, above=(*above, found)) for each in held(ev, sites))
    inner = [client for way in ways for client in way]
    asks = _asks(ev, found)  # its own model comes before those of whom it hands on to
    if carriers:
        yield from (found, *inner) if asks else (*inner, found)
        return
    models = [client for client in inner if _is_model(ev, client)] or inner
    yield from (found, *models) if asks or not models else models


def _name(site: Site) -> str:
    """An agent that is handed to another one of its kind keeps to its own settings."""
    return name_of(site.call.func)


def _is_model(ev: Evaluator, client: Client) -> bool:
    """Whether requests go through a client itself, not only through those it holds."""
    return client.rule is None or not client.rule.carrier or _asks(ev, client)


def _asks(ev: Evaluator, client: Client) -> bool:
    """Whether something that holds other clients has a model of its own, named in its constructor."""
    rules = client.rule.model if client.rule is not None and client.rule.model is not None else client.sdk.model
    return client.made is not None and any(
        isinstance(value, (Lit, Cfg)) and value != Lit(None)
        for name in rules.client
        for value in keyword(ev, client.made, name).values
    )
