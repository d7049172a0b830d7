"""Plausible text of a wanted number of tokens, quick to make and never the same twice.

It is built of words that are one token each in OpenAI's vocabularies and Qwen's, so its length is known without a
tokenizer and the same prompts come out on every machine. Other vocabularies cut a few of the words: some per cent more.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

VERSION = 1
"""Goes up whenever the same seed would bring other text."""
ENDING = " Write a detailed summary of the report above in your own words."
_ENDING = 13
"""Its tokens."""
_LEAST = 40
"""Tokens from which on a text ends with the request to sum it up: a model asked nothing may answer nothing."""
_OPENING = 5
"""Pieces of an opening: four nouns and a full stop."""
_NOUNS = 256
_SENTENCES = 1500
_BITS = 32
_ODD = 0x9E3779B1  # odd: multiplying by it mixes without making two numbers one


@dataclass(frozen=True, slots=True)
class Corpus:
    """Sentences in a row, cut into pieces of one token."""

    text: str
    cuts: tuple[int, ...]
    """Where each piece begins, and the end of the last."""
    starts: tuple[int, ...]
    """The pieces that begin a sentence."""

    def slice(self, start: int, count: int) -> str:
        """So many pieces from one on, round and round."""
        size = len(self.cuts) - 1
        start %= size
        laps, end = divmod(start + count, size)
        if not laps:
            return self.text[self.cuts[start] : self.cuts[end]]
        return self.text[self.cuts[start] :] + self.text * (laps - 1) + self.text[: self.cuts[end]]


def passage(count: int, mark: int, start: int) -> str:
    """A text of so many tokens. Its first words are the mark's own (below 2**32); it goes on from `start` on."""
    opening = _opening(mark)
    if count <= _OPENING:
        return "".join(opening[:count])
    asks = count >= _LEAST
    inner = count - _OPENING - (_ENDING if asks else 0)
    return "".join(opening) + _body(inner, start) + (ENDING if asks else "")


@lru_cache(maxsize=512)
def block(identity: int, count: int) -> str:
    """A part of a longer text, always the same for the same identity; begins with a space, as its tokens do."""
    opening = f" {''.join(_opening(identity * 2654435769))}"
    return opening + corpus().slice(_start(identity), count - _OPENING)


def _opening(mark: int) -> list[str]:
    """Four nouns that no other mark below 2**32 has."""
    nouns = words()["nouns"]
    mixed = mark * _ODD % (1 << _BITS)
    first, *others = (nouns[(mixed >> shift) % _NOUNS] for shift in (24, 16, 8, 0))
    return [first.capitalize(), *(f" {each}" for each in others), "."]


def _body(count: int, start: int) -> str:
    """Ends a sentence where that doesn't put two stops side by side, which would be one token."""
    if count < 2:
        return corpus().slice(_start(start), count)
    head = corpus().slice(_start(start), count - 1)
    return head + (corpus().slice(_start(start) + count - 1, 1) if head[-1] in ".," else ".")


def _start(number: int) -> int:
    starts = corpus().starts
    return starts[number % len(starts)]


@cache
def words() -> dict[str, tuple[str, ...]]:
    """The words by their kind."""
    lines = Path(__file__).with_name("words.txt").read_text(encoding="utf-8").splitlines()
    kinds = (line.partition(":") for line in lines if not line.startswith("#"))
    return {kind: tuple(listed.split()) for kind, _, listed in kinds}


@cache
def corpus() -> Corpus:
    """Built once a process, in about ten milliseconds; the same everywhere."""
    chance = random.Random(VERSION)  # noqa: S311 - text, no secret
    pieces: list[str] = []
    starts: list[int] = []
    for _ in range(_SENTENCES):
        starts.append(len(pieces))
        pieces += _sentence(lambda kind: f" {_one(chance, kind)}", chance.randrange(4))
    cuts = [0]
    for each in pieces:
        cuts.append(cuts[-1] + len(each))
    return Corpus("".join(pieces), tuple(cuts), tuple(starts))


def _one(chance: random.Random, kind: str) -> str:
    known = words()[kind]
    return known[int(chance.random() * len(known))]


def _sentence(word: Callable[[str], str], form: int) -> list[str]:
    subject = [" The", word("adjectives"), word("nouns"), word("verbs"), " the", word("nouns")]
    place = [word("prepositions"), " the", word("adjectives"), word("nouns")]
    match form:
        case 0:
            return [*subject, word("adverbs"), "."]
        case 1:
            return [*subject, *place, "."]
        case 2:
            return [*subject, ",", " and", " the", word("nouns"), word("verbs"), " it", *place, "."]
        case _:
            return [*(" In", " the", word("nouns"), ","), " the", *subject[1:], *place, "."]
