"""Load shapes as values: what is asked of the engine, without a clock.

An open shape says when requests are sent, whatever becomes of earlier ones; a closed one how many users there are, each
of whom sends when he has his answer. Plans (sweep, search) say which of those to try next: `plans.py`.
Rates are per second, times in seconds. `str()` of a shape is the text that `parse` reads as the same shape.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..texts import shown


@dataclass(frozen=True, slots=True)
class Steady:
    """One rate until a stop. `cv` is the coefficient of variation of the gaps between two sends."""

    rate: float
    cv: float = 0.0
    """0: evenly spaced (`constant`); 1: as independent users come (`poisson`); above: in bursts (`gamma`)."""

    def __str__(self) -> str:
        if self.cv in (0.0, 1.0):
            return f"{'poisson' if self.cv else 'constant'}:{shown(self.rate)}/s"
        return f"gamma:{shown(self.rate)}/s,cv={shown(self.cv)}"


@dataclass(frozen=True, slots=True)
class Ramp:
    """A rate that goes from the first to the last in a straight line."""

    first: float
    last: float
    seconds: float
    cv: float = 0.0

    def __str__(self) -> str:
        return f"ramp:{shown(self.first)}-{shown(self.last)}/s,{shown(self.seconds)}s{_cv(self.cv)}"


@dataclass(frozen=True, slots=True)
class Step:
    """A level that holds for a while: a rate, or a number of users."""

    level: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Steps:
    """Rates, one after the other; a rate of 0 is a pause."""

    steps: tuple[Step, ...]
    cv: float = 0.0

    def __str__(self) -> str:
        return (
            "steps:" + ",".join(f"{shown(each.level)}/s@{shown(each.seconds)}s" for each in self.steps) + _cv(self.cv)
        )


@dataclass(frozen=True, slots=True)
class Trace:
    """Sends as they were recorded. The times come with the prompts, so the text leaves them out."""

    speed: float = 1.0
    """2: twice as fast as recorded."""
    times: tuple[float, ...] = ()
    """Seconds, in order, from any start."""

    def __str__(self) -> str:
        return "trace" if self.speed == 1 else f"trace:speed={shown(self.speed)}"


@dataclass(frozen=True, slots=True)
class Closed:
    """Users who each wait for an answer before they ask again; their number may go from first to last in a line."""

    first: int
    last: int
    seconds: float = 0.0
    """How long that takes; 0: as many as the last at once."""

    def __str__(self) -> str:
        return f"closed:{self.first}-{self.last},{shown(self.seconds)}s" if self.seconds else f"closed:{self.last}"


@dataclass(frozen=True, slots=True)
class ClosedSteps:
    """Numbers of users, one after the other."""

    steps: tuple[Step, ...]

    def __str__(self) -> str:
        return "closed:" + ",".join(f"{shown(each.level)}@{shown(each.seconds)}s" for each in self.steps)


@dataclass(frozen=True, slots=True)
class Sweep:
    """Levels from first to last in equal ratios, to find the knee."""

    first: float
    last: float
    points: int = 8
    users: bool = False
    """The levels are numbers of users, else rates."""

    def __str__(self) -> str:
        return f"sweep:{_range(self.first, self.last, self.users)},points={self.points}"


@dataclass(frozen=True, slots=True)
class Search:
    """The largest level at which enough of the requests meet the objectives: doubled from first, then bisected."""

    first: float
    last: float
    attainment: float = 0.95
    """The share of attempted requests that must be good."""
    precision: float = 0.05
    """The search ends when the level that fails is at most this part above the one that holds."""
    users: bool = False

    def __str__(self) -> str:
        ends = _range(self.first, self.last, self.users)
        return f"search:{ends},attainment={shown(self.attainment)},precision={shown(self.precision)}"


Open = Steady | Ramp | Steps | Trace
Loop = Closed | ClosedSteps
Plan = Sweep | Search
Shape = Open | Loop | Plan


def length(shape: Open | Loop) -> float | None:
    """Seconds after which the shape is at its end; None where only a stop ends it."""
    match shape:
        case Ramp(seconds=whole):
            return whole
        case Steps(steps=steps) | ClosedSteps(steps=steps):
            return sum(each.seconds for each in steps)
        case Trace(times=times, speed=speed):
            return (times[-1] - times[0]) / speed if times else 0.0
        case Steady() | Closed():
            return None


def at_level(plan: Plan, level: float, cv: float = 1.0) -> Open | Loop:
    """The shape that tries one level of a plan: users, or a rate at which they come (`cv` as in Steady)."""
    return Closed(int(level), int(level)) if plan.users else Steady(level, cv)


def _cv(cv: float) -> str:
    return f",cv={shown(cv)}" if cv else ""


def _range(first: float, last: float, users: bool) -> str:  # noqa: FBT001 - handed on as it is kept
    return f"{shown(first)}-{shown(last)}" + ("" if users else "/s")
