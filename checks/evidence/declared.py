"""What was read in the files beside the code, as plain values the verdicts are made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..model import Place, Step

Topic = Literal[
    "alerts", "errors", "evals", "evals-run", "budget", "cache", "chain", "breaker", "routing", "model", "bench"
]


@dataclass(frozen=True, slots=True)
class Declared:
    """One thing a file of the repository declares."""

    topic: Topic
    place: Place
    what: str
    """In words: "Prometheus alert rules". Never a value that may be secret."""
    good: bool = True
    """False where it is there but does not do (a benchmark that failed)."""
    on: str = ""
    """Of a benchmark, the day of it: YYYY-MM-DD; empty where the file says none."""

    @property
    def step(self) -> Step:
        """It as evidence."""
        return Step(self.place, self.what)


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that the repository declares, in order of path."""

    declared: tuple[Declared, ...] = ()
    unread: tuple[tuple[str, str], ...] = ()
    """Files that could not be read, and why."""

    def of(self, *topics: Topic) -> tuple[Declared, ...]:
        """What is declared on these topics."""
        return tuple(each for each in self.declared if each.topic in topics)
