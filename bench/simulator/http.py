"""As much HTTP/1.1 as a server of a simulation needs: requests in, heads out."""

from __future__ import annotations

from dataclasses import dataclass

REASONS = {
    200: "OK",
    400: "Bad Request",
    404: "Not Found",
    405: "Method Not Allowed",
    413: "Content Too Large",
    429: "Too Many Requests",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error",
    503: "Service Unavailable",
    529: "Site Is Overloaded",
}
HEAD, BODY = 64 << 10, 64 << 20
"""Bytes that a request may have."""


class BadRequest(Exception):
    """No request that is answered: the status it gets."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


@dataclass(frozen=True, slots=True)
class Request:
    """A request that has come in whole."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def lasting(self) -> bool:
        """The connection stays."""
        return "close" not in self.headers.get("connection", "").lower()


class Requests:
    """Takes a connection's bytes and gives its requests."""

    __slots__ = ("_buffer", "_head")

    def __init__(self) -> None:
        self._buffer = b""
        self._head: tuple[str, str, dict[str, str], int] | None = None

    def feed(self, data: bytes) -> Request | None:
        """The next request, where it is whole; asked again with b"", one that came along. Raises BadRequest."""
        self._buffer += data
        if self._head is None:
            end = self._buffer.find(b"\r\n\r\n")
            if end > HEAD or (end < 0 and len(self._buffer) > HEAD):
                raise BadRequest(431, "the headers are too long")
            if end < 0:
                return None
            self._head = _head(self._buffer[:end])
            self._buffer = self._buffer[end + 4 :]
        method, path, headers, length = self._head
        if len(self._buffer) < length:
            return None
        body, self._buffer, self._head = self._buffer[:length], self._buffer[length:], None
        return Request(method, path, headers, body)


def _head(data: bytes) -> tuple[str, str, dict[str, str], int]:
    first, *lines = data.decode("latin-1").split("\r\n")
    parts = first.split(" ")
    if len(parts) != 3 or not parts[2].startswith("HTTP/1."):
        raise BadRequest(400, "the first line is no request of HTTP/1.1")
    headers = {name.lower(): value.strip() for name, colon, value in (each.partition(":") for each in lines) if colon}
    length = headers.get("content-length", "0")
    if "transfer-encoding" in headers or not (length.isascii() and length.isdigit()):
        raise BadRequest(400, "a body is taken with a content-length only")
    if int(length) > BODY:
        raise BadRequest(413, "the body is too large")
    return parts[0], parts[1], headers, int(length)


def head(status: int, headers: dict[str, str]) -> bytes:
    """The head of an answer."""
    lines = [
        f"HTTP/1.1 {status} {REASONS.get(status, 'Unknown')}",
        *(f"{name}: {each}" for name, each in headers.items()),
    ]
    return "\r\n".join((*lines, "", "")).encode("latin-1")


def chunk(data: bytes) -> bytes:
    """One chunk of a body."""
    return b"%x\r\n%b\r\n" % (len(data), data)
