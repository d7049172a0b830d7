"""Figures out of samples: the table of metrics, percentiles with intervals, windows, rates."""

from .distribution import Distribution, distribution
from .figures import Figures, by_stage, by_tag, figures
from .observed import NOTHING, Observed
from .rates import Objective
from .table import COSTS, METRICS, PERCENTILES, RATES, Metric, Rate
from .window import Window

__all__ = [
    "COSTS",
    "METRICS",
    "NOTHING",
    "PERCENTILES",
    "RATES",
    "Distribution",
    "Figures",
    "Metric",
    "Objective",
    "Observed",
    "Rate",
    "Window",
    "by_stage",
    "by_tag",
    "distribution",
    "figures",
]
