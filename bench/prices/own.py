"""The user's own prices, out of a configuration: for servers of one's own, negotiated rates, models that no list has.

    prices:
      llama3:              {per_hour: 1.20}
      gpt-4o*:             {input_per_1m: 2.00, output_per_1m: 8.00, cache_read_per_1m: 1.00, as_of: 2026-10-01}
      azure:chat-prod:     {like: azure:gpt-4o}

Keys are names of models, with or without the provider and a colon before them; `*` and `?` stand for any characters.
All amounts are US dollars.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from fnmatch import fnmatchcase
from typing import Any, cast

from ..mistakes import CostError
from ..texts import near
from .price import NONE, RATES, Band

PER_1M = {f"{name}_per_1m": name for name in RATES}
AMOUNTS = ("per_request", "per_hour")
PRICES = (*PER_1M, *AMOUNTS, "above", "like")
FIELDS = (*PRICES, "as_of", "note")
DIGITS = 12
"""After the point: a millionth of a dollar for a million tokens, and six more."""
LARGEST = 10**9


@dataclass(frozen=True, slots=True)
class OwnPrice:
    """What one key of the configuration says."""

    pattern: str
    bands: tuple[Band, ...] = ()
    per_request: Decimal = NONE
    per_hour: Decimal = NONE
    like: tuple[str, str] | None = None
    """A provider and a model of the price list whose rates are taken: for gateways and deployments of any name."""
    as_of: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class OwnPrices:
    """All of them."""

    rows: tuple[OwnPrice, ...] = ()

    def find(self, names: Sequence[str]) -> OwnPrice | None:
        """The row for a model that goes by these names: an exact key before patterns, long patterns before short."""
        exact = (row for name in names for row in self.rows if row.pattern.lower() == name.lower())
        patterns = sorted(self.rows, key=lambda row: (-len(row.pattern), row.pattern))
        like = (row for row in patterns for name in names if fnmatchcase(name.lower(), row.pattern.lower()))
        return next(exact, None) or next(like, None)


def own_prices(raw: object) -> OwnPrices:
    """The prices of a configuration. Raises CostError with all mistakes in it."""
    if raw is None:
        return OwnPrices()
    if not isinstance(raw, Mapping):
        raise CostError(["prices: names of models with their rates are needed: MODEL: {input_per_1m: 0.15, …}"])
    mistakes: list[str] = []
    rows = tuple(_row(str(key), value, mistakes) for key, value in cast("Mapping[object, object]", raw).items())
    if mistakes:
        raise CostError(mistakes)
    return OwnPrices(rows)


def _row(key: str, raw: object, mistakes: list[str]) -> OwnPrice:
    where = f"prices: {key}"
    told = _fields(where, raw, FIELDS, mistakes)
    bands = tuple(_bands(where, told, mistakes))
    per_request, per_hour = (_amount(f"{where}: {name}", told.get(name), mistakes) or NONE for name in AMOUNTS)
    like, as_of = _like(where, told, mistakes), _date(where, told.get("as_of"), mistakes)
    if told and not any(name in told for name in PRICES):
        mistakes.append(f"{where}: has no price: give input_per_1m and output_per_1m, per_request, per_hour or like")
    return OwnPrice(key, bands, per_request, per_hour, like, as_of, str(told.get("note") or ""))


def _fields(where: str, raw: object, known: Sequence[str], mistakes: list[str]) -> dict[str, Any]:
    if not isinstance(raw, Mapping) or not raw:
        mistakes.append(f"{where}: rates are needed, such as {{input_per_1m: 0.15, output_per_1m: 0.60}}")
        return {}
    given = cast("Mapping[object, object]", raw)
    told = {str(name): value for name, value in given.items()}
    unknown = [name for name in told if name not in known]
    mistakes += [
        f"{where}: {name} is no field{near(name, known) or '; known are ' + ', '.join(known)}" for name in unknown
    ]
    return told


def _bands(where: str, told: Mapping[str, Any], mistakes: list[str]) -> Iterator[Band]:
    """The rates, and those of longer prompts: these leave out what stays the same."""
    base = _rates(where, told, mistakes)
    if not base and "above" not in told:
        return
    if "input" not in base:
        mistakes.append(f"{where}: tokens are priced, but input_per_1m is missing; 0 is a price too")
    yield Band(**base)
    above = told.get("above", {})
    if not isinstance(above, Mapping):
        mistakes.append(
            f"{where}: above: lengths of prompts with their rates are needed: {{200000: {{input_per_1m: 2.5}}}}"
        )
        return
    lengths = cast("Mapping[object, object]", above)
    for length, rates in sorted(lengths.items(), key=lambda pair: _length(pair[0])):
        start, here = _length(length), f"{where}: above {length}"
        if start <= 0:
            mistakes.append(f"{here}: a number of tokens from 1 on is needed")
        yield Band(**base | _rates(here, _fields(here, rates, tuple(PER_1M), mistakes), mistakes), above=start)


def _rates(where: str, told: Mapping[str, Any], mistakes: list[str]) -> dict[str, Any]:
    found = {name: _amount(f"{where}: {key}", told[key], mistakes) for key, name in PER_1M.items() if key in told}
    return {name: rate for name, rate in found.items() if rate is not None}


def _length(raw: object) -> int:
    return int(str(raw)) if str(raw).isdecimal() and str(raw).isascii() and len(str(raw)) < 16 else 0


def _amount(where: str, raw: object, mistakes: list[str]) -> Decimal | None:
    """A price; None where none is given."""
    if raw is None:
        return None
    bare = raw.strip().removeprefix("$") if isinstance(raw, str) else raw
    found = _number(bare)
    if found is None:
        mistakes.append(f"{where}: {raw!r} is no amount of dollars: write a number, such as 0.15")
        return None
    if not found.is_finite() or not 0 <= found <= LARGEST or -int(found.as_tuple().exponent) > DIGITS:
        mistakes.append(
            f"{where}: {raw!r}: a price lies from 0 to {LARGEST} and has up to {DIGITS} digits after the point"
        )
        return None
    return found


def _number(raw: object) -> Decimal | None:
    if isinstance(raw, bool) or not isinstance(raw, str | int | float | Decimal):
        return None
    try:
        return Decimal(str(raw))
    except InvalidOperation:
        return None


def _like(where: str, told: Mapping[str, Any], mistakes: list[str]) -> tuple[str, str] | None:
    raw = told.get("like")
    if raw is None:
        return None
    provider, _, model = str(raw).partition(":")
    if not provider or not model:
        mistakes.append(f"{where}: like: a provider and a model are needed, such as openai:gpt-4o-mini")
    others = [name for name in told if name in (*PER_1M, *AMOUNTS, "above")]
    if others:
        mistakes.append(f"{where}: like takes the rates of another model: leave out {', '.join(others)}")
    return provider, model


def _date(where: str, raw: object, mistakes: list[str]) -> date | None:
    if raw is None:
        return None
    if isinstance(raw, date):
        return raw.date() if isinstance(raw, datetime) else raw
    try:
        return date.fromisoformat(str(raw))
    except ValueError:
        mistakes.append(f"{where}: as_of: {raw!r} is no date: write it as 2026-10-31")
        return None
