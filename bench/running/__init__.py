"""A whole run: its processes, its stages, its folder, its end."""

from .crew import Crew
from .worker import Assignment, Finished

__all__ = ["Assignment", "Crew", "Finished"]
