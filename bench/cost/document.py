"""Costs as the result has them, and in words. Numbers are for programs; beside them, exact amounts as texts."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from ..metrics.observed import Observed
from ..prices.price import CURRENCY, STANDARD, Price, PriceUnknown
from .alternatives import ASSUMPTIONS, Alternative
from .costs import Costs
from .projection import DAYS, Projection

NAMES = {
    "cost_per_request": "per_request",
    "cost_per_1k": "per_1k_requests",
    "cost_per_good_request": "per_good_request",
    "cost_per_1m_output": "per_1m_output",
}
"""The document's names for the costs of the table of metrics."""
BARE = "its price has no rate for some of the tokens"
PERCENTILES = (50.0, 95.0)


def section(costs: Costs, projection: Projection | None = None, others: Sequence[Alternative] = ()) -> dict[str, Any]:
    """The document's `cost`. What isn't known, or has no end, is null."""
    figures = {name: costs.observed[key] for key, name in NAMES.items()}
    return {
        "currency": CURRENCY,
        **{name: _number(each.value) for name, each in figures.items()},
        "interval": {name: _interval(each) for name, each in figures.items()},
        "percentiles": {f"p{p:g}": _number(costs.per_request.at(p).value) for p in PERCENTILES},
        "total": float(costs.total),
        "exact": {name: _plain(getattr(costs, name)) for name in ("total", "warmup", "server", "spent")},
        "requests": _counts(costs) | {"estimated": costs.counted.estimated},
        "cached_share": costs.cached_share,
        "price": costs.price.as_json(),
        "projection": _projection(projection) if projection else None,
        "what_if": {"assumptions": list(ASSUMPTIONS), "models": [_alternative(each) for each in others]},
        "notes": [*costs.price.notes, *costs.told()],
    }


def told(costs: Costs, projection: Projection | None = None) -> tuple[str, ...]:
    """The same in sentences: the price in use with its date, the total, how requests were counted; a month and what it
    takes for granted."""
    least = "at least " if costs.counted.unknown else ""
    total = f"{least}{money(float(costs.total))} for {sum(_counts(costs).values())} requests"
    month = (_month(projection), *projection.told()) if projection else ()
    return (named(costs.price), *costs.price.notes, total, *costs.told(), *month)


def money(dollars: float) -> str:
    """An amount for a reader: cents, or three digits that matter where it is less than ten of them."""
    if not math.isfinite(dollars) or dollars >= 0.1 or not dollars:
        return f"${dollars:,.2f}"
    return f"${dollars:.{2 - math.floor(math.log10(dollars))}f}"


def _month(of: Projection) -> str:
    value, ends = of.per_month.value, of.per_month.interval
    if value is None:
        return f"no projection: {of.per_month.why}"
    sure = f"95 % interval {money(ends[0])} to {money(ends[1])}" if ends else of.per_month.why
    parts = f"{of.calls_per_user:g} calls per user and day x {of.daily_users:g} daily users x {DAYS} days"
    return f"{money(value)} a month ({sure}): {parts}"


def named(price: Price) -> str:
    """The row in use, its source and its date: `$0.15 in, $0.60 out per million tokens: openai gpt-4o-mini, …`."""
    service = "" if price.tier == STANDARD else f" ({price.tier})"
    day = f" as of {price.as_of.isoformat()}" if price.as_of else ""
    return f"{', '.join(_rates(price)) or '$0'}: {price.provider} {price.matched}{service}, {price.source}{day}"


def _rates(price: Price) -> Iterator[str]:
    if price.bands:
        first, more = price.bands[0], len(price.bands) > 1
        rates = (("in", first.input), ("cached", first.cache_read), ("out", first.output))
        words = ", ".join(f"${_plain(rate)} {name}" for name, rate in rates if rate is not None)
        yield f"{words} per million tokens" + (f" (more above {price.bands[1].above:,})" if more else "")
    if price.per_request:
        yield f"${_plain(price.per_request)} per request"
    if price.per_hour:
        yield f"${_plain(price.per_hour)} per hour of the server"


def _counts(costs: Costs) -> dict[str, int]:
    """Each measured request once."""
    counted = costs.counted
    return {"priced": counted.priced, "unbilled": counted.unbilled, "unknown": counted.unknown}


def _projection(of: Projection) -> dict[str, Any]:
    return {
        "per_month": _number(of.per_month.value),
        "interval": _interval(of.per_month),
        "per_call": _number(of.per_call.value),
        "calls_per_user_per_day": of.calls_per_user,
        "daily_active_users": of.daily_users,
        "calls_per_month": of.calls,
        "cached_share": of.cached_share,
        "seed": of.seed,
        "assumptions": list(of.told()),
        "why": of.per_month.why,
    }


def _alternative(of: Alternative) -> dict[str, Any]:
    known = of.price if isinstance(of.price, Price) else None
    why = of.price.reason if isinstance(of.price, PriceUnknown) else "" if of.total is not None else BARE
    return {
        "provider": of.provider,
        "model": of.model,
        "tier": known.tier if known else None,
        "total": None if of.total is None else float(of.total),
        "times": of.times,
        "measured": of.measured,
        "as_of": known.as_of.isoformat() if known and known.as_of else None,
        "why": why,
    }


def _number(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _interval(of: Observed) -> list[float | None] | None:
    return None if of.interval is None else [_number(end) for end in of.interval]


def _plain(amount: Decimal) -> str:
    """All digits, without an exponent, cents at least where there is a point."""
    text = format(amount, "f")
    whole, point, digits = text.partition(".")
    kept = digits.rstrip("0")
    return f"{whole}.{kept.ljust(2, '0')}" if point and kept else whole
