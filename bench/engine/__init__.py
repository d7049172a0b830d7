"""Sends and stamps: the one place of a run with a clock. What the stamps mean is found after each answer."""

from .asking import Asking
from .counters import Counters, Snapshot
from .health import Health, Lag
from .load import Engine, Share, Stage, part

__all__ = ["Asking", "Counters", "Engine", "Health", "Lag", "Share", "Snapshot", "Stage", "part"]
