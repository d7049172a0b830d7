"""What is gathered while prompts are read: all mistakes at once, and what a user should know of the reading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from ..mistakes import PromptsError

Turns = Literal["each", "last"]
"""Which user's turns of a recorded conversation are asked, each after what was recorded before it."""
Times = Literal["s", "ms"]
"""What the numbers of a trace's `timestamp` count."""
_SHOWN = 50
"""Mistakes that are told; who made more will see the pattern."""


class Row(NamedTuple):
    """One entry of a source, and where it stands: `prompts.jsonl:12`."""

    place: str
    value: Any


@dataclass(slots=True)
class Reading:  # not frozen: it gathers
    """One reading of one source."""

    turns: Turns | None = None
    """None: as is usual for the format."""
    times: Times | None = None
    """None: worked out."""
    mistakes: list[str] = field(default_factory=list[str])
    told: Counter[str] = field(default_factory=Counter[str])
    """What happened to entries, and to how many."""
    facts: list[str] = field(default_factory=list[str])
    clocks: set[str] = field(default_factory=set[str])
    """How the times of entries were told: after the start, or by a clock."""

    def wrong(self, place: str, what: str) -> None:
        """Notes a mistake: what is wrong and what to do, in one line."""
        self.mistakes.append(f"{place}: {' '.join(what.split())}")

    def tell(self, what: str) -> None:
        """Notes that something befell one more entry."""
        self.told[what] += 1

    def tell_all(self, what: Iterable[str]) -> None:
        """The same for several things."""
        self.told.update(what)

    def end(self) -> None:
        """Raises PromptsError if there were mistakes."""
        if self.mistakes:
            more = len(self.mistakes) - _SHOWN
            rest = [f"and {more:,} more mistakes"] if more > 0 else []
            raise PromptsError([*self.mistakes[:_SHOWN], *rest])

    @property
    def notes(self) -> tuple[str, ...]:
        """A line for each thing that a user should know."""
        return (*self.facts, *(f"{count:,} times: {what}" for what, count in self.told.items()))
