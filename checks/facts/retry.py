"""Retry: how often a failed request is sent again, by whom, and whether that can work."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from ..model import Backoff, Retry, RetryLayer
from ..project.arguments import HIDDEN, Passed, keyword
from ..project.scope import Scope, Site
from ..project.values import Cfg, Ext, Lit, Obj, Prm, Unk, Values
from ..read.tree import Attr
from ..sdks.schema import RetryRule
from .clients import Client, built_at, clients, remote
from .outer import Outer, product
from .settings import Given, look
from .subject import Subject, place
from .tools import handed_layer

ORDER = ("disabled", "none", "unknown", "sdk-default", "explicit", "n/a")


def retry(subject: Subject) -> Retry:
    """The retries in effect, with every layer that repeats a failed request."""
    if subject.sdk.in_process:
        return Retry("n/a")
    known = clients(subject)
    if known and all(client.sdk.in_process for client in known):
        return Retry("n/a")
    built = remote(known)
    weakest = min((_of_client(subject, each) for each in built or (None,)), key=lambda each: ORDER.index(each.state))
    outer = Outer(subject).layers()
    working = [layer for layer in outer if layer.without_effect is None]
    steps = [layer for client in built for layer in _steps(subject, client)]
    layers = (*weakest.layers, *steps, *outer)
    state, where, source = weakest.state, weakest.where, weakest.source
    if steps or working:
        state, first = "explicit", [*steps, *working][0]
        where, source = first.where, first.name
    return Retry(state, product(layers), where, source, layers, weakest.sdk, weakest.client)


def _backoff(word: str) -> Backoff:
    return cast(Backoff, word)  # checked when the data is read


def rule_of(subject: Subject, client: Client | None) -> RetryRule:
    """The rule that applies: the method's own, the client's, the SDK's."""
    if subject.found.match.rule.retry is not None:
        return subject.found.match.rule.retry
    if client is not None:
        if client.rule is not None and client.rule.retry is not None:
            return client.rule.retry
        return client.sdk.retry
    return subject.sdk.retry


def _of_client(subject: Subject, client: Client | None) -> Retry:
    sdk = client.sdk if client is not None else subject.sdk
    return replace(_set_for(subject, client), sdk=sdk.id, client=built_at(client))


def _set_for(subject: Subject, client: Client | None) -> Retry:
    rule = rule_of(subject, client)
    sdk = client.sdk if client is not None else subject.sdk
    unread = False
    for given in look(subject, client, rule.call, rule.client, "retry"):
        if given.passed == HIDDEN:
            unread = unread or given.level in ("client", "agent")
            continue
        if given.name in rule.handed_on and _default(subject, client, rule) == 1:
            continue
        found = _given(given, rule if given.by is None else given.by.retry)
        if found is not None and given.passed.always:
            return found
    outside = _bare(subject, client, rule) or _global(subject, rule, sdk.imports) or _transport(subject, client, rule)
    if outside is not None:
        return outside
    foreign = (client is not None and client.made is None) or (
        client is None and isinstance(subject.found.client, Unk) and sdk.id != "raw-http"
    )
    if unread or not rule.known or foreign:
        return Retry("unknown")
    attempts = _default(subject, client, rule)
    if attempts == 1:
        return _never(subject, client)
    name = f"{sdk.id}'s default"
    layer = RetryLayer("sdk", name, attempts, backoff=_backoff(rule.backoff))
    return Retry("sdk-default", attempts, None, name, (layer,))


def _never(subject: Subject, client: Client | None) -> Retry:
    """Nothing repeats; where there are clients of several SDKs, with the one that doesn't."""
    others = {each.sdk.id for each in clients(subject)} - {client.sdk.id if client is not None else ""}
    if client is None or client.made is None or not others:
        return Retry("none", 1)
    return Retry("none", 1, place(client.made))


def _bare(subject: Subject, client: Client | None, rule: RetryRule) -> Retry | None:
    """A retry object without a number (`HttpRetryOptions()`)."""
    holders = dict.fromkeys(name.rpartition(".")[0] for name in (*rule.call, *rule.client) if "." in name)
    for given in look(subject, client, tuple(holders), tuple(holders)) if rule.bare is not None else ():
        paths = [value.path for value in given.passed.values if isinstance(value, Ext)]
        if any(path.endswith(("RetryOptions()", "RetryConfig()")) for path in paths):
            layer = RetryLayer("client", given.source, rule.bare, backoff=_backoff(rule.backoff), where=given.where)
            return Retry("explicit", rule.bare, given.where, given.source, (layer,))
    return None


def _default(subject: Subject, client: Client | None, rule: RetryRule) -> int | None:
    for name, prefixes in rule.by.items():
        for given in look(subject, client, (name,), (name,)):
            for value in given.passed.values:
                if isinstance(value, Lit) and isinstance(value.value, str):
                    for prefix, attempts in prefixes.items():
                        if value.value.startswith(prefix):
                            return attempts
    return rule.default


def _given(given: Given, rule: RetryRule) -> Retry | None:
    """What a retry parameter says."""
    name = given.source
    number, state = _number(given.passed.values)
    if state == "absent":
        return None
    if state == "unknown":
        return Retry("unknown", None, given.where, name)
    counts_attempts = given.name in rule.attempts or rule.counts == "attempts"
    if number is None:
        attempts = rule.bare
    else:
        attempts = max(1, number) if counts_attempts else number + 1
        attempts *= (max(1, number) if rule.nested else 1) * rule.outer
    if attempts is not None and attempts <= 1:
        return Retry("disabled", 1, given.where, name)
    backoff = rule.backoffs.get(given.name, rule.backoff)
    layer = RetryLayer(
        "client",
        name,
        attempts,
        backoff=_backoff(backoff),
        where=given.where,
        permanent_errors=given.name in rule.permanent,
    )
    return Retry("explicit", attempts, given.where, name, (layer,))


