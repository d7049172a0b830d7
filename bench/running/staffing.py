"""How many processes and connections a load needs."""

from __future__ import annotations

import os
from math import ceil

from ..shapes import Closed, ClosedSteps, Ramp, Search, Shape, Steady, Steps, Sweep

USERS_EACH, RATE_EACH = 500, 1000
"""Users, and requests a second, of which one worker is not yet busy: with streams of 50 tokens a second, 500 of them
take a third of a core."""


def workers(shape: Shape) -> int:
    """How many processes a load needs, as far as this machine has cores beside the one that watches."""
    most = max(users(shape) / USERS_EACH, rate(shape) / RATE_EACH)
    return max(1, min(ceil(most), _cores() - 1))


def users(shape: Shape) -> int:
    """The most users that a shape has at once; 0 for rates."""
    match shape:
        case Closed(first=first, last=last):
            return max(first, last)
        case ClosedSteps(steps=steps):
            return int(max(each.level for each in steps))
        case Sweep(users=True, last=last) | Search(users=True, last=last):
            return int(last)
        case _:
            return 0


def rate(shape: Shape) -> float:
    """The highest rate that a shape has, in requests a second."""
    match shape:
        case Steady(rate=rate):
            return rate
        case Ramp(first=first, last=last):
            return max(first, last)
        case Steps(steps=steps):
            return max(each.level for each in steps)
        case Sweep(users=False, last=last) | Search(users=False, last=last):
            return last
        case _:
            return 0.0


def _cores() -> int:
    """Those that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
