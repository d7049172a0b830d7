"""Conversations: which of their turns are asked, after what.

`last`: the conversation up to its last turn of the user's is one request; answers recorded before it are sent along.
`each`: every turn of the user's is a request, with what was recorded before it. An answer at the end is what came back
then, and is left out. Turns of the user's that no answer follows, in a conversation without a recorded one behind them,
are asked one after another, each after the real answer.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from ..protocols.interface import Message, Role
from .entries import Entry, is_list, is_object, named
from .reading import Turns

ROLES: dict[str, Role] = {
    "system": "system",
    "developer": "system",
    "user": "user",
    "human": "user",
    "assistant": "assistant",
    "model": "assistant",
    "gpt": "assistant",
    "chatgpt": "assistant",
    "bing": "assistant",
    "bard": "assistant",
}
"""Who speaks, as APIs and ShareGPT's files call him."""
_TEXTS = ("text", "input_text", "output_text")


class Asked(NamedTuple):
    """One request of a conversation."""

    messages: tuple[Message, ...]
    then: tuple[Message, ...] = ()


def asked(messages: tuple[Message, ...], turns: Turns) -> list[Asked]:
    """The requests of a conversation; none where the user says nothing."""
    kept = without_last_answers(messages)
    if not any(each.role == "user" for each in kept):
        return []
    last = _last(kept) if len(kept) == len(messages) else Asked(kept)
    return [*(_before(kept) if turns == "each" else ()), last]


def without_last_answers(messages: tuple[Message, ...]) -> tuple[Message, ...]:
    """The turns up to the last that isn't an answer."""
    end = len(messages)
    while end and messages[end - 1].role == "assistant":
        end -= 1
    return messages[:end]


def _before(kept: tuple[Message, ...]) -> list[Asked]:
    """What was asked before each recorded answer."""
    return [
        Asked(kept[:at])
        for at, each in enumerate(kept)
        if at and each.role == "assistant" and kept[at - 1].role == "user"
    ]


def _last(kept: tuple[Message, ...]) -> Asked:
    """The turns behind the last recorded answer: the first of the user's now, the others later."""
    answered = max((at for at, each in enumerate(kept) if each.role == "assistant"), default=-1)
    first = next(at for at, each in enumerate(kept) if at > answered and each.role == "user")
    said = tuple(each for each in kept[first + 1 :] if each.role == "system")
    return Asked((*kept[:first], *said, kept[first]), tuple(each for each in kept[first + 1 :] if each.role == "user"))


def messages(entry: Entry, value: object, name: str) -> tuple[Message, ...] | None:
    """Turns as APIs have them, `{"role": …, "content": …}`. Notes what can't be sent, then None."""
    if not is_list(value) or not value:
        entry.wrong(f"{name}: expected a list of messages, found {'an empty list' if value == [] else named(value)}")
        return None
    found = [_message(entry, each, f"{name}[{at}]") for at, each in enumerate(value)]
    return tuple(each for each in found if each) if None not in found else None


def _message(entry: Entry, value: object, name: str) -> Message | None:
    if not is_object(value):
        entry.wrong(f"{name}: expected a message with role and content, found {named(value)}")
        return None
    said = value.get("role")
    role = ROLES.get(said) if isinstance(said, str) else None
    if role is None:
        what = "a tool's turns can't be sent" if said in ("tool", "function") else f"known roles are {', '.join(ROLES)}"
        entry.wrong(f"{name}.role: {named(said)}: {what}")
        return None
    text = content(entry, value.get("content"), f"{name}.content")
    return None if text is None else Message(role, text)


def content(entry: Entry, value: Any, name: str) -> str | None:
    """A text, or the texts of a list of parts. Notes what is no text, then None."""
    if isinstance(value, str) and value.strip():
        return value
    if isinstance(value, str):
        entry.wrong(f"{name} is empty")
        return None
    if not is_list(value):
        entry.wrong(f"{name}: expected a text, found {named(value)}")
        return None
    texts = [each.get("text") if is_object(each) and each.get("type", "text") in _TEXTS else None for each in value]
    if not texts or not all(isinstance(each, str) for each in texts):
        kinds = {str(each.get("type")) if is_object(each) else named(each) for each in value} - set(_TEXTS)
        entry.wrong(f"{name}: only text can be sent, found {', '.join(sorted(kinds)) or 'none'}")
        return None
    return "\n\n".join(str(each) for each in texts)
