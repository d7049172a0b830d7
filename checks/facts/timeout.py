"""Timeout: how long one attempt of the call may wait, and who says so."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..model import Timeout
from ..project.arguments import ABSENT, HIDDEN, argument, keyword, positional
from ..project.scope import Site
from ..project.values import NUMBER, Cfg, Ext, Lit, Prm, Seq, Unk, Value, Values
from ..sdks.schema import TimeoutRule
from .bounds import bounded
from .clients import Client, built_at, clients, remote
from .reach import blocking
from .settings import UNSET, Given, look
from .subject import Subject, place

if TYPE_CHECKING:
    from ..project.evaluate import Evaluator

HUGE = 86_400.0
"""Seconds (a day) from which on a timeout is one in name only."""
DEEPEST = 4
"""Values inside one another: a tuple of numbers, or objects made of numbers. A value that holds itself has no end."""
ORDER = ("disabled", "none", "unknown", "sdk-default", "explicit", "n/a")
"""The weakest state decides where several clients or paths lead to a call."""
OBJECTS = ("Timeout()", "ClientTimeout()", "timedelta()", "HttpOptions()", "RequestOptions()")
SETTINGS = (
    "settings", "config", "conf.", "parse_args", "options", "environ", "getenv", "flags", "secrets", "builtins.",
)  # fmt: skip
"""Parts of paths that lead to a value somebody configures."""


LOOPS = ("asyncio.", "anyio.", "async_timeout.", "trio.")
"""Libraries whose limits an event loop keeps."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the values of a timeout parameter say."""

    state: str
    seconds: float | None = None
    raw: float | None = None


def timeout(subject: Subject) -> Timeout:
    """The timeout in effect; the weakest where several clients may serve the call."""
    if subject.sdk.in_process:
        return Timeout("n/a")
    known = clients(subject)
    if known and all(client.sdk.in_process for client in known):
        return Timeout("n/a")
    found = _weakest([_of_client(subject, client) for client in remote(known) or (None,)])
    outer = bounded(subject)
    if outer is not None and outer.source.startswith(LOOPS) and blocking(subject).state == "yes":
        outer = None  # a limit of the loop can't come while a call holds the loop
    if outer is not None and (found.state != "explicit" or (outer.seconds or HUGE) < (found.seconds or 0)):
        return Timeout("explicit", outer.seconds, outer.where, outer.source, found.client, None, True, found.sdk)
    return replace(found, deadline=outer.seconds) if outer is not None else found


def _weakest(found: list[Timeout]) -> Timeout:
    return min(found, key=lambda each: (ORDER.index(each.state), -(each.seconds or 0)))


def rule_of(subject: Subject, client: Client | None) -> TimeoutRule:
    """The rule that applies: the method's own, the client's, the SDK's."""
    if subject.found.match.rule.timeout is not None:
        return subject.found.match.rule.timeout
    if client is not None:
        if client.rule is not None and client.rule.timeout is not None:
            return client.rule.timeout
        return client.sdk.timeout
    return subject.sdk.timeout


def _of_client(subject: Subject, client: Client | None) -> Timeout:
    sdk = client.sdk if client is not None else subject.sdk
    return replace(_set_for(subject, client), sdk=sdk.id)


def _set_for(subject: Subject, client: Client | None) -> Timeout:
    rule = rule_of(subject, client)
    sdk = client.sdk if client is not None else subject.sdk
    built = built_at(client)
    unread = False
    found: list[Timeout] = []
    for given in look(subject, client, rule.call, rule.client, "timeout"):
        if given.passed == HIDDEN:
            unread = unread or given.level in ("client", "agent")
            continue
        meant, by = (rule, sdk) if given.by is None else (given.by.timeout, given.by)
        reading = _read(subject.ev, given.passed.values, meant)
        if reading is None:
            continue
        source = given.source
        trap = _unit_trap(reading, meant, given, by.id)
        found.append(Timeout(reading.state, reading.seconds, given.where, source, built, trap, rule.total))
        if given.passed.always:
            return _weakest(found)
    outside = _transport(subject, client, rule) or _global(subject, client, rule, sdk.imports)
    if outside is not None:
        return _weakest([*found, replace(outside, client=built)])
    return _weakest([*found, _unset(subject, client, rule, unread=unread)])


def _unset(subject: Subject, client: Client | None, rule: TimeoutRule, *, unread: bool) -> Timeout:
    """What holds where nothing is set."""
    sdk = client.sdk if client is not None else subject.sdk
    built = built_at(client)
    trap = _lookalike(subject, client, rule, sdk.id)
    if unread or not rule.known or _foreign(subject, client):
        return Timeout("unknown", None, None, "", built, trap)
    seconds = _default(subject, client, rule)
    name = f"{sdk.package if sdk.id == 'raw-http' else sdk.id}'s default"
    state = "none" if seconds is None else "sdk-default"
    return Timeout(state, seconds, None, name, built, trap, rule.total)


def _foreign(subject: Subject, client: Client | None) -> bool:
    """A client somebody outside the project built: its settings can't be read."""
    if client is not None:
        return client.made is None
    return isinstance(subject.found.client, Unk) and subject.sdk.id != "raw-http"


def _default(subject: Subject, client: Client | None, rule: TimeoutRule) -> float | None:
    """The default, where a literal argument may decide it (`model: "ollama:…"`)."""
    for name, prefixes in rule.by.items():
        for given in look(subject, client, (name,), (name,)):
            for value in given.passed.values:
                if isinstance(value, Lit) and isinstance(value.value, str):
                    for prefix, seconds in prefixes.items():
                        if value.value.startswith(prefix):
                            return seconds
    return rule.default


