"""A client's connection as the simulator has it."""

from __future__ import annotations

import socket
import ssl
import struct
from collections.abc import Callable
from time import monotonic_ns
from typing import TYPE_CHECKING

from .http import Requests

if TYPE_CHECKING:
    from ..clock import Clock

READ = 1 << 16
RESET = struct.pack("ii", 1, 0)
"""SO_LINGER of no time: closing sends RST."""


class Gone(Exception):
    """The client has left."""


class Connection:
    """Reads stamped bytes, writes at once, keeps what doesn't fit until it does."""

    __slots__ = (
        *("_in", "_out", "_recv", "_rest", "_tls"),
        *("alive", "changed", "clock", "number", "requests", "sock", "stamp"),
    )

    def __init__(self, sock: socket.socket, number: int, clock: Clock, context: ssl.SSLContext | None) -> None:
        self.sock, self.number, self.clock = sock, number, clock
        self.requests = Requests()
        self.stamp = 0
        """When the bytes that were last read came."""
        self.alive = True
        self.changed: Callable[[], None] = lambda: None
        """Called where there is something to write, or no longer."""
        self._recv = sock.recvmsg
        self._rest = b""
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._in, self._out, server_side=True) if context else None

    @property
    def writes(self) -> bool:
        """Something waits to be written."""
        return bool(self._rest)

    def read(self, room: int) -> bytes:
        """What has come; b"" where it is nothing yet. Raises Gone."""
        try:
            data, told, _, _ = self._recv(READ, room)
        except (BlockingIOError, InterruptedError):
            return b""
        except OSError:
            raise Gone from None
        if not data:
            raise Gone
        self.stamp = self.clock.stamp(told)
        return self._decrypted(data) if self._tls else data

    def write(self, data: bytes) -> int:
        """Sends; returns the moment just before it did."""
        if self._tls:
            self._tls.write(data)
            data = self._out.read()
        now = monotonic_ns()
        self._put(data)
        return now

    def flush(self) -> None:
        """Sends what didn't fit before."""
        rest, self._rest = self._rest, b""
        self._put(rest)
        if not self._rest:
            self.changed()

    def close(self, *, reset: bool = False) -> None:
        """Ends the connection, politely or not."""
        if self.alive:
            self.alive = False
            if reset:
                self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            self.sock.close()

    def _put(self, data: bytes) -> None:
        if self._rest:
            self._rest += data
            return
        try:
            sent = self.sock.send(data)
        except (BlockingIOError, InterruptedError):
            sent = 0
        except OSError:
            raise Gone from None
        if sent < len(data):
            self._rest = data[sent:]
            self.changed()

    def _decrypted(self, data: bytes) -> bytes:
        assert self._tls is not None  # noqa: S101 - the caller looked
        self._in.write(data)
        out: list[bytes] = []
        try:
            while piece := self._tls.read(READ):
                out.append(piece)
        except (ssl.SSLWantReadError, ssl.SSLZeroReturnError):
            pass
        except ssl.SSLError:
            raise Gone from None
        finally:
            answer = self._out.read()
            if answer:
                self._put(answer)
        return b"".join(out)
