"""Gathers one answer of HTTP/1.1: pure, incremental, and bounded in what it takes."""

from __future__ import annotations

import re

from .chunked import Chunked
from .head import HEAD_LIMIT, Head, NotHttp, read_head
from .interface import LARGEST, MOST

START, FEW = 64 << 10, 1000
"""Bytes and reads that are kept of a body that is too large: enough to see what it was."""
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")


class Reader:
    """Takes the reads of one answer as they come and knows its exact end. What runs for every token is `feed`."""

    __slots__ = (
        *("_buffer", "_chunked", "_heads", "_left"),
        *("head", "over", "reads", "received", "stamps", "t_headers", "whole"),
    )

    def __init__(self) -> None:
        self._buffer = b""
        """Of a head that isn't whole yet."""
        self._heads = 0
        """Bytes of the heads before it: those of interim answers."""
        self._chunked: Chunked | None = None
        self._left: int | None = None
        """Bytes of the body that are to come, where its length is announced."""
        self.head: Head | None = None
        self.t_headers: int | None = None
        self.reads: list[bytes] = []
        """The body so far, without transfer coding."""
        self.stamps: list[int] = []
        self.received = 0
        """Bytes of heads and body as they came."""
        self.whole = False
        self.over = False
        """More came than the answer has: the connection is of no more use."""

    def feed(self, data: bytes, stamp: int) -> bool:
        """Takes a read; says whether the answer is whole. Raises NotHttp."""
        self.received += len(data)
        if self.head is None:
            return self._begin(data, stamp)
        stamps = self.stamps
        if self.received > LARGEST or len(stamps) >= MOST:
            self._too_large()
        chunked = self._chunked
        if chunked is not None:
            self.reads.append(chunked.feed(data))
            stamps.append(stamp)
            return chunked.done and self._ended(chunked.over)
        self.reads.append(data)
        stamps.append(stamp)
        if self._left is None:
            return False
        self._left -= len(data)
        return self._left <= 0 and self._ended(-self._left)

    def finish(self) -> None:
        """No more comes. A body without announced length is whole with it."""
        if self.head is not None and self._chunked is None and self._left is None:
            self.whole = True

    def _begin(self, data: bytes, stamp: int) -> bool:
        start = max(0, len(self._buffer) - 3)
        self._buffer += data
        while self.head is None:
            end = _END_OF_HEAD.search(self._buffer, start)
            if self._heads + (end.start() if end else len(self._buffer)) > HEAD_LIMIT:
                raise NotHttp(f"the headers are longer than {HEAD_LIMIT >> 10} KiB")
            if end is None:
                return False
            head, self._buffer = read_head(self._buffer[: end.start()]), self._buffer[end.end() :]
            self._heads += end.end()
            start = 0
            if not 100 <= head.status < 200 or head.status == 101:
                return self._body(head, stamp)
        return False

    def _body(self, head: Head, stamp: int) -> bool:
        self.head, self.t_headers = head, stamp
        if head.chunked:
            self._chunked = Chunked()
        else:
            self._left = head.length
        rest, self._buffer = self._buffer, b""
        self.received -= len(rest)
        return self.feed(rest, stamp) if rest else self._left == 0 and self._ended(0)

    def _ended(self, over: int) -> bool:
        self.whole = True
        if over:
            self.over = True
            if self._chunked is None:
                self.reads[-1] = self.reads[-1][:-over]
        return True

    def forget(self) -> None:
        """Lets go of all of the body but its start: of no use to anybody, it shall cost nothing more."""
        kept = size = 0
        while kept < min(len(self.reads), FEW) and size < START:
            size += len(self.reads[kept])
            kept += 1
        del self.reads[kept:], self.stamps[kept:]

    def _too_large(self) -> None:
        what = f"{LARGEST >> 20} MiB" if self.received > LARGEST else f"{MOST:,} reads"
        self.forget()
        raise NotHttp(f"the answer is larger than {what}")
