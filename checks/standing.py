"""How the findings of a run stand to those agreed upon before, and to what was changed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Grown:
    """A rule that finds more than the baseline holds."""

    rule: str
    """Id in the catalogue."""
    before: int
    now: int


@dataclass(frozen=True, slots=True)
class Standing:
    """The default is a run without a baseline, of everything."""

    baseline: str = ""
    """The baseline's file as it is to be named; empty where none was held against."""
    fixed: int = 0
    """Findings of the baseline that are there no more."""
    grown: tuple[Grown, ...] = ()
    """By rule; filled only where somebody asked for it to be judged."""
    since: str = ""
    """The commit since which a change must have touched what is shown, as it was named; empty: all is shown."""
    elsewhere: int = 0
    """Open findings that are left out because nothing touched them."""
