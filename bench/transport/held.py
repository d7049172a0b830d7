"""Memory that answers take in one process, counted from their first read until nobody holds their receipt."""

from __future__ import annotations


class Held:
    """Bytes of all answers of a transport, those that wait for being looked at included."""

    __slots__ = ("bytes",)

    def __init__(self) -> None:
        self.bytes = 0


class Hold:
    """The part of one answer that is at its end; goes back when its receipt goes."""

    __slots__ = ("_bytes", "_held")

    def __init__(self, held: Held, size: int) -> None:
        self._held, self._bytes = held, size
        held.bytes += size

    def __del__(self) -> None:
        self._held.bytes -= self._bytes
