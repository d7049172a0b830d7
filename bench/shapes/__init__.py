"""Load shapes, plans and stops: when to send, what to try next and when to end, all without a clock."""

from .model import (
    Closed,
    ClosedSteps,
    Loop,
    Open,
    Plan,
    Ramp,
    Search,
    Shape,
    Steady,
    Step,
    Steps,
    Sweep,
    Trace,
    at_level,
    length,
)
from .offsets import offsets, users
from .parse import EXAMPLES, parse
from .plans import Found, Measured, Next, Probe, Swept, knee, levels, next_of_search, next_of_sweep
from .stops import Progress, Stop, Stops, checked, stopped

__all__ = [
    "EXAMPLES",
    "Closed",
    "ClosedSteps",
    "Found",
    "Loop",
    "Measured",
    "Next",
    "Open",
    "Plan",
    "Probe",
    "Progress",
    "Ramp",
    "Search",
    "Shape",
    "Steady",
    "Step",
    "Steps",
    "Stop",
    "Stops",
    "Sweep",
    "Swept",
    "Trace",
    "at_level",
    "checked",
    "knee",
    "length",
    "levels",
    "next_of_search",
    "next_of_sweep",
    "offsets",
    "parse",
    "stopped",
    "users",
]
