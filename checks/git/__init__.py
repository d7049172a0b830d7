"""Questions to git about the repository that audited code lies in. Nothing is written there, nothing in it is run."""

from .asking import NoAnswer
from .changes import Changes, changes_since
from .renames import renames_since

__all__ = ["Changes", "NoAnswer", "changes_since", "renames_since"]
