"""Gathers what the events of one answer brought, up to the first fault."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Literal

from ..framing import Event, FramingError, Ndjson, Sse
from .alike import Alike
from .errors import NotTheProtocol
from .failures import Failure
from .interface import Api, Brief, Delta, Fault, Sent, Timings
from .jsons import an_object, fault, parsed

Kind = Literal["content", "reasoning", "tool", "items"]
FIELDS = (b":", b"data", b"event", b"id", b"retry")
SAMPLE = 400
"""Bytes of what was not understood that a message shows."""
SLICE = 16 << 10
"""Bytes of a stream that are read in one go: half a millisecond of usual events, some milliseconds of the worst."""
WHOLE = 16 << 20
"""Bytes of an answer in one piece, which is parsed in one go: a fifth of a second for numbers."""
HEAD = 64 << 10
"""Bytes that tell what came in place of a stream."""


class Gathered:
    """What has been read so far; filled in place, since a stream has hundreds of events."""

    __slots__ = (
        "content",
        "cut",
        "done",
        "events",
        "failure",
        "finish",
        "marks",
        "model",
        "reasoning",
        "terminal",
        "timings",
        "tool",
        "usage",
        "why",
    )

    def __init__(self) -> None:
        self.marks: list[tuple[int, Kind]] = []
        self.content: list[str] = []
        self.reasoning: list[str] = []
        self.tool: list[str] = []
        self.finish = ""
        self.model = ""
        self.usage: list[Sent] = []
        self.timings: Timings | None = None
        self.events = 0
        self.done = False
        self.terminal = False
        self.failure: Failure | None = None
        self.why = ""
        self.cut = False
        """The fault is one that a cut body has too: what can't be read is the last of it."""

    def say(self, read: int, text: str) -> None:
        """Adds an event that brought nothing but text, or an empty one."""
        self.events += 1
        if text:
            self.marks.append((read, "content"))
            self.content.append(text)

    def take(self, read: int, delta: Delta) -> None:
        """Adds what an event brought."""
        content, reasoning, tool, finish, usage, timings, model, error, done, items = delta
        if content or tool or items:
            self.marks.append((read, "content" if content else "tool" if tool else "items"))
            self.content.append(content)
            self.tool.append(tool)
        elif reasoning:
            self.marks.append((read, "reasoning"))
        if reasoning:
            self.reasoning.append(reasoning)
        self.finish = finish or self.finish
        self.model = model or self.model
        if usage:
            self._count(usage)
        self.timings = timings or self.timings
        if error:
            self.fail("stream_error", f"{error.kind}: {error.message}" if error.kind else error.message)
        self.done = done or self.done

    def fail(self, failure: Failure, why: str) -> None:
        """Notes the first fault. What comes behind the end marker is none: nobody reads it."""
        if not self.done and not self.failure:
            self.failure, self.why = failure, why

    def _count(self, usage: Sent) -> None:
        """Keeps the last object of each source: some servers count anew in every chunk."""
        if self.usage and self.usage[-1].source == usage.source:
            self.usage[-1] = usage
        else:
            self.usage.append(usage)


Steps = Generator[None, None, Gathered]
"""Work in small steps with its result at the end, so that no answer holds up anything else for long."""


def gathering(api: Api, reads: Sequence[bytes]) -> Steps:
    """What a streamed answer brought."""
    got, framer, worked = Gathered(), Sse() if api.framing == "sse" else Ndjson(), 0
    find = api.brief if isinstance(api, Brief) else _never

    def of_piece(piece: bytes) -> str | None:
        data = framer.alone(piece)
        return None if data is None else find(data)

    brief, whole = Alike(find).text, Alike(of_piece).text
    try:
        for number, piece in _sliced(reads):
            text = whole(piece) if got.events and framer.idle else None
            if text is not None:
                got.say(number, text)
            elif not _took_all(api, framer.feed(number, piece), got, brief):
                return got
            worked += len(piece)
            if worked >= SLICE:
                worked = 0
                yield
        _took_all(api, framer.close(), got)
    except FramingError as error:
        _took_all(api, error.events, got)
        got.fail("malformed", str(error))
    if not got.events and not got.failure:
        _no_stream(reads, got)
    return got


