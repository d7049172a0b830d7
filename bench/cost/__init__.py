"""What a run costs: the price in use, costs by it, what they come to in a month and on other models; a guess before."""

from ..mistakes import CostError
from .alternatives import ASSUMPTIONS, Alternative, what_if
from .charges import UNBILLED, Charges, charges
from .costs import Costs, Counted, costs, costs_by_tag
from .document import money, named, section, told
from .estimate import Estimate, Load, estimate, worst_case
from .kept import price_from
from .own import OwnPrice, OwnPrices, own_prices
from .price import CURRENCY, Band, Counts, Price, PriceUnknown
from .projection import DAYS, Projection, projected
from .resolve import price_of

__all__ = [
    "ASSUMPTIONS",
    "CURRENCY",
    "DAYS",
    "UNBILLED",
    "Alternative",
    "Band",
    "Charges",
    "CostError",
    "Costs",
    "Counted",
    "Counts",
    "Estimate",
    "Load",
    "OwnPrice",
    "OwnPrices",
    "Price",
    "PriceUnknown",
    "Projection",
    "charges",
    "costs",
    "costs_by_tag",
    "estimate",
    "money",
    "named",
    "own_prices",
    "price_from",
    "price_of",
    "projected",
    "section",
    "told",
    "what_if",
    "worst_case",
]
