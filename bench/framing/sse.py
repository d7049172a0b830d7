"""Server-sent events as the WHATWG standard parses them ("Interpreting an event stream").

Lines end with CR, LF or CRLF; one byte order mark at the start is dropped; comments and unknown fields are ignored; an
event without data is none. Two differences, both for the sake of measuring: an event that the end of the body cuts off
is handed out (with `whole` False) where a browser drops it, and data stays bytes, so that a reader can tell bad UTF-8.
"""

from __future__ import annotations

from .interface import LIMIT, Event, FramingError
from .lines import Lines


class Sse:
    """Frames an event stream; `retry` is the reconnection time it asked for, in milliseconds."""

    __slots__ = ("_after_cr", "_data", "_id", "_lines", "_name", "_read", "_size", "retry")

    def __init__(self, limit: int = LIMIT) -> None:
        self.retry: int | None = None
        self._lines = Lines(limit)
        self._after_cr = False
        self._data: list[bytes] = []
        self._size = 0
        self._name = ""
        self._id = ""
        self._read = 0

    def feed(self, read: int, piece: bytes) -> list[Event]:
        """The events whose blank line this piece brought. Raises FramingError."""
        if not piece:
            return []
        self._read = read
        events: list[Event] = []
        whole = self._lines.take(self._with_lf(piece))
        if whole:
            self._blocks(whole, events)
        if self._lines.overlong:
            raise FramingError("a line", self._lines.limit, tuple(events))
        return events

    def close(self) -> list[Event]:
        """The event that the body's end cut off, its last line included though nothing ended it."""
        rest = self._lines.rest()
        events: list[Event] = []
        if rest:
            self._line(rest, events)
        self._dispatch(events, whole=False)
        return events

    @property
    def idle(self) -> bool:
        """Nothing is left of what came before: a piece is what it is by itself."""
        return self._lines.empty and not (self._after_cr or self._data or self._name)

    def alone(self, piece: bytes) -> bytes | None:
        """The data of a piece that is exactly one event of one data line, for a framer that is idle: so are nearly all
        pieces of a stream whose tokens come one by one. None: to be fed."""
        if (
            piece.startswith(b"data: ")
            and piece.find(b"\n") == len(piece) - 2
            and piece.endswith(b"\n")
            and b"\r" not in piece
            and len(piece) <= self._lines.limit
        ):
            return piece[6:-2]
        return None

    def _with_lf(self, piece: bytes) -> bytes:
        """The piece with every line end as LF. A CR ends its line at once: an LF that comes later belongs to it."""
        if self._after_cr:
            piece = piece.removeprefix(b"\n")
            self._after_cr = False
        if b"\r" in piece:
            self._after_cr = piece.endswith(b"\r")
            piece = piece.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        return piece

    def _blocks(self, whole: bytes, events: list[Event]) -> None:
        """Reads whole lines. Nearly all events are one data line: these take the short way."""
        blocks = whole.split(b"\n\n")
        last = blocks.pop()
        for block in blocks:
            if block.startswith(b"data: ") and b"\n" not in block and not self._data and not self._name:
                self._check(len(block), "a line", events)
                events.append(Event(self._read, block[6:], "", self._id))
            else:
                for line in block.split(b"\n"):
                    self._line(line, events)
                self._dispatch(events)
        for line in last.split(b"\n")[:-1]:
            self._line(line, events)

    def _line(self, line: bytes, events: list[Event]) -> None:
        self._check(len(line), "a line", events)
        if not line:
            self._dispatch(events)
            return
        field, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        match field:
            case b"data":
                self._size += len(value) + 1
                self._check(self._size - 1, "an event", events)
                self._data.append(value)
            case b"event":
                self._name = value.decode(errors="replace")
            case b"id" if b"\0" not in value:
                self._id = value.decode(errors="replace")
            case b"retry" if value.isdigit() and len(value) <= 18:
                self.retry = int(value)
            case _:
                return

    def _check(self, length: int, what: str, events: list[Event]) -> None:
        if length > self._lines.limit:
            raise FramingError(what, self._lines.limit, tuple(events))

    def _dispatch(self, events: list[Event], *, whole: bool = True) -> None:
        if self._data:
            events.append(Event(self._read, b"\n".join(self._data), self._name, self._id, whole))
            self._data.clear()
            self._size = 0
        self._name = ""
