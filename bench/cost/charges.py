"""What each request of a run cost, exactly: whole numbers of the smallest amount that the price's digits can make."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING, Any

from ..prices.price import EXACT, Band, Price, parts
from ..samples.columns import MISSING

if TYPE_CHECKING:
    from ..samples.columns import Columns, Floats, Ints, Mask

UNBILLED = frozenset(
    {"rate_limited", "auth", "context_length", "bad_request", "server_error", "connect", "tls", "client"}
)
"""Failures before anything was generated: no provider bills a request that it refused, or that it never got."""
MILLION_DIGITS = 6
SAFE = 2**62


@dataclass(frozen=True, slots=True, eq=False)  # arrays have no single answer to ==
class Charges:
    """Of each row its cost, or that there is none to tell."""

    units: Any
    """A whole number for each row, 0 where the cost isn't known; numpy's integers, or Python's where those are too
    small."""
    scale: int
    """Digits after the point: a unit is 10**-scale dollars."""
    priced: Mask
    """Rows whose tokens are known, so that their cost is."""
    unbilled: Mask
    """Failures that cost nothing."""
    by_tokens: bool
    """Whether tokens decide."""

    @property
    def known(self) -> Mask:
        """Rows with a cost, that of nothing included."""
        both: Mask = self.priced | self.unbilled
        return both

    @property
    def dollars(self) -> Floats:
        """Each row's cost, nan where it isn't known. For statistics: sums of money are `total`."""
        import numpy as np

        return np.where(self.known, self.units.astype(np.float64) / 10.0**self.scale, np.nan)

    def total(self, among: Mask) -> Decimal:
        """The sum over some of the rows, to the last digit."""
        with localcontext(EXACT):
            return Decimal(sum(self.units[among].tolist())).scaleb(-self.scale).normalize() + 0


def charges(of: Columns, price: Price) -> Charges:
    """What the requests cost, without the hours of the server."""
    import numpy as np

    refused = np.array([word in UNBILLED for word in of.words["failure"]], dtype=np.bool_)[of.numbers["failure"]]
    scale = _digits(price) + MILLION_DIGITS
    if not price.bands:
        flat = np.array([_scaled(price.per_request, scale)] * len(of), dtype=object)
        return Charges(np.where(refused, 0, flat), scale, ~refused, refused, by_tokens=False)
    units, priced = _by_tokens(of, price, scale)
    return Charges(np.where(priced, units, 0), scale, priced, refused & ~priced, by_tokens=True)


def _by_tokens(of: Columns, price: Price, scale: int) -> tuple[Any, Mask]:
    """Each row by the band of its prompt's length."""
    import numpy as np

    counts = _counts(of, _room(of, price, scale))
    told: Mask = (of.numbers["input"] != MISSING) & (of.numbers["output"] != MISSING)
    units = np.full(len(of), _scaled(price.per_request, scale), dtype=counts["input"].dtype)
    edges = np.array([band.above for band in price.bands], dtype=np.int64)
    place: Ints = np.searchsorted(edges, of.numbers["input"], side="left")
    for number, band in enumerate(price.bands):
        rows = np.flatnonzero(told & (np.maximum(place, 1) == number + 1))
        fits = _add(band, {name: each[rows] for name, each in counts.items()}, units, (rows, scale - MILLION_DIGITS))
        told[rows] &= fits
    return units, told


def _add(band: Band, counts: dict[str, Any], units: Any, where: tuple[Any, int]) -> Mask:
    """Adds what the tokens of these rows cost; says which rows' tokens can be billed."""
    import numpy as np

    rows, digits = where
    fits: Mask = np.ones(len(rows), dtype=np.bool_)
    rest = counts["cached"], counts["cache_write"], counts["cache_write_1h"], counts["reasoning"]
    for rate, count in parts(band, counts["input"], counts["output"], rest):
        fits &= (count >= 0).astype(np.bool_)
        if rate is None:
            fits &= (count <= 0).astype(np.bool_)
        else:
            units[rows] += count * _scaled(rate, digits)
    return fits


def _counts(of: Columns, kind: type) -> dict[str, Any]:
    """Columns of tokens, nothing where they weren't told."""
    import numpy as np

    names = ("input", "output", "cached", "cache_write", "cache_write_1h", "reasoning")
    counts: dict[str, Any] = {
        name: np.where(of.numbers[name] == MISSING, 0, of.numbers[name]).astype(kind) for name in names
    }
    unsaid = of.numbers["cache_write"] == MISSING
    counts["cache_write"] = np.where(unsaid, counts["cache_write_1h"], counts["cache_write"])
    return counts


def _room(of: Columns, price: Price, scale: int) -> type:
    """numpy's integers where no sum can leave them, else Python's."""
    import numpy as np

    most = max(
        (int(of.numbers[name].max(initial=0)) for name in ("input", "output", "cached", "cache_write")), default=0
    )
    hour = int(of.numbers["cache_write_1h"].max(initial=0)) + int(of.numbers["reasoning"].max(initial=0))
    dearest = max(_scaled(rate, scale) for rate in _rates(price))
    return np.int64 if (most + hour + 1) * (dearest + 1) * 16 < SAFE else object


def _rates(price: Price) -> list[Decimal]:
    """All amounts of a price, per token or request."""
    told = [getattr(band, name) for band in price.bands for name in Band.__slots__ if name != "above"]
    return [price.per_request, *(rate for rate in told if rate is not None)]


def _digits(price: Price) -> int:
    return max(0, *(-int(rate.as_tuple().exponent) for rate in [*_rates(price), Decimal(0)]))


def _scaled(rate: Decimal, digits: int) -> int:
    return int(rate.scaleb(digits, EXACT))
