"""What a transport is: it sends a request and says what came back, read by read, and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from ..clock import Clock

Broken = Literal["connect", "tls", "read_timeout", "total_timeout", "reset", "malformed", "client"]
"""What a transport can meet, as a class of failure."""

Headers = Sequence[tuple[str, str]]

LARGEST = 64 << 20
"""Bytes of one answer: a stream of 128,000 tokens takes about 40 MB of them."""
MOST = 500_000
"""Reads of one answer, each of which takes memory of its own: four times the tokens of the longest."""
UNCOMPRESSED = 8 << 20
"""Bytes of one answer that came compressed, though that was not asked for."""
TOGETHER = 256 << 20
"""Bytes of all answers in one process, from their first read to the end of their receipts."""
EACH = 100
"""Bytes that a read takes beside its own, with its stamp."""


@dataclass(frozen=True, slots=True)
class Wire:
    """How requests are sent. Times are seconds; none of them is a retry: there are none."""

    connect_timeout: float = 10.0
    """For name, connection and TLS together; never more than the total."""
    read_timeout: float = 60.0
    """In which nothing at all comes, and nothing is taken of a request that is still being sent."""
    total_timeout: float = 600.0
    """For a request as a whole."""
    keepalive: bool = True
    http2: bool = False
    proxy: str = ""
    """The URL of one; with this, or HTTP/2, httpx carries the requests and its stamps are coarser."""
    ca: Path | None = None
    """Certificates that are trusted in place of the system's."""
    insecure: bool = False
    """Take any certificate."""


@dataclass(slots=True)
class Receipt:
    """What one request brought. All times are nanoseconds of the monotonic clock."""

    t0: int
    """Just before anything was done for it."""
    t_end: int = 0
    """The last read, or when it failed."""
    t_connected: int | None = None
    """When its connection stood; None where there was one already."""
    t_headers: int | None = None
    status: int = 0
    """0: no answer came."""
    headers: tuple[tuple[str, str], ...] = ()
    reads: list[bytes] = field(default_factory=list[bytes])
    """The body as the socket's reads brought it, without transfer coding and uncompressed."""
    stamps: list[int] = field(default_factory=list[int])
    """Of each of those reads."""
    whole: bool = False
    """The body ended as HTTP has it."""
    broken: Broken | None = None
    why: str = ""
    received: int = 0
    """Bytes of head and body as they came."""
    first: bool = False
    """Nothing was asked on its connection before, which may have been opened ahead."""
    hold: object = field(default=None, repr=False, compare=False)
    """Counts what the answer takes of the memory for all of them, for as long as the receipt lives."""


class Transport(Protocol):
    """Sends requests to one address. Everything that goes wrong with a request is in its receipt; nothing is sent
    twice, no redirect is followed."""

    kind: str
    """sockets or httpx, as the report names it."""
    clock: Clock

    async def open(self, count: int) -> None:
        """Opens connections ahead, as far as that works."""
        ...

    async def send(self, method: str, path: str, headers: Headers, body: bytes) -> Receipt:
        """Sends one request and waits for the end of its answer. Raises WireError for one that can't be written as
        HTTP, and sends nothing of it."""
        ...

    async def close(self) -> None:
        """Closes all connections; requests under way fail as `client`."""
        ...
