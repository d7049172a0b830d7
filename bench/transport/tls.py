"""TLS between our own sockets and the bytes: the socket stays ours, and so the kernel's stamps hold for what is read
through it."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from ..mistakes import WireError

if TYPE_CHECKING:
    import socket
    import ssl
    from collections.abc import Sequence

    from .interface import Wire

RECORDS = 1 << 16
"""Bytes asked for at once: a record of TLS has 16 KiB."""


class Tls:
    """The session of one connection: bytes of the socket in, plain bytes out."""

    __slots__ = ("_in", "_none", "_out", "ended", "session")

    def __init__(self, context: ssl.SSLContext, host: str) -> None:
        import ssl

        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._none = ssl.SSLWantReadError
        self.session = context.wrap_bio(self._in, self._out, server_hostname=host)
        self.ended = False
        """The peer has said that it says no more."""

    def encrypted(self, data: bytes) -> bytes:
        """What is to be sent for these bytes."""
        self.session.write(data)
        return self._out.read()

    def decrypted(self, data: bytes) -> tuple[bytes, bytes]:
        """What the peer said with these bytes, and what TLS itself answers. Raises ssl.SSLError where they are none."""
        self._in.write(data)
        out: list[bytes] = []
        try:
            while piece := self.session.read(RECORDS):
                out.append(piece)
            self.ended = True
        except self._none:
            pass
        except OSError as error:
            if not _says_goodbye(error):
                raise
            self.ended = True
        plain = out[0] if len(out) == 1 else b"".join(out)
        return plain, self._out.read() if self._out.pending else b""

    async def handshake(self, loop: asyncio.AbstractEventLoop, sock: socket.socket) -> None:
        """Agrees with the peer. Raises ssl.SSLError."""
        import ssl

        try:
            while not self._agreed():
                await loop.sock_sendall(sock, self._out.read())
                self._hear(await loop.sock_recv(sock, RECORDS))
            await loop.sock_sendall(sock, self._out.read())
        except ssl.SSLError:
            with contextlib.suppress(OSError):  # tells the peer why; it may be gone
                sock.send(self._out.read())
            raise
        except OSError as error:
            raise ssl.SSLError(f"the connection broke in the middle of the handshake: {error.strerror}") from None

    def _hear(self, data: bytes) -> None:
        if not data:
            import ssl

            raise ssl.SSLError("the server closed the connection in the middle of the handshake")
        self._in.write(data)

    def _agreed(self) -> bool:
        try:
            self.session.do_handshake()
        except self._none:
            return False
        return True


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


def told(error: ssl.SSLError) -> str:
    """What went wrong, in words."""
    said = (
        getattr(error, "verify_message", "") or getattr(error, "reason", "") or (error.args[-1] if error.args else "")
    )
    return f"no secure connection: {str(said).replace('_', ' ').lower()}"


def _says_goodbye(error: OSError) -> bool:
    import ssl

    return isinstance(error, ssl.SSLZeroReturnError)
