"""From a job to a folder of samples: warm-up, the load, and the levels that a sweep or a search wants to know of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from time import monotonic_ns
from typing import TYPE_CHECKING

from ..engine import Asking, Health, Share, Snapshot, Stage
from ..engine.health import faults
from ..job import plan_of
from ..samples import End, Header
from ..shapes import (
    Closed,
    Found,
    Loop,
    Measured,
    Next,
    Open,
    Probe,
    Search,
    Stop,
    Stops,
    Sweep,
    Swept,
    at_level,
    checked,
    found,
    knee,
    next_of_search,
    next_of_sweep,
)
from ..slo import objectives
from ..transport import address
from ..transport.tls import context
from .crew import Crew
from .folders import files, made, now, versions
from .staffing import users, workers
from .worker import Assignment

if TYPE_CHECKING:
    from ..engine.asking import Ceiling, Cost
    from ..job import Job
    from ..metrics import Figures
    from ..shapes import Plan
    from .interrupts import Interrupts
    from .worker import Finished


@dataclass(frozen=True, slots=True)
class Look:
    """A run as it goes, for whoever watches."""

    number: int
    """Of the stage, counted from 0, the warm-up included."""
    what: str
    """warm-up, or the shape of the stage."""
    shape: Open | Loop
    stops: Stops
    elapsed: float
    """Seconds of this stage."""
    counts: Sequence[Snapshot]
    """Of each worker."""


@dataclass(frozen=True, slots=True)
class Ran:
    """A run that has ended."""

    folder: Path
    stop: Stop | None
    """What ended it; None: the end of its shape or plan."""
    faults: tuple[str, ...]
    """In which ways our own side was the bottleneck."""
    plan: Swept | Found | None = None
    """What a sweep or a search found."""
    spent: Decimal = Decimal(0)
    """US dollars, as far as they were counted: the warm-up's among them."""


Watch = Callable[[Look], None]
WARMERS = 4
"""Users of the warm-up of an open loop."""


@dataclass(frozen=True, slots=True)
class Money:
    """What a request costs, and can cost at most."""

    cost: Cost
    ceiling: Ceiling | None = None
    """Only where money is to end the run."""
    unbilled: frozenset[str] = frozenset()
    """Classes of failures that cost nothing."""


@dataclass(slots=True)
class _Run:
    """What is known of a run while it goes on."""

    job: Job
    crew: Crew
    folder: Path
    watch: Watch
    interrupts: Interrupts
    stages: int = 0
    first: int = 0
    spent: Decimal = Decimal(0)
    tokens: int = 0
    levels: list[float] = field(default_factory=list[float])
    health: list[list[Health]] = field(default_factory=list[list[Health]])
    """Of each stage, of each worker."""
    faults: list[str] = field(default_factory=list[str])

    def stage(self, shape: Open | Loop, stops: Stops, number: int = 0, *, warmup: bool = False) -> list[Finished]:
        """One stage, to its end."""
        stops = self._left(stops)
        stage = Stage(shape, stops, 0, self.job.load.seed + number, self.first, number, warmup)
        what, began = "warm-up" if warmup else str(shape), monotonic_ns()

        def watch(counts: Sequence[Snapshot]) -> None:
            self.watch(Look(self.stages, what, shape, stops, (monotonic_ns() - began) / 1e9, counts))
            if self.interrupts.asked:
                self.crew.halt(INTERRUPTED)

        done = self.crew.run(stage, watch)
        self.stages += 1
        self.first += max(each.taken for each in done) * len(done)
        self.spent += sum((each.last.spent for each in done), Decimal(0))
        self.tokens += sum(each.last.tokens for each in done)
        if not warmup:
            self.health.append([each.health for each in done])
            self.faults += [each for each in faults(self.health[-1]) if each not in self.faults]
        return done

    def warm(self, requests: int, stops: Stops) -> None:
        """Requests that don't count, but for what they cost: the caps of the run hold for them."""
        many = max(1, min(requests, users(self.job.load.shape) or WARMERS))
        done = self.stage(Closed(many, many), replace(stops, requests=requests, duration=None), warmup=True)
        self.crew.halt(self._grave(done))

    def once(self, shape: Open | Loop, stops: Stops) -> tuple[Stop | None, None]:
        """A shape as it is."""
        if self.crew.stop is None:
            done = self.stage(shape, stops)
            return self._why(done), None
        return self.crew.stop, None

    def planned(self, plan: Plan, stops: Stops) -> tuple[Stop | None, Swept | Found]:
        """Level after level, as the plan wants them."""
        swept: list[Measured] = []
        probes: list[Probe] = []
        stop: Stop | None = None
        while True:
            following = next_of_sweep(plan, swept) if isinstance(plan, Sweep) else next_of_search(plan, probes)
            if not isinstance(following, Next) or stop is not None:
                return stop, _ended(plan, swept, probes)
            number, before = len(self.levels), len(self.faults)
            self.levels.append(following.level)
            stop = self._grave(self.stage(at_level(plan, following.level), stops, number))
            got = self.figures(number)
            valid = len(self.faults) == before
            served, usual, good = got.rates["goodput"], got.distributions["e2e"].at(50), got.rates["attainment"]
            swept.append(Measured(following.level, served.value or 0.0, usual.value or 0.0, valid))
            probes.append(Probe(following.level, round((good.value or 0.0) * got.attempted), got.attempted, valid))

    def ends(self, stop: Stop | None) -> list[End]:
        """The last line of each worker's file."""
        reason = stop.reason if stop else "shape"
        levels = {str(number): level for number, level in enumerate(self.levels)}
        verdict = "; ".join(self.faults) or "ok"
        told = (
            [_told([stage[number] for stage in self.health]) for number in range(len(self.health[-1]))]
            if self.health
            else []
        )
        whole = {"verdict": verdict, "levels": levels, "transport": self.crew.kind, "why": self.crew.why}
        return [End(reason, now(), whole | each) for each in told or [{}] * self.crew.size]

    def _why(self, done: Sequence[Finished]) -> Stop | None:
        """What ended a stage: what ended all workers, else what ended the first that was ended."""
        return self.crew.stop or next((each.stop for each in done if each.stop), None)

    def _grave(self, done: Sequence[Finished]) -> Stop | None:
        """What ends a plan with its stage: whatever cut that short."""
        stop = self._why(done)
        return stop if stop is not None and stop.partial else None

    def _left(self, stops: Stops) -> Stops:
        """What is left of the money and of the tokens, which are for the run as a whole."""
        return replace(
            stops,
            spend=None if stops.spend is None else max(LEAST, stops.spend - self.spent),
            tokens=None if stops.tokens is None else max(1, stops.tokens - self.tokens),
        )

    def figures(self, number: int) -> Figures:
        """Of one level of a plan, out of what is on the disk."""
        from ..metrics import figures
        from ..samples import load

        columns = load(files(self.folder)).columns
        return figures(columns.rows(columns.numbers["stage"] == number), objectives(self.job.slos))


