"""Requests as the files of batch APIs hold them: OpenAI's (`body`) and Anthropic's (`params`).

What is asked and how long the answer may be are taken from them; the model and all else are the run's own, which is
said. A list of messages is one request, as it stands; only an answer at its end is left out.
"""

from __future__ import annotations

from typing import Any

from ..protocols.interface import Message, Prompt
from .chats import content, messages, without_last_answers
from .entries import Entry, is_list, is_object
from .model import Case
from .reading import Row

_BOUNDS = ("max_tokens", "max_completion_tokens", "max_output_tokens")
_READ = frozenset(
    (*_BOUNDS, "messages", "input", "instructions", "prompt", "system", "model", "stream", "stream_options")
)


def body_of(value: dict[str, Any]) -> dict[str, Any] | None:
    """The request that an entry of this shape holds; None for other shapes."""
    found = value.get("body", value.get("params"))
    return found if is_object(found) else None


def cases(row: Row, body: dict[str, Any], entry: Entry) -> list[Case]:
    """The one case of a request; none where it has mistakes, which are noted."""
    inner = Entry(row, entry.reading, body)
    entry.known(("custom_id", "method", "url", "body", "params"))
    said = _said(inner)
    bound = inner.count(*_BOUNDS)
    for name in sorted(set(body) - _READ):
        entry.reading.tell(f"{name} not taken over from a batch: the run's own options hold")
    if isinstance(model := body.get("model"), str):
        entry.reading.tell(f"{model} not taken over from a batch: the run's own model is asked")
    if said is None:
        return []
    kept = without_last_answers(said)
    if not any(each.role == "user" for each in kept):
        inner.wrong("the user says nothing: one message needs the role user")
        return []
    return [Case(Prompt(kept), max_output=bound, name=entry.text("custom_id"))]


def _said(inner: Entry) -> tuple[Message, ...] | None:
    name, value = inner.one(("messages", "input", "prompt"))
    if value is None:
        inner.wrong("the request asks nothing: it has neither messages nor input nor prompt")
        return None
    system = _system(inner)
    said = _texts(inner, name, value) if _is_text(value) else messages(inner, value, name)
    return None if said is None or system is None else (*system, *said)


def _is_text(value: object) -> bool:
    return isinstance(value, str) or (is_list(value) and bool(value) and all(isinstance(x, str) for x in value))


def _texts(inner: Entry, name: str, value: Any) -> tuple[Message, ...] | None:
    listed: list[str] = [value] if isinstance(value, str) else value
    if not all(each.strip() for each in listed):
        inner.wrong(f"{name} is empty")
        return None
    return tuple(Message("user", each) for each in listed)


def _system(inner: Entry) -> tuple[Message, ...] | None:
    """What is said as system beside the messages: Responses' `instructions`, Anthropic's `system`."""
    name, value = inner.one(("instructions", "system"))
    if value is None:
        return ()
    text = content(inner, value, name)
    return None if text is None else (Message("system", text),)
