"""Compressed bodies, which were not asked for but are sent all the same, with an end to how large they can get."""

from __future__ import annotations

from collections.abc import Sequence

from .head import NotHttp
from .interface import UNCOMPRESSED

PLAIN = ("", "identity")
WINDOW = {"gzip": 31, "x-gzip": 31, "deflate": 15}
"""zlib's name for each format."""
MANY = f"the answer is larger than {UNCOMPRESSED >> 20} MiB uncompressed"


def inflated(reads: Sequence[bytes], coding: str) -> list[bytes]:
    """The body uncompressed, read by read. Raises NotHttp for another coding, damage, and more than UNCOMPRESSED."""
    import zlib

    name = coding.strip().lower()
    window = WINDOW.get(name)
    if window is None:
        raise NotHttp(f"the content coding {coding[:40]!r} is unknown, and none was asked for")
    engine, out, room = zlib.decompressobj(window), list[bytes](), UNCOMPRESSED
    try:
        for read in reads:
            plain = engine.decompress(read, room + 1)
            room -= len(plain)
            if room < 0:
                raise NotHttp(MANY)
            out.append(plain)
    except zlib.error as error:
        raise NotHttp(f"the answer is no {name}: {error}") from None
    return out
