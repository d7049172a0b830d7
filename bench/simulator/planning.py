"""What becomes of a request: drawn from the settings by its number, so that a seed gives the same every time."""

from __future__ import annotations

import random
from dataclasses import dataclass

from .settings import Settings

TEXT = """The tide turns when the moon has passed and water follows slowly over sand stones weed while gulls wait for
what it leaves behind on every shore of this old patient sea under clouds that seldom hurry"""
WORDS = TEXT.split()


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


@dataclass(frozen=True, slots=True)
class Plan:
    """What is answered, and when: seconds from the moment at which it is worked on."""

    fault: str
    """Of FAULTS; empty: none."""
    tokens: int
    """Of the answer, without reasoning."""
    reasoning: int
    cached: int
    finish: str
    """stop or length."""
    first: float
    gaps: tuple[float, ...]
    """Before each further chunk."""

    @property
    def output(self) -> int:
        """Tokens of both kinds."""
        return self.tokens + self.reasoning


def planned(asked: Asked, settings: Settings) -> Plan:
    """The plan for a request."""
    chance = random.Random(f"{settings.seed}:{asked.number}")  # noqa: S311 - a simulation, no secret
    fault = _fault(chance.random(), settings)
    wanted = max(1, round(settings.tokens(chance)))
    reasoning = settings.reasoning
    finish = "stop"
    if asked.longest is not None and wanted + reasoning >= asked.longest:
        reasoning = min(reasoning, max(0, asked.longest - 1))
        wanted, finish = max(1, asked.longest - reasoning), "length"
    first = settings.ttft(chance)
    each = settings.tokens_per_chunk
    chunks = -(-wanted // each) + -(-reasoning // each)
    fixed = settings.itl.fixed
    gaps = (fixed,) * (chunks - 1) if fixed is not None else tuple(settings.itl(chance) for _ in range(chunks - 1))
    return Plan(fault, wanted, reasoning, round(asked.prompt * settings.cached), finish, first, gaps)


def _fault(chance: float, settings: Settings) -> str:
    reached = 0.0
    for name, rate in settings.faults.items():
        reached += rate
        if chance < reached:
            return name
    return ""


def pieces(plan: Plan, each: int, number: int) -> list[tuple[str, bool]]:
    """The texts of the chunks in order, and which of them are reasoning."""
    return [
        (text, thought)
        for many, thought in ((plan.reasoning, True), (plan.tokens, False))
        for text in _texts(many, each, number)
    ]


def _texts(many: int, each: int, number: int) -> list[str]:
    words = [f" {WORDS[(number + at) % len(WORDS)]}" for at in range(many)]
    return ["".join(words[at : at + each]) for at in range(0, many, each)]
