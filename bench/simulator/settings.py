"""What the simulator is told to be like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from .draws import Draw

STATUSES: Mapping[str, int] = {
    "e400": 400,
    "context_length": 400,
    "e401": 401,
    "e404": 404,
    "e429": 429,
    "rpm": 429,
    "tpm": 429,
    "e500": 500,
    "e503": 503,
    "e529": 529,
}
"""The status of an answer that is an error; rpm and tpm are limits that were reached and no faults of FAULTS."""

FAULTS: Mapping[str, str] = {
    "e400": "status 400, bad request",
    "context_length": "status 400, the prompt is longer than the model reads",
    "e401": "status 401, the key is wrong",
    "e404": "status 404, no such model",
    "e429": "status 429 with Retry-After",
    "e500": "status 500",
    "e503": "status 503 with Retry-After",
    "e529": "status 529, overloaded",
    "hang": "no answer at all, the connection stays",
    "freeze": "the answer stops for good after its first half, the connection stays",
    "reset": "the connection is reset before an answer",
    "reset_mid": "the connection is reset in the middle of the answer",
    "truncated": "the stream ends in its middle as HTTP has it, without its end marker",
    "cut": "the connection is closed in the middle of the answer",
    "malformed": "an event in the middle, or the answer, that is no JSON",
    "error_event": "an error in the middle of the stream; without one, an error in place of an answer, with status 200",
    "empty": "an answer without content",
    "slow_headers": "the headers come one byte at a time",
}
"""Faults by name; each has a rate, and a request has at most one. An answer that isn't streamed and is truncated is
shorter than its content-length, so it is the same as one that is cut."""


@dataclass(frozen=True, slots=True)
class Stall:
    """A time in which the whole server stands still. Seconds, counted from the first request."""

    at: float
    lasts: float


@dataclass(frozen=True, slots=True)
class Settings:
    """How the simulator answers. Times are seconds."""

    ttft: Draw = field(default_factory=partial(Draw, "lognormal", 0.2, 0.3))
    """From the whole request, or from its turn where it had to wait for one, to the first token."""
    itl: Draw = field(default_factory=partial(Draw, "normal", 0.02, 0.004))
    """From one chunk to the next."""
    tokens: Draw = field(default_factory=partial(Draw, "uniform", 30, 120))
    """Of an answer without its reasoning; fewer where the request says so, and at least one."""
    tokens_per_chunk: int = 1
    reasoning: Draw = field(default_factory=partial(Draw, "const", 0.0))
    """Tokens of reasoning before the answer."""
    cached: float = 0.0
    """The share of the prompt that comes out of a cache."""
    lead: float = 0.0
    """How much earlier than the first token the headers and what comes before it are sent."""
    frag: bool = False
    """Cut each event of a stream anywhere, in two chunks of HTTP and two writes a millisecond apart."""
    crlf: bool = False
    """End lines of events by CR LF."""
    slow_headers_step: float = 0.02
    """From one byte to the next, where headers are slow."""
    retry_after: float = 1.0
    """What 429 and 503 ask for, where no limit of requests or tokens knows better."""
    faults: Mapping[str, float] = field(default_factory=dict[str, float])
    """Rates by names of FAULTS."""
    seed: int = 0
    """Of all that is drawn: each request's share is drawn by its number."""
    slots: int = 0
    """Requests that are worked on at once, the others waiting in order; 0: all."""
    rpm: int = 0
    """Requests a minute, by a bucket that is full at first; beyond, 429. 0: any number."""
    tpm: int = 0
    """Tokens a minute, both ways, the same."""
    stall: Stall | None = None
