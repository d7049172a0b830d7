"""Conversations as ShareGPT's files hold them: turns with `from` and `value`.

These are other people's, gathered by the ten thousand, so what can't be asked is left out and counted, not refused:
conversations without a turn of the user's, with turns of tools, or broken ones. Every turn of the user's is asked, with
what was recorded before it: so the prompts are as long as a chat service's are.
"""

from __future__ import annotations

from typing import Any

from ..protocols.interface import Message, Prompt
from .chats import ROLES, asked
from .entries import is_list, is_object
from .model import Case
from .reading import Reading

TURNS = ("conversations", "conversation", "items")


def turns_of(value: dict[str, Any]) -> list[Any] | None:
    """The turns of an entry of this shape; None for other shapes."""
    return next((each for name in TURNS if is_list(each := value.get(name))), None)


def cases(value: dict[str, Any], turns: list[Any], reading: Reading) -> list[Case]:
    """What is asked in a conversation, named by the conversation's id."""
    said = [_message(each) for each in turns]
    if None in said:
        reading.tell(
            "conversation left out: it has a turn that is not one of a user, a model or the system, or no text"
        )
        return []
    found = asked(_from_the_first_question([each for each in said if each]), reading.turns or "each")
    if not found:
        reading.tell("conversation left out: the user says nothing in it")
    name = str(value.get("id") or "")
    return [Case(Prompt(each.messages), then=each.then, name=name) for each in found]


def _message(turn: object) -> Message | None:
    if not is_object(turn):
        return None
    role = ROLES.get(str(turn.get("from") or turn.get("role")).lower())
    text = turn.get("value") or turn.get("content")
    return Message(role, text) if role and isinstance(text, str) and text.strip() else None


def _from_the_first_question(said: list[Message]) -> tuple[Message, ...]:
    """Without answers to what wasn't recorded: APIs want a conversation to begin with the user."""
    first = next((at for at, each in enumerate(said) if each.role == "user"), len(said))
    return (*(each for each in said[:first] if each.role == "system"), *said[first:])
