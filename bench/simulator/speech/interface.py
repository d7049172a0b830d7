"""What an answer is made of, whoever words it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Protocol

Json = dict[str, Any]


class Speech(Protocol):
    """One answer. All bytes are whole events, or lines of NDJSON."""

    content_type: str
    """Of the stream."""

    def before(self) -> bytes:
        """What comes before the first token: roles and beginnings."""
        ...

    def piece(self, text: str, *, thought: bool) -> bytes:
        """A chunk of the answer, or of its reasoning."""
        ...

    def after(self) -> bytes:
        """The finish, the counts and the end marker."""
        ...

    def whole(self, pieces: Sequence[tuple[str, bool]]) -> bytes:
        """The answer in one piece."""
        ...

    def error(self, status: int, message: str) -> bytes:
        """The body of an error."""
        ...

    def error_event(self) -> bytes:
        """An error in the middle of a stream."""
        ...


def event(value: Any, name: str = "") -> bytes:
    """A server-sent event."""
    head = f"event: {name}\n" if name else ""
    return f"{head}data: {compact(value)}\n\n".encode()


def compact(value: Any) -> str:
    """JSON without spaces."""
    return json.dumps(value, separators=(",", ":"))


def split(pieces: Sequence[tuple[str, bool]]) -> tuple[str, str]:
    """The answer and its reasoning."""
    return "".join(text for text, thought in pieces if not thought), "".join(
        text for text, thought in pieces if thought
    )
