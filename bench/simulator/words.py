"""How people write the simulator's settings: `ttft=const:200ms&itl=20ms&tokens=64&e429=5%`, or a profile's name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Any

from .. import texts
from ..mistakes import SimulatorError
from .draws import amounts, seconds, time
from .settings import FAULTS, Settings, Stall

PROFILES: Mapping[str, str] = {
    "usual": "",
    "instant": "ttft=0&itl=0&tokens=20",
    "exact": "ttft=200ms&itl=20ms&tokens=64",
    "fast": "ttft=lognormal:60ms,0.2&itl=normal:6ms,1ms&tokens=uniform:50,200",
    "slow": "ttft=lognormal:1.5s,0.5&itl=normal:60ms,15ms&tokens=uniform:200,600",
    "reasoning": "ttft=lognormal:400ms,0.3&itl=normal:12ms,3ms&tokens=uniform:80,200&reasoning=uniform:100,400",
    "cached": "ttft=lognormal:120ms,0.3&cached=80%",
    "flaky": "e429=3%&e500=2%&e529=1%&reset=1%&truncated=1%&malformed=0.5%&error_event=0.5%&empty=0.5%",
    "overloaded": "slots=8&ttft=lognormal:150ms,0.2",
    "limited": "rpm=60&tpm=20000",
}
"""Settings by the name of what they are like; what they don't say is as usual."""

SHARED = ("slots", "rpm", "tpm", "stall")
"""What one request can't have otherwise than the others."""


def _switch(text: str) -> bool:
    if text.lower() not in ("1", "0", "yes", "no", "true", "false"):
        raise ValueError(f"{text or 'nothing'}: yes or no is needed here")
    return text.lower() in ("1", "yes", "true")


def _stall(text: str) -> Stall:
    at, comma, lasts = text.partition(",")
    if not comma:
        raise ValueError(f"{text or 'nothing'}: a stall has a start and a length, such as at:5s,for:2s")
    return Stall(time(at.strip().removeprefix("at:")), texts.seconds(lasts.strip().removeprefix("for:")))


def _whole(text: str) -> int:
    return 0 if text.strip() == "0" else texts.count(text)


READERS: Mapping[str, Callable[[str], Any]] = {
    "ttft": seconds,
    "itl": seconds,
    "tokens": amounts,
    "tokens_per_chunk": texts.count,
    "reasoning": amounts,
    "cached": texts.ratio,
    "lead": time,
    "frag": _switch,
    "crlf": _switch,
    "slow_headers_step": time,
    "retry_after": time,
    "seed": _whole,
    "slots": _whole,
    "rpm": _whole,
    "tpm": _whole,
    "stall": _stall,
}
"""How each setting is read; rates of FAULTS are shares."""
assert set(READERS) == {each.name for each in fields(Settings)} - {"faults"}  # noqa: S101 - one has a reader each


def settings(text: str, before: Settings | None = None) -> Settings:
    """Settings out of a text, over those before: pairs separated by `&` or blanks. Raises SimulatorError with all
    mistakes."""
    return merged(pairs(text), before)


def pairs(text: str) -> list[tuple[str, str]]:
    """Names and values out of a text, whatever they are."""
    parts = [each.partition("=") for each in text.replace("&", " ").split()]
    return [(name, value) for name, _, value in parts]


def merged(told: list[tuple[str, str]], before: Settings | None = None, *, shared: bool = True) -> Settings:
    """Settings out of names and values, over those before; where not `shared`, for one request. Raises SimulatorError
    with all mistakes."""
    known, mistakes = before or Settings(), list[str]()
    changed: dict[str, Any] = {}
    faults = dict(known.faults)
    for name, value in told:
        try:
            if name in FAULTS:
                faults[name] = texts.ratio(value)
            else:
                changed[name] = _reader(name, shared=shared)(value)
        except ValueError as error:
            mistakes.append(f"{name}: {error}")
    if sum(faults.values()) > 1 + 1e-9:
        mistakes.append("the shares of all faults are more than 100% together")
    if mistakes:
        raise SimulatorError(mistakes)
    return replace(known, faults={name: faults[name] for name in FAULTS if faults.get(name)}, **changed)


def _reader(name: str, *, shared: bool) -> Callable[[str], Any]:
    if name not in READERS:
        raise ValueError(f"no setting of the simulator{texts.near(name, (*READERS, *FAULTS))}")
    if name in SHARED and not shared:
        raise ValueError("one request can't have it otherwise than the others")
    return READERS[name]


def profile(name: str) -> Settings:
    """Settings by name. Raises SimulatorError."""
    if name not in PROFILES:
        raise SimulatorError([f"{name}: no profile{texts.near(name, PROFILES)}; there are {', '.join(PROFILES)}"])
    return settings(PROFILES[name])
