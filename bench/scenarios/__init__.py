"""From what a user writes, on a command line, in a scenario or in a configuration, to checked jobs."""

from .aim import Aim
from .checking import SHIPPED, schema
from .discovery import Server, discovered
from .documents import Document
from .jobs import Planned, jobs, layered
from .reading import read, scenario, scenario_of
from .settings import NOTHING, Asked, Header, Scenario, Settings, Wanted
from .targets import Resolved, Surroundings, is_scenario, resolved
from .words import money, prompts

__all__ = [
    "NOTHING",
    "SHIPPED",
    "Aim",
    "Asked",
    "Document",
    "Header",
    "Planned",
    "Resolved",
    "Scenario",
    "Server",
    "Settings",
    "Surroundings",
    "Wanted",
    "discovered",
    "is_scenario",
    "jobs",
    "layered",
    "money",
    "prompts",
    "read",
    "resolved",
    "scenario",
    "scenario_of",
    "schema",
]
