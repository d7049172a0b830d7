"""What a model's tokens cost, as a value: a row of a price list, taken out of it once, that computes by itself.

It needs no price list afterwards. So a worker process can hold one, a run's file is enough to compute every cost again,
and what was computed doesn't change when the list does. All arithmetic is exact, in decimals.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Context, Decimal, localcontext
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from ..protocols.interface import Usage

CURRENCY = "USD"
UNIT = "per million tokens"
MILLION = 1_000_000
NONE = Decimal(0)
EXACT = Context(prec=200)
"""Enough for every product and sum of counts and rates: nothing is ever rounded."""
STANDARD = "standard"
STANDARDS = frozenset({"", STANDARD, "default", "auto", "standard_only"})
"""Names by which providers call the service that isn't a special one."""


@dataclass(frozen=True, slots=True)
class Band:
    """Rates in US dollars per million tokens, for prompts from a length on. None: the list has no such rate.

    Tokens without a rate of their own are billed as the kind that they are part of: what was read from a cache or
    written to one as input, what is kept for an hour as any other write, reasoning as output.
    """

    input: Decimal | None = None
    output: Decimal | None = None
    cache_read: Decimal | None = None
    cache_write: Decimal | None = None
    cache_write_1h: Decimal | None = None
    reasoning: Decimal | None = None
    above: int = 0
    """Holds for prompts of more tokens than this, cached ones included, and then for all tokens of the request."""


RATES = ("input", "output", "cache_read", "cache_write", "cache_write_1h", "reasoning")


class Counts(NamedTuple):
    """Tokens of a request as `Usage` means them. None: not told, which is nothing except for input and output."""

    input: int | None
    output: int | None
    cached: int | None = None
    cache_write: int | None = None
    cache_write_1h: int | None = None
    reasoning: int | None = None


@dataclass(frozen=True, slots=True)
class PriceUnknown:
    """There is no price, and why; never a price of 0."""

    provider: str
    model: str
    reason: str
    """One sentence for the user: what is missing and what to do."""


@dataclass(frozen=True, slots=True)
class Price:
    """The row in use, and where it comes from."""

    provider: str
    model: str
    """As it was asked for."""
    matched: str
    """As the list calls it."""
    source: str
    """The list and its version, or the configuration."""
    as_of: date | None
    """Of a list, the newest date that it speaks of; of own prices, the date that they give."""
    bands: tuple[Band, ...] = ()
    """By rising `above`. Empty: tokens cost nothing of their own."""
    per_request: Decimal = NONE
    per_hour: Decimal = NONE
    """Of the server, whatever it does."""
    tier: str = STANDARD
    """The service that the rates are of: standard, batch, flex, priority."""
    tiers: tuple[tuple[str, tuple[Band, ...]], ...] = ()
    """The rates of the other services that the list knows."""
    since: date | None = None
    """From when on the row holds, if the list says so."""
    notes: tuple[str, ...] = ()
    """What the reader of a cost must know of the row."""

    def band(self, input_tokens: int) -> Band | None:
        """The rates for a prompt of that length; None where tokens have none."""
        fits = [each for each in self.bands if input_tokens > each.above]
        return fits[-1] if fits else next(iter(self.bands), None)

    def cost(self, usage: Usage) -> Decimal | None:
        """What a request cost, in dollars and to the last digit, without the hours of the server. None: can't be told,
        since tokens weren't told, contradict one another or have no rate."""
        told = usage.input_tokens, usage.output_tokens, usage.cached_tokens, usage.cache_write_tokens
        return self.of(Counts(*told, usage.cache_write_1h_tokens, usage.reasoning_tokens))

    def of(self, counts: Counts) -> Decimal | None:
        """The same of bare counts."""
        if not self.bands:
            return self.per_request
        if counts.input is None or counts.output is None:
            return None
        band = self.band(counts.input) or Band()
        pairs = parts(band, counts.input, counts.output, _filled(counts))
        if any(count < 0 or (count and rate is None) for rate, count in pairs):
            return None
        with localcontext(EXACT):
            return sum((count * rate for rate, count in pairs if rate is not None), NONE) / MILLION + self.per_request

    def held(self, nanoseconds: int) -> Decimal:
        """What the server costs for so long, on top of `cost`, to 28 digits."""
        return self.per_hour * nanoseconds / (3600 * 10**9)

    def at_tier(self, tier: str) -> Price | PriceUnknown:
        """The same model by another service: batch, flex, priority. Never the standard price in place of another."""
        if tier == self.tier or (tier in STANDARDS and self.tier == STANDARD):
            return self
        found = dict(self.tiers).get(tier)
        if found is not None:
            rest = tuple(each for each in self.tiers if each[0] != tier)
            return replace(self, tier=tier, bands=found, tiers=((self.tier, self.bands), *rest))
        reason = f"{self.source} has no price of {self.matched} for the service tier {tier!r}; give your own"
        return PriceUnknown(self.provider, self.model, reason)

    def as_json(self) -> dict[str, Any]:
        """All that a price is; `price_from` reads it. Amounts are texts, so that no digit is lost."""
        return {
            "provider": self.provider,
            "model": self.model,
            "matched": self.matched,
            "source": self.source,
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "since": self.since.isoformat() if self.since else None,
            "currency": CURRENCY,
            "unit": UNIT,
            "tier": self.tier,
            "bands": [_of_band(each) for each in self.bands],
            "tiers": {name: [_of_band(each) for each in bands] for name, bands in self.tiers},
            "per_request": str(self.per_request),
            "per_hour": str(self.per_hour),
            "notes": list(self.notes),
        }


def parts(band: Band, asked: Any, made: Any, rest: tuple[Any, ...]) -> tuple[tuple[Decimal | None, Any], ...]:
    """Tokens by the rate that they are billed at; each token once. A negative count: they contradict one another.

    rest: read from a cache, written to one, of these for an hour; reasoning.
    """
    cached, written, hour, thought = rest
    reads = _apart(band.cache_read, cached)
    hours = _apart(band.cache_write_1h, hour)
    writes = _apart(band.cache_write, written - hours)
    thoughts = _apart(band.reasoning, thought)
    return (
        (band.input, asked - reads - writes - hours),
        (band.cache_read, reads),
        (band.cache_write, writes),
        (band.cache_write_1h, hours),
        (band.output, made - thoughts),
        (band.reasoning, thoughts),
    )


def _apart(rate: Decimal | None, count: Any) -> Any:
    """So many as have a rate of their own."""
    return count if rate is not None else count * 0


def _filled(counts: Counts) -> tuple[int, int, int, int]:
    hour = counts.cache_write_1h or 0
    written = hour if counts.cache_write is None else counts.cache_write
    return counts.cached or 0, written, hour, counts.reasoning or 0


def _of_band(band: Band) -> dict[str, Any]:
    rates = ((name, getattr(band, name)) for name in RATES)
    return {"above": band.above} | {name: str(rate) for name, rate in rates if rate is not None}
