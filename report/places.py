"""Where something stands, told as CI systems want it: a path from the top of what they have checked out, and a line
that the file has."""

from __future__ import annotations

import os
import posixpath
from dataclasses import dataclass

from ..checks.model import Audit, Place
from .look import Look


@dataclass(frozen=True, slots=True)
class Tree:
    """The folder that paths start from: the one the command was given in, or the audited one where that lies apart."""

    top: str
    way: str = ""
    """From there to the audited folder: empty, or with a slash at its end."""

    def path(self, inside: str) -> str:
        """The path of a file, out of one that starts in the audited folder."""
        return posixpath.normpath(self.way + inside)


def tree(audit: Audit, look: Look) -> Tree:
    """Where the paths of an audit start for its reader."""
    way = look.way_to(audit.root)
    apart = not look.here or way.startswith("../") or os.path.isabs(way)
    return Tree(audit.root) if apart else Tree(look.here, way)


def in_cell(place: Place) -> str:
    """`cell 3, line 7: `, to go before what is said of a place in a notebook; cells are counted from 1. The file's own
    lines are JSON that nobody reads, so a notebook is pointed at as a whole."""
    return "" if place.cell is None else f"cell {place.cell + 1}, line {place.line}: "


def lines(place: Place) -> tuple[int, int]:
    """The first and the last line."""
    return (1, 1) if place.cell is not None else (place.line, max(place.line, place.end_line))
