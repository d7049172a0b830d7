"""Decks out of files, texts, lengths, and the set that is shipped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ..mistakes import PromptsError
from ..protocols import asked
from . import batches, own, sharegpt
from .deck import Deck
from .entries import Entry, is_object, named
from .formats import rows
from .lengths import lengths
from .model import Case
from .planned import Planned
from .pools import Item, Synthetic, pool
from .reading import Reading, Row, Times, Turns
from .sources import sources
from .times import ordered
from .traces import planned, shape_of

SHIPPED = Path(__file__).with_name("default.yaml")


def load(
    source: str | Path, *, seed: int = 0, salt: str = "", turns: Turns | None = None, times: Times | None = None
) -> Deck:
    """The prompts of a file, a folder or standard input (`-`). Raises PromptsError with all mistakes.

    `turns`: which turns of recorded conversations are asked; None: each of ShareGPT's, the last of `messages`.
    `times`: the unit of numbers in `timestamp`; None: worked out, and said in the deck's notes.
    """
    reading = Reading(turns, times)
    items = [
        item
        for each in sources(Path(source), reading)
        for row in rows(each, reading)
        for item in _tagged(row, each.tags, reading)
    ]
    items = ordered(items, str(source), reading)
    reading.end()
    if not items:
        raise PromptsError([f"{source}: there are no prompts in it", *reading.notes])
    return Deck(pool(items, seed), str(source), salt, reading.notes)


def inline(*texts: str, seed: int = 0, salt: str = "") -> Deck:
    """The texts themselves, a prompt each. Raises PromptsError for empty ones."""
    if not texts or not all(each.strip() for each in texts):
        raise PromptsError(["the prompt is empty"])
    return replace(Deck.of([Case(asked(each)) for each in texts], seed=seed, salt=salt), source="inline")


def default(*, seed: int = 0, salt: str = "") -> Deck:
    """The small set that is shipped: twenty-eight tasks of several kinds and lengths, some with answers to check."""
    return replace(load(SHIPPED, seed=seed, salt=salt), source="default")


def synthetic(spec: str, *, output: str = "", seed: int = 0, salt: str = "") -> Deck:
    """Prompts of wanted lengths in tokens, each another: `normal:500,100`. `output` bounds the answers' lengths alike.

    Raises PromptsError for what is no length.
    """
    made = Synthetic(lengths(spec), seed, lengths(output) if output else None)
    ends = f", answers {made.outputs}" if made.outputs else ""
    return Deck(made, f"synthetic {made.lengths}{ends}", salt)


def _tagged(row: Row, tags: tuple[str, ...], reading: Reading) -> Iterator[Item]:
    for each in _items(row, reading):
        yield replace(each, tags=tuple(dict.fromkeys((*each.tags, *tags)))) if tags else each


def _items(row: Row, reading: Reading) -> list[Case] | list[Planned]:
    """What an entry asks, by its shape."""
    value = row.value
    if isinstance(value, str):
        return _text(row, reading)
    if not is_object(value):
        reading.wrong(row.place, f"expected a text or an object with prompt, found {named(value)}")
        return []
    entry = Entry(row, reading)
    if (turns := sharegpt.turns_of(value)) is not None:
        return sharegpt.cases(value, turns, reading)
    if (body := batches.body_of(value)) is not None:
        return batches.cases(row, body, entry)
    if shape := shape_of(value):
        return planned(entry, shape)
    return own.cases(entry)


def _text(row: Row, reading: Reading) -> list[Case]:
    if not row.value.strip():
        reading.wrong(row.place, "the prompt is empty")
        return []
    return [Case(asked(row.value))]
