"""Runs side by side as rows of words, for the formats that people read."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ..bench.metrics import Observed
from ..bench.outcome import Compared, Outcome
from ..bench.outcome import Row as Figure
from .bench_facts import plan, requests, target
from .bench_words import interval, number, shown, stranger

Row = tuple[str, ...]
LEADING = ("ttft", "e2e", "tpot", "rps", "output_tps", "error_rate", "goodput", "attainment")
"""Figures that are always shown; others where a difference is shown, and costs."""
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SAME = "no difference shown"
MARKS = {"better": "better", "worse": "WORSE", SAME: ""}


def letter(place: int) -> str:
    """By which a run is called in a table."""
    return LETTERS[place] if place < len(LETTERS) else f"#{place + 1}"


def named(of: Compared) -> Iterator[tuple[str, str]]:
    """Of each run its letter and what it was."""
    for place, each in enumerate(of.runs):
        told = f"{stranger(each.run)}: {target(each)}; {next(plan(each))}; {requests(each)}"
        yield letter(place), f"{told}; {verdict(each)}"


def verdict(of: Outcome) -> str:
    """What its thresholds came to: the verdict, and those that aren't met."""
    if not of.judgements and of.verdict == "pass":
        return "no threshold"
    missed = [f"{each.slo.text} ({each.verdict})" for each in of.judgements if each.verdict != "pass"]
    return of.verdict.upper() + (f": {', '.join(missed)}" if missed else "")


def leading(of: Compared) -> Iterator[Figure]:
    """The figures worth a line."""
    first = {each.statistic: each.cells for each in of.rows if each.name == "ttft"}
    for each in of.rows:
        if each.name == "ttfa" and each.cells == first.get(each.statistic):
            continue  # nothing reasoned
        told = any(change != SAME for change in each.changes)
        known = any(cell.value is not None for cell in each.cells)
        if known and (each.name in LEADING or each.unit == "$" or told):
            yield each


def pair(of: Figure) -> Row:
    """Of two runs: before and after with intervals, by how much, and whether that is a difference."""
    before, after = of.cells
    return of.subject, _sure(before, of.unit), _sure(after, of.unit), ratio(before, after), MARKS[of.changes[0]]


def many(of: Figure) -> Row:
    """Of more: the first, and each other with how it stands to the first."""
    first, *others = of.cells
    told = [f"{shown(first.value, of.unit)}"]
    for cell, change in zip(others, of.changes, strict=True):
        mark = {"better": " better", "worse": " WORSE", SAME: ""}[change]
        told.append(f"{shown(cell.value, of.unit)} {ratio(first, cell)}{mark}".strip())
    return of.subject, *told


def ratio(before: Observed, after: Observed) -> str:
    """The change in per cent: `+12 %`; a ratio from three times on; empty where there is none."""
    one, two = before.value, after.value
    if not one or two is None or math.isinf(one) or math.isinf(two):
        return ""
    if two / one >= 3:
        return f"x{number(two / one, 2)}"
    change = (two / one - 1) * 100
    return "+0 %" if abs(change) < 0.05 else f"{'+' if change > 0 else '-'}{number(abs(change), 2)} %"


def result(of: Compared) -> str:
    """What the comparison comes to."""
    changes = [change for row in of.rows for change in row.changes]
    worse, better = changes.count("worse"), changes.count("better")
    told = f"{worse} worse, {better} better; no difference shown in the other {len(changes) - worse - better} figures"
    if of.regressions:
        word = "regressed" if of.of_one_target else "worse than A"
        return f"{word}: {', '.join(each.subject for each in of.regressions)} ({told})"
    return f"no regression shown ({told})" if of.of_one_target else f"nothing that is gated is worse than A ({told})"


def cautions(of: Compared) -> Iterator[str]:
    """What must be known before the table is believed."""
    if of.differences:
        yield f"the plans differ in {', '.join(map(stranger, of.differences))}: that alone may be why figures do"
    said: dict[str, list[str]] = {}
    for place, each in enumerate(of.runs):
        for notice in each.notices:
            said.setdefault(stranger(notice), []).append(letter(place))
    yield from (f"{', '.join(letters)}: {notice}" for notice, letters in said.items())
    small = sorted({row.why for row in leading(of) if row.why})
    if small:
        yield f"no interval, so no difference can be shown, where it says: {'; '.join(map(stranger, small))}"


def _sure(of: Observed, unit: str) -> str:
    ends = interval(of, unit)
    return f"{shown(of.value, unit)} {ends}" if ends else shown(of.value, unit) + ("~" if of.value is not None else "")
