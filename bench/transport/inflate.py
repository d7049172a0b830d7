"""Compressed bodies, which were not asked for but are sent all the same, with an end to how large they can get."""

from __future__ import annotations

from collections.abc import Sequence

from .http1 import NotHttp
from .interface import LARGEST

PLAIN = ("", "identity")
WINDOW = {"gzip": 31, "x-gzip": 31, "deflate": 15}
"""zlib's name for each format."""


def inflated(reads: Sequence[bytes], coding: str) -> list[bytes]:
    """The body uncompressed, read by read. Raises NotHttp for another coding, damage, and more than LARGEST."""
    import zlib

    window = WINDOW.get(coding.strip().lower())
    if window is None:
        raise NotHttp(f"the content coding {coding[:40]!r} is unknown, and none was asked for")
    engine, out, room = zlib.decompressobj(window), list[bytes](), LARGEST
    try:
        for read in reads:
            plain = engine.decompress(read, room)
            if engine.unconsumed_tail:
                raise NotHttp(f"the answer is larger than {LARGEST >> 20} MiB uncompressed")
            room -= len(plain)
            out.append(plain)
            room = max(room, 1)  # 0 would mean: no limit
    except zlib.error as error:
        raise NotHttp(f"the answer is no {coding.strip().lower()}: {error}") from None
    return out
