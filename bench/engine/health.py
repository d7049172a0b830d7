"""How well our own side kept up: how late its loop was, how busy its core, whether a clock was stepped."""

from __future__ import annotations

import asyncio
import time
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from ..samples import Times

TICK = 0.01
"""Seconds between two looks at the loop."""
MISSED = 10_000
"""Looks that one stall counts for at most."""
SHORT = 0.5
"""Seconds of a stage that are too few to say how busy a core is."""
BUSY = 0.9
"""The share of a core from which on work queues up inside the client: an M/D/1 queue at 0.9 holds four and a half
requests on average."""
LEAST = 0.005
"""Seconds that the loop may be late whatever is measured, where its lateness goes into the stamps: a time slice of a
scheduler."""
LEAST_STAMPED = 0.02
"""The same where the kernel stamps what comes: lateness then only thins out the load."""
PART = 0.1
"""The part of a usual request that the loop may be late by."""
FEW = 100
"""Values below which a 99th percentile is but the largest of them: one hiccup of a stage of less than a second, or of
that many requests. There the median is held against what may be."""
COALESCED = 0.1
"""The share of gaps between tokens that may be lost to our own lateness."""


class Late(NamedTuple):
    """How late something was."""

    seconds: float
    which: Literal["p99", "median"]


class Lag:
    """Looks at the loop from inside: a callback that is due every TICK, and how late it came."""

    def __init__(self, each: Callable[[], None] = lambda: None) -> None:
        self._loop = asyncio.get_running_loop()
        self._each = each
        self.late = array("d")
        self._worst = 0.0
        self._due = self._loop.time() + TICK
        self._next = self._loop.call_at(self._due, self._look)

    def worst(self) -> float:
        """The latest since it was last asked, in seconds."""
        worst, self._worst = self._worst, 0.0
        return worst

    def forget(self) -> None:
        """What came before doesn't count: the warm-up."""
        self.late = array("d")

    def close(self) -> None:
        """No more looks."""
        self._next.cancel()

    def _look(self) -> None:
        now = self._loop.time()
        late = now - self._due
        # each look that was missed meanwhile would have been late, too: else the longest stall is one of many looks
        self.late.extend(late - TICK * missed for missed in range(1 + min(MISSED, int(late / TICK))))
        self._worst = max(self._worst, late)
        self._due = now + TICK
        self._next = self._loop.call_at(self._due, self._look)
        self._each()


class Felt:
    """What the requests of a stage felt of our own side: against what its lateness is held."""

    __slots__ = ("_delays", "_waits", "gaps", "lost", "unsent")

    def __init__(self) -> None:
        self._waits = array("d")
        self._delays = array("d")
        self.gaps = 0
        """Between two chunks of one answer."""
        self.lost = 0
        """Of those: inside one read."""
        self.unsent = 0
        """Requests that were due, and for which there was no time left."""

    def add(self, times: Times, *, succeeded: bool) -> None:
        """Takes a request."""
        if times.t_sched is not None:
            self._delays.append((times.t0 - times.t_sched) / 1e9)
        chunks = times.chunks
        if not succeeded or times.t_last is None:
            return
        self._waits.append(((chunks[0] if chunks else times.t_last) - times.t0) / 1e9)
        if chunks:
            self.gaps += len(chunks) - 1
            self.lost += len(chunks) - len(set(chunks))

    @property
    def usual(self) -> float | None:
        """Seconds of a usual request: the median to its first token, or to its end where it is not streamed."""
        middle = spread(self._waits)
        return middle[0] if middle else None

    @property
    def delay(self) -> Late | None:
        """By which requests were sent late; None where they had no schedule."""
        return telling(self._delays)


NOT_LATE = Late(0.0, "p99")


@dataclass(frozen=True, slots=True)
class Health:
    """What was measured of one worker. Times are seconds."""

    seconds: float
    """How long it was looked at."""
    cpu: float
    """Processor time that it took."""
    lag: tuple[float, float, float] | None
    """By which its loop was late: median, 99th percentile, most; None where it wasn't looked at."""
    late: Late | None = None
    """Of these the one that tells something."""
    by_kernel: int = 0
    """Reads stamped by the kernel, and by us."""
    by_us: int = 0
    stepped: float = 0.0
    """By which the clock of the day jumped; 0: it didn't."""
    usual: float | None = None
    delay: Late | None = None
    gaps: int = 0
    lost: int = 0
    unsent: int = 0
    """As Felt tells them."""

    @property
    def share(self) -> float:
        """Of one core."""
        return self.cpu / self.seconds if self.seconds > 0 else 0.0


def spread(late: Sequence[float]) -> tuple[float, float, float] | None:
    """Median, 99th percentile and most."""
    values = sorted(late)
    return (values[len(values) // 2], values[len(values) * 99 // 100], values[-1]) if values else None


def telling(values: Sequence[float]) -> Late | None:
    """The 99th percentile, or of few values the median."""
    found = spread(values)
    if found is None:
        return None
    return Late(found[1], "p99") if len(values) >= FEW else Late(found[0], "median")


def processor() -> float:
    """Seconds of processor time that this process took so far."""
    return time.process_time()


def faults(health: Sequence[Health]) -> tuple[str, ...]:
    """In which ways our own side was the bottleneck in a stage, by its workers, each in words; empty: in none."""
    usual = min((each.usual for each in health if each.usual is not None), default=None)
    delay = max((each.delay for each in health if each.delay), default=NOT_LATE)
    gaps = sum(each.gaps for each in health)
    coalesced = sum(each.lost for each in health) / gaps if gaps else 0.0
    stamped = sum(each.by_us for each in health) == 0
    allowed = max(LEAST_STAMPED if stamped else LEAST, PART * (usual or 0.0))
    lag = max((each.late for each in health if each.late), default=NOT_LATE)
    share = max((each.share for each in health if each.seconds >= SHORT), default=0.0)
    stepped = max((each.stepped for each in health), default=0.0)
    told: list[str] = []
    if share > BUSY:
        told.append(f"a worker kept its core busy for {share:.0%} of the time: use more workers, or less load")
    if lag.seconds > allowed:
        told.append(f"the client's loop was {_beyond(lag, allowed)}")
    if delay.seconds > allowed:
        told.append(f"requests were sent {_beyond(delay, allowed)}")
    if coalesced > COALESCED and lag.seconds > LEAST_STAMPED:
        told.append(f"{coalesced:.0%} of the gaps between tokens were lost, since the client read too late")
    unsent = sum(each.unsent for each in health)
    if unsent:
        told.append(f"{unsent} requests that were due weren't sent in time: use more workers, or less load")
    if stepped:
        told.append(f"the system's clock was set during the run, by {stepped * 1e3:.0f} ms: its stamps can't be used")
    return tuple(told)


def _beyond(late: Late, allowed: float) -> str:
    """In so many digits that more is seen to be more."""
    told, most = next(
        (pair for digits in range(7) if (pair := _both(late.seconds, allowed, digits))[0] != pair[1]),
        _both(late.seconds, allowed, 9),
    )
    return f"{told} ms late ({late.which}): more than {most} ms would be measured as the server's"


def _both(one: float, two: float, digits: int) -> tuple[str, str]:
    return f"{one * 1e3:.{digits}f}", f"{two * 1e3:.{digits}f}"
