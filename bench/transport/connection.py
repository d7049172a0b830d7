"""One connection, one request at a time. The hot path of a bench: what runs here runs for every token."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from time import monotonic_ns
from typing import TYPE_CHECKING

from ..clock import ROOM
from .head import NotHttp
from .held import Hold
from .inflate import PLAIN, inflated
from .interface import EACH, TOGETHER, Broken, Receipt
from .reader import Reader

if TYPE_CHECKING:
    from ..clock import Clock
    from .held import Held
    from .tls import Tls

READ = 1 << 16
"""Bytes asked for in one read: above 128 KiB each read would cost a mapping of memory."""


class Connection:
    """A socket with what is under way on it."""

    __slots__ = (
        *("_clock", "_gone", "_held", "_loop", "_reader", "_receipt", "_recv", "_rest", "_sock", "_taken", "_tls"),
        *("_unsent", "_waits", "alive", "last"),
    )

    def __init__(
        self, sock: socket.socket, tls: Tls | None, clock: Clock, held: Held, gone: Callable[[Connection], None]
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._sock, self._tls, self._clock, self._held, self._gone = sock, tls, clock, held, gone
        self._recv = sock.recvmsg
        self._reader: Reader | None = None
        self._receipt: Receipt | None = None
        self._waits: asyncio.Future[Receipt] | None = None
        self._rest = b""
        """Of a request: what the system has not taken yet."""
        self._unsent = ""
        """Why the rest could not be sent, where it couldn't: an answer may have come all the same."""
        self._taken = 0
        """Memory that the answer under way takes."""
        self.alive = True
        self.last = 0
        """When something last came or went, in nanoseconds."""
        self._loop.add_reader(sock, self._readable)

    def send(self, data: bytes, receipt: Receipt) -> asyncio.Future[Receipt]:
        """Sends a request; the future is done when its answer is whole or can't be."""
        waits: asyncio.Future[Receipt] = self._loop.create_future()
        self._reader, self._receipt, self._waits = Reader(), receipt, waits
        self.last = monotonic_ns()
        self._write(self._tls.encrypted(data) if self._tls else data)
        return waits

    def usable(self) -> bool:
        """Whether it can carry the next request: not where the peer has closed it, which the loop may not have seen
        yet, nor where it has sent what nobody asked for. Session tickets of TLS are no such thing."""
        while self.alive:
            try:
                self._sock.recv(1, socket.MSG_PEEK)
            except (BlockingIOError, InterruptedError):
                return True
            except OSError:
                self.close()
            else:
                self._readable()
        return False

    @property
    def receipt(self) -> Receipt | None:
        """Of the request under way."""
        return self._receipt

    @property
    def waits_for(self) -> str:
        """What a request under way that stands still is waiting for, in words."""
        if self._rest:
            return "the server took nothing of the request"
        return "the answer stood still" if self._reader and self._reader.received else "no answer began"

    def fail(self, failure: Broken, why: str) -> None:
        """Ends the request under way."""
        self._done(failure, why)

    def close(self) -> None:
        """Closes the socket; what is under way must have been ended."""
        if self.alive:
            self.alive = False
            self._loop.remove_reader(self._sock)
            self._loop.remove_writer(self._sock)
            self._sock.close()
            self._gone(self)

    def _write(self, data: bytes) -> None:
        """Hands over as much as the system takes. Where the peer refuses it, what can be read decides: it may have
        answered early."""
        waited = bool(self._rest)
        try:
            sent = self._sock.send(data)
        except BlockingIOError:
            sent = 0
        except OSError as error:
            self._unsent = f"the connection broke while the request was sent: {error.strerror}"
            sent = len(data)
        else:
            self.last = monotonic_ns()
        self._rest = data[sent:]
        if self._rest:
            self._loop.add_writer(self._sock, self._writable)
        elif waited:
            self._loop.remove_writer(self._sock)

    def _writable(self) -> None:
        self._write(self._rest)

    def _readable(self) -> None:
        try:
            data, told, _, _ = self._recv(READ, ROOM)
        except (BlockingIOError, InterruptedError):
            return
        except OSError as error:
            self._ended(f"the connection broke: {error.strerror}")
            return
        if not data:
            self._ended()
            return
        self.last = stamp = self._clock.stamp(told)
        if self._tls is not None:
            self._decrypt(self._tls, data, stamp)
        else:
            self._take(data, stamp)

    def _decrypt(self, tls: Tls, data: bytes, stamp: int) -> None:
        try:
            plain, answer = tls.decrypted(data)
        except OSError as error:
            self._done("tls", f"the secure connection broke: {error}")
            return
        if answer:
            self._write(self._rest + answer)
        if plain:
            self._take(plain, stamp)
        if tls.ended and self.alive:
            self._ended()

    def _take(self, data: bytes, stamp: int) -> None:
        reader = self._reader
        if reader is None:
            self.close()  # bytes that nobody asked for
            return
        size = len(data) + EACH
        self._taken += size
        self._held.bytes += size
        try:
            if reader.feed(data, stamp):
                self._done()
            elif self._held.bytes > TOGETHER:
                reader.forget()
                self._done("client", f"the answers under way take more than {TOGETHER >> 20} MiB together")
        except NotHttp as error:
            self._done("malformed", str(error))

    def _ended(self, why: str = "") -> None:
        """The peer is gone: the end of a body that announced no length, else a broken one."""
        reader = self._reader
        if reader is None:
            self.close()
        elif reader.head is None or why:
            part = "in the middle of the headers" if reader.received else "before an answer came"
            self._done("reset", self._unsent or why or f"the server closed the connection {part}")
        else:
            reader.finish()
            self._done()
            self.close()

    def _done(self, failure: Broken | None = None, why: str = "") -> None:
        reader, receipt, waits = self._reader, self._receipt, self._waits
        self._reader = self._receipt = self._waits = None
        if reader is None or receipt is None or waits is None:
            self.close()
            return
        receipt.broken, receipt.why = failure, why
        _fill(receipt, reader)
        self._held.bytes -= self._taken
        self._taken = 0
        receipt.hold = Hold(self._held, sum(map(len, receipt.reads)) + EACH * len(receipt.reads))
        if not (receipt.whole and reader.head and reader.head.lasting) or reader.over or self._rest or self._unsent:
            self.close()
        receipt.t_end = monotonic_ns() if receipt.broken else self.last
        if not waits.done():
            waits.set_result(receipt)


def _fill(receipt: Receipt, reader: Reader) -> None:
    receipt.received, receipt.t_headers = reader.received, reader.t_headers
    receipt.reads, receipt.stamps = reader.reads, reader.stamps
    if reader.head is None:
        return
    receipt.status, receipt.headers = reader.head.status, reader.head.headers
    receipt.whole = reader.whole and not receipt.broken
    coding = next((value for name, value in reader.head.headers if name == "content-encoding"), "")
    if coding.lower() in PLAIN:
        return
    try:
        receipt.reads = inflated(reader.reads, coding)
    except NotHttp as error:
        receipt.broken, receipt.why, receipt.whole = receipt.broken or "malformed", receipt.why or str(error), False
        receipt.reads = [b""] * len(reader.stamps)
