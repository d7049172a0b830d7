"""When requests are sent, and how many users there are: seconds from the start of the run, as pure generators.

Every open shape is one process of marks, one mark a unit on average, laid along the number of sends that are due by a
time (the integral of the rate). So what is random is apart from how the rate goes, and times are absolute: no error of
one send is handed on to the next. The same seed gives the same times on every machine.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from itertools import count

from ..mistakes import ShapeError
from .model import Closed, ClosedSteps, Loop, Open, Ramp, Steady, Steps, Trace

Piece = tuple[float, float, float]
"""A stretch over which the rate goes from one to another in a line: (first, last, seconds)."""


def offsets(shape: Open, seed: int = 0) -> Iterator[float]:
    """Seconds from the start at which requests are due, in order; without end for a steady rate.

    Even sends begin at 0. Raises ShapeError for a trace without times, or with times that go back.
    """
    if isinstance(shape, Trace):
        return _replayed(shape)
    return _laid(_pieces(shape), _marks(shape.cv, seed))


def users(shape: Loop) -> Iterator[tuple[float, int]]:
    """When the number of users changes, and to what: (second, users), the first at 0."""
    at = 0.0
    match shape:
        case ClosedSteps(steps=steps):
            for step in steps:
                yield at, int(step.level)
                at += step.seconds
        case Closed(first=first, last=last, seconds=whole):
            change = abs(last - first)
            if not (whole and change):
                yield 0.0, last
                return
            for k in range(change + 1):
                yield k * whole / change, first + (k if last > first else -k)


def _pieces(shape: Steady | Ramp | Steps) -> list[Piece]:
    match shape:
        case Steady(rate=rate):
            return [(rate, rate, math.inf)]
        case Ramp(first=first, last=last, seconds=seconds):
            return [(first, last, seconds)]
        case Steps(steps=steps):
            return [(each.level, each.level, each.seconds) for each in steps]


def _marks(cv: float, seed: int) -> Iterator[float]:
    """A process of one mark a unit whose gaps have this coefficient of variation: even, exponential or gamma gaps."""
    if cv == 0:
        yield from count(0.0, 1.0)
    chance = random.Random(seed)  # noqa: S311 - traffic, no secrets
    shape = 1.0 if cv == 1 else 1 / (cv * cv)
    at = 0.0
    while True:
        at += chance.expovariate(1.0) if shape == 1 else chance.gammavariate(shape, 1 / shape)
        yield at


def _laid(pieces: Sequence[Piece], marks: Iterator[float]) -> Iterator[float]:
    began = passed = latest = 0.0
    mark = next(marks)
    for first, last, seconds in pieces:
        due = (first + last) / 2 * seconds if first or last else 0.0
        while mark - passed < due:
            latest = max(latest, began + min(seconds, _when(mark - passed, first, last, seconds)))
            yield latest
            mark = next(marks)
        began += seconds
        passed += due


def _when(sends: float, first: float, last: float, seconds: float) -> float:
    """Seconds into a piece at which so many sends are due: first·t + slope·t²/2 = sends."""
    slope = (last - first) / seconds
    if slope == 0:
        return sends / first
    root = math.sqrt(max(0.0, first * first + 2 * slope * sends))
    return 2 * sends / (first + root) if sends else 0.0


def _replayed(trace: Trace) -> Iterator[float]:
    times = trace.times
    if not times:
        raise ShapeError(["trace: the prompts hold no times; give each the second at which it was sent"])
    back = next((at for at in range(1, len(times)) if not times[at] >= times[at - 1]), None)
    if back is not None or not math.isfinite(times[0]) or not math.isfinite(times[-1]):
        where = f"entry {back + 1} is before entry {back}" if back else "a time is not finite"
        raise ShapeError([f"trace: {where}; sort the prompts by the time at which they were sent"])
    return ((each - times[0]) / trace.speed for each in times)
