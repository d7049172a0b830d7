"""What a framer takes and gives.

A framer does no input or output and reads no clock. Whoever reads the socket numbers the reads; an event names the
read that completed it, so that (stamp, bytes) pairs kept while a stream ran give every event its time afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

LIMIT = 8 * 1024 * 1024
"""Bytes of a line, and of all data of one event: room for an image in base64, and a bound for what never ends."""


class FramingError(Exception):
    """A line or an event is longer than the limit. Its text is one line, worded for the user.

    `events` are those that were complete before it: none is lost. The framer that raised it is of no further use.
    """

    def __init__(self, what: str, limit: int, events: tuple[Event, ...] = ()) -> None:
        super().__init__(f"{what} of the answer is longer than {limit:,} bytes; this is no stream of small events")
        self.events = events


class Event(NamedTuple):
    """One event of a stream."""

    read: int
    """The socket read in which the event's last byte came: that of the line end by which it is known to be whole."""
    data: bytes
    """As sent: an SSE event's data lines joined by LF, or a line of NDJSON without its end."""
    name: str = ""
    """The SSE `event` field; empty where there was none."""
    id: str = ""
    """The last event id seen in the stream, as the standard has it."""
    whole: bool = True
    """False of what was left when the body ended before the end of the event."""


class Framer(Protocol):
    """Takes a body piece by piece, in order; pieces may be empty and may be cut anywhere."""

    def feed(self, read: int, piece: bytes) -> list[Event]:
        """The events that this piece completed. Raises FramingError."""
        ...

    @property
    def idle(self) -> bool:
        """Nothing is left of what came before; `alone` may be asked."""
        ...

    def alone(self, piece: bytes) -> bytes | None:
        """The data of a piece that is one event without a name and nothing else, which then isn't to be fed; None: feed
        it. It says so of a piece by itself, for a framer that is idle."""
        ...

    def close(self) -> list[Event]:
        """What is left at the body's end: at most one event, with `whole` False. Raises FramingError."""
        ...


def framed(framer: Framer, reads: Iterable[bytes]) -> Iterator[Event]:
    """All events of a body that was kept as the pieces that the socket reads brought. Raises FramingError."""
    for number, piece in enumerate(reads):
        try:
            events = framer.feed(number, piece)
        except FramingError as error:
            yield from error.events
            raise
        yield from events
    yield from framer.close()
