"""What a run cost, in words and as JSON. Amounts are told to three digits, and exactly in JSON."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from ..bench.cost import CURRENCY, Alternative, Price, Projection
from ..bench.metrics import Observed
from ..bench.outcome import Money, Outcome
from .bench_words import figure, number, shown, stranger

Row = tuple[str, ...]
NAMES = {
    "cost_per_request": ("per_request", "a request"),
    "cost_per_1k": ("per_1k_requests", "1,000 requests"),
    "cost_per_good_request": ("per_good_request", "a good request"),
    "cost_per_1m_output": ("per_1m_output", "1M output tokens"),
}
"""Of the table of metrics: how the document and how people call them."""
NEAR = 5
"""Other models that are told of on either side of the one measured."""


def rows(of: Outcome) -> Iterator[Row]:
    """A title and a figure each."""
    money = of.money
    if money is None:
        return
    for name, (_, title) in NAMES.items():
        found = of.costs.get(name)
        if found is not None and found.value is not None:
            yield title, figure(found, "$")
        if name == "cost_per_request" and len(money.costs.per_request):
            yield "p95 of a request", figure(money.costs.per_request.at(95), "$")
    yield (
        "in all",
        amount(money.costs.total)
        + (f", and {amount(money.costs.warmup)} for the warm-up" if money.costs.warmup else ""),
    )
    if money.projection:
        yield "a month", figure(money.projection.per_month, "$")


def told(of: Outcome) -> Iterator[str]:
    """What must be known of these figures: the price in use, what was counted how, what a month is."""
    money = of.money
    if money is None:
        if of.unpriced:
            yield stranger(of.unpriced)
        return
    yield price(money.costs.price)
    yield from map(stranger, money.costs.price.notes)
    yield from money.costs.told()
    if money.projection:
        yield month(money.projection)


def price(of: Price) -> str:
    """The row in use: `gpt-4o-mini of openai: $0.15 in, $0.60 out a million tokens (genai-prices 0.2.3, as of ...)`."""
    named = {
        "input": "in",
        "output": "out",
        "cache_read": "cached",
        "cache_write": "cache written",
        "reasoning": "reasoning",
    }
    first = of.bands[0] if of.bands else None
    rates = [
        f"${_plain(rate)} {word}"
        for name, word in named.items()
        if first and (rate := getattr(first, name)) is not None
    ]
    parts = [f"{', '.join(rates)} a million tokens"] if rates else []
    parts += [f"${_plain(of.per_request)} a request"] if of.per_request else []
    parts += [f"${_plain(of.per_hour)} an hour"] if of.per_hour else []
    more = ", more for long prompts" if len(of.bands) > 1 else ""
    dated = f", as of {of.as_of.isoformat()}" if of.as_of else ""
    return stranger(f"{of.matched} of {of.provider}: {', '.join(parts) or 'free'}{more} ({of.source}{dated})")


def month(of: Projection) -> str:
    """What a month is made of, and what is taken for granted."""
    calls = f"{number(of.daily_users)} users a day with {number(of.calls_per_user)} calls each, 30.4 days"
    return stranger(f"a month: {calls}; {'; '.join(of.told())}")


def others(of: Money) -> list[Alternative]:
    """The models nearest in cost to the one that was measured, cheapest first."""
    known = [each for each in of.alternatives if each.total is not None]
    place = next((index for index, each in enumerate(known) if each.measured), None)
    if place is None or len(known) < 2:
        return []
    return known[max(0, place - NEAR) : place + NEAR + 1]


def other_rows(of: Money) -> Iterator[Row]:
    """Of each: the model, what these requests would have cost, and how many times that is."""
    for each in others(of):
        times = "measured" if each.measured else "" if each.times is None else f"x{number(each.times, 2)}"
        yield stranger(f"{each.provider} {each.model}"), amount(each.total or Decimal(0)), times


def amount(of: Decimal) -> str:
    """Dollars to three digits."""
    return shown(float(of), "$")


def _plain(of: Decimal) -> str:
    text = format(of, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def as_values(of: Outcome) -> dict[str, Any]:
    """The document's `cost`; without a price the same keys, null, and why."""
    money = of.money
    found = {key: of.costs.get(name, Observed(None)) for name, (key, _) in NAMES.items()}
    whole: dict[str, Any] = {
        "currency": CURRENCY,
        **{key: each.value for key, each in found.items()},
        "interval": {key: list(each.interval) for key, each in found.items() if each.interval},
        "why": {key: each.why for key, each in found.items() if each.why},
        "total": None,
        "price": None,
        "projection": None,
        "what_if": [],
    }
    return whole | (_known(money) if money else {"unpriced": of.unpriced})


def _known(of: Money) -> dict[str, Any]:
    costs = of.costs
    counted = costs.counted
    return {
        "total": float(costs.total),
        "total_exact": _plain(costs.total),
        "warmup": _plain(costs.warmup),
        "server": _plain(costs.server),
        "per_request_p95": costs.per_request.at(95).value if len(costs.per_request) else None,
        "counted": {
            "priced": counted.priced,
            "estimated": counted.estimated,
            "unbilled": counted.unbilled,
            "unknown": counted.unknown,
        },
        "cached_share": costs.cached_share,
        "notes": list(costs.told()),
        "price": costs.price.as_json(),
        "projection": _projection(of.projection) if of.projection else None,
        "what_if": [_other(each) for each in of.alternatives],
    }


def _projection(of: Projection) -> dict[str, Any]:
    return {
        "per_month": of.per_month.value,
        "interval": list(of.per_month.interval) if of.per_month.interval else None,
        "why": of.per_month.why,
        "daily_users": of.daily_users,
        "calls_per_user": of.calls_per_user,
        "calls_per_month": of.calls,
        "assumptions": list(of.told()),
    }


def _other(of: Alternative) -> dict[str, Any]:
    return {
        "provider": of.provider,
        "model": of.model,
        "total": None if of.total is None else float(of.total),
        "times": of.times,
        "measured": of.measured,
    }
