"""A whole run: its processes, its stages, its folder, its end."""

from .crew import Crew
from .folders import files, name_of_run
from .interrupts import Interrupts
from .stages import Look, Money, Ran, run
from .worker import Assignment, Finished

__all__ = [
    "Assignment",
    "Crew",
    "Finished",
    "Interrupts",
    "Look",
    "Money",
    "Ran",
    "files",
    "name_of_run",
    "run",
]
