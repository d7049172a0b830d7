"""When bytes came, by the kernel's own stamp where there is one (SO_TIMESTAMPNS of Linux), on the monotonic clock.

A request that waits in its socket while others are worked on has come all the same. The bench stamps in the same way;
the simulator is what it is held against, so it shares no code with it.
"""

from __future__ import annotations

import socket
import struct
import sys
from time import monotonic_ns, time_ns

STAMP = 35 if sys.platform == "linux" else 0
"""SO_TIMESTAMPNS (asm-generic/socket.h), which Python doesn't name."""
ROOM = socket.CMSG_SPACE(16) if STAMP else 0
"""Bytes of ancillary data that a read has room for: one struct timespec."""
OLDEST = 600_000_000_000
"""Nanoseconds after which a stamp is rather a clock that was set."""
_READ = struct.Struct("@qq").unpack_from


def stamped(sock: socket.socket) -> None:
    """Asks the kernel for stamps on this socket, where it has them."""
    if STAMP:
        try:
            sock.setsockopt(socket.SOL_SOCKET, STAMP, 1)
        except OSError:  # a kernel without: ours must do
            return


def arrived(told: list[tuple[int, int, bytes]]) -> int:
    """When the bytes of a read came, by the ancillary data that came with it; now, where that says nothing."""
    now = monotonic_ns()
    if not told or len(told[0][2]) < 16:
        return now
    seconds, nanoseconds = _READ(told[0][2])
    moment = int(seconds * 1_000_000_000 + nanoseconds) - time_ns() + now
    return moment if now - OLDEST < moment <= now else now
