"""HTTP/1.1 as far as one request and its answer: pure, incremental, and bounded in what it takes (RFC 9112)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from .interface import LARGEST, Headers

HEAD_LIMIT = 64 << 10
"""Bytes of an answer's head, and of one line in a chunked body."""
_STATUS = re.compile(rb"HTTP/1\.([01]) ([1-5][0-9]{2})(?: .*)?")
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
_SIZE = re.compile(rb"([0-9a-fA-F]{1,15})[ \t]*(?:;.*)?\r?")
_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


class NotHttp(Exception):
    """What came is no answer of HTTP/1.1, or more than is taken: says what."""


class Head(NamedTuple):
    """The head of an answer."""

    status: int
    headers: tuple[tuple[str, str], ...]
    """Names in lower case."""
    length: int | None
    """Bytes of the body, where it is announced."""
    chunked: bool
    lasting: bool
    """The connection may be used again."""


def request_bytes(method: str, target: str, headers: Headers, body: bytes) -> bytes:
    """A request as it goes over the wire; `headers` hold all but the length of the body."""
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers)]
    if body or method in ("POST", "PUT", "PATCH"):
        lines.append(f"content-length: {len(body)}")
    return "\r\n".join((*lines, "", "")).encode("latin-1") + body


def read_head(data: bytes) -> Head:
    """The head out of its bytes, blank line excluded. Raises NotHttp."""
    first, *lines = data.split(b"\n")
    match = _STATUS.fullmatch(first.rstrip(b"\r"))
    if match is None:
        raise NotHttp(f"expected an HTTP answer, found {first[:40].decode('latin-1')!r}")
    headers = tuple(_header(line.rstrip(b"\r")) for line in lines)
    status, named = int(match[2]), dict(headers)
    coding = named.get("transfer-encoding", "").lower()
    if coding not in ("", "chunked", "identity"):
        raise NotHttp(f"the transfer coding {coding[:40]!r} is unknown")
    kept = named.get("connection", "").lower()
    return Head(
        status,
        headers,
        0 if status in (204, 304) else _length(headers),
        coding == "chunked",
        "keep-alive" in kept if match[1] == b"0" else "close" not in kept,
    )


def _header(line: bytes) -> tuple[str, str]:
    name, colon, value = line.partition(b":")
    if not colon or not _NAME.fullmatch(name):
        raise NotHttp(f"the header {line[:40].decode('latin-1')!r} is none")
    return name.decode("ascii").lower(), value.strip().decode("latin-1")


def _length(headers: Sequence[tuple[str, str]]) -> int | None:
    told = {each.strip() for name, value in headers if name == "content-length" for each in value.split(",")}
    if not told:
        return None
    one = told.pop()
    if told or not one.isascii() or not one.isdigit() or len(one) > 15:
        raise NotHttp("the content-length is no number, or two")
    return int(one)


class Chunked:
    """Takes the chunked coding off a body, piece by piece."""

    __slots__ = ("_left", "_line", "_trailer", "done", "over")

    def __init__(self) -> None:
        self._left = 0
        """Bytes of the present chunk that are still to come, its CRLF included."""
        self._line = b""
        """The beginning of a line that isn't whole yet."""
        self._trailer = False
        self.done = False
        """The last chunk and its trailers are over."""
        self.over = 0
        """Bytes that came after the end, which belong to nothing."""

    def feed(self, data: bytes) -> bytes:
        """What of the body is in this piece. Raises NotHttp."""
        if self._left == 0 and not self._line and not self._trailer:
            whole = _one_chunk(data)
            if whole is not None:
                return whole
        return self._slowly(data)

    def _slowly(self, data: bytes) -> bytes:
        out: list[bytes] = []
        at = 0
        while at < len(data):
            if self.done:
                self.over += len(data) - at
                break
            at = self._chunk(data, at, out) if self._left else self._lines(data, at)
        return out[0] if len(out) == 1 else b"".join(out)

    def _chunk(self, data: bytes, at: int, out: list[bytes]) -> int:
        payload = min(self._left - 2, len(data) - at)
        if payload > 0:
            out.append(data[at : at + payload])
            self._left -= payload
            return at + payload
        expected = b"\r\n"[2 - self._left : 3 - self._left]
        if data[at : at + 1] != expected:
            raise NotHttp("a chunk of the body is longer than its announced size")
        self._left -= 1
        return at + 1

    def _lines(self, data: bytes, at: int) -> int:
        end = data.find(b"\n", at)
        if end < 0:
            self._line += data[at:]
            if len(self._line) > HEAD_LIMIT:
                raise NotHttp("a line between two chunks of the body doesn't end")
            return len(data)
        line, self._line = self._line + data[at:end], b""
        if self._trailer:
            self.done = line in (b"", b"\r")
        else:
            size = _SIZE.fullmatch(line)
            if size is None:
                raise NotHttp(f"expected the size of a chunk, found {line[:40].decode('latin-1')!r}")
            self._left = int(size[1], 16)
            self._trailer = self._left == 0
            self._left += 2 if self._left else 0
        return end + 1


