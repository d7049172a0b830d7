"""How a document is to look, by what was said and where it goes."""

from __future__ import annotations

import sys

from ..report.look import Look
from . import surroundings


def look(color: str, output: str | None, *, quiet: bool = False, statistics: bool = False) -> Look:
    """How the document is to look; in a file it is plain unless colour is asked for."""
    colour = surroundings.colour("never" if output and color == "auto" else color)
    blocks = bool(output) or surroundings.blocks(sys.stdout)
    return Look(surroundings.width(), colour, surroundings.here(), quiet, statistics, blocks, surroundings.online())
