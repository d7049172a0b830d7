"""Thresholds and comparisons: what the figures of a run, or of two, come to."""

from .compare import TOLERANCE, Comparison, compare, compared
from .judge import Judgement, Verdict, foreseen, gravest, judge, judged, verdict
from .parse import Slo, objectives, parse

__all__ = [
    "TOLERANCE",
    "Comparison",
    "Judgement",
    "Slo",
    "Verdict",
    "compare",
    "compared",
    "foreseen",
    "gravest",
    "judge",
    "judged",
    "objectives",
    "parse",
    "verdict",
]
