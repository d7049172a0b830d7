"""Opening connections: name, socket, TLS. What goes wrong is a class of failure and one line of words."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
from typing import TYPE_CHECKING

from ..clock import stamped
from .interface import Broken, Wire

if TYPE_CHECKING:
    import ssl

    from .address import Address
    from .tls import Tls

OURS = {errno.EMFILE, errno.ENFILE, errno.EADDRNOTAVAIL, errno.ENOBUFS, errno.ENOMEM}
"""Errors that our own side makes: no descriptor, no port, no memory."""

Place = tuple[int, tuple[object, ...]]
"""A family of addresses, and one of them."""


class Unopened(Exception):
    """No connection: the class of failure, and why."""

    def __init__(self, failure: Broken, why: str) -> None:
        super().__init__(why)
        self.failure: Broken = failure
        self.why = why


class Opener:
    """Opens connections to one address."""

    def __init__(self, address: Address, wire: Wire) -> None:
        self._address = address
        self._seconds = min(wire.connect_timeout, wire.total_timeout)
        self._context: ssl.SSLContext | None = None
        if address.secure:
            from .tls import context

            self._context = context(wire)
        self._found: asyncio.Future[list[Place]] | None = None

    async def open(self) -> tuple[socket.socket, Tls | None]:
        """A connection, ready to be written to. Raises Unopened."""
        loop = asyncio.get_running_loop()
        until = loop.time() + self._seconds
        sock = await self._connected(loop, until)
        try:
            return sock, await self._secured(loop, sock, until)
        except BaseException:
            sock.close()
            raise

    async def _connected(self, loop: asyncio.AbstractEventLoop, until: float) -> socket.socket:
        try:
            async with asyncio.timeout_at(until):
                places = await self._places(loop)
                return await self._first(loop, places, until)
        except TimeoutError as error:
            told = f"no connection within {self._seconds:g} s" if error.errno is None else _words(error)
            raise Unopened("connect", told) from None
        except socket.gaierror as error:
            self._found = None
            raise Unopened("connect", f"{self._address.host}: the name isn't known: {error.strerror}") from None
        except OSError as error:
            raise Unopened("client" if error.errno in OURS else "connect", _words(error)) from None

    async def _first(self, loop: asyncio.AbstractEventLoop, places: list[Place], until: float) -> socket.socket:
        """The first of the addresses that answers; each may take an equal part of the time that is left, so that one
        that swallows everything leaves some to the others. What answered is asked first the next time."""
        last = OSError("the name has no address")
        for at, place in enumerate(tuple(places)):
            try:
                async with asyncio.timeout((until - loop.time()) / (len(places) - at)):
                    sock = await _dialed(loop, place)
            except OSError as error:  # timeouts are some
                if error.errno in OURS:
                    raise
                last = error
            else:
                places.remove(place)
                places.insert(0, place)
                return sock
        raise last

    async def _secured(self, loop: asyncio.AbstractEventLoop, sock: socket.socket, until: float) -> Tls | None:
        if self._context is None:
            return None
        import ssl

        from .tls import Tls, told

        tls = Tls(self._context, self._address.host)
        try:
            async with asyncio.timeout_at(until):
                await tls.handshake(loop, sock)
        except TimeoutError:
            raise Unopened("tls", f"no secure connection within {self._seconds:g} s") from None
        except ssl.SSLError as error:
            raise Unopened("tls", told(error)) from None
        return tls

    async def _places(self, loop: asyncio.AbstractEventLoop) -> list[Place]:
        """Looked up once: a resolver's time belongs to no request but the first."""
        if self._found is None:
            self._found = asyncio.ensure_future(self._resolved(loop))
            self._found.add_done_callback(_seen)
        return await asyncio.shield(self._found)

    async def _resolved(self, loop: asyncio.AbstractEventLoop) -> list[Place]:
        host, port = self._address.host, self._address.port
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
        except socket.gaierror:
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        return [(each[0], each[4]) for each in found]


async def _dialed(loop: asyncio.AbstractEventLoop, place: Place) -> socket.socket:
    family, where = place
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        stamped(sock)
        await loop.sock_connect(sock, where)
    except BaseException:
        sock.close()
        raise
    return sock


def _words(error: OSError) -> str:
    """As the system has it: asyncio's own words name the port, and so no two of them would be the same."""
    return os.strerror(error.errno) if error.errno else str(error)


def _seen(found: asyncio.Future[list[Place]]) -> None:
    """An error that nobody waits for any more is none."""
    if not found.cancelled():
        found.exception()
