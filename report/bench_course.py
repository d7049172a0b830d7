"""A run as it goes: what somebody sees who watches it. No figure of a result comes from here."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

from ..bench.shapes import length
from .bench_blocks import sparkline
from .bench_words import seconds

if TYPE_CHECKING:
    from ..bench.engine import Snapshot
    from ..bench.running import Look as Seen
    from .look import Look

RECENT = 1000
"""Requests of which percentiles are shown: those of now, and not of the cold start."""
SECONDS = 60
"""Of the sparkline."""


@dataclass(slots=True)
class Course:
    """Gathers what is seen of a run, stage after stage."""

    seen: Seen | None = None
    total: Snapshot | None = None
    """Of all workers."""
    ttft: deque[float] = field(default_factory=lambda: deque(maxlen=RECENT))
    e2e: deque[float] = field(default_factory=lambda: deque(maxlen=RECENT))
    spent: Decimal = Decimal(0)
    """In stages before this one."""
    _marks: deque[tuple[float, int, int]] = field(default_factory=lambda: deque(maxlen=SECONDS + 1))
    """Each second: when, requests that had finished, and output tokens."""

    def add(self, seen: Seen) -> None:
        """Takes a look at the run."""
        from ..bench.engine import Snapshot

        if self.seen is not None and seen.number != self.seen.number:
            self.ttft.clear()
            self.e2e.clear()
            self._marks.clear()
            self.spent += self.total.spent if self.total else 0
        counts, failures = seen.counts, Counter[str]()
        for each in counts:
            self.ttft.extend(each.ttft)
            self.e2e.extend(each.e2e)
            failures.update(dict(each.failures))
        self.seen = seen
        self.total = Snapshot(
            sent=sum(each.sent for each in counts),
            finished=sum(each.finished for each in counts),
            failed=sum(each.failed for each in counts),
            output_tokens=sum(each.output_tokens for each in counts),
            spent=sum((each.spent for each in counts), Decimal(0)),
            failures=tuple(failures.most_common()),
            lag=max((each.lag for each in counts), default=0.0),
        )
        if not self._marks or seen.elapsed - self._marks[-1][0] >= 1:
            self._marks.append((seen.elapsed, self.total.finished, self.total.output_tokens))

    @property
    def per_second(self) -> list[float]:
        """Requests that finished in each of the last seconds."""
        return [(b[1] - a[1]) / (b[0] - a[0]) for a, b in pairwise(self._marks)]

    def rates(self) -> tuple[float, float]:
        """Requests and output tokens a second, over the last five."""
        if self.seen is None or self.total is None:
            return 0.0, 0.0
        at, finished, tokens = next((each for each in self._marks if self.seen.elapsed - each[0] <= 5), (0.0, 0, 0))
        since = self.seen.elapsed - at
        if since < 0.5:
            at, finished, tokens, since = 0.0, 0, 0, max(self.seen.elapsed, 1e-9)
        return (self.total.finished - finished) / since, (self.total.output_tokens - tokens) / since


def line(course: Course) -> str:
    """One line for a log."""
    seen, total = course.seen, course.total
    if seen is None or total is None:
        return ""
    rps, tps = course.rates()
    parts = [
        f"{seen.what} {seen.elapsed:.0f}s",
        f"{total.finished} done",
        f"{total.in_flight} in flight",
        *([f"{total.failed} failed ({_most(total.failures)})"] if total.failed else []),
        f"{rps:.1f}/s",
        *([f"{tps:.0f} tokens/s"] if tps else []),
        *_percentiles("TTFT" if course.ttft else "e2e", course.ttft or course.e2e, (50, 95)),
        *([f"${total.spent + course.spent:.4f}"] if total.spent or course.spent else []),
    ]
    return ", ".join(parts)


def screen(course: Course, look: Look) -> list[str]:
    """A few lines for a terminal, drawn anew each time."""
    seen, total = course.seen, course.total
    if seen is None or total is None:
        return []
    rps, tps = course.rates()
    width = look.width
    failed = f"{total.failed} failed" + (f" ({_most(total.failures)})" if total.failed else "")
    spent = total.spent + course.spent
    counted = [f"{rps:.1f} requests/s", f"{tps:.0f} tokens/s", *([f"${spent:.4f}"] if spent else [])]
    lines = [
        look.paint(seen.what[:width], "place"),
        _bar(course, look),
        f"  {total.in_flight} in flight · {total.finished} done · "
        + (look.paint(failed, "error") if total.failed else failed),
        "  " + " · ".join(counted),
    ]
    for name, values in (("TTFT", course.ttft), ("e2e", course.e2e)):
        if values:
            lines.append("  " + " · ".join(_percentiles(name, values, (50, 95, 99))))
    if len(course.per_second) > 1:
        picture = sparkline(course.per_second[-(width - 20) :], blocks=look.blocks)
        lines.append(look.paint(f"  {picture} requests/s", "dim"))
    return lines


def _bar(course: Course, look: Look) -> str:
    """How much of the stage is over, by the stop that comes first."""
    seen, total = course.seen, course.total
    if seen is None or total is None:
        return ""
    stops, shape = seen.stops, seen.shape
    whole = stops.duration if stops.duration is not None else length(shape)
    parts: list[tuple[float, str]] = []
    if stops.requests:
        more, rate = stops.requests - total.finished, course.rates()[0]
        left = f", about {more / rate:.0f} s left" if more > 0 and rate > 0 else ""
        parts.append((total.finished / stops.requests, f"{total.finished} of {stops.requests}{left}"))
    if whole:
        rest = max(0.0, whole - seen.elapsed)
        parts.append((seen.elapsed / whole, f"{rest:.0f} s left" if rest else "waiting for the last answers"))
    if not parts:
        return f"  {seen.elapsed:.0f} s"
    part, said = max(parts)
    room = max(10, look.width - len(said) - 4)
    full = round(min(1.0, part) * room)
    done, open_ = ("━", "─") if look.blocks else ("#", ".")
    return f"  {look.paint(done * full, 'good')}{look.paint(open_ * (room - full), 'dim')} {said}"


def _percentiles(name: str, values: Iterable[float], which: Sequence[int]) -> list[str]:
    ordered = sorted(values)
    if not ordered:
        return []
    told = [f"p{each} {seconds(ordered[min(len(ordered) - 1, len(ordered) * each // 100)])}" for each in which]
    return [f"{name} {told[0]}", *told[1:]]


def _most(failures: Sequence[tuple[str, int]]) -> str:
    shown = ", ".join(f"{name} {count}" for name, count in failures[:3])
    return shown + (", …" if len(failures) > 3 else "")
