"""What a policy says and what it comes to, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from ..bench.slo import Judgement, Slo
from ..checks.model import Audit, Severity, Step

Subject = Literal["rule", "item", "slo"]
Gate = Literal["findings", "item", "bench", "slo", "budget"]
Result = Literal["fail", "missing", "stale", "invalid", "inconclusive", "excepted", "pass"]
STOPS = frozenset({"fail", "missing", "stale"})
UNDECIDED = frozenset({"invalid", "inconclusive"})
MONTH = "cost_per_month"
"""The name of a month's cost as a threshold; a run alone has none, it takes a number of users."""


@dataclass(frozen=True, slots=True)
class Excepted:
    """Something that may be as it is until a day, and why."""

    subject: Subject
    named: str
    """As it is written: a rule, an item, an area, or a threshold."""
    covers: frozenset[str]
    """Ids of rules or of items, or texts of thresholds."""
    reason: str
    expires: date
    """The last day on which it counts."""
    line: int
    """In the configuration."""
    path: str = ""
    """Of a rule: a pattern of files as in a .gitignore, seen from the configuration; empty: all."""
    seen: str | None = None
    """The same seen from the audited folder, where that is another; empty: it fits nothing there."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What must hold for a release. What is empty or None isn't asked."""

    path: str = ""
    """The file it stands in; empty: nobody wrote one, and this is what is asked then."""
    require: frozenset[str] = frozenset()
    """Items that must pass."""
    partial: frozenset[str] = frozenset()
    """Items that must not fail; this goes before `require`."""
    most: Mapping[Severity, int] = field(default_factory=dict[Severity, int])
    """Findings that there may be, by severity."""
    slos: tuple[Slo, ...] = ()
    budget: tuple[Slo, ...] = ()
    """Costs as thresholds."""
    max_age: int | None = None
    """Days since the end of a bench."""
    allow_simulated: bool = False
    exceptions: tuple[Excepted, ...] = ()

    @property
    def measures(self) -> bool:
        """Whether it can't be held without a bench."""
        return bool(self.slos or self.budget or self.max_age is not None)


@dataclass(frozen=True, slots=True)
class Measured:
    """A run of the bench, held against the thresholds of a policy or, where that has none, against its own."""

    name: str
    """How it is told: its id."""
    ended: datetime | None
    """When its last measured request ended."""
    simulated: bool
    """Our own simulator answered."""
    fault: str
    """In which way our own side was the bottleneck, so that nothing was measured; empty where it wasn't."""
    broken: str
    """Why it passes nothing; empty where it may."""
    slos: tuple[Judgement, ...]
    budget: tuple[Judgement, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """All that a policy is held against."""

    audit: Audit
    benches: tuple[Measured, ...]
    today: date


@dataclass(frozen=True, slots=True)
class Row:
    """One gate and what it comes to."""

    gate: Gate
    name: str
    """Severity of findings, id of an item, a threshold as it was written, a part of the budget; "result"."""
    result: Result
    wanted: str
    found: str
    """What there is, in words."""
    advice: str = ""
    """What to do; empty where nothing is to be done."""
    places: tuple[Step, ...] = ()
    exception: Excepted | None = None
    """By which it doesn't count."""
    judgement: Judgement | None = None
    """Of a threshold: the figure."""
    run: str = ""
    """The run it is about, where there are several."""

    @property
    def stops(self) -> bool:
        """Whether the release is stopped by it."""
        return self.result in STOPS

    @property
    def follows(self) -> bool:
        """Whether it only follows from what the row of a run says: nothing was measured."""
        return self.gate in {"slo", "budget"} and (self.judgement is None or self.result == "invalid")


@dataclass(frozen=True, slots=True)
class Use:
    """What became of an exception."""

    exception: Excepted
    matched: int
    """Findings, items or thresholds that it is about."""
    expired: bool


@dataclass(frozen=True, slots=True)
class Ruling:
    """Everything that is told of a gate."""

    policy: Policy
    audit: Audit
    rows: tuple[Row, ...]
    uses: tuple[Use, ...]
    today: date
    benches: tuple[Measured, ...] = ()

    @property
    def verdict(self) -> Literal["stopped", "undecided", "passed"]:
        """What is shown to be wrong counts before what can't be told."""
        if any(row.stops for row in self.rows):
            return "stopped"
        return "undecided" if any(row.result in UNDECIDED for row in self.rows) else "passed"
