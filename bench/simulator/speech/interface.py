"""What an answer is made of, whoever words it."""

from __future__ import annotations

import json
from typing import Any, Protocol

Json = dict[str, Any]
MARK = "\0"
"""Stands for the text of a chunk in what is written once for all of them."""
_ESCAPED = b"\\u0000"

compact = json.JSONEncoder(separators=(",", ":")).encode
"""JSON without spaces."""


class Speech(Protocol):
    """One answer. All bytes of a stream are whole events, or lines of NDJSON."""

    content_type: str
    """Of the stream."""
    spent: tuple[int, int]
    """Nanoseconds that the prompt and the answer took; set before `after` and `whole`."""

    def before(self) -> bytes:
        """What comes before the first token: roles and beginnings."""
        ...

    def piece(self, text: bytes, *, thought: bool) -> bytes:
        """A chunk of the answer, or of its reasoning; the text is as JSON writes it."""
        ...

    def after(self) -> bytes:
        """The finish, the counts and the end marker."""
        ...

    def whole(self, text: str, thought: str) -> bytes:
        """The answer in one piece, and its reasoning."""
        ...

    def error(self, status: int, message: str) -> bytes:
        """The body of an error."""
        ...

    def error_event(self) -> bytes:
        """An error in the middle of a stream."""
        ...

    def malformed(self) -> bytes:
        """An event that is no JSON."""
        ...


def event(value: Any, name: str = "") -> bytes:
    """A server-sent event."""
    head = f"event: {name}\n" if name else ""
    return f"{head}data: {compact(value)}\n\n".encode()


def around(data: bytes) -> tuple[bytes, bytes]:
    """What stands before and after MARK."""
    head, _, tail = data.partition(_ESCAPED)
    return head, tail
