"""What happened over a run, and what more load did to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ...bench_facts import capacity, level
from ...bench_tables import lead, levels, parts_head
from ...bench_words import NOTHING, TITLES, seconds, whole
from .canvas import BOTTOM, LEFT, RIGHT, TOP, WIDTH, Canvas, Chart, Scale, over, plain, stretches, times

if TYPE_CHECKING:
    from ....bench.outcome import Course, Level, Outcome

TALL = 268
MIDDLE = 138
"""Where the upper of two panels ends."""
GAP = 22
CROSS = "\N{MULTIPLICATION SIGN}"


def timeline(of: Course, prefix: str) -> Chart:
    """The median latency above, requests that ended below, failures hatched and marked by a cross."""
    slots = len(of.succeeded)
    x = Scale(0, of.seconds * slots, LEFT, WIDTH - RIGHT)
    known = [each for each in of.latency if each is not None]
    canvas = Canvas()
    if known:
        upper = over([0.0, *known], MIDDLE, TOP)
        canvas.up(upper, times(upper.ticks()), (LEFT, WIDTH - RIGHT))
        placed = [
            (x.at((slot + 0.5) * of.seconds), None if each is None else upper.at(each))
            for slot, each in enumerate(of.latency)
        ]
        for row in stretches(placed):
            canvas.path(row, "line b")
            for point in row:
                canvas.dot(*point)
    _ended(canvas, of, x)
    failed = [("bar late", "failed")] if any(of.failed) else []
    canvas.key([("line b", f"median {of.metric}"), ("bar", "succeeded"), *failed])
    lost = sum(of.failed)
    return Chart(
        f"{prefix}-course",
        "Over time",
        f"{whole(sum(of.succeeded))} requests succeeded and {whole(lost)} failed in {seconds(of.seconds * slots)}."
        + (
            f" The median {TITLES[of.metric]} went from {seconds(min(known))} to {seconds(max(known))}."
            if known
            else ""
        ),
        canvas.body,
        ("from", "succeeded", "failed", f"median {of.metric}"),
        tuple(_slots(of)),
        TALL,
    )


def _ended(canvas: Canvas, of: Course, x: Scale) -> None:
    both = [float(one + two) for one, two in zip(of.succeeded, of.failed, strict=True)]
    lower = over([0.0, *both], TALL - BOTTOM, MIDDLE + GAP)
    canvas.up(lower, plain(lower.ticks()), (LEFT, WIDTH - RIGHT))
    canvas.across(x, times(x.ticks()), (lower.start, lower.start), "since the start")
    wide = (x.end - x.start) / len(both) - 1
    for slot, (fine, lost) in enumerate(zip(of.succeeded, of.failed, strict=True)):
        left, top = x.at(slot * of.seconds) + 0.5, lower.at(fine)
        if fine:
            canvas.box((left, top), (wide, lower.start - top), "bar")
        if lost:
            height = max(top - lower.at(fine + lost), 2)
            canvas.box((left, top - height), (wide, height), "bar late")
            canvas.text(left + wide / 2, top - height - 2, CROSS, "mid cross")


def _slots(of: Course) -> Iterator[tuple[str, ...]]:
    for slot, (fine, lost, median) in enumerate(zip(of.succeeded, of.failed, of.latency, strict=True)):
        if fine or lost or median is not None:
            told = NOTHING if median is None else seconds(median)
            yield seconds(slot * of.seconds), whole(fine), whole(lost), told


def sweep(of: Outcome, prefix: str) -> Chart | None:
    """Good answers a second above and latency below, over the load; the level that was found is marked."""
    known = sorted((each for each in of.levels if each.level is not None), key=lambda each: each.level or 0.0)
    if len(known) < 2:
        return None
    loads = [each.level or 0.0 for each in known]
    x = over(loads, LEFT, WIDTH - RIGHT, zero=False)
    canvas = Canvas()
    _served(canvas, x, known)
    _waited(canvas, x, known, lead(of))
    found = of.capacity
    best = found.best if found else None
    if best is not None and found is not None:
        place = x.at(best)
        canvas.line((place, TOP - 6, place, TALL - BOTTOM), "mark")
        word = f"{'knee' if found.kind == 'sweep' else 'holds'}: {level(best, found)}"
        right = place > WIDTH * 0.66
        canvas.text(place + (-5 if right else 5), TOP + 4, word, "end strong" if right else "start strong")
    canvas.across(x, plain(x.ticks()), (TALL - BOTTOM, TALL - BOTTOM), found.unit if found else "load")
    canvas.key([("line a", "good answers/s"), ("line b", f"p50 {lead(of)}"), ("line c", "p95")])
    return Chart(
        f"{prefix}-sweep",
        "What more load does",
        (capacity(found).capitalize() + ".") if found else "Each step of the shape.",
        canvas.body,
        parts_head(lead(of)),
        tuple(levels(of)),
        TALL,
    )


def _served(canvas: Canvas, x: Scale, known: Sequence[Level]) -> None:
    rates = [each.figures.rates["goodput"] for each in known]
    values = [each.value for each in rates]
    highs = [each.high for each in rates if each.high is not None]
    y = over([0.0, *(each for each in (*values, *highs) if each is not None)], MIDDLE, TOP + 8)
    canvas.up(y, plain(y.ticks()), (LEFT, WIDTH - RIGHT))
    for each, rate in zip(known, rates, strict=True):
        if rate.low is not None and rate.high is not None:
            place = x.at(each.level or 0.0)
            canvas.line((place, y.at(rate.low), place, y.at(rate.high)), "whisker")
    _row(canvas, x, y, (known, values), "a")


def _waited(canvas: Canvas, x: Scale, known: Sequence[Level], metric: str) -> None:
    held = [each.figures.distributions[metric] for each in known]
    middle, high = ([each.at(p).value for each in held] for p in (50, 95))
    y = over([0.0, *(each for each in (*middle, *high) if each is not None)], TALL - BOTTOM, MIDDLE + GAP)
    canvas.up(y, times(y.ticks()), (LEFT, WIDTH - RIGHT))
    _row(canvas, x, y, (known, high), "c")
    _row(canvas, x, y, (known, middle), "b")


def _row(canvas: Canvas, x: Scale, y: Scale, of: tuple[Sequence[Level], Sequence[float | None]], style: str) -> None:
    placed = [
        (x.at(each.level or 0.0), None if value is None else y.at(value)) for each, value in zip(*of, strict=True)
    ]
    for row in stretches(placed):
        canvas.path(row, f"line {style}")
        for point in row:
            canvas.dot(*point, f"dot {style}")