def _number(values: Values) -> tuple[int | None, str]:
    """The smallest number among the values, and whether they say anything."""
    numbers: list[int] = []
    state = "absent"
    for value in values:
        given = value.default if isinstance(value, Cfg) else value
        match given:
            case Lit(value=None):
                continue
            case Lit(value=bool() as flag):
                numbers.append(1 if flag else 0)
            case Lit(value=int() | float() as number):
                numbers.append(int(number))
            case Prm():
                state = "unknown" if state == "absent" else state
            case Unk(path=path) if path in ("?", "?()"):
                state = "unknown" if state == "absent" else state
            case _:
                state = "set"
    if numbers:
        return min(numbers), "set"
    return None, state


def _steps(subject: Subject, client: Client) -> list[RetryLayer]:
    """Layers that transparent steps add: `llm.with_retry(stop_after_attempt=5)`."""
    found: list[RetryLayer] = []
    rule = client.sdk.retry
    for name, site in zip(client.names, client.steps, strict=False):
        spec = rule.transparent.get(name)
        if spec is None:
            continue
        given = keyword(subject.ev, site, str(spec.get("attempts", "")))
        number, _ = _number(given.values)
        attempts = number if number is not None else int(spec.get("default", 3))
        errors = keyword(subject.ev, site, str(spec.get("errors", "")))
        found.append(
            RetryLayer(
                "runnable", f".{name}()", attempts, backoff=_backoff(str(spec.get("backoff", "exponential"))),
                where=place(site), permanent_errors=not errors.values,
            )
        )  # fmt: skip
    return found


def _transport(subject: Subject, client: Client | None, rule: RetryRule) -> Retry | None:
    """Retries of the HTTP client or adapter under the call."""
    sites = [client.made] if client is not None and client.made is not None else list(subject.found.client.sites)
    for site in sites:
        for name in (*rule.transport, "transport", "http_client"):
            layer = _from_transport(subject, keyword(subject.ev, site, name), site)
            if layer is not None:
                return _by_layer(layer)
    return _mounted(subject) if subject.sdk.id == "raw-http" else None


def _from_transport(subject: Subject, passed: Passed, site: Site) -> RetryLayer | None:
    for value in passed.values:
        if isinstance(value, Ext) and value.sites:
            tool = subject.ground.retry_tool(value.path)
            if tool is not None:
                found = handed_layer(subject, value.path, value.sites[-1])
                if found is not None and found.attempts != 1:
                    return found
            inner = keyword(subject.ev, value.sites[-1], "transport")
            found = _from_transport(subject, inner, value.sites[-1]) if inner.values else None
            if found is not None:
                return found
    return None


def _mounted(subject: Subject) -> Retry | None:
    """`session.mount("https://", HTTPAdapter(max_retries=…))` on the session that sends the request."""
    client = subject.found.client
    if "ession()" not in client.path:
        return None
    for site in subject.ground.calls_named("mount"):
        for arg in site.call.args[1:2]:
            for value in subject.ev.eval(arg, site.scope):
                if isinstance(value, Ext) and value.sites and value.path.endswith("HTTPAdapter()"):
                    layer = handed_layer(subject, value.path, value.sites[-1]) if _sends(subject, site, value) else None
                    if layer is not None and layer.attempts != 1:
                        return _by_layer(layer)
    return None


def _sends(subject: Subject, mount: Site, adapter: Ext) -> bool:
    """Whether the session an adapter is mounted on may be the one that sends the request."""
    client, func = subject.found.client, mount.call.func
    if client.path.partition(".")[0] != adapter.path.partition(".")[0]:
        return False
    mounted = _origins(subject.ev.eval(func.value, mount.scope) if isinstance(func, Attr) else ())
    if not mounted or not client.sites:
        return True
    built = subject.ev.eval(client.sites[0].call, client.sites[0].scope)
    return not mounted.isdisjoint({client.sites[0], *_origins(built)})


def _origins(sessions: Values) -> set[Site | Scope]:
    """The calls that made them, or the classes of the project they are of."""
    made: set[Site | Scope] = {each.sites[0] for each in sessions if isinstance(each, Ext) and each.sites}
    return made | {each.scope for each in sessions if isinstance(each, Obj)}


def _by_layer(layer: RetryLayer) -> Retry:
    if layer.without_effect is not None:
        return Retry("none", 1, None, "", (layer,))
    return Retry("explicit", layer.attempts, layer.where, layer.name, (layer,))


def _global(subject: Subject, rule: RetryRule, imports: tuple[str, ...]) -> Retry | None:
    for name in rule.globals:
        for values, where in subject.ground.assigned(imports, name):
            number, state = _number(values)
            if state == "set" and number is not None:
                attempts = number + 1 if rule.counts == "retries" else number
                source = f"{imports[0]}.{name}"
                if attempts <= 1:
                    return Retry("disabled", 1, where, source)
                layer = RetryLayer("client", source, attempts, where=where)
                return Retry("explicit", attempts, where, source, (layer,))
    return None
