"""What a run costs: by the price in use, in a month and on other models; a guess before."""

from ..mistakes import CostError
from .alternatives import ASSUMPTIONS, Alternative, what_if
from .charges import UNBILLED, Charges, charges
from .costs import Costs, Counted, costs, costs_by_tag
from .document import money, named, section, told
from .estimate import Estimate, Load, estimate, worst_case
from .projection import DAYS, Projection, projected

__all__ = [
    "ASSUMPTIONS",
    "DAYS",
    "UNBILLED",
    "Alternative",
    "Charges",
    "CostError",
    "Costs",
    "Counted",
    "Estimate",
    "Load",
    "Projection",
    "charges",
    "costs",
    "costs_by_tag",
    "estimate",
    "money",
    "named",
    "projected",
    "section",
    "told",
    "what_if",
    "worst_case",
]
