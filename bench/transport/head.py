"""The head of an answer (RFC 9112): what it says of the body that follows, and of the connection."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

HEAD_LIMIT = 64 << 10
"""Bytes of all heads of one answer, and of its trailers; no server that people use sends more than 16 KiB."""
HEADERS_LIMIT = 1000
"""Lines of a head: each is looked at."""
SHORT = 128
"""Bytes of a header line that may be remembered."""
WITHOUT_BODY = (101, 204, 304)
_STATUS = re.compile(rb"HTTP/1\.([01]) ([1-5][0-9]{2})(?: .*)?")
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


def read_head(data: bytes) -> Head:
    """The head out of its bytes, blank line excluded. Raises NotHttp."""
    first, *lines = data.split(b"\n")
    match = _STATUS.fullmatch(first.rstrip(b"\r"))
    if match is None:
        raise NotHttp(f"expected an HTTP answer, found {first[:40].rstrip().decode('latin-1')!r}")
    if len(lines) > HEADERS_LIMIT:
        raise NotHttp(f"more than {HEADERS_LIMIT} headers")
    status, old, headers = int(match[2]), match[1] == b"0", _headers(lines)
    said: dict[str, list[str]] = {"connection": [], "transfer-encoding": [], "content-length": []}
    for name, value in headers:
        if name in said:
            said[name] += [each.strip() for each in value.lower().split(",")]
    kept, chunked, length = said["connection"], _chunked(said["transfer-encoding"]), _length(said["content-length"])
    doubtful = chunked and (old or length is not None)  # RFC 9112, 6.1: such an answer ends its connection
    lasting = "close" not in kept and (not old or "keep-alive" in kept) and status != 101 and not doubtful
    if status in WITHOUT_BODY:
        return Head(status, headers, 0, chunked=False, lasting=lasting)
    return Head(status, headers, length, chunked, lasting)


def _headers(lines: Sequence[bytes]) -> tuple[tuple[str, str], ...]:
    headers: list[tuple[str, str]] = []
    for line in lines:
        if headers and line[:1] in (b" ", b"\t"):  # a folded line belongs to the one before
            name, value = headers[-1]
            headers[-1] = name, f"{value} {line.strip().decode('latin-1')}".strip()
        else:
            headers.append((_known if len(line) <= SHORT else _header)(line.rstrip(b"\r")))
    return tuple(headers)


def _header(line: bytes) -> tuple[str, str]:
    name, colon, value = line.partition(b":")
    if not colon or not _NAME.fullmatch(name):
        raise NotHttp(f"the header {line[:40].decode('latin-1')!r} is none")
    return name.decode("ascii").lower(), value.strip().decode("latin-1")


_known = lru_cache(512)(_header)
"""The same for short lines, which come again with each answer."""


def _chunked(said: Sequence[str]) -> bool:
    codings = [each for each in said if each not in ("", "identity")]
    if codings not in ([], ["chunked"]):
        raise NotHttp(f"the transfer coding {', '.join(codings)[:40]!r} is unknown")
    return bool(codings)


def _length(said: Sequence[str]) -> int | None:
    if not said:
        return None
    one = said[0]
    if set(said) != {one} or not one.isascii() or not one.isdigit() or len(one) > 15:
        raise NotHttp("the content-length is no number, or two")
    return int(one)
