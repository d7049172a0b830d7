"""Gathers what the events of one answer brought, up to the first fault."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from ..framing import Event, FramingError, Ndjson, Sse, framed
from .errors import NotTheProtocol
from .failures import Failure
from .interface import Api, Delta, Fault, Sent, Timings
from .jsons import an_object, fault, parsed

Kind = Literal["content", "reasoning", "tool", "items"]
FIELDS = (b":", b"data", b"event", b"id", b"retry")
SAMPLE = 400
"""Bytes of what was not understood that a message shows."""


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


def gather(api: Api, reads: Sequence[bytes]) -> Gathered:
    """What a streamed answer brought."""
    got = Gathered()
    try:
        for event in framed(Sse() if api.framing == "sse" else Ndjson(), reads):
            got.events += 1
            if not _took(api, event, got):
                break
    except FramingError as error:
        got.fail("malformed", str(error))
    if not got.events and not got.failure:
        _no_stream(b"".join(reads), got)
    return got


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


def _no_stream(body: bytes, got: Gathered) -> None:
    """Says what came in place of a stream, if anything did: an error as JSON, an answer in one piece, a page."""
    lines = [line for line in body.splitlines() if line.strip()]
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


def gather_whole(api: Api, reads: Sequence[bytes]) -> Gathered:
    """What an answer that isn't streamed brought; its one chunk came with the last byte."""
    got = Gathered()
    body = b"".join(reads)
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
