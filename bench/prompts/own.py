"""Entries of our own format, in JSON, YAML or CSV; docs/prompts.md has them for users.

prompt, messages or turns say what is asked; system, tags, weight, expect, at or timestamp, max_output, fields and name
say more.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

from ..protocols.interface import Message, Prompt
from .chats import Asked, asked, messages
from .entries import Entry, is_object, named
from .expected import expected
from .model import Case
from .times import STAMPS, time_of

TEXTS = ("prompt", "text", "question", "input")
BOUNDS = ("max_output", "max_tokens")
NAMES = ("name", "id", "custom_id")
FIELDS = (
    *TEXTS,
    *("messages", "turns", "system", "tags", "weight", "expect", "at"),
    *STAMPS,
    *BOUNDS,
    *NAMES,
    "fields",
)
"""All that an entry may hold."""
_SEPARATORS = re.compile(r"\s*[,;|]\s*")


def cases(entry: Entry) -> list[Case]:
    """What an entry asks; an expectation is one of its last case. None where it asks nothing, which is noted."""
    entry.known(FIELDS)
    found = _requests(entry)
    like = Case(
        Prompt((), _fields(entry)),
        tags=_tags(entry),
        weight=_weight(entry),
        at=time_of(entry),
        max_output=entry.count(*BOUNDS),
        name=entry.text(*NAMES),
    )
    expect = expected(entry)
    made = [replace(like, prompt=replace(like.prompt, messages=each.messages), then=each.then) for each in found]
    return [*made[:-1], *(replace(each, expect=expect) for each in made[-1:])]


def _requests(entry: Entry) -> list[Asked]:
    given = [name for name in (*TEXTS, "messages", "turns") if entry.members.get(name) is not None]
    if len(given) != 1:
        both = f"{given[0]} and {given[1]} both say what is asked: leave out one" if given else ""
        entry.wrong(both or "nothing is asked: give prompt, messages or turns")
        return []
    system = entry.text("system")
    head = (Message("system", system),) if system else ()
    match given[0]:
        case "messages":
            return _conversation(entry, head)
        case "turns":
            first, *others = entry.texts("turns") or ("",)
            return [Asked((*head, Message("user", first)), tuple(Message("user", each) for each in others))]
        case name:
            return [Asked((*head, Message("user", entry.text(name))))]


def _conversation(entry: Entry, head: tuple[Message, ...]) -> list[Asked]:
    said = messages(entry, entry.members["messages"], "messages")
    found = asked((*head, *said), entry.reading.turns or "last") if said else []
    if said and not found:
        entry.wrong("messages: the user says nothing: one message needs the role user")
    return found


def _tags(entry: Entry) -> tuple[str, ...]:
    """A list, or words parted by commas, semicolons or bars."""
    value = entry.members.get("tags")
    if isinstance(value, str):
        return tuple(dict.fromkeys(each for each in _SEPARATORS.split(value.strip()) if each))
    return tuple(dict.fromkeys(entry.texts("tags")))


def _weight(entry: Entry) -> float:
    weight = entry.number("weight")
    if weight is not None and not 1e-6 <= weight <= 1e6:
        entry.wrong(f"weight: {weight:g} is not between 0.000001 and 1,000,000; leave out a prompt that isn't wanted")
        return 1.0
    if weight is not None and weight != 1 and entry.one(("at", *STAMPS))[1] is not None:
        entry.wrong("weight: a prompt with a time is sent once, at that time: leave out one of them")
    return 1.0 if weight is None else weight


def _fields(entry: Entry) -> dict[str, Any]:
    """Further values for the template of the user's own endpoint."""
    value = entry.members.get("fields")
    if value is None:
        return {}
    if not is_object(value):
        entry.wrong(f"fields: expected an object, found {named(value)}")
        return {}
    try:
        json.dumps(value, allow_nan=False)
    except ValueError:
        entry.wrong("fields: JSON has no such numbers as NaN and Infinity")
    return value
