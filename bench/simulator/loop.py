"""One loop for all connections: what is due in a heap, by absolute times, and sockets that are ready.

Not asyncio: a timer of its costs more than all the rest of a token, and it tells nobody when the loop got to it.
"""

from __future__ import annotations

import contextlib
import heapq
import select
import selectors
import socket
from collections.abc import Callable
from itertools import count
from time import monotonic_ns

from .settings import Stall

Call = Callable[[], None]
LONGEST_WAIT = 0.5
"""Seconds after which it looks whether it is to stop, should nothing wake it."""
SHORTEST_WAIT = 0.0005
"""Seconds: what is due within it is done in one go. Under load that saves most of the wake-ups."""
ROUND = 500
"""Calls in a row, after which sockets are looked at: answers without gaps must not hold up everything else."""
NEVER = 1 << 62


class Times:
    """The server's own time: that of the monotonic clock, but for a stall, in which it stands still."""

    __slots__ = ("_at", "_from", "_lasts", "_until")

    def __init__(self, stall: Stall | None) -> None:
        self._at = round(stall.at * 1e9) if stall else None
        self._lasts = round(stall.lasts * 1e9) if stall else 0
        self._from = self._until = NEVER

    def begin(self, moment: int) -> None:
        """The moment, by the monotonic clock, from which the stall is counted; only the first counts."""
        if self._at is not None and self._from == NEVER:
            self._from = moment + self._at
            self._until = self._from + self._lasts

    def own(self, real: int) -> int:
        """A moment of the monotonic clock in the server's time."""
        if real < self._from:
            return real
        return self._from - 1 if real < self._until else real - self._lasts

    def real(self, own: int) -> int:
        """The moment of the monotonic clock at which the server's time is this."""
        return own if own < self._from else own + self._lasts


class Loop:
    """Runs until it is stopped. Calls must not raise."""

    def __init__(self, stall: Stall | None = None) -> None:
        self.times = Times(stall)
        self._selector = selectors.DefaultSelector()
        self._due: list[tuple[int, int, Call]] = []
        self._ties = count()
        self._stopped = False
        self._asked: list[Call] = []
        self._woken, self._waking = socket.socketpair()
        self._woken.setblocking(False)
        self._waking.setblocking(False)
        self.watch(self._woken, self._wake)
        descriptor: int = getattr(self._selector, "fileno", lambda: NEVER)()
        self._descriptor = descriptor if descriptor < 1024 else -1
        """The selector's own, on which select() waits by the microsecond; epoll would by the millisecond."""

    def at(self, moment: int, call: Call) -> None:
        """Has something done at a moment of the server's time, in nanoseconds."""
        heapq.heappush(self._due, (moment, next(self._ties), call))

    def watch(self, sock: socket.socket, call: Callable[[int], None], *, writes: bool = False) -> None:
        """Has something done, with the selector's mask, when a socket can be read, or written too."""
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if writes else 0)
        if sock in self._selector.get_map():
            self._selector.modify(sock, events, call)
        else:
            self._selector.register(sock, events, call)

    def forget(self, sock: socket.socket) -> None:
        """Watches a socket no longer."""
        self._selector.unregister(sock)

    def stop(self) -> None:
        """Ends `run` soon; may be called by the handler of a signal and by another thread."""
        self._stopped = True
        self._nudge()

    def ask(self, call: Call) -> None:
        """Has something done soon; may be called by another thread."""
        self._asked.append(call)
        self._nudge()

    def run(self) -> None:
        """Does what is due and what sockets ask for."""
        while not self._stopped:
            for key, mask in self._ready():
                key.data(mask)
            self._run_due()

    def close(self) -> None:
        """Gives back what it holds."""
        self._selector.close()
        self._woken.close()
        self._waking.close()

    def _run_due(self) -> None:
        due, pop = self._due, heapq.heappop
        now = self.times.own(monotonic_ns())
        for _ in range(ROUND):
            if not due or due[0][0] > now:
                return
            pop(due)[2]()

    def _ready(self) -> list[tuple[selectors.SelectorKey, int]]:
        patience = LONGEST_WAIT
        if self._due:
            until = (self.times.real(self._due[0][0]) - monotonic_ns()) / 1e9
            patience = min(LONGEST_WAIT, max(SHORTEST_WAIT, until)) if until > 0 else 0.0
        if patience and self._descriptor >= 0:
            if not select.select([self._descriptor], (), (), patience)[0]:
                return []
            patience = 0.0
        return self._selector.select(patience)

    def _nudge(self) -> None:
        with contextlib.suppress(OSError):  # full, so it wakes anyway; or closed
            self._waking.send(b"\0")

    def _wake(self, _: int) -> None:
        with contextlib.suppress(OSError):
            self._woken.recv(1 << 12)
        asked, self._asked = self._asked, []
        for call in asked:
            call()
