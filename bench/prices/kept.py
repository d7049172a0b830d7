"""A price out of the JSON that a run's file and its result hold: all that was recorded, or what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from ..mistakes import CostError
from .price import CURRENCY, NONE, RATES, UNIT, Band, Price


def price_from(raw: object) -> Price:
    """The price again. Raises CostError where this can't be one."""
    try:
        return _read(_object(raw))
    except (KeyError, TypeError, ValueError) as error:
        why = f"{error.args[0]} is missing" if isinstance(error, KeyError) else str(error)
        raise CostError(
            [f"the price that was recorded can't be read: {why}; give prices in the configuration"]
        ) from None


def _read(raw: Mapping[str, Any]) -> Price:
    if (raw["currency"], raw["unit"]) != (CURRENCY, UNIT):
        raise ValueError(f"it is in {raw['currency']} {raw['unit']}, not in {CURRENCY} {UNIT}")
    return Price(
        provider=_text(raw, "provider"),
        model=_text(raw, "model"),
        matched=_text(raw, "matched"),
        source=_text(raw, "source"),
        as_of=_date(raw["as_of"]),
        bands=_bands(raw["bands"]),
        per_request=_amount(raw["per_request"]) or NONE,
        per_hour=_amount(raw["per_hour"]) or NONE,
        tier=_text(raw, "tier"),
        tiers=tuple((name, _bands(each)) for name, each in _object(raw["tiers"]).items()),
        since=_date(raw["since"]),
        notes=tuple(str(each) for each in raw["notes"]),
    )


def _bands(raw: object) -> tuple[Band, ...]:
    if not isinstance(raw, list):
        raise ValueError("bands are no list")  # noqa: TRY004 - to the reader, a price is wrong in one way
    each = [_object(one) for one in cast("list[object]", raw)]
    found = [Band(**{name: _amount(one.get(name)) for name in RATES}, above=int(one["above"])) for one in each]
    return tuple(sorted(found, key=lambda band: band.above))


def _amount(raw: object) -> Decimal | None:
    if raw is None:
        return None
    try:
        found = Decimal(str(raw))
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or found < 0:
        raise ValueError(f"{raw} is no price")
    return found


def _date(raw: object) -> date | None:
    return None if raw is None else date.fromisoformat(str(raw))


def _text(raw: Mapping[str, Any], name: str) -> str:
    value = raw[name]
    if not isinstance(value, str):
        raise ValueError(f"{name} is no text")  # noqa: TRY004 - as in `_bands`
    return value


def _object(raw: object) -> Mapping[str, Any]:
    if not isinstance(raw, dict):
        raise ValueError("it is no object")  # noqa: TRY004 - as in `_bands`
    return cast("dict[str, Any]", raw)
