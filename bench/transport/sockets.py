"""The transport that measures: own sockets, kept alive, stamped by the kernel. Nothing waits for a free connection:
where none is idle, one is opened."""

from __future__ import annotations

import asyncio
import socket
from time import monotonic_ns
from typing import TYPE_CHECKING

from ..clock import Clock, stamped
from .connection import Connection
from .held import Held
from .interface import Headers, Receipt, Wire
from .opening import Opener, Unopened
from .request import merged, request_bytes

if TYPE_CHECKING:
    from .address import Address

LOOK = 0.05
"""Seconds between two looks at timeouts: what they are late by at most."""
ENDED = "the run was ended"
AHEAD = 64
"""Connections opened at a time before a run: less than any server's backlog."""

SOON = 500_000_000
"""Nanoseconds behind an answer. Who closes a connection within them, without a word, never meant to keep it: the idle
timeouts of servers are seconds."""


class Sockets:
    """HTTP/1.1 over sockets of our own. Must be made inside a running loop."""

    kind = "sockets"

    def __init__(self, address: Address, wire: Wire) -> None:
        self._address, self._wire = address, wire
        self._opener = Opener(address, wire)
        self.clock = Clock()
        self._held = Held()
        self._idle: list[Connection] = []
        self._all: set[Connection] = set()
        self._closed = False
        self._own = (
            ("host", address.authority),
            ("accept-encoding", "identity"),
            ("connection", "keep-alive" if wire.keepalive else "close"),
        )
        self._first = socket.socket()
        """Never connected: the first that asks the kernel for stamps, which takes it a moment to begin with."""
        stamped(self._first)
        self._read, self._total = round(wire.read_timeout * 1e9), round(wire.total_timeout * 1e9)
        self._loop = asyncio.get_running_loop()
        self._next = self._loop.call_later(LOOK, self._look)
        self._kept = wire.keepalive
        """Connections are used again. llama.cpp closes them behind each stream, though it says that it keeps them: who
        asks again before that is seen loses the request. So it is done once at most by each connection there is."""

    async def open(self, count: int) -> None:
        """Opens connections ahead. Where none of some can be opened, it is left to the requests, which will say why."""
        for start in range(0, count, AHEAD):
            opened = await asyncio.gather(*(self._ahead() for _ in range(start, min(start + AHEAD, count))))
            if not any(opened):
                return

    async def send(self, method: str, path: str, headers: Headers, body: bytes) -> Receipt:
        """Sends one request and waits for the end of its answer. Raises WireError for one that can't be written."""
        receipt = Receipt(monotonic_ns())
        data = request_bytes(method, self._address.prefix + path, merged(self._own, headers), body)
        connection = self._free()
        if connection is None:
            try:
                connection = await self._opened()
            except Unopened as error:
                receipt.broken, receipt.why, receipt.t_end = error.failure, error.why, monotonic_ns()
                return receipt
            receipt.t_connected = monotonic_ns()
        before = connection.last
        receipt.first = not before
        waits = connection.send(data, receipt)
        try:
            await waits
        finally:
            if waits.cancelled():
                connection.fail("client", ENDED)
        if receipt.broken == "reset" and not receipt.received:
            self._dropped(before, receipt.t0)
        if connection.alive and self._kept:
            self._idle.append(connection)
        else:
            connection.close()
        return receipt

    async def close(self) -> None:
        """Closes all connections."""
        self._closed = True
        self._next.cancel()
        self._first.close()
        for connection in list(self._all):
            if connection.receipt is not None:
                connection.fail("client", ENDED)
            connection.close()
        await asyncio.sleep(0)

    def _free(self) -> Connection | None:
        """The connection that was used last: those that are too many may go cold."""
        while self._idle:
            connection = self._idle[-1]
            usable = connection.usable()
            self._idle.pop()
            if usable and (self._kept or not connection.last):
                return connection
            connection.close()
        return None

    def _gone(self, connection: Connection) -> None:
        """A connection is closed; one that is idle, by the server."""
        self._all.discard(connection)
        if self._kept and connection in self._idle:
            self._dropped(connection.last, monotonic_ns())

    def _dropped(self, last: int, now: int) -> None:
        """The server closed a connection whose last answer ended then, and didn't say so."""
        if last and now - last < SOON:
            self._kept = False

    async def _ahead(self) -> bool:
        try:
            self._idle.append(await self._opened())
        except Unopened:
            return False
        return True

    async def _opened(self) -> Connection:
        sock, tls = await self._opener.open()
        if self._closed:
            sock.close()
            raise Unopened("client", ENDED)
        connection = Connection(sock, tls, self.clock, self._held, self._gone)
        self._all.add(connection)
        return connection

    def _look(self) -> None:
        self._next = self._loop.call_later(LOOK, self._look)
        self.clock.tick()
        now = monotonic_ns()
        for connection in list(self._all):
            receipt = connection.receipt
            if receipt is None:
                continue
            if now - receipt.t0 > self._total:
                connection.fail("total_timeout", f"the answer took longer than {self._wire.total_timeout:g} s")
            elif now - connection.last > self._read:
                connection.fail("read_timeout", f"{connection.waits_for} for {self._wire.read_timeout:g} s")
