"""From the words for a target to what is measured: protocol, address, model, key, headers and options, all checked."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeVar
from urllib.parse import urlsplit

from ..job import Target
from ..keys import Key, KeySource, find, header_mistakes
from ..mistakes import AuthError, BenchMistake, ScenarioError, TargetError
from ..protocols import Endpoint, Options, protocol
from .aim import Aim
from .discovery import models, with_model
from .providers import COMPATIBLE, PROVIDERS
from .settings import Header, Settings, Wanted
from .shorthands import KNOWN, of_shorthand
from .urls import is_local, of_url

SUFFIXES = (".yaml", ".yml", ".json")
PATIENCE = 3.0
"""Seconds for a server to say which models it has, where the user named none."""
NAMED = 5
"""Names of models that a mistake lists."""

T = TypeVar("T")
Ask = Callable[[Aim, Mapping[str, str], float], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a target depends on beside its own words."""

    environ: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)
    stand_ins: Mapping[str, str] = field(default_factory=dict[str, str])
    """Words that mean a URL, such as that of a simulator that was started for it."""
    ask: Ask = models
    """Asks a server for its models."""
    today: date = field(default_factory=date.today)
    """Prices have dates."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """A target, and what the user should know of how it was understood."""

    target: Target
    settings: Settings
    """What holds for it: its own over those of all."""
    notes: tuple[str, ...] = ()
    where: str = ""
    """Its place, in front of a mistake."""


def is_scenario(text: str) -> bool:
    """Whether the words for a target are the path of a scenario file."""
    if "://" in text or text.partition(":")[0].lower() in KNOWN:
        return False
    return text.lower().endswith(SUFFIXES) or os.path.isfile(text)  # unlike Path's, it takes any text


def resolved(wanted: Wanted, settings: Settings, around: Surroundings) -> Resolved:
    """The target that is meant. Raises BenchMistake, with each mistake at its place."""
    whole = wanted.settings.over(settings)
    wrong: list[BenchMistake] = []
    headers = _noted(wrong, lambda: _headers(whole, around.environ))
    aim = _noted(wrong, lambda: _aimed(wanted, around))
    key = None if aim is None else _noted(wrong, lambda: _key(aim, whole.key, around.environ))
    named = (
        None
        if aim is None or (key is None and not whole.model)
        else _noted(wrong, lambda: _with_model(aim, whole, around))
    )
    if headers is None or named is None or key is None:
        told = [f"{wanted.where}: {each}" if wanted.where else each for error in wrong for each in error.mistakes]
        raise (type(wrong[0]) if len(wrong) == 1 else ScenarioError)(told)
    target = Target(wanted.name or named.name, named.api, named.base, _options(named, whole), key.value, headers)
    notes = (*named.notes, key.note, *_about_key(named, key))
    return Resolved(target, whole, tuple(each for each in notes if each), wanted.where)


def _noted(wrong: list[BenchMistake], make: Callable[[], T]) -> T | None:
    """What is made, or None and a mistake more, so that others are found, too."""
    try:
        return make()
    except BenchMistake as error:
        wrong.append(error)
        return None


def _aimed(wanted: Wanted, around: Surroundings) -> Aim:
    text = around.stand_ins.get(wanted.target, wanted.target)
    if wanted.endpoint is not None:
        return _own(text, wanted.endpoint, around.environ)
    aim = of_url(text, around.environ) if "://" in text else of_shorthand(text, around.environ)
    if text != wanted.target:
        aim = replace(aim, name=wanted.target, notes=())
    if not wanted.protocol or wanted.protocol == aim.api.name:
        return aim
    if "://" not in text:
        raise TargetError([f"{text}: names its protocol already; leave out protocol, or give a URL"])
    api, base = protocol(wanted.protocol), text.strip().rstrip("/")
    if api.auth and is_local(urlsplit(base).hostname or ""):
        aim = replace(aim, source=KeySource(api.auth.variables, needed=False))
    return replace(aim, api=api, base=base, notes=())


def _own(text: str, endpoint: Endpoint, environ: Mapping[str, str]) -> Aim:
    """An endpoint of the user's own is where it says, whatever its path looks like."""
    if "://" not in text:
        raise TargetError([f"{text}: an endpoint of one's own needs its URL, such as http://localhost:8000"])
    aim = of_url(text, environ)  # for its mistakes
    return replace(aim, api=endpoint, base=text.strip().rstrip("/"), source=KeySource(needed=False), notes=())


def _with_model(aim: Aim, settings: Settings, around: Surroundings) -> Aim:
    """The model that is meant: as it was named, or the only one that a server has."""
    if settings.model and aim.model not in ("", settings.model):
        raise TargetError([f"{aim.name}: names {aim.model}, and the model is said to be {settings.model}: keep one"])
    aim = replace(aim, model=settings.model or aim.model)
    if aim.model or isinstance(aim.api, Endpoint):
        return aim
    serves = aim.api.name == COMPATIBLE or aim.api.name.startswith("ollama")
    names = around.ask(aim, around.environ, PATIENCE) if serves and not _is_provider(aim) else ()
    found = with_model(aim, names)
    if found.model:
        return replace(found, notes=(*aim.notes, f"{aim.name}: the model is {found.model}, the only one there"))
    if names or aim.api.name != COMPATIBLE or _is_provider(aim):
        listed = f"; there are {', '.join(names[:NAMED])}{' …' * (len(names) > NAMED)}" if names else ""
        raise TargetError([f"{aim.name}: which model? name it with --model, or behind a colon{listed}"])
    return aim


def _is_provider(aim: Aim) -> bool:
    """Whose list of models is long, and no answer to which is meant."""
    host = urlsplit(aim.base).hostname
    return any(host == urlsplit(each.base).hostname for each in PROVIDERS if each.base and not each.local)


def _options(aim: Aim, settings: Settings) -> Options:
    return Options(
        model=aim.model,
        stream=settings.stream is not False,
        max_output=settings.max_output,
        temperature=settings.temperature,
        ask_usage=aim.ask_usage if settings.ask_usage is None else settings.ask_usage,
        extra=settings.extra,
    )


def _key(aim: Aim, named: KeySource | None, environ: Mapping[str, str]) -> Key:
    if aim.api.auth is None:
        if named is not None:
            raise AuthError([f"{aim.name}: a key is named, but {aim.api.name} sends none"])
        return Key()
    try:
        return find(named or aim.source, environ)
    except AuthError as error:
        raise AuthError([f"{aim.name}: {each}" for each in error.mistakes]) from None


def _headers(settings: Settings, environ: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((each.name, _value(each, environ)) for each in settings.headers)


def _value(header: Header, environ: Mapping[str, str]) -> str:
    if header.source is None:
        return header.value
    try:
        value = find(header.source, environ).value
    except AuthError as error:
        raise AuthError([f"{header.name}: {each}" for each in error.mistakes]) from None
    wrong = list(header_mistakes(header.name, value, literal=False))
    if wrong:
        raise AuthError(wrong)
    return value


def _about_key(aim: Aim, key: Key) -> tuple[str, ...]:
    parts = urlsplit(aim.base)
    local = is_local(parts.hostname or "")
    if key.value and parts.scheme == "http" and not local:
        return (f"{aim.name}: the key travels unencrypted: the URL begins with http://",)
    if not key.value and not local and aim.api.auth and not isinstance(aim.api, Endpoint):
        return (f"{aim.name}: no key is sent, since none is named for it; --key-env NAME sends one",)
    return ()
