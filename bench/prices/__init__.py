"""What tokens cost: a row of the dated list, or the user's own; a value that can be kept and read again."""

from .kept import price_from
from .own import OwnPrice, OwnPrices, own_prices
from .price import CURRENCY, Band, Counts, Price, PriceUnknown
from .resolve import price_of

__all__ = [
    "CURRENCY",
    "Band",
    "Counts",
    "OwnPrice",
    "OwnPrices",
    "Price",
    "PriceUnknown",
    "own_prices",
    "price_from",
    "price_of",
]
