"""What is recorded of a request, as frozen values. Everything a bench says is computed from these.

All times are whole nanoseconds of one monotonic clock. There is no field for what was sent: no prompt, no request
header, no key. What came back passes `bench/secrets.py` on its way to the disk.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Json = Mapping[str, object]

SCHEMA = "aiready.samples/1"
"""The major version changes when an older reader would get a figure wrong; fields may be added without."""

FAILURES: Mapping[str, str] = {
    "rate_limited": "429",
    "auth": "401 or 403",
    "context_length": "the prompt is longer than the model reads",
    "bad_request": "400, 404 or 422",
    "server_error": "5xx, or 529",
    "connect": "no connection",
    "tls": "no secure connection",
    "read_timeout": "nothing came for too long",
    "total_timeout": "the answer as a whole took too long",
    "reset": "the connection broke",
    "truncated": "the stream ended without its end marker",
    "stream_error": "an error event in the stream",
    "malformed": "not the protocol",
    "empty": "an answer without content",
    "client": "our own fault: no free connection or file descriptor",
}
"""Classes of failure, and what each is."""

KEPT_HEADERS = ("retry-after", "retry-after-ms", "request-id", "x-request-id")
KEPT_PREFIXES = ("x-ratelimit-", "anthropic-ratelimit-")
"""Response headers that are recorded, in lower case; no other is but the date, where a limit may end at a moment."""

TIMINGS = ("load", "prompt_eval", "eval", "total")
"""Of Reply.timings what is a number of nanoseconds."""


@dataclass(frozen=True, slots=True)
class Times:
    """When things happened to a request."""

    t0: int
    """Just before the client call."""
    t_end: int
    """The stream was closed, the body was read, or the request had failed."""
    t_sched: int | None = None
    """When the load shape wanted it sent; None in a closed loop."""
    t_headers: int | None = None
    chunks: tuple[int, ...] = ()
    """Of each chunk with content, reasoning or a tool call: the read that brought it. Equal for chunks of one read."""
    t_answer: int | None = None
    """The first of those that isn't reasoning."""
    t_last: int | None = None
    """The last of those; without streaming, the body was read."""
    t_connected: int | None = None
    """The connection stood, TLS included; None where an earlier one was used again, or none came about."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """How many tokens a request took. None: not known, which is not 0."""

    output: int | None = None
    """With reasoning."""
    input: int | None = None
    """With cached ones."""
    cached: int | None = None
    reasoning: int | None = None
    source: str = "none"
    """Who counted: provider, tokenizer, chunks or none."""
    cache_write: int | None = None
    """Of the input: written to a cache; some providers bill that at a price of its own."""
    cache_write_1h: int | None = None
    """Of those: to be kept for an hour, which costs more."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, apart from its text."""

    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    """Those of KEPT_HEADERS and KEPT_PREFIXES."""
    usage: Json | None = None
    """The usage object exactly as the provider sent it."""
    usage_from: str | None = None
    """Where it stood: "final chunk", "message_delta", "body"."""
    finish: str | None = None
    model: str | None = None
    """The name of the model that answered."""
    received: int = 0
    """Bytes."""
    new_connection: bool | None = None
    """Nothing was asked on it before."""
    timings: Json | None = None
    """What the server says it spent, each where it is told: load, prompt_eval, eval and total in nanoseconds, and as
    `sent` the object exactly as it came."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One request. It succeeded if it has no failure."""

    index: int
    """Its number in the run, over all workers."""
    times: Times
    tokens: Tokens = field(default_factory=Tokens)
    reply: Reply = field(default_factory=Reply)
    failure: str | None = None
    """A class of FAILURES."""
    message: str | None = None
    """What the failure said."""
    correct: bool | None = None
    """Whether the answer is what was expected; None where nothing was."""
    warmup: bool = False
    stage: int = 0
    """Which level of a plan or step of a shape it belongs to."""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Clock:
    """Both clocks at one moment, in nanoseconds, so that times can be told as dates and steps of a clock be seen."""

    monotonic: int
    wall: int


@dataclass(frozen=True, slots=True)
class Header:
    """What was run: the first line of a file. The plan is what the run was asked for, as JSON, without keys."""

    run: str
    """The same for all workers of a run, and for no other."""
    plan: Json
    versions: Json
    clock: Clock
    worker: int = 0


@dataclass(frozen=True, slots=True)
class End:
    """How it ended: the last line of a file that was closed."""

    reason: str
    clock: Clock
    client: Json = field(default_factory=dict[str, object])
    """What was measured of our own side: loop lag, CPU share, the verdict on them."""


def kept_headers(headers: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Of a response's headers, those that are recorded, in lower case and sorted."""
    lower = ((name.lower(), value) for name, value in headers.items())
    kept = {name: value for name, value in lower if _kept(name) or name == "date"}
    if not any(name.startswith(("retry-", *KEPT_PREFIXES)) for name in kept):
        kept.pop("date", None)
    return tuple(sorted(kept.items()))


def _kept(name: str) -> bool:
    return name in KEPT_HEADERS or name.startswith(KEPT_PREFIXES)
