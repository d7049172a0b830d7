"""Works out a provider's limits from what its answers say, and from what it let through while it refused.

Two sources, kept apart. *Told*: `limit`, `remaining` and `reset` headers. A limit's period is seldom told; most count a
minute, some a day (Groq: requests). Quotas that fill continuously give it away, since `reset` is the time until the
quota is full again: period = limit * reset / (limit - remaining). Where at least three answers agree on that within a
factor of 1.5, the nearest of second, minute, hour and day is taken; else a minute, and the report says so. *Met*: the
requests that were answered between the first and the last 429, in the fullest minute of that time. Before the first 429
a quota that was full is spent, which says nothing of what lasts. Where limits were met, that is the ceiling; where they
were only told, the smallest of what was told is.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from statistics import median

from ..protocols.limits import Quota, limits
from ..samples import Sample
from .model import Allowance, RateLimits, Through, Waits

PERIODS = (1.0, 60.0, 3600.0, 86400.0)
MINUTE = 60.0
AGREE, ENOUGH = 1.5, 3
"""Answers that must tell the same period, and within which factor."""
SHORTEST = 5.0
"""Seconds between the first and the last 429 below which no rate is told."""
TOO_MANY = 429

Answered = tuple[int, int | None]
"""When an answer had come, in nanoseconds, and its tokens."""


class LimitWatch:
    """Gathers what samples say of limits while they pass by."""

    __slots__ = ("_answered", "_quotas", "_refused", "_waits")

    def __init__(self) -> None:
        self._refused: list[int] = []
        self._answered: list[Answered] = []
        self._waits: list[float] = []
        self._quotas: dict[str, list[tuple[int, Quota]]] = {}

    def see(self, sample: Sample) -> None:
        """Takes a sample in, of any worker and in any order."""
        reply, end = sample.reply, sample.times.t_end
        refused = reply.status == TOO_MANY or sample.failure == "rate_limited"
        if refused:
            self._refused.append(sample.times.t0)
        elif sample.failure is None:
            self._answered.append((sample.times.t0, _all_of(sample.tokens.input, sample.tokens.output)))
        told = limits(reply.headers) if reply.headers else None
        if told and told.retry_after is not None and refused:
            self._waits.append(told.retry_after)
        for name, quota in told.quotas.items() if told else ():
            self._quotas.setdefault(name, []).append((end, quota))

    def found(self) -> RateLimits:
        """What they come to."""
        allowances = tuple(_allowances(self._quotas))
        through = _through(sorted(self._refused), sorted(self._answered, key=lambda each: each[0]))
        requests, tokens = _told(allowances, "requests"), _told(allowances, "tokens")
        how = "told by the provider's headers; never met" if requests or tokens else ""
        if self._refused and how:
            how = "told by the provider's headers"
        if through:
            requests, tokens = through.requests, through.tokens or tokens
            how = f"what went through in {through.seconds:.0f} s while requests were refused"
        return RateLimits(len(self._refused), _waits(self._waits), allowances, through, requests, tokens, how)


def _all_of(*counts: int | None) -> int | None:
    known = [each for each in counts if each is not None]
    return sum(known) if known else None


def _waits(told: Sequence[float]) -> Waits | None:
    return Waits(len(told), min(told), median(told), max(told)) if told else None


def _allowances(quotas: Mapping[str, Sequence[tuple[int, Quota]]]) -> Iterable[Allowance]:
    for name, seen in sorted(quotas.items()):
        in_order = [quota for _, quota in sorted(seen, key=lambda each: each[0])]
        told = [each.limit for each in in_order if each.limit]
        if told:
            left = [each.remaining for each in in_order if each.remaining is not None]
            period = _period(in_order)
            yield Allowance(name, told[-1], min(left, default=None), period or MINUTE, period is not None)


RESOLVED = 0.005
"""Seconds of a reset from which on its rounding, to milliseconds, says little: a shorter one tells no period."""


def _period(quotas: Iterable[Quota]) -> float | None:
    """Seconds in which a quota fills from empty; None where the answers don't agree."""
    told = [
        each.limit * (each.reset or 0) / (each.limit - each.remaining)
        for each in quotas
        if each.limit and (each.reset or 0) >= RESOLVED and each.remaining is not None and each.remaining < each.limit
    ]
    if len(told) < ENOUGH:
        return None
    middle = median(told)
    near = [each for each in told if middle / AGREE <= each <= middle * AGREE]
    if len(near) < max(ENOUGH, 0.9 * len(told)):
        return None
    return min(PERIODS, key=lambda each: abs(math.log(each / middle)))


def _told(allowances: Iterable[Allowance], what: str) -> float | None:
    """The smallest of the limits on requests, or on tokens of any kind, a minute."""
    return min((each.per_minute for each in allowances if each.name.endswith(what)), default=None)


def _through(refused: Sequence[int], answered: Sequence[Answered]) -> Through | None:
    """The fullest minute between the first and the last refusal; None where they are too close together."""
    seconds = (refused[-1] - refused[0]) / 1e9 if refused else 0.0
    if seconds < SHORTEST:
        return None
    inside = [each for each in answered if refused[0] < each[0] <= refused[-1]]
    length = min(MINUTE, seconds)
    known = [each for each in inside if each[1] is not None]
    tokens = _fullest(known, length) if known else None
    requests = _fullest([(end, 1) for end, _ in inside], length)
    return Through(length, requests * MINUTE / length, None if tokens is None else tokens * MINUTE / length)


def _fullest(events: Sequence[Answered], seconds: float) -> int:
    """The most that came within so many seconds."""
    times = [end for end, _ in events]
    sums = [0, *accumulate(count or 0 for _, count in events)]
    length = round(seconds * 1e9)
    starts = (bisect_left(times, end - length + 1) for end in times)
    return max((sums[last + 1] - sums[first] for last, first in enumerate(starts)), default=0)
