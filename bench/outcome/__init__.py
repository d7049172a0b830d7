"""A run's files into all that is reported of it; runs side by side; runs kept under names."""

from ..job import RUNS
from .baselines import EVIDENCE, keep_evidence, keep_result, save_baseline
from .build import outcome
from .comparison import Compared, Row, comparison
from .find import BASELINES, RESULT, baseline_files, checked, run_files
from .model import (
    Allowance,
    Capacity,
    Client,
    Connections,
    Course,
    Failed,
    Level,
    Money,
    Outcome,
    RateLimits,
    Through,
    Totals,
    Waits,
)

__all__ = [
    "BASELINES",
    "EVIDENCE",
    "RESULT",
    "RUNS",
    "Allowance",
    "Capacity",
    "Client",
    "Compared",
    "Connections",
    "Course",
    "Failed",
    "Level",
    "Money",
    "Outcome",
    "RateLimits",
    "Row",
    "Through",
    "Totals",
    "Waits",
    "baseline_files",
    "checked",
    "comparison",
    "keep_evidence",
    "keep_result",
    "outcome",
    "run_files",
    "save_baseline",
]
