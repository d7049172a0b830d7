"""As much HTTP/1.1 as a server of a simulation needs: requests in, heads and chunks out."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import lru_cache

REASONS = {
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    404: "Not Found",
    405: "Method Not Allowed",
    413: "Content Too Large",
    429: "Too Many Requests",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error",
    503: "Service Unavailable",
    505: "HTTP Version Not Supported",
    529: "Site Is Overloaded",
}
HEAD, BODY = 64 << 10, 32 << 20
"""Bytes that a request may have."""
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
CHUNKED = -1
"""In place of a length."""
LINE = 256
"""Bytes of the line that a chunk begins with."""
END = b"0\r\n\r\n"
"""The end of a body in chunks."""


class BadRequest(Exception):
    """No request that is answered: the status it gets."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


@dataclass(frozen=True, slots=True)
class Request:
    """A request that has come in whole."""

    method: str
    target: str
    """Path and query."""
    headers: dict[str, str]
    """By names in lower case; of several the last."""
    body: bytes

    @property
    def path(self) -> str:
        """Without its query."""
        return self.target.partition("?")[0]

    @property
    def lasting(self) -> bool:
        """The connection stays."""
        return "close" not in self.headers.get("connection", "").lower()


class Requests:
    """Takes a connection's bytes and gives its requests, one after the other."""

    __slots__ = ("_body", "_buffer", "_head", "expects")

    def __init__(self) -> None:
        self._buffer, self._body = bytearray(), bytearray()
        """What is still to be looked at, and what came of a body in chunks."""
        self._head: tuple[str, str, dict[str, str], int] | None = None
        self.expects = False
        """The client waits for CONTINUE before it sends its body; whoever sends that takes it back."""

    def feed(self, data: bytes) -> None:
        """Takes bytes. Raises BadRequest where a client sends on and on."""
        self._buffer += data
        if len(self._buffer) > HEAD + BODY:
            raise BadRequest(413, "the request is too large")

    def next(self) -> Request | None:
        """The next request, where it is whole. Raises BadRequest."""
        if self._head is None and not self._begun():
            return None
        assert self._head is not None  # noqa: S101 - it has begun
        method, target, headers, length = self._head
        body = self._chunked() if length == CHUNKED else self._taken(length)
        if body is None:
            return None
        self._head, self.expects = None, False
        return Request(method, target, headers, body)

    def _taken(self, length: int) -> bytes | None:
        if len(self._buffer) < length:
            return None
        body = bytes(self._buffer[:length])
        del self._buffer[:length]
        return body

    def _chunked(self) -> bytes | None:
        """A body in chunks, where it is whole; what follows the last one is passed over. Raises BadRequest."""
        while (end := self._buffer.find(b"\r\n", 0, LINE)) >= 0:
            size = self._buffer[:end].partition(b";")[0].strip()
            if not size or len(size) > 8 or size.strip(b"0123456789abcdefABCDEF"):
                raise BadRequest(400, "a chunk begins with its size")
            many = int(size, 16)
            if not many:
                return self._chunks_end(end)
            if len(self._body) + many > BODY:
                raise BadRequest(413, "the body is too large")
            if len(self._buffer) < end + many + 4:
                return None
            self._body += self._buffer[end + 2 : end + 2 + many]
            del self._buffer[: end + many + 4]
        if len(self._buffer) >= LINE:
            raise BadRequest(400, "a chunk begins with its size")
        return None

    def _chunks_end(self, end: int) -> bytes | None:
        stop = self._buffer.find(b"\r\n\r\n", end, HEAD)
        if stop < 0:
            if len(self._buffer) > HEAD:
                raise BadRequest(431, "the trailers are too long")
            return None
        del self._buffer[: stop + 4]
        body, self._body = bytes(self._body), bytearray()
        return body

    def _begun(self) -> bool:
        while self._buffer.startswith(b"\r\n"):  # RFC 9112, 2.2: empty lines before a request are to be passed over
            del self._buffer[:2]
        end = self._buffer.find(b"\r\n\r\n", 0, HEAD + 4)
        if end < 0:
            if len(self._buffer) > HEAD:
                raise BadRequest(431, "the headers are too long")
            return False
        self._head = _head(bytes(self._buffer[:end]))
        del self._buffer[: end + 4]
        self.expects = "expect" in self._head[2] and not self._buffer
        return True


def _head(data: bytes) -> tuple[str, str, dict[str, str], int]:
    first, *lines = data.decode("latin-1").split("\r\n")
    parts = first.split(" ")
    if len(parts) != 3 or not parts[2].startswith("HTTP/") or not parts[0].isalpha() or parts[1][:1] != "/":
        raise BadRequest(400, "the first line is no request of HTTP/1.1")
    if parts[2] != "HTTP/1.1":
        raise BadRequest(505, f"{parts[2][:20]} is not spoken here: HTTP/1.1 is")
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip():
            raise BadRequest(400, "a header is a name, a colon and a value")
        headers[name.lower()] = value.strip()
    return parts[0], parts[1], headers, _length(headers)


def _length(headers: dict[str, str]) -> int:
    length = headers.get("content-length", "0")
    if "transfer-encoding" in headers:
        if "content-length" in headers or headers["transfer-encoding"].lower() != "chunked":
            raise BadRequest(400, "a body has a content-length, or it is chunked and nothing else")
        return CHUNKED
    if not (length.isascii() and length.isdigit()):
        raise BadRequest(400, "a content-length is a number of bytes")
    if len(length) > 12 or int(length) > BODY:
        raise BadRequest(413, "the body is too large")
    return int(length)


@lru_cache(maxsize=1)
def _dated(second: int) -> str:
    return time.strftime("date: %a, %d %b %Y %H:%M:%S GMT", time.gmtime(second))


def head(status: int, headers: dict[str, str]) -> bytes:
    """The head of an answer."""
    lines = [f"{name}: {each}" for name, each in headers.items()]
    first = f"HTTP/1.1 {status} {REASONS.get(status, 'Unknown')}"
    return "\r\n".join((first, _dated(int(time.time())), *lines, "", "")).encode("latin-1")


def chunk(data: bytes) -> bytes:
    """One chunk of a body; nothing of nothing, since an empty one would be the end."""
    return b"%x\r\n%b\r\n" % (len(data), data) if data else b""
