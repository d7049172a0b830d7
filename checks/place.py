"""Where something stands in the source, what is said of the place, and how text there could be changed.

Lines and columns are 1-based; columns count characters.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A span of source. In a notebook `cell` is the 0-based cell and lines count inside it."""

    path: str
    line: int
    column: int = 1
    end_line: int = 0
    end_column: int = 0
    cell: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a finding's trace."""

    place: Place
    note: str


@dataclass(frozen=True, slots=True)
class Edit:
    """Text to be put in place of a span; an empty span is an insertion, empty text a deletion."""

    place: Place
    """From `line`, `column` up to, but without, `end_line`, `end_column`."""
    text: str

    @property
    def order(self) -> tuple[Place, bool, str]:
        """By what edits are sorted: of those at one place, what goes on in the line comes before what begins one."""
        return self.place, self.text.startswith("\n"), self.text


@dataclass(frozen=True, slots=True)
class Fix:
    """A change of the code after which a finding is gone."""

    title: str
    """What it does, as an order: "Set `timeout=30` where the client is built"."""
    applicability: Literal["safe", "unsafe"]
    """safe: what the program answers stays the same; unsafe: somebody should look at it."""
    edits: tuple[Edit, ...]
    """In order of place, none over another; in one file or several."""
