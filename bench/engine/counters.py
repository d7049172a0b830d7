"""How far a run is, counted as it goes: for stops and for whoever watches. Figures never come from here."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from ..shapes import Progress

if TYPE_CHECKING:
    from ..samples import Sample

RECENT = 200
"""Values of a kind that are kept for a look between two snapshots."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One worker's counts at one moment: totals of the stage, and what came since the last snapshot."""

    sent: int = 0
    finished: int = 0
    failed: int = 0
    tokens: int = 0
    """Input and output."""
    output_tokens: int = 0
    spent: Decimal = Decimal(0)
    reserved: Decimal = Decimal(0)
    failures: tuple[tuple[str, int], ...] = ()
    ttft: tuple[float, ...] = ()
    """Recent ones, in seconds."""
    e2e: tuple[float, ...] = ()
    lag: float = 0.0
    """The longest by which the loop was late since the last snapshot, in seconds."""

    @property
    def in_flight(self) -> int:
        """Sent, and not answered yet."""
        return self.sent - self.finished


@dataclass(slots=True)
class Counters:
    """The same while it is being counted."""

    sent: int = 0
    finished: int = 0
    failed: int = 0
    tokens: int = 0
    output_tokens: int = 0
    spent: Decimal = Decimal(0)
    reserved: Decimal = Decimal(0)
    failures: Counter[str] = field(default_factory=Counter[str])
    ttft: list[float] = field(default_factory=list[float])
    e2e: list[float] = field(default_factory=list[float])

    def add(self, sample: Sample, cost: Decimal, reserved: Decimal) -> None:
        """Counts an answer whose request had been sent."""
        self.finished += 1
        self.tokens += (sample.tokens.input or 0) + (sample.tokens.output or 0)
        self.output_tokens += sample.tokens.output or 0
        self.spent += cost
        self.reserved -= reserved
        times = sample.times
        if sample.failure is not None:
            self.failed += 1
            self.failures[sample.failure] += 1
        elif len(self.e2e) < RECENT and times.t_last is not None:
            self.e2e.append((times.t_last - times.t0) / 1e9)
            if times.chunks:
                self.ttft.append((times.chunks[0] - times.t0) / 1e9)

    def progress(self, elapsed: float, *, interrupted: bool) -> Progress:
        """As the stops ask for it; what is under way is looked at before each request that could cost too much."""
        return Progress(
            elapsed, self.sent, self.finished, self.failed, self.tokens, self.spent, interrupted=interrupted
        )

    def snapshot(self, lag: float) -> Snapshot:
        """The counts now; what is recent is recent only once."""
        ttft, self.ttft = tuple(self.ttft), []
        e2e, self.e2e = tuple(self.e2e), []
        return Snapshot(
            sent=self.sent,
            finished=self.finished,
            failed=self.failed,
            tokens=self.tokens,
            output_tokens=self.output_tokens,
            spent=self.spent,
            reserved=self.reserved,
            failures=tuple(sorted(self.failures.items())),
            ttft=ttft,
            e2e=e2e,
            lag=lag,
        )