def _ended(plan: Plan, swept: Sequence[Measured], probes: Sequence[Probe]) -> Swept | Found:
    """What a plan found, though it may have been cut short."""
    following = next_of_sweep(plan, swept) if isinstance(plan, Sweep) else next_of_search(plan, probes)
    if not isinstance(following, Next):
        return following
    return Swept("unresolved", knee(swept)) if isinstance(plan, Sweep) else found(plan, probes)


def _told(health: Sequence[Health]) -> dict[str, object]:
    """One worker's health over all stages, as JSON: the worst of each."""
    lags = [each.lag for each in health if each.lag]
    kernel, us = sum(each.by_kernel for each in health), sum(each.by_us for each in health)
    return {
        "cpu_share": round(max(each.share for each in health), 4),
        "cpu_seconds": round(sum(each.cpu for each in health), 4),
        "loop_lag": {
            name: round(max(each[place] for each in lags), 6) for place, name in enumerate(("p50", "p99", "max"))
        }
        if lags
        else None,
        "stamps": "kernel" if kernel and not us else "user" if not kernel else "mixed",
        "clock_stepped": max(each.stepped for each in health),
    }


INTERRUPTED = Stop("interrupted", "stopped by hand", partial=True)
LEAST = Decimal("0.000001")
"""Dollars that are left where nothing is: no request is as cheap."""


def run(job: Job, folder: Path, watch: Watch, interrupts: Interrupts, money: Money | None = None) -> Ran:
    """Carries out a job and leaves its samples in the folder, which must not exist.

    Raises BenchMistake for what can't be carried out, with all that was written left in place; KeyboardInterrupt where
    it is interrupted twice.
    """
    load, shape = job.load, job.load.shape
    stops = checked(load.stops, at_level(shape, 1) if isinstance(shape, Sweep | Search) else shape)
    crew = Crew(_assignments(job, folder, money))
    going = _Run(job, crew, folder, watch, interrupts)
    try:
        crew.open(users(shape))
        if load.warmup:
            going.warm(load.warmup, stops)
        stop, plan = going.planned(shape, stops) if isinstance(shape, Sweep | Search) else going.once(shape, stops)
        crew.end(going.ends(stop))
    except BaseException:
        crew.kill()
        raise
    return Ran(folder, stop, tuple(going.faults), plan, going.spent)


def _assignments(job: Job, folder: Path, money: Money | None) -> list[Assignment]:
    many = job.load.workers or workers(job.load.shape)
    target = job.target
    asking = Asking(
        target.api,
        target.options,
        job.deck,
        target.key,
        target.headers,
        money.cost if money else None,
        money.ceiling if money else None,
        money.unbilled if money else frozenset(),
    )
    if job.wire.ca:
        context(job.wire)  # for its mistakes, before there is a folder
    clock, place = now(), made(folder)
    return [
        Assignment(
            asking,
            address(target.base),
            job.wire,
            place / f"worker-{number}.jsonl",
            Header(place.name, plan_of(job), versions(), clock, number),
            Share(number, many),
        )
        for number in range(many)
    ]