def _one_chunk(data: bytes) -> bytes | None:
    """The payload, where a piece is exactly one chunk, as those of a paced stream are."""
    end = data.find(b"\r\n", 0, 18)
    if end < 1:
        return None
    try:
        size = int(data[:end], 16)
    except ValueError:
        return None
    return data[end + 2 : -2] if size and len(data) == end + size + 4 and data.endswith(b"\r\n") else None


class Reader:
    """Gathers one answer. While it comes, only bytes and stamps are kept; what they are is looked at when the last four
    bytes could be the end, so that a token costs next to nothing when it comes."""

    __slots__ = (
        "_buffer",
        "_chunked",
        "_left",
        "_raw",
        "head",
        "over",
        "reads",
        "received",
        "stamps",
        "t_headers",
        "whole",
    )

    def __init__(self) -> None:
        self._buffer = b""
        self._chunked: Chunked | None = None
        self._left: int | None = None
        self._raw = 0
        """The first of the reads that still has its coding."""
        self.head: Head | None = None
        self.t_headers: int | None = None
        self.reads: list[bytes] = []
        self.stamps: list[int] = []
        self.received = 0
        self.whole = False
        self.over = False
        """More came than the answer has: the connection is of no more use."""

    def feed(self, data: bytes, stamp: int) -> bool:
        """Takes a read; says whether the answer is whole. Raises NotHttp."""
        self.received += len(data)
        if self.received > LARGEST:
            raise NotHttp(f"the answer is larger than {LARGEST >> 20} MiB")
        if self.head is None:
            return self._begin(data, stamp)
        self.reads.append(data)
        self.stamps.append(stamp)
        if self._chunked is not None:
            return (len(data) < 5 or data.endswith(b"\r\n\r\n")) and self._decoded(self._chunked)
        if self._left is None:
            return False
        self._left -= len(data)
        return self._left <= 0 and self._ended(-self._left)

    def finish(self) -> None:
        """No more comes. A body without announced length is whole with it. Raises NotHttp."""
        if self._chunked is not None and not self.whole:
            self._decoded(self._chunked)
        elif self.head is not None and self._left is None:
            self.whole = True

    def _begin(self, data: bytes, stamp: int) -> bool:
        start = max(0, len(self._buffer) - 3)
        self._buffer += data
        end = _END_OF_HEAD.search(self._buffer, start)
        if end is None or end.start() > HEAD_LIMIT:
            if len(self._buffer) > HEAD_LIMIT:
                raise NotHttp(f"the headers are longer than {HEAD_LIMIT >> 10} KiB")
            return False
        head, rest = read_head(self._buffer[: end.start()]), self._buffer[end.end() :]
        self._buffer = b""
        if 100 <= head.status < 200 and head.status != 101:
            return self._begin(rest, stamp) if rest else False
        self.head, self.t_headers = head, stamp
        if head.chunked:
            self._chunked = Chunked()
        else:
            self._left = head.length
        self.received -= len(rest)
        return self.feed(rest, stamp) if rest else self._left == 0 and self._ended(0)

    def _decoded(self, chunked: Chunked) -> bool:
        reads = self.reads
        for at in range(self._raw, len(reads)):
            reads[at] = chunked.feed(reads[at])
        self._raw = len(reads)
        return chunked.done and self._ended(chunked.over)

    def _ended(self, over: int) -> bool:
        self.whole = True
        if over:
            self.over = True
            if self._chunked is None:
                self.reads[-1] = self.reads[-1][:-over]
        return True
