"""When a packet came, by the kernel's own stamp where there is one, on the monotonic clock.

The kernel stamps packets with the clock of the day (SO_TIMESTAMPNS). The distance between the two clocks is taken again
with every tick: a slewed clock is followed, a stepped one is noticed.
"""

from __future__ import annotations

import socket
import struct
import sys
import time
from collections.abc import Sequence
from typing import cast

STAMP = 35 if sys.platform == "linux" else 0
"""SO_TIMESTAMPNS, which Python doesn't name; the number is the same on all architectures of Linux that wheels are made
for (asm-generic/socket.h)."""
ROOM = socket.CMSG_SPACE(16) if STAMP else 0
"""Bytes of ancillary data that a read has room for: one struct timespec."""
STEP = 1_000_000
"""Nanoseconds between two ticks that are no slew: adjtime changes a clock by at most a two-thousandth."""
_READ = struct.Struct("@qq").unpack_from

Told = Sequence[tuple[int, int, bytes]]


class Clock:
    """The one clock of a process: turns stamps of the kernel into monotonic nanoseconds."""

    __slots__ = ("_offset", "by_kernel", "by_us", "stepped")

    def __init__(self) -> None:
        self._offset = _distance()
        self.by_kernel = 0
        """Reads stamped by the kernel."""
        self.by_us = 0
        """Reads stamped when we got to them."""
        self.stepped = 0
        """Nanoseconds of the largest step of the clock of the day since the start; 0: none."""

    def tick(self) -> None:
        """Takes the distance of the clocks again."""
        now = _distance()
        moved = abs(now - self._offset)
        if moved > STEP:
            self.stepped = max(self.stepped, moved)
        self._offset = now

    def stamp(self, told: Told) -> int:
        """When the bytes of a read came, by the ancillary data that came along; now, where that says nothing."""
        if told:
            seconds, nanoseconds = cast("tuple[int, int]", _READ(told[0][2]))
            if seconds:
                self.by_kernel += 1
                return seconds * 1_000_000_000 + nanoseconds + self._offset
        self.by_us += 1
        return time.monotonic_ns()


def stamped(sock: socket.socket) -> None:
    """Asks the kernel for stamps on this socket, where it has them."""
    if STAMP:
        try:
            sock.setsockopt(socket.SOL_SOCKET, STAMP, 1)
        except OSError:
            return


def _distance() -> int:
    """Monotonic clock minus clock of the day: of some looks the one that was quickest."""
    looks: list[tuple[int, int]] = []
    for _ in range(5):
        before, day, after = time.monotonic_ns(), time.time_ns(), time.monotonic_ns()
        looks.append((after - before, (before + after) // 2 - day))
    return min(looks)[1]
