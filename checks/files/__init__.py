"""Files: which ones a run sees, as text, and which of them can matter."""

from .decode import decode, read
from .notebook import Notebook, notebook
from .scan import Import, by_top, imports, roots
from .walk import Listing, listing

__all__ = [
    "Import",
    "Listing",
    "Notebook",
    "by_top",
    "decode",
    "imports",
    "listing",
    "notebook",
    "read",
    "roots",
]
