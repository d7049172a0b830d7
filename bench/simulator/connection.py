"""A client's connection as the simulator has it."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
from collections.abc import Callable
from time import monotonic_ns

from .arrival import ROOM, arrived, stamped
from .http import Requests

READ = 1 << 16
LINGER = struct.pack("ii", 1, 0)
"""SO_LINGER of no time: closing sends RST."""


class Gone(Exception):
    """The client has left."""


class Connection:
    """Reads stamped bytes, writes at once, keeps what doesn't fit until it does."""

    __slots__ = (
        *("_in", "_out", "_rest", "_send", "_tls"),
        *("alive", "changed", "closed", "ending", "number", "requests", "sock", "stamp"),
    )

    def __init__(self, sock: socket.socket, number: int, context: ssl.SSLContext | None) -> None:
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        stamped(sock)
        self.sock, self.number = sock, number
        self.requests = Requests()
        self.stamp = 0
        """When the bytes that were last read came."""
        self.alive = True
        self.changed: Callable[[], None] = lambda: None
        """Called where there is something to write, or no longer."""
        self.closed: Callable[[], None] = lambda: None
        """Called before its socket is closed."""
        self._send = sock.send
        self._rest = bytearray()
        self.ending = False
        """Nothing more is said than what waits to be written."""
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._in, self._out, server_side=True) if context else None

    @property
    def waits(self) -> bool:
        """Something waits to be written."""
        return bool(self._rest)

    def read(self) -> bytes:
        """What has come; b"" where it is nothing yet. Raises Gone."""
        try:
            if ROOM:
                data, told, _, _ = self.sock.recvmsg(READ, ROOM)
            else:
                data, told = self.sock.recv(READ), list[tuple[int, int, bytes]]()
        except (BlockingIOError, InterruptedError):
            return b""
        except OSError:
            raise Gone from None
        if not data:
            raise Gone
        self.stamp = arrived(told)
        return self._decrypted(data) if self._tls else data

    def write(self, data: bytes) -> int:
        """Sends; returns the moment just before it did. Raises Gone."""
        if self._tls:
            self._tls.write(data)
            data = self._out.read()
        now = monotonic_ns()
        if self._rest:
            self._rest += data
            return now
        try:
            sent = self._send(data)
        except (BlockingIOError, InterruptedError):
            sent = 0
        except OSError:
            raise Gone from None
        if sent < len(data):
            self._rest += data[sent:]
            self.changed()
        return now

    def flush(self) -> None:
        """Sends what didn't fit before. Raises Gone."""
        try:
            sent = self._send(self._rest)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            raise Gone from None
        del self._rest[:sent]
        if not self._rest:
            if self.ending:
                self._close()
            else:
                self.changed()

    def end(self) -> None:
        """Ends it once all is sent; under TLS with the word that this is the end."""
        if not self.alive:
            return
        if self._tls:
            with contextlib.suppress(ssl.SSLError):
                self._tls.unwrap()
            with contextlib.suppress(Gone):
                self._put(self._out.read())
        self.ending = True
        if not self._rest:
            self._close()

    def cut(self) -> None:
        """Ends it without a word."""
        if self.alive:
            self._close()

    def reset(self) -> None:
        """Ends it by RST."""
        if self.alive:
            with contextlib.suppress(OSError):
                self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER)
            self._close()

    def _close(self) -> None:
        self.alive = False
        self.closed()
        self.sock.close()

    def _put(self, data: bytes) -> None:
        """Sends what TLS has to say by itself."""
        self._rest += data
        if self._rest:
            self.flush()
            if self._rest:
                self.changed()

    def _decrypted(self, data: bytes) -> bytes:
        assert self._tls is not None  # noqa: S101 - the caller looked
        self._in.write(data)
        out: list[bytes] = []
        try:
            while piece := self._tls.read(READ):
                out.append(piece)
        except ssl.SSLWantReadError:
            pass
        except (ssl.SSLZeroReturnError, ssl.SSLError):
            raise Gone from None
        finally:
            self._put(self._out.read())
        return b"".join(out)
