"""What the same traffic would have cost on other models: the measured tokens at other rates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from ..prices.own import OwnPrices
from ..prices.price import Price, PriceUnknown
from ..prices.resolve import price_of
from .charges import charges

if TYPE_CHECKING:
    from ..samples.columns import Columns, Mask

ASSUMPTIONS = (
    "the same tokens as measured, though another model cuts text into other tokens and answers at another length",
    "the same part of the input out of a cache, at the other model's rates for it",
)
USUAL: Mapping[str, tuple[str, ...]] = {
    "openai": ("gpt-5-nano", "gpt-4o-mini", "gpt-5-mini", "gpt-5.4-mini", "gpt-4o", "gpt-6.1-sol"),
    "anthropic": ("claude-haiku-4-5", "claude-haiku-5-5", "claude-sonnet-5-5", "claude-opus-5-5"),
    "google": ("gemini-2.5-flash-lite", "gemini-2.5-flash", "gemini-3.8-flash", "gemini-2.5-pro"),
    "mistral": ("mistral-small-latest", "mistral-large-2512"),
    "deepseek": ("deepseek-v4-flash", "deepseek-v4-pro"),
    "groq": ("llama-3.1-8b-instant", "llama-3.3-70b-versatile", "openai/gpt-oss-120b"),
    "x-ai": ("grok-4-fast-non-reasoning", "grok-4.7"),
}
"""What people compare, small to large. Models age: what the price list doesn't know is named as such."""
EMBEDDING: Mapping[str, tuple[str, ...]] = {
    "openai": ("text-embedding-3-small", "text-embedding-3-large"),
    "google": ("gemini-embedding-001",),
    "voyageai": ("voyage-3.5-lite", "voyage-3.5"),
    "mistral": ("mistral-embed",),
}
"""The same for runs that generated nothing."""
NEAREST = 6
"""Models of the same provider that are taken where USUAL has none of it: those nearest in cost."""
SERVICES = ("batch", "flex")
"""Other services of the model itself that are compared: slower, at a lower price."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """One line of the comparison."""

    provider: str
    model: str
    price: Price | PriceUnknown
    total: Decimal | None
    """Of all measured requests that the price in use can bill, in dollars; None where this price can't."""
    times: float | None
    """Of the total by the price in use; None where either is missing or that is nothing."""
    measured: bool = False
    """This is the model that was measured."""


def what_if(
    of: Columns, price: Price, at: date, own: OwnPrices | None = None, models: Sequence[tuple[str, str]] = ()
) -> tuple[Alternative, ...]:
    """The measured model and others on its tokens, cheapest first, unknown ones last.

    models: provider and model of each to compare; without any, services of the same model, models of the same provider
    and the usual ones of others: about twenty. The hours of a server are in none of them.
    """
    measured = of.rows(of.measured)
    ours = charges(measured, price)
    paid, seen = ours.total(ours.priced), {(price.provider, price.matched)}
    lines = [Alternative(price.provider, price.model, price, paid, 1.0 if paid else None, measured=True)]
    found = [price_of(*each, at, own) for each in models] if models else _usual(measured, price, at)
    for other in found:
        name = other.provider, _name(other)
        if name not in seen:
            seen.add(name)
            lines.append(_line(measured, other, paid, ours.priced))
    return tuple(sorted(lines, key=lambda line: (line.total is None, line.total or 0, line.provider, line.model)))


def _name(price: Price | PriceUnknown) -> str:
    if isinstance(price, PriceUnknown):
        return price.model
    return f"{price.matched} {price.tier}" if price.tier in SERVICES else price.matched


def _line(measured: Columns, other: Price | PriceUnknown, paid: Decimal, rows: Mask) -> Alternative:
    if isinstance(other, PriceUnknown):
        return Alternative(other.provider, other.model, other, None, None)
    total = _total(measured, other, rows)
    times = None if total is None or not paid else float(total / paid)
    return Alternative(other.provider, other.model, other, total, times)


def _total(measured: Columns, price: Price, rows: Mask) -> Decimal | None:
    """What these rows cost; None where a price can't bill all of them."""
    charged = charges(measured, price)
    return charged.total(rows) if bool(charged.priced[rows].all()) else None


def _usual(measured: Columns, price: Price, at: date) -> Iterator[Price | PriceUnknown]:
    """The default comparison."""
    for tier, _ in price.tiers:
        if tier in SERVICES:
            yield price.at_tier(tier)
    usual = USUAL if bool((measured.numbers["output"] > 0).any()) else EMBEDDING
    if price.provider not in usual:
        yield from _nearest(measured, price, at)
    for provider, models in sorted(usual.items(), key=lambda each: each[0] != price.provider):
        for model in models:
            yield price_of(provider, model, at)


def _nearest(measured: Columns, price: Price, at: date) -> list[Price]:
    """Of the same provider, those whose cost of these tokens is nearest."""
    from ..prices.table import offered

    ours = charges(measured, price)
    paid = ours.total(ours.priced)
    others = [each for each in offered(price.provider, at) if each.matched != price.matched]
    totals = [(_total(measured, each, ours.priced), each) for each in others]
    away = [(abs(total - paid), each) for total, each in totals if total is not None]
    return [each for _, each in sorted(away, key=lambda pair: (pair[0], pair[1].matched))[:NEAREST]]
