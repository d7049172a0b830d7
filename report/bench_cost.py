"""What a run cost, as rows of words and as the document's `cost`; the sentences are those of `bench/cost`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..bench.cost import Alternative, document
from ..bench.outcome import Money, Outcome
from ..bench.prices import CURRENCY
from .bench_words import figure, number, stranger

Row = tuple[str, ...]
TITLES = {
    "cost_per_request": "a request",
    "cost_per_1k": "1,000 requests",
    "cost_per_good_request": "a good request",
    "cost_per_1m_output": "1M output tokens",
}
"""What people call the costs of the table of metrics."""
NEAR = 5
"""Other models that are told of on either side of the one measured."""


def rows(of: Outcome) -> Iterator[Row]:
    """A title and a figure each."""
    for name, title in TITLES.items():
        found = of.costs.get(name)
        if found is not None and found.value is not None:
            yield title, figure(found, "$")
    if of.money and len(of.money.costs.per_request):
        yield "p95 of requests", figure(of.money.costs.per_request.at(95), "$")


def told(of: Outcome) -> Iterator[str]:
    """What must be known of these figures: the price in use, what was counted how, what a month is; or why there are
    none."""
    if of.money:
        yield from map(stranger, document.told(of.money.costs, of.money.projection))
    elif of.unpriced and not of.simulated:
        yield stranger(of.unpriced)


def others(of: Money) -> list[Alternative]:
    """The models nearest in cost to the one that was measured, and the cheapest of all, cheapest first."""
    known = _known(of)
    place = next((index for index, each in enumerate(known) if each.measured), None)
    if place is None or len(known) < 2:
        return []
    first = max(0, place - NEAR)
    return [*known[: min(1, first)], *known[first : place + NEAR + 1]]


def hidden(of: Money) -> Iterator[str]:
    """How many other models there are than those; nothing where all are told."""
    told = others(of)
    left = len(_known(of)) - len(told) if told else 0
    if left:
        yield f"and {left} more, dearer than the first of these (--format json has all)"


def _known(of: Money) -> list[Alternative]:
    return [each for each in of.alternatives if each.total is not None]


def other_rows(of: Money) -> Iterator[Row]:
    """Of each: the model, what these requests would have cost, and how many times that is."""
    for each in others(of):
        times = "measured" if each.measured else "" if each.times is None else f"x{number(each.times, 2)}"
        yield stranger(f"{each.provider} {each.model}"), document.money(float(each.total or 0)), times


def as_values(of: Outcome) -> dict[str, Any]:
    """The document's `cost`; without a price the same main keys, null, and why."""
    if of.money:
        return document.section(of.money.costs, of.money.projection, of.money.alternatives)
    nothing = dict.fromkeys((*document.NAMES.values(), "total", "price", "projection"))
    return {"currency": CURRENCY, **nothing, "unpriced": of.unpriced}
