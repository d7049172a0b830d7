"""What becomes of a request: drawn from the settings by its number, so that a seed gives the same every time."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from .settings import Settings

TEXT = """The tide turns when the moon has passed and water follows slowly over sand stones weed while gulls wait for
what it leaves behind on every shore of this old patient sea under clouds that seldom hurry"""
WORDS = TEXT.split()
TOKENS = [f" {word}".encode() for word in WORDS]
"""A token each, in ASCII, with nothing that JSON would write otherwise."""
NANO = 1_000_000_000
EMPTY = frozenset({"embeddings"})
"""Protocols whose answers have no tokens."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks for."""

    number: int
    """Counted from 0 as requests come in whole."""
    protocol: str
    model: str
    stream: bool
    prompt: int
    """Tokens, by a quarter of its characters."""
    longest: int | None = None
    """Tokens that the answer may have."""
    usage: bool = True
    """Counts are wanted in a stream."""
    inputs: int = 1
    """Texts to embed."""
    dimensions: int = 8
    base64: bool = False
    """Vectors in base64."""
    sse: bool = True
    """Gemini: events; else one array."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is answered, and when: nanoseconds from the moment at which the request gets its turn."""

    fault: str
    """Of FAULTS; empty: none."""
    tokens: int
    """Of the answer, without reasoning."""
    reasoning: int
    cached: int
    finish: str
    """stop or length."""
    first: int
    """To the first chunk."""
    gaps: tuple[int, ...]
    """Before each further chunk."""

    @property
    def output(self) -> int:
        """Tokens of both kinds."""
        return self.tokens + self.reasoning


def planned(asked: Asked, settings: Settings) -> Plan:
    """The plan for a request. The order of the draws is part of what a seed means."""
    chance = random.Random(settings.seed << 48 | asked.number)  # noqa: S311 - a simulation, no secret
    fault = _fault(chance.random(), settings)
    first = round(settings.ttft(chance) * NANO)
    if asked.protocol in EMPTY:
        return Plan(fault, 0, 0, round(asked.prompt * settings.cached), "stop", first, ())
    tokens, reasoning, finish = _lengths(asked, settings, chance)
    each = settings.tokens_per_chunk
    more = -(-tokens // each) + -(-reasoning // each) - 1
    return Plan(
        fault, tokens, reasoning, round(asked.prompt * settings.cached), finish, first, _gaps(settings, more, chance)
    )


def _lengths(asked: Asked, settings: Settings, chance: random.Random) -> tuple[int, int, str]:
    tokens, reasoning = max(1, round(settings.tokens(chance))), round(settings.reasoning(chance))
    if asked.longest is None or tokens + reasoning <= asked.longest:
        return tokens, reasoning, "stop"
    reasoning = min(reasoning, asked.longest - 1)
    return asked.longest - reasoning, reasoning, "length"


def _gaps(settings: Settings, many: int, chance: random.Random) -> tuple[int, ...]:
    fixed = settings.itl.fixed
    if fixed is not None:
        return (round(fixed * NANO),) * many
    return tuple([round(settings.itl(chance) * NANO) for _ in range(many)])


def _fault(chance: float, settings: Settings) -> str:
    reached = 0.0
    for name, rate in settings.faults.items():
        reached += rate
        if chance < reached:
            return name
    return ""


def pieces(plan: Plan, each: int, number: int) -> Iterator[tuple[bytes, bool]]:
    """The texts of the chunks in order, and which of them are reasoning."""
    for many, thought in ((plan.reasoning, True), (plan.tokens, False)):
        for at in range(0, many, each):
            yield said(number + at, min(each, many - at)), thought


def said(start: int, many: int) -> bytes:
    """So many tokens of the text, from one of them on."""
    if many == 1:
        return TOKENS[start % len(TOKENS)]
    return b"".join([TOKENS[at % len(TOKENS)] for at in range(start, start + many)])
