"""What a run cost, by the price in use: per request, per thousand, per good request, per million output tokens.

Requests of the warm-up are paid for too, but counted apart, as in all figures. A failed request costs what its usage
says; without usage it costs nothing if it was refused or never arrived, and else nobody knows what it cost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING

from ..metrics.distribution import Distribution, distribution
from ..metrics.observed import Observed
from ..metrics.rates import Objective, good
from ..metrics.window import whole
from ..prices.price import EXACT, Price
from ..samples.columns import MISSING
from .charges import Charges, charges
from .means import mean, over_share, per_token

if TYPE_CHECKING:
    from ..samples.columns import Columns, Floats


@dataclass(frozen=True, slots=True)
class Counted:
    """How many measured requests were counted in which way."""

    priced: int
    """By the tokens that they told."""
    estimated: int
    """Of those: by tokens that the provider didn't tell, but that were counted here."""
    unbilled: int
    """Failed before anything was generated: they cost nothing."""
    unknown: int
    """Nobody knows: they may have been billed, and are in no sum."""


@dataclass(frozen=True, slots=True, eq=False)  # distributions hold arrays
class Costs:
    """The costs of measured requests, in US dollars."""

    price: Price
    observed: Mapping[str, Observed]
    """By the names of the costs in the table of metrics, for thresholds and comparisons."""
    per_attempt: Floats
    """Of each measured request, nan where its cost isn't known: what the mean and a projection are taken over."""
    per_request: Distribution
    """Of the requests that were priced; the mean of all that were attempted is `cost_per_request`."""
    total: Decimal
    """Of all measured requests whose cost is known, with the hours of the server."""
    warmup: Decimal
    """What the warm-up cost, without the hours of the server."""
    server: Decimal
    """Of the total: the hours of the server."""
    counted: Counted
    cached_share: float | None
    """Of the input of priced requests, what was read from a cache; None where no request told."""

    @property
    def spent(self) -> Decimal:
        """All that is known to have been spent."""
        with localcontext(EXACT):
            return self.total + self.warmup

    def told(self) -> tuple[str, ...]:
        """What a reader of the figures must know of how they were counted."""
        said = (
            (self.counted.estimated, "priced by tokens that were counted here, since the provider told none"),
            (self.counted.unbilled, "failed before anything was generated: free of cost"),
            (
                self.counted.unknown,
                "told no tokens that can be priced and may have been billed: the total is the least",
            ),
        )
        return tuple(f"{_requests(count)} {what}" for count, what in said if count)


def costs(of: Columns, price: Price, objectives: Sequence[Objective] = ()) -> Costs:
    """The costs of these rows. Good requests are those that meet every objective with the expected answer."""
    around = whole(of)
    return _costs(of, price, objectives, _Server(int(of.measured.sum()), around.end - around.start if around else 0))


def costs_by_tag(of: Columns, price: Price, objectives: Sequence[Objective] = ()) -> dict[str, Costs]:
    """The costs of each tag's requests, which bear the hours of the server by their number."""
    around = whole(of)
    server = _Server(int(of.measured.sum()), around.end - around.start if around else 0)
    tags = sorted({tag for each in of.tags for tag in each})
    return {tag: _costs(of.tagged(tag), price, objectives, server) for tag in tags}


@dataclass(frozen=True, slots=True)
class _Server:
    """How long it was held, and by how many requests."""

    requests: int
    nanoseconds: int

    def share(self, price: Price, requests: int) -> Decimal:
        """What so many of them bear of its hours."""
        return price.held(self.nanoseconds) * requests / self.requests if self.requests else Decimal(0)


def _costs(of: Columns, price: Price, objectives: Sequence[Objective], server: _Server) -> Costs:
    charged = charges(of, price)
    rows = of.measured
    measured, n = of.rows(rows), int(rows.sum())
    hours = server.share(price, n)
    values = charged.dollars[rows] + (float(hours) / n if n else 0.0)
    with localcontext(EXACT):
        total = charged.total(rows) + hours
    return Costs(
        price=price,
        observed=_observed(measured, values, int(good(measured, objectives)[0].sum())),
        per_attempt=values,
        per_request=distribution(values[charged.priced[rows]]),
        total=total,
        warmup=charged.total(~rows),
        server=hours,
        counted=_counted(of, charged),
        cached_share=cached_share(of.rows(rows & charged.priced)),
    )


def _observed(measured: Columns, values: Floats, hits: int) -> dict[str, Observed]:
    per_row = mean(values)
    return {
        "cost_per_request": per_row,
        "cost_per_1k": per_row.times(1000),
        "cost_per_good_request": over_share(values, hits),
        "cost_per_1m_output": per_token(values, measured.known("output")).times(1e6),
    }


def _counted(of: Columns, charged: Charges) -> Counted:
    rows = of.measured
    words = of.words["source"]
    provider = words.index("provider") if "provider" in words else -1
    priced, unbilled = charged.priced & rows, charged.unbilled & rows
    guessed = priced & (of.numbers["source"] != provider) if charged.by_tokens else priced & False
    counts = int(priced.sum()), int(guessed.sum()), int(unbilled.sum())
    return Counted(*counts, int((rows & ~charged.known).sum()))


def cached_share(of: Columns) -> float | None:
    """Cached tokens over all input tokens of the rows that told both."""
    asked, cached = of.known("input"), of.known("cached")
    told = (of.numbers["input"] != MISSING) & (of.numbers["cached"] != MISSING)
    whole_input = float(asked[told].sum())
    return float(cached[told].sum()) / whole_input if whole_input else None


def _requests(count: int) -> str:
    return "1 request" if count == 1 else f"{count} requests"
