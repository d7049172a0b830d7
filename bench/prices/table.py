"""The price list: genai-prices, which is dated and works offline. The only module that loads it (0.2 to 0.6 s).

What it is not trusted with: rows without any rate would cost nothing there, a service that it doesn't know would cost
as much as the standard one, and rates by the hour of sound or by the page are left out of a price in tokens.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ..texts import near
from .price import NONE, RATES, Band, Price, PriceUnknown

if TYPE_CHECKING:
    from genai_prices.data_snapshot import DataSnapshot
    from genai_prices.types import ModelInfo, ModelPrice, Provider, TieredPrices

BY_TOKEN = {name: f"{name}_mtok" for name in RATES if name != "reasoning"} | {"reasoning": "output_reasoning_mtok"}
SERVICES = ("processing", "service_tier", "speed")
"""The keys by which the list tells apart services of one model."""
_DATE = re.compile(r"\b20\d\d-\d\d-\d\d\b")
ADVICE = "give prices in the configuration, or there say which model it is like"


@dataclass(frozen=True, slots=True)
class _Found:
    provider: Provider
    model: ModelInfo
    at: datetime


def listed(provider: str, url: str, model: str, at: date) -> Price | PriceUnknown:
    """The price of a model: of a provider by its name, or by the URL that it is asked at where no name is given."""
    table = _table()
    told = provider or urlsplit(url).hostname or url
    try:
        where = table.find_provider(None, provider or None, url if not provider else None)
    except LookupError:
        return PriceUnknown(told, model, f"{source()} knows no provider {told}; {ADVICE}")
    try:
        found, info = table.find_provider_model(model, where, None, None)
    except LookupError:
        meant = near(model, [each.id for each in where.models])
        return PriceUnknown(
            where.id, model, f"{source()} knows no model {model!r} of {where.id}{meant or '; ' + ADVICE}"
        )
    return _price(_Found(found, info, _moment(at)), model)


def offered(provider: str, at: date) -> Iterator[Price]:
    """What a provider has that is priced by tokens and not about to be withdrawn."""
    where = next((each for each in _table().providers if each.id == provider), None)
    for model in where.models if where else ():
        price = None if model.deprecated else _price(_Found(where, model, _moment(at)), model.id) if where else None
        if isinstance(price, Price) and any(band.input for band in price.bands):
            yield price


def source() -> str:
    """The list and its version."""
    from importlib.metadata import version

    return f"genai-prices {version('genai-prices')}"


def _table() -> DataSnapshot:
    from genai_prices.data_snapshot import get_snapshot

    return get_snapshot()


def _price(found: _Found, asked: str) -> Price | PriceUnknown:
    rates = found.model.get_prices(found.at)
    bands, per_request = _bands(rates), _per_request(rates)
    if not bands:
        units = ", ".join(sorted(_given(rates)))
        why = f"prices it by {units}, not by tokens" if units else "has the model, but no price for it"
        return PriceUnknown(found.provider.id, asked, f"{found.model.id}: {source()} {why}; {ADVICE}")
    since, notes = _conditions(found)
    return Price(
        provider=found.provider.id,
        model=asked,
        matched=found.model.id,
        source=source(),
        as_of=_newest(found.at.date()),
        bands=bands,
        per_request=per_request,
        tiers=tuple(_services(found, bands)),
        since=since,
        notes=(*notes, *_left_out(rates)),
    )


def _bands(rates: ModelPrice) -> tuple[Band, ...]:
    """A column of the list, with or without tiers, for each rate; a band for each length at which one changes."""
    told = {name: getattr(rates, key) for name, key in BY_TOKEN.items()}
    starts = {tier.start for each in told.values() for tier in getattr(each, "tiers", ())}
    if told["input"] is None and told["output"] is None:
        return ()
    return tuple(
        Band(**{name: _rate(each, start) for name, each in told.items()}, above=start) for start in sorted({0} | starts)
    )


def _rate(column: Decimal | TieredPrices | None, start: int) -> Decimal | None:
    """The rate for prompts of more than `start` tokens."""
    if column is None or isinstance(column, Decimal):
        return column
    under = [tier.price for tier in column.tiers if tier.start <= start]
    return under[-1] if under else column.base


def _per_request(rates: ModelPrice) -> Decimal:
    """Told for a thousand requests."""
    return (_rate(rates.requests_kcount, 0) or NONE) / 1000


def _given(rates: ModelPrice) -> list[str]:
    return [name for name, each in rates.__dict__.items() if each is not None and not name.startswith("_")]


def _left_out(rates: ModelPrice) -> Iterator[str]:
    """Of rates that text can be billed by; sound, images and searches are no part of a bench."""
    known = (*BY_TOKEN.values(), "input_text_mtok", "output_text_mtok")
    others = [name for name in _given(rates) if name.endswith("_mtok") and name not in known]
    text = sorted(name for name in others if not any(kind in name for kind in ("audio", "image", "video")))
    if text:
        yield f"the list also bills by {', '.join(text)}, which no usage tells: costs are the least"


def _services(found: _Found, standard: tuple[Band, ...]) -> Iterator[tuple[str, tuple[Band, ...]]]:
    """Those in force that say something of their own. A provider that offers another's models has none of them."""
    if not any(found.model is each for each in found.provider.models):
        return
    for variant in found.model.price_variants or ():
        names = [value for key, value in variant.when.items() if key in SERVICES]
        active = variant.constraint is None or variant.constraint.active(found.at)
        bands = _bands(found.model.get_prices(found.at, dict(variant.when)))
        if len(names) == len(variant.when) == 1 and active and bands != standard:
            yield names[0], bands


def _conditions(found: _Found) -> tuple[date | None, list[str]]:
    """From when on the row holds, and whether the time of the day changes it."""
    from genai_prices.types import StartDateConstraint, TimeOfDateConstraint

    rows = found.model.prices if isinstance(found.model.prices, list) else []
    starts = [row.constraint.start_date for row in rows if isinstance(row.constraint, StartDateConstraint)]
    by_day = any(isinstance(row.constraint, TimeOfDateConstraint) for row in rows)
    note = f"its price depends on the time of the day; that of {found.at:%H:%M} UTC is used"
    begun = max((each for each in starts if each <= found.at.date()), default=None)
    return begun, [note] if by_day else []


def _moment(at: date) -> datetime:
    """A date is taken at its noon."""
    if not isinstance(at, datetime):
        return datetime.combine(at, time(12), UTC)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


@cache
def _dates() -> tuple[date, ...]:
    """All that the list speaks of: it has no date of its own."""
    texts = {each.price_comments for each in _table().providers}
    texts |= {model.price_comments for each in _table().providers for model in each.models}
    found = {text for each in texts if each for text in _DATE.findall(each)}
    return tuple(sorted(day for text in found if (day := _day(text)) is not None))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _newest(at: date) -> date | None:
    """The newest of them up to a day: so old may a price be that has changed since."""
    return max((each for each in _dates() if each <= at), default=None)
