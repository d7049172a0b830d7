"""Newline-delimited JSON: a line is an event. Source: the ndjson specification, as Ollama's API uses it."""

from __future__ import annotations

from .interface import LIMIT, Event, FramingError
from .lines import Lines


class Ndjson:
    """Frames NDJSON. Lines end with LF or CRLF, and those of white space alone are no events."""

    __slots__ = ("_lines", "_read")

    def __init__(self, limit: int = LIMIT) -> None:
        self._lines = Lines(limit)
        self._read = 0

    @property
    def idle(self) -> bool:
        """Never: each piece is to be fed."""
        return False

    def alone(self, piece: bytes) -> bytes | None:
        """None: each piece is to be fed."""
        del piece
        return None

    def feed(self, read: int, piece: bytes) -> list[Event]:
        """The lines that this piece ended. Raises FramingError."""
        self._read = read if piece else self._read
        events: list[Event] = []
        for line in self._lines.take(piece).split(b"\n"):
            if len(line) > self._lines.limit:
                raise FramingError("a line", self._lines.limit, tuple(events))
            data = line.strip()
            if data:
                events.append(Event(read, data))
        if self._lines.overlong:
            raise FramingError("a line", self._lines.limit, tuple(events))
        return events

    def close(self) -> list[Event]:
        """The last line, where no line end followed it: whether it is whole is for its reader to see."""
        data = self._lines.rest().strip()
        return [Event(self._read, data, whole=False)] if data else []
