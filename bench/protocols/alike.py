"""Reads a stream's plain texts without parsing: its events are the same, byte for byte, but for one text.

What is around the text is learnt from an event that was parsed, and tried: with another text in its place, the protocol
must find that one. Whatever doesn't look the same from its first byte to its last is parsed.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_PLAIN = re.compile(rb'[^"\\\x00-\x1f]*')
"""A JSON string as it is: nothing of it is escaped, and it doesn't end before its end (RFC 8259, 7)."""
_TRIED = "another text"
SHORTEST = 2
"""Characters of a text from which a form is learnt: shorter ones stand in other places, too."""


class Alike:
    """The texts of one stream's events, by what finds them and, where it can be, by their likeness."""

    __slots__ = ("_find", "_head", "_size", "_tail")

    def __init__(self, find: Callable[[bytes], str | None]) -> None:
        self._find = find
        self._head = self._tail = b""
        self._size = 0

    def text(self, data: bytes) -> str | None:
        """The text of an event that brings nothing else; None where it has to be looked at more closely."""
        if self._size and data.startswith(self._head) and data.endswith(self._tail) and len(data) >= self._size:
            inside = data[len(self._head) : len(data) - len(self._tail)]
            if _PLAIN.fullmatch(inside):
                try:
                    return inside.decode()
                except UnicodeDecodeError:
                    return None
        found = self._find(data)
        if found is not None and len(found) >= SHORTEST:
            self._learn(data, found)
        return found

    def _learn(self, data: bytes, text: str) -> None:
        head, quoted, tail = data.partition(b'"%b"' % text.encode(errors="replace"))
        if not quoted or self._find(b'%b"%b"%b' % (head, _TRIED.encode(), tail)) != _TRIED:
            return
        self._head, self._tail = head + b'"', b'"' + tail
        self._size = len(self._head) + len(self._tail)
