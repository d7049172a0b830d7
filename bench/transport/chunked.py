"""The chunked coding of a body (RFC 9112, 7.1)."""

from __future__ import annotations

import re

from .head import HEAD_LIMIT, NotHttp

_SIZE = re.compile(rb"([0-9a-fA-F]{1,15})[ \t]*(?:;.*)?\r?")


CHUNKS = 1_000_000
"""Chunks of one body that came several in a read or cut: no token is smaller, and each takes a microsecond."""


class Chunked:
    """Takes the coding off, piece by piece, wherever the pieces are cut. One read costs no more than its bytes do:
    at worst 64 KiB of chunks of a byte each."""

    __slots__ = ("_chunks", "_left", "_line", "_trailers", "done", "over")

    def __init__(self) -> None:
        self._chunks = 0
        self._left = 0
        """Bytes of the present chunk that are still to come, its CRLF included."""
        self._line = b""
        """The beginning of a line that isn't whole yet."""
        self._trailers: int | None = None
        """Bytes of trailers so far; None: before them."""
        self.done = False
        """The last chunk and its trailers are over."""
        self.over = 0
        """Bytes that came after the end, which belong to nothing."""

    def feed(self, data: bytes) -> bytes:
        """What of the body is in this piece. Raises NotHttp."""
        if not self._left and not self._line and self._trailers is None:
            end = data.find(b"\r\n", 0, 18)
            size = len(data) - end - 4
            # one chunk, as most reads of a paced stream are
            if end > 0 and size > 0 and data[:end] == b"%x" % size and data.endswith(b"\r\n"):
                return data[end + 2 : -2]
            out, at = self._whole(data)
            return b"".join((*out, self._slowly(data[at:]))) if at else self._slowly(data)
        return self._slowly(data)

    def _whole(self, data: bytes) -> tuple[list[bytes], int]:
        """The chunks that a piece begins with and that are whole in it, and where they end: many, where a server is
        faster than we are. Whatever is written in another way than usual is left to the slow way."""
        out: list[bytes] = []
        at = 0
        while (end := data.find(b"\r\n", at, at + 18)) > at:
            try:
                size = int(data[at:end], 16)
            except ValueError:
                break
            after = end + 2 + size
            if size <= 0 or data[at:end] != b"%x" % size or data[after : after + 2] != b"\r\n":
                break
            out.append(data[end + 2 : after])
            at = after + 2
        self._count(len(out))
        return out, at

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
            at += payload
        if self._left > 2:
            return at
        found = data[at : at + self._left]
        if not b"\r\n"[2 - self._left :].startswith(found):
            raise NotHttp("a chunk of the body is longer than its announced size")
        self._left -= len(found)
        return at + len(found)

    def _lines(self, data: bytes, at: int) -> int:
        end = data.find(b"\n", at)
        if end < 0:
            self._line += data[at:]
            self._check(len(self._line))
            return len(data)
        line, self._line = self._line + data[at:end], b""
        self._check(len(line))
        if self._trailers is not None:
            self._trailers += len(line) + 1
            self.done = line in (b"", b"\r")
        else:
            size = _SIZE.fullmatch(line)
            if size is None:
                raise NotHttp(f"expected the size of a chunk, found {line[:40].rstrip().decode('latin-1')!r}")
            self._left = int(size[1], 16)
            if self._left:
                self._left += 2
                self._count()
            else:
                self._trailers = 0
        return end + 1

    def _count(self, more: int = 1) -> None:
        self._chunks += more
        if self._chunks > CHUNKS:
            raise NotHttp(f"the body has more than {CHUNKS:,} chunks")

    def _check(self, length: int) -> None:
        if length + (self._trailers or 0) > HEAD_LIMIT:
            raise NotHttp("a line between two chunks of the body, or what follows the last, doesn't end")
