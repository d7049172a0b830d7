"""Sweep and search as pure plans: given what was measured so far, the next level to try, or what was found.

The knee is the level with the highest power, throughput over latency: Kleinrock (1979), "Power and Deterministic Rules
of Thumb for Probabilistic Problems in Computer Communications". Nothing has to be tuned for it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ..intervals import wilson
from .model import Search, Sweep

Ending = Literal["found", "unresolved", "held", "failed", "client"]
Answer = Literal["holds", "fails", "unresolved"]

GROWTH = 1.05
"""A level that doesn't serve this much more than the best before it shows that no more is to be had."""
FLAT = 2
"""So many of those in a row end a sweep."""
LOOKS = 2
"""How often a level is tried whose answer isn't clear, its requests counted together."""


@dataclass(frozen=True, slots=True)
class Next:
    """Try this level."""

    level: float


@dataclass(frozen=True, slots=True)
class Measured:
    """What a level of a sweep gave."""

    level: float
    throughput: float
    """Good answers, or tokens, per second."""
    latency: float
    """Seconds of a usual request (the median, say)."""
    valid: bool = True
    """False where the client was the bottleneck."""


@dataclass(frozen=True, slots=True)
class Swept:
    """The end of a sweep."""

    ending: Ending
    """found: the knee has measured levels on both sides; held: it is the last one, look further up; failed: it is the
    first one, or nothing was served, look further down; client: our own side gave out first."""
    knee: float | None


@dataclass(frozen=True, slots=True)
class Probe:
    """What a level of a search gave."""

    level: float
    good: int
    attempted: int
    valid: bool = True


@dataclass(frozen=True, slots=True)
class Found:
    """The end of a search.

    found: `holds` does and `fails` doesn't, no further apart than the precision; unresolved: what lies above `holds`
    couldn't be told from the objective with that many requests; held: the last level holds, so the limit is higher;
    failed: the first level fails, so it is lower; client: our own side gave out first.
    """

    ending: Ending
    holds: float | None
    fails: float | None
    unresolved: tuple[float, ...] = ()


def levels(sweep: Sweep) -> tuple[float, ...]:
    """The levels in order: equal ratios, whole numbers where they are users."""
    ratio = sweep.last / sweep.first
    raw = [sweep.first * ratio ** (k / (sweep.points - 1)) for k in range(sweep.points - 1)] + [sweep.last]
    return tuple(sorted({float(round(each)) for each in raw})) if sweep.users else tuple(raw)


def next_of_sweep(sweep: Sweep, so_far: Sequence[Measured]) -> Next | Swept:
    """The next level; the end after the last, or when more load has brought no more twice, or the client gave out."""
    valid = [each for each in so_far if each.valid]
    ladder = levels(sweep)
    if len(valid) < len(so_far):
        return Swept("client", knee(valid))
    if len(so_far) < len(ladder) and not _saturated(so_far):
        return Next(ladder[len(so_far)])
    best = knee(so_far)
    ending: Ending = "failed" if best in (None, so_far[0].level) else "held" if best == so_far[-1].level else "found"
    return Swept(ending, best)


def knee(measured: Sequence[Measured]) -> float | None:
    """The level with the highest power; the lowest of equals, None where nothing was served."""
    served = [each for each in measured if each.throughput > 0 and each.latency > 0]
    best = max(served, key=lambda each: (each.throughput / each.latency, -each.level), default=None)
    return best.level if best else None


def _saturated(measured: Sequence[Measured]) -> bool:
    before, last = measured[:-FLAT], measured[-FLAT:]
    best = max((each.throughput for each in before), default=math.inf)
    return bool(before) and all(each.throughput < GROWTH * best for each in last)


def answer(search: Search, good: int, attempted: int) -> Answer:
    """Whether so many good requests show that the objective holds, that it fails, or neither (Wilson, 95 %)."""
    low, high = wilson(good, attempted)
    return "holds" if low >= search.attainment else "fails" if high < search.attainment else "unresolved"


def next_of_search(search: Search, so_far: Sequence[Probe]) -> Next | Found:
    """The next level, or the end. Probes of one level count together; one that stays unresolved counts as not held."""
    if any(not each.valid for each in so_far):
        done = found(search, [each for each in so_far if each.valid])
        return Found("client", done.holds, done.fails, done.unresolved)
    answers = _answers(search, so_far)
    for level, (said, looks) in answers.items():
        if said == "unresolved" and looks < LOOKS:
            return Next(level)
    held, not_held = _bracket(answers)
    following = _between(search, held, not_held)
    return found(search, so_far) if following is None else Next(following)


def _answers(search: Search, probes: Sequence[Probe]) -> dict[float, tuple[Answer, int]]:
    """What is known of each level, lowest first, and by how many looks."""
    known: dict[float, tuple[Answer, int]] = {}
    for level in sorted({each.level for each in probes}):
        here = [each for each in probes if each.level == level]
        good, attempted = sum(each.good for each in here), sum(each.attempted for each in here)
        known[level] = answer(search, good, attempted), len(here)
    return known


def _bracket(answers: dict[float, tuple[Answer, int]]) -> tuple[float | None, float | None]:
    """The lowest level that doesn't hold, and below it the highest that does."""
    not_held = min((level for level, (said, _) in answers.items() if said != "holds"), default=None)
    below = [level for level in answers if not_held is None or level < not_held]
    return max(below, default=None), not_held


def _between(search: Search, held: float | None, not_held: float | None) -> float | None:
    """The level to try next; None where the bracket is as narrow as it was to be, or can't be closed."""
    if held is None:
        return None if not_held is not None else search.first
    if not_held is None:
        return min(2 * held, search.last) if held < search.last else None
    if search.users:
        middle = math.floor((held + not_held) / 2)
        return float(middle) if held < middle and not_held > held * (1 + search.precision) else None
    return (held + not_held) / 2 if not_held > held * (1 + search.precision) else None


def found(search: Search, probes: Sequence[Probe]) -> Found:
    """What probes show, though the search may have been cut short."""
    answers = _answers(search, probes)
    held, not_held = _bracket(answers)
    open_ones = tuple(level for level, (said, _) in answers.items() if said == "unresolved")
    fails = min((level for level, (said, _) in answers.items() if said == "fails"), default=None)
    if not_held is None:
        ending: Ending = "held" if held is not None else "unresolved"
    elif not_held in open_ones:
        ending = "unresolved"
    else:
        ending = "failed" if held is None else "found"
    return Found(ending, held, fails, open_ones)