ENDLESS = Reading("unknown")
"""Of a value that holds itself, which says nothing beside others."""


def _read(ev: Evaluator, values: Values, rule: TimeoutRule, depth: int = 0) -> Reading | None:
    """The weakest reading of the values; None when they all mean "not given"."""
    if depth > DEEPEST:
        return ENDLESS
    found = [each for value in values if (each := reading(ev, value, rule, depth + 1)) is not None]
    readings = [each for each in found if each is not ENDLESS]
    if not readings:
        return found[0] if found else None
    if NUMBER in values:  # the known numbers beside it may be those of other settings, read by the same function
        readings = [Reading(each.state) if each.state == "explicit" else each for each in readings]
    return min(readings, key=lambda each: (ORDER.index(each.state), -(each.seconds or 0)))


def reading(ev: Evaluator, value: Value, rule: TimeoutRule, depth: int = 0) -> Reading | None:
    """What one value of a timeout parameter means."""
    scale = 0.001 if rule.unit == "ms" else 1.0
    match value:
        case Lit(value=None):
            return Reading("disabled") if rule.none == "off" and value != ABSENT else None
        case Lit(value=bool()):
            return None
        case Lit(value=int() | float() as number):
            seconds = number * scale
            return Reading("disabled" if seconds <= 0 or seconds >= HUGE else "explicit", seconds, number)
        case Cfg(default=default):
            inner = reading(ev, default, rule) if default is not None else None
            return Reading("explicit", inner.seconds if inner is not None else None)
        case Prm():
            return Reading("unknown")
        case Seq(elements=elements, scope=scope) if elements:
            return _read(ev, ev.eval(elements[-1], scope), rule, depth)
        case Ext(path=path, sites=sites) | Unk(path=path, sites=sites) if sites and path.endswith(".get()"):
            return _looked_up(ev, path, sites[-1], rule, depth)
        case Ext(path=path, sites=sites):
            if path.endswith(UNSET):
                return None
            if sites and path.endswith(OBJECTS):
                return _object(ev, sites[-1], rule, depth)
            readable = not path.endswith("()") or any(word in path.lower() for word in SETTINGS)
            return Reading("explicit" if readable else "unknown")
        case Unk(path=path):
            return Reading("explicit" if path not in ("?", "?()") else "unknown")
        case _:
            return Reading("explicit")


def _looked_up(ev: Evaluator, path: str, site: Site, rule: TimeoutRule, depth: int) -> Reading | None:
    """`settings.get("timeout", 60)` of something that can't be read: its default says that there is one."""
    default = positional(ev, site, 1)
    if default.values and all(isinstance(value, (Lit, Cfg)) for value in default.values):
        return _read(ev, default.values, rule, depth) or Reading("unknown")
    readable = any(word in path.lower() for word in SETTINGS)
    return Reading("explicit" if readable else "unknown")


def _object(ev: Evaluator, site: Site, rule: TimeoutRule, depth: int) -> Reading | None:
    """`httpx.Timeout(30, connect=5)`, `aiohttp.ClientTimeout(total=60)`, `timedelta(seconds=30)`."""
    for name in ("read", "total", "0", "timeout", "sock_read", "seconds"):
        found = argument(ev, site, name)
        if found.values:
            return _read(ev, found.values, rule, depth)
    minutes = argument(ev, site, "minutes")
    if minutes.values:
        inner = _read(ev, minutes.values, rule, depth)
        return Reading("explicit", inner.seconds * 60 if inner and inner.seconds else None)
    return Reading("explicit")


def _unit_trap(found: Reading, rule: TimeoutRule, given: Given, sdk: str) -> str | None:
    if found.raw is None or found.state == "disabled":
        return None
    if rule.unit == "ms" and found.raw < 1000:
        return f"{given.name}={found.raw:g} is {found.raw:g} ms: {sdk} counts milliseconds"
    if rule.unit == "s" and found.raw >= 5000 and found.raw % 500 == 0:
        return f"{given.name}={found.raw:g} is {found.raw:g} s: {sdk} counts seconds"
    return None


def _lookalike(subject: Subject, client: Client | None, rule: TimeoutRule, sdk: str) -> str | None:
    for given in look(subject, client, rule.lookalikes, rule.lookalikes):
        if given.passed == HIDDEN:
            continue
        right = next(iter((*rule.call, *rule.client)), None)
        use = f"; use {right}=" if right else ""
        return f"{given.name}= is no timeout here: {sdk} does not wait less for it{use}"
    return None


def _transport(subject: Subject, client: Client | None, rule: TimeoutRule) -> Timeout | None:
    """An HTTP client with a timeout of its own."""
    for given in look(subject, client, (), rule.transport):
        for value in given.passed.values:
            if isinstance(value, Ext) and value.sites:
                inner = keyword(subject.ev, value.sites[-1], "timeout")
                found = _read(subject.ev, inner.values, TimeoutRule()) if inner.values else None
                if found is not None:
                    return Timeout(found.state, found.seconds, place(value.sites[-1]), f"timeout= of the {given.name}")
    return None


def _global(subject: Subject, client: Client | None, rule: TimeoutRule, imports: tuple[str, ...]) -> Timeout | None:
    """`openai.timeout = 20` anywhere in the project; it doesn't reach a client of one's own."""
    if client is not None and client.made is not None:
        return None
    for name in rule.globals:
        for values, where in subject.ground.assigned(imports, name):
            found = _read(subject.ev, values, rule)
            if found is not None:
                return Timeout(found.state, found.seconds, where, f"{imports[0]}.{name}")
    return None
