"""A whole answer out of what the engine kept of one exchange: success, or which failure it was.

Runs after the stream has ended. The order in which faults are looked for is the order in which a client meets them:
the status, an error or nonsense in the stream, the transport, the missing end, the missing content.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from ..secrets import Cleaner, cleaner
from .failures import LOOKED_AT, Failure, of_status, told
from .interface import NO_TIMINGS, NO_USAGE, Api, Sent, Timings, Usage
from .limits import Headers, Limits, kept, limits, request_id
from .streams import Gathered, Kind, gather_whole, gathering, start


@dataclass(frozen=True, slots=True)
class Exchange:
    """What the engine kept of one request's answer."""

    status: int
    """0 where no answer came."""
    headers: Headers = field(repr=False)
    reads: Sequence[bytes] = field(repr=False)
    """The body as the socket reads brought it: without transfer coding, uncompressed; a read without any is b""."""
    stream: bool
    """Whether a streamed answer was asked for."""
    whole: bool = True
    """The body ended as HTTP has it: by its last chunk, its length, or a close where neither was announced."""
    broken: Failure | None = None
    """What the transport met, where it met something: connect, tls, read_timeout, total_timeout, reset or client."""
    why: str = ""
    """In words."""
    secrets: tuple[str, ...] = field(default=(), repr=False)
    """Keys that were sent, so that an answer that repeats them can't put them into a result."""


class Chunk(NamedTuple):
    """One event that brought something to see; role-only and empty ones are none."""

    read: int
    kind: Kind
    """An event that brings reasoning and an answer at once counts as the answer."""
    coalesced: bool
    """The chunk before came in the same socket read: the gap between the two was not seen."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back from one request. Keys are nowhere in it."""

    failure: Failure | None
    """None: success."""
    message: str = ""
    """A sample of what went wrong, in one short line."""
    status: int = 0
    chunks: tuple[Chunk, ...] = ()
    """In order. An answer that isn't streamed is one chunk, of the read that brought its last byte."""
    events: int = 0
    """All events, those without content included."""
    content: str = ""
    reasoning: str = ""
    tool: str = ""
    finish: str = ""
    model: str = ""
    terminal: bool = False
    """The end of the answer was seen."""
    usage: Usage = NO_USAGE
    timings: Timings = NO_TIMINGS
    headers: tuple[tuple[str, str], ...] = ()
    """Those that matter later: limits and request ids, as sent."""
    size: int = 0
    """Bytes of the body."""

    @property
    def limits(self) -> Limits:
        """What the headers tell of limits; read where it is asked for, since that takes as long as a dozen tokens."""
        return limits(self.headers)

    @property
    def request_id(self) -> str:
        """The provider's name for the request; empty where it gives none."""
        return request_id(self.headers)

    @property
    def first_read(self) -> int | None:
        """The read of the first chunk: time to first token ends there."""
        return self.chunks[0].read if self.chunks else None

    @property
    def first_answer_read(self) -> int | None:
        """The read of the first chunk that isn't reasoning: time to first answer ends there."""
        return next((each.read for each in self.chunks if each.kind != "reasoning"), None)

    @property
    def last_read(self) -> int | None:
        """The read of the last chunk."""
        return self.chunks[-1].read if self.chunks else None


def read_answer(api: Api, exchange: Exchange) -> Answer:
    """What came back, by a protocol. Never raises for what a server sent."""
    steps = reading(api, exchange)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            answer: Answer = end.value
            return answer


def reading(api: Api, exchange: Exchange) -> Generator[None, None, Answer]:
    """The same in small steps, for whoever has other things to do between them: an answer can be large."""
    clean = cleaner(exchange.secrets)
    failure, message, got = yield from _judged(api, exchange)
    headers = [(name, clean.known(value)) for name, value in exchange.headers]
    sent = tuple(_clean(each, clean) for each in got.usage)
    return Answer(
        failure=failure,
        message=clean.message(message) if failure else "",
        status=exchange.status,
        chunks=_chunks(got),
        events=got.events,
        content=clean.known("".join(got.content)),
        reasoning=clean.known("".join(got.reasoning)),
        tool=clean.known("".join(got.tool)),
        finish=clean.known(got.finish),
        model=clean.known(got.model),
        terminal=got.terminal,
        usage=api.usage(sent) if sent else NO_USAGE,
        timings=_timed(got.timings, clean),
        headers=kept(headers),
        size=sum(map(len, exchange.reads)),
    )


def _judged(api: Api, exchange: Exchange) -> Generator[None, None, tuple[Failure | None, str, Gathered]]:
    nothing = Gathered()
    if not exchange.status:
        return exchange.broken or "client", exchange.why or "no answer came", nothing
    if not 200 <= exchange.status < 300:
        return (*_of_status(exchange), nothing)
    if exchange.stream and api.framing:
        got = yield from gathering(api, exchange.reads)
    else:
        got = gather_whole(api, exchange.reads)
    got.terminal = got.done or _ended_well(api, exchange, got)
    return (*_of_body(exchange, got), got)


def _of_status(exchange: Exchange) -> tuple[Failure, str]:
    body = start(exchange.reads, LOOKED_AT)
    failure = of_status(exchange.status, body)
    if 300 <= exchange.status < 400:
        return failure, f"HTTP {exchange.status}: a redirect, which is not followed; give the address that it leads to"
    return failure, told(exchange.status, body)


def _ended_well(api: Api, exchange: Exchange, got: Gathered) -> bool:
    """Whether the body's end is the answer's, without a marker."""
    if not exchange.whole or exchange.broken or got.failure or not got.events:
        return False
    return api.ends == "body" or (api.ends == "finish" and bool(got.finish))


def _of_body(exchange: Exchange, got: Gathered) -> tuple[Failure | None, str]:
    """The failure of an answer whose status is fine."""
    if got.failure and not (got.cut and (exchange.broken or not exchange.whole)):
        return got.failure, got.why
    if exchange.broken and not got.done:
        return exchange.broken, exchange.why
    if not exchange.whole and not got.done:
        return "truncated", "the connection was closed in the middle of the answer"
    if not got.terminal:
        if not any(piece.strip() for piece in exchange.reads):
            return "empty", "the answer has no body"
        return "truncated", "the answer ended without its end marker"
    if not got.marks:
        why = f"; it ended with {got.finish!r}" if got.finish else ""
        return "empty", f"the answer has no content{why}"
    return None, ""


def _chunks(got: Gathered) -> tuple[Chunk, ...]:
    befores = (-1, *(read for read, _ in got.marks))
    return tuple([Chunk(read, kind, read == before) for (read, kind), before in zip(got.marks, befores, strict=False)])


def _clean(sent: Sent, clean: Cleaner) -> Sent:
    return Sent(sent.source, clean.known_in(sent.object))


def _timed(timings: Timings | None, clean: Cleaner) -> Timings:
    if timings is None or timings.sent is None:
        return timings or NO_TIMINGS
    return replace(timings, sent=_clean(timings.sent, clean))
