"""The findings a project has agreed to live with for now: what is kept of them, and how they are known again."""

from .form import Baseline, Entry, parsed, written
from .matching import Matched, entries_of, matched, reworded
from .scope import Scope

__all__ = ["Baseline", "Entry", "Matched", "Scope", "entries_of", "matched", "parsed", "reworded", "written"]
