"""One connection, one request at a time. The hot path of a bench: what runs here runs for every token."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable
from time import monotonic_ns
from typing import TYPE_CHECKING

from ..clock import ROOM
from .http1 import NotHttp, Reader
from .inflate import PLAIN, inflated
from .interface import TOGETHER, Broken, Receipt

if TYPE_CHECKING:
    from ..clock import Clock
    from .opening import Tls

READ = 1 << 16
"""Bytes asked for in one read: above 128 KiB each read would cost a mapping of memory."""


class Held:
    """Bytes of answers under way, over all connections of a transport."""

    __slots__ = ("bytes",)

    def __init__(self) -> None:
        self.bytes = 0


class Connection:
    """A socket with what is under way on it."""

    __slots__ = (
        *("_clock", "_gone", "_held", "_loop", "_reader", "_receipt", "_recv", "_rest", "_sock", "_tls", "_waits"),
        *("alive", "last"),
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
        self.alive = True
        self.last = 0
        """When something last came or was begun, in nanoseconds."""
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
        if not self.alive:
            return False
        try:
            waiting = self._sock.recv(1, socket.MSG_PEEK)
        except (BlockingIOError, InterruptedError):
            return True
        except OSError:
            waiting = b""
        if waiting and self._tls:
            return True
        self.close()
        return False

    @property
    def receipt(self) -> Receipt | None:
        """Of the request under way."""
        return self._receipt

    @property
    def fresh(self) -> bool:
        """Nothing of an answer has come yet."""
        return self._reader is None or not self._reader.received

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
        try:
            sent = self._sock.send(data)
        except BlockingIOError:
            sent = 0
        except OSError as error:
            self._done("reset", f"the connection broke while the request was sent: {error.strerror}")
            return
        self._rest = data[sent:]
        if self._rest:
            self._loop.add_writer(self._sock, self._writable)

    def _writable(self) -> None:
        self._loop.remove_writer(self._sock)
        self._write(self._rest)

    def _readable(self) -> None:
        try:
            data, told, _, _ = self._recv(READ, ROOM)
        except (BlockingIOError, InterruptedError):
            return
        except OSError as error:
            self._closed("reset", f"the connection broke: {error.strerror}")
            return
        if not data:
            self._closed("reset", "the server closed the connection before an answer came")
            return
        stamp = self._clock.stamp(told)
        reader = self._reader
        try:
            if self._tls is not None:
                data, answer = self._tls.decrypted(data)
                if answer:
                    self._write(self._rest + answer)
                if not data:
                    return
            if reader is None:
                self.close()  # bytes that nobody asked for
                return
            self.last = stamp
            self._held.bytes += len(data)
            if reader.feed(data, stamp):
                self._done()
            elif self._held.bytes > TOGETHER:
                self._done("client", f"answers under way take more than {TOGETHER >> 20} MiB together")
        except NotHttp as error:
            self._done("malformed", str(error))
        except OSError as error:  # of TLS
            self._done("tls", f"the secure connection broke: {error}")

    def _closed(self, failure: Broken, why: str) -> None:
        """The peer is gone: the end of a body that announced no length, else a broken one."""
        reader = self._reader
        if reader is None or reader.head is None or why.startswith("the connection broke"):
            self._done(failure, why)
        else:
            self._done()
        self.close()

    def _done(self, failure: Broken | None = None, why: str = "") -> None:
        reader, receipt, waits = self._reader, self._receipt, self._waits
        self._reader = self._receipt = self._waits = None
        if reader is None or receipt is None or waits is None:
            self.close()
            return
        self._held.bytes -= reader.received
        receipt.broken, receipt.why = failure, why
        try:
            _fill(receipt, reader)
        except NotHttp as error:
            receipt.broken, receipt.why = "malformed", str(error)
        if not (receipt.whole and not reader.over and reader.head and reader.head.lasting and not self._rest):
            self.close()
        receipt.t_end = self.last if failure is None else monotonic_ns()
        if not waits.done():
            waits.set_result(receipt)


def _fill(receipt: Receipt, reader: Reader) -> None:
    with contextlib.suppress(NotHttp) if receipt.broken else contextlib.nullcontext():
        reader.finish()
    receipt.received, receipt.t_headers = reader.received, reader.t_headers
    receipt.reads, receipt.stamps = reader.reads, reader.stamps
    if reader.head is None:
        return
    receipt.status, receipt.headers = reader.head.status, reader.head.headers
    receipt.whole = reader.whole and not receipt.broken
    coding = next((value for name, value in reader.head.headers if name == "content-encoding"), "")
    if coding.lower() not in PLAIN:
        receipt.reads = inflated(reader.reads, coding)
