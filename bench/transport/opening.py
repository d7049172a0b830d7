"""Opening connections: name, socket, TLS. What goes wrong is a class of failure and one line of words."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
from typing import TYPE_CHECKING

from ..clock import stamped
from ..mistakes import WireError
from .interface import Broken, Wire

if TYPE_CHECKING:
    import ssl
    from collections.abc import Sequence

    from .address import Address

OURS = {errno.EMFILE, errno.ENFILE, errno.EADDRNOTAVAIL, errno.ENOBUFS, errno.ENOMEM}
"""Errors that our own side makes: no descriptor, no port, no memory."""


class Unopened(Exception):
    """No connection: the class of failure, and why."""

    def __init__(self, failure: Broken, why: str) -> None:
        super().__init__(why)
        self.failure: Broken = failure
        self.why = why


class Tls:
    """The session of one connection: bytes of the socket in, plain bytes out. The socket stays ours, and so the
    kernel's stamps hold for what is read through it."""

    __slots__ = ("_in", "_out", "session")

    def __init__(self, context: ssl.SSLContext, host: str) -> None:
        import ssl

        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.session = context.wrap_bio(self._in, self._out, server_hostname=host)

    def encrypted(self, data: bytes) -> bytes:
        """What is to be sent for these bytes."""
        self.session.write(data)
        return self._out.read()

    def decrypted(self, data: bytes) -> tuple[bytes, bytes]:
        """What the peer said with these bytes, and what TLS itself answers; raises ssl.SSLError where they are none."""
        import ssl

        self._in.write(data)
        out: list[bytes] = []
        try:
            while piece := self.session.read(1 << 16):
                out.append(piece)
        except (ssl.SSLWantReadError, ssl.SSLZeroReturnError):
            pass
        return b"".join(out), self._out.read() if self._out.pending else b""

    async def handshake(self, loop: asyncio.AbstractEventLoop, sock: socket.socket) -> None:
        """Agrees with the peer. Raises ssl.SSLError and OSError."""
        import ssl

        while True:
            try:
                self.session.do_handshake()
                done = True
            except ssl.SSLWantReadError:
                done = False
            finally:
                answer = self._out.read()
                if answer:
                    await loop.sock_sendall(sock, answer)
            if done:
                return
            data = await loop.sock_recv(sock, 1 << 16)
            if not data:
                raise ssl.SSLError("the server closed the connection in the middle of the handshake")
            self._in.write(data)


class Opener:
    """Opens connections to one address."""

    def __init__(self, address: Address, wire: Wire) -> None:
        self._address, self._wire = address, wire
        self._context = context(wire) if address.secure else None
        self._found: asyncio.Future[Sequence[tuple[int, tuple[object, ...]]]] | None = None

    async def open(self) -> tuple[socket.socket, Tls | None]:
        """A connection, ready to be written to. Raises Unopened."""
        import ssl

        try:
            async with asyncio.timeout(self._wire.connect_timeout):
                return await self._opened()
        except TimeoutError:
            raise Unopened("connect", f"no connection within {self._wire.connect_timeout:g} s") from None
        except ssl.SSLError as error:
            raise Unopened("tls", _of_tls(error)) from None
        except socket.gaierror as error:
            self._found = None
            raise Unopened("connect", f"{self._address.host}: the name isn't known: {error.strerror}") from None
        except OSError as error:
            ours = error.errno in OURS
            raise Unopened("client" if ours else "connect", error.strerror or str(error)) from None

    async def _opened(self) -> tuple[socket.socket, Tls | None]:
        loop = asyncio.get_running_loop()
        last: OSError | None = None
        for family, where in await self._places(loop):
            sock = socket.socket(family, socket.SOCK_STREAM)
            try:
                sock.setblocking(False)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                stamped(sock)
                await loop.sock_connect(sock, where)
                return sock, await self._secured(loop, sock)
            except BaseException as error:
                sock.close()
                if not isinstance(error, OSError) or _is_tls(error):
                    raise
                last = error
        raise last or OSError("the name has no address")

    async def _secured(self, loop: asyncio.AbstractEventLoop, sock: socket.socket) -> Tls | None:
        if self._context is None:
            return None
        tls = Tls(self._context, self._address.host)
        await tls.handshake(loop, sock)
        return tls

    async def _places(self, loop: asyncio.AbstractEventLoop) -> Sequence[tuple[int, tuple[object, ...]]]:
        """Looked up once: a resolver's time belongs to no request but the first."""
        if self._found is None:
            self._found = asyncio.ensure_future(self._resolved(loop))
        return await asyncio.shield(self._found)

    async def _resolved(self, loop: asyncio.AbstractEventLoop) -> Sequence[tuple[int, tuple[object, ...]]]:
        host, port = self._address.host, self._address.port
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
        except socket.gaierror:
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        return [(each[0], each[4]) for each in found]


def context(wire: Wire, alpn: Sequence[str] | None = ("http/1.1",)) -> ssl.SSLContext:
    """What is trusted; None leaves the choice of a protocol to whoever uses it. Raises WireError for certificates
    that can't be read."""
    import ssl

    try:
        made = ssl.create_default_context(cafile=str(wire.ca) if wire.ca else None)
    except (OSError, ssl.SSLError) as error:
        raise WireError([f"{wire.ca}: no certificates can be read from it: {error}"]) from None
    if not wire.ca:
        with contextlib.suppress(ImportError):  # where the system has none of its own
            import certifi

            made.load_verify_locations(certifi.where())
    if alpn:
        made.set_alpn_protocols(alpn)
    if wire.insecure:
        made.check_hostname = False
        made.verify_mode = ssl.CERT_NONE
    return made


def _is_tls(error: OSError) -> bool:
    import ssl

    return isinstance(error, ssl.SSLError)


def _of_tls(error: ssl.SSLError) -> str:
    told = getattr(error, "verify_message", "") or error.reason or (error.args[-1] if error.args else "")
    return f"no secure connection: {str(told).replace('_', ' ').lower()}"