def _sliced(reads: Sequence[bytes]) -> Iterator[tuple[int, bytes]]:
    for number, piece in enumerate(reads):
        if len(piece) <= SLICE:
            yield number, piece
        else:
            yield from ((number, piece[at : at + SLICE]) for at in range(0, len(piece), SLICE))


def _never(_: bytes) -> None:
    return None


def _took_all(api: Api, events: Sequence[Event], got: Gathered, brief: Callable[[bytes], str | None] = _never) -> bool:
    """Whether reading goes on behind these events. The first one, which names the model, is looked at closely."""
    for event in events:
        text = brief(event.data) if got.events and not event.name and event.whole else None
        if text is not None:
            got.say(event.read, text)
            continue
        got.events += 1
        if not _took(api, event, got):
            return False
    return True


def _took(api: Api, event: Event, got: Gathered) -> bool:
    """Whether reading goes on behind this event."""
    try:
        delta = api.delta(event)
    except NotTheProtocol as error:
        if event.name == "error":
            got.take(event.read, Delta(error=_told(event.data)))
        elif event.whole or not _may_be_cut(event.data):
            got.fail("malformed", f"{error}: {_sample(event.data)}")
        return False
    if event.name == "error" and not delta.error:
        delta = Delta(error=_told(event.data))
    got.take(event.read, delta)
    return not got.failure


def _told(data: bytes) -> Fault:
    """The error that an event of that name tells, whatever its form."""
    try:
        return fault(parsed(data))
    except NotTheProtocol:
        return Fault("", _sample(data))


def _may_be_cut(data: bytes) -> bool:
    return not data or data.startswith((b"{", b"["))


def _may_be_field(line: bytes) -> bool:
    """Whether a line is of an event stream, or the beginning of one that was cut."""
    return line.startswith(FIELDS) or any(each.startswith(line) for each in FIELDS)


def _sample(data: bytes) -> str:
    return data[:SAMPLE].decode(errors="replace")


def _no_stream(reads: Sequence[bytes], got: Gathered) -> None:
    """Says what came in place of a stream, if anything did: an error as JSON, an answer in one piece, a page."""
    body = start(reads, WHOLE)
    lines = [line for line in body[:HEAD].splitlines() if line.strip()]
    if all(line.startswith(FIELDS) for line in lines[:-1]) and (not lines or _may_be_field(lines[-1])):
        return
    try:
        answer = an_object(body)
    except NotTheProtocol:
        got.fail("malformed", f"expected a stream of events, found: {_sample(body.strip())}")
        return
    if answer.get("error"):
        kind, message = fault(answer["error"])
        got.fail("stream_error", f"{kind}: {message}" if kind else message)
    else:
        got.fail("malformed", "expected a stream of events, found an answer in one piece: ask without streaming")


def start(reads: Sequence[bytes], size: int) -> bytes:
    """The first bytes of a body, without a copy of it all."""
    pieces: list[bytes] = []
    for read in reads:
        if size <= 0:
            break
        pieces.append(read[:size])
        size -= len(read)
    return b"".join(pieces)


def gather_whole(api: Api, reads: Sequence[bytes]) -> Gathered:
    """What an answer that isn't streamed brought; its one chunk came with the last byte."""
    got = Gathered()
    body = start(reads, WHOLE + 1)
    if len(body) > WHOLE:
        got.fail("malformed", f"the answer is larger than {WHOLE >> 20} MiB in one piece: ask for less at once")
        return got
    if not body.strip():
        return got
    got.events = 1
    last = max(number for number, piece in enumerate(reads) if piece)
    try:
        got.take(last, api.whole(body)._replace(done=True))
    except NotTheProtocol as error:
        got.cut = True
        got.fail("malformed", f"{error}: {_sample(body.strip())}")
    return got
