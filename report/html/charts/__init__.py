"""Pictures of what was measured, each with a title, a description and its figures as a table."""

from .canvas import Chart
from .distributions import cumulative, histogram
from .times import sweep, timeline

__all__ = ["Chart", "cumulative", "histogram", "sweep", "timeline"]
