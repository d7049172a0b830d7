"""What the simulator is told to be like, and how people write it: `ttft=const:200ms&itl=20ms&tokens=64&e429=5%`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import partial
from typing import Any

from .. import texts
from ..mistakes import SimulatorError
from .draws import Draw, amounts, seconds

FAULTS: Mapping[str, str] = {
    "e429": "status 429 with Retry-After",
    "e500": "status 500",
    "e503": "status 503",
    "e529": "status 529, overloaded",
    "hang": "no answer at all",
    "freeze": "the stream stops for good after its first half",
    "reset": "the connection is reset before an answer",
    "reset_mid": "the connection is reset in the middle of the answer",
    "truncated": "the answer ends as HTTP has it, without its end marker",
    "cut": "the connection is closed in the middle of the answer",
    "malformed": "an event, or the answer, that is no JSON",
    "error_event": "an error in the middle of the stream",
    "empty": "an answer without content",
    "slow_headers": "the headers come one byte at a time",
}
"""Faults by name; each has a rate, and a request has at most one."""


@dataclass(frozen=True, slots=True)
class Stall:
    """A time in which nothing is sent, as if the whole server stood still. Seconds from the first request."""

    at: float
    lasts: float


@dataclass(frozen=True, slots=True)
class Settings:
    """How the simulator answers. Times are seconds."""

    ttft: Draw = field(default_factory=partial(Draw, "lognormal", 0.2, 0.3))
    """From the whole request to the first token."""
    itl: Draw = field(default_factory=partial(Draw, "normal", 0.02, 0.004))
    """From one chunk to the next."""
    tokens: Draw = field(default_factory=partial(Draw, "uniform", 30, 120))
    """Of an answer, where the request asks for no fewer."""
    tokens_per_chunk: int = 1
    reasoning: int = 0
    """Tokens of reasoning before the answer."""
    cached: float = 0.0
    """The share of the prompt that comes out of a cache."""
    lead: float = 0.0
    """How much earlier than the first token the headers and what comes before it are sent."""
    frag: bool = False
    """Cut events anywhere, each half in a write of its own."""
    crlf: bool = False
    """End lines of events by CR LF."""
    seed: int = 0
    slots: int = 0
    """Requests that are worked on at once, the others waiting; 0: all."""
    rpm: int = 0
    """Requests a minute before 429; 0: any number."""
    stall: Stall | None = None
    faults: Mapping[str, float] = field(default_factory=dict[str, float])
    """Rates, by the names of FAULTS."""


PROFILES: Mapping[str, str] = {
    "usual": "",
    "instant": "ttft=0&itl=0&tokens=20",
    "fast": "ttft=lognormal:60ms,0.2&itl=normal:6ms,1ms&tokens=uniform:50,200",
    "slow": "ttft=lognormal:1.5s,0.5&itl=normal:60ms,15ms&tokens=uniform:200,600",
    "reasoning": "ttft=lognormal:400ms,0.3&itl=normal:12ms,3ms&tokens=uniform:80,200&reasoning=100",
    "flaky": "e429=3%&e500=2%&reset=1%&truncated=1%&malformed=0.5%&error_event=0.5%&empty=0.5%",
    "overloaded": "slots=8&ttft=lognormal:150ms,0.2",
}
"""Settings by the name of what they are like."""


def _switch(text: str) -> bool:
    if text.lower() not in ("1", "0", "yes", "no", "true", "false"):
        raise ValueError(f"{text}: yes or no is needed here")
    return text.lower() in ("1", "yes", "true")


def _stall(text: str) -> Stall:
    at, comma, lasts = text.partition(",")
    if not comma:
        raise ValueError(f"{text}: a stall has a start and a length, such as 5s,2s")
    return Stall(texts.seconds(at), texts.seconds(lasts))


def _whole(text: str) -> int:
    return 0 if text.strip() == "0" else texts.count(text)


def _head_start(text: str) -> float:
    return seconds(text).first


READERS: Mapping[str, Callable[[str], Any]] = {
    "ttft": seconds,
    "itl": seconds,
    "tokens": amounts,
    "tokens_per_chunk": texts.count,
    "reasoning": _whole,
    "cached": texts.ratio,
    "lead": _head_start,
    "frag": _switch,
    "crlf": _switch,
    "seed": _whole,
    "slots": _whole,
    "rpm": _whole,
    "stall": _stall,
}
"""How each setting is read; those of FAULTS are shares."""
assert set(READERS) == {each.name for each in fields(Settings)} - {"faults"}  # noqa: S101 - one has a reader each


def settings(text: str, before: Settings | None = None) -> Settings:
    """Settings out of a text, over those before. Raises SimulatorError with all mistakes."""
    known, mistakes = before or Settings(), list[str]()
    changed: dict[str, Any] = {}
    faults = dict(known.faults)
    for part in filter(None, text.split("&")):
        name, _, value = part.partition("=")
        try:
            if name in FAULTS:
                faults[name] = texts.ratio(value)
            elif name in READERS:
                changed[name] = READERS[name](value)
            else:
                mistakes.append(f"{name}: no setting of the simulator{texts.near(name, (*READERS, *FAULTS))}")
        except ValueError as error:
            mistakes.append(f"{name}: {error}")
    if sum(faults.values()) > 1:
        mistakes.append("the shares of all faults are more than 100% together")
    if mistakes:
        raise SimulatorError(mistakes)
    return replace(known, faults=faults, **changed)


def profile(name: str) -> Settings:
    """Settings by name. Raises SimulatorError."""
    if name not in PROFILES:
        raise SimulatorError([f"{name}: no profile{texts.near(name, PROFILES)}; there are {', '.join(PROFILES)}"])
    return settings(PROFILES[name])
