"""Questions to git about the repository that audited code lies in. Nothing is written there, nothing in it is run."""

from .asking import NoAnswer
from .changes import Changes, changes_since
from .commit import commit_of
from .renames import renames_since

__all__ = ["Changes", "NoAnswer", "changes_since", "commit_of", "renames_since"]
