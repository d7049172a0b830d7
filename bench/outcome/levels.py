"""What a sweep or search found, worked out again from its samples with the rules by which it went on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..metrics import Figures
from ..mistakes import ShapeError
from ..shapes import (
    ClosedSteps,
    Measured,
    Next,
    Plan,
    Probe,
    Search,
    Steps,
    Sweep,
    knee,
    next_of_search,
    next_of_sweep,
    parse,
)
from ..shapes.plans import found
from .model import Capacity, Json, Level


def plan_of(shape: object) -> Plan | None:
    """The sweep or search that a shape's text is; None for every other."""
    try:
        found = parse(shape) if isinstance(shape, str) else None
    except ShapeError:
        return None
    return found if isinstance(found, Sweep | Search) else None


def steps_of(shape: object) -> Json:
    """The levels of a shape that goes in steps, by their stages; none of every other."""
    try:
        found = parse(shape) if isinstance(shape, str) else None
    except ShapeError:
        return {}
    steps = found.steps if isinstance(found, Steps | ClosedSteps) else ()
    return {str(stage): each.level for stage, each in enumerate(steps)} if len(steps) > 1 else {}


def leveled(stages: Mapping[int, Figures], levels: Json) -> tuple[Level, ...]:
    """The stages with their levels; none where the run had but one. `levels` is the end's: stage -> level."""
    if len(stages) < 2 and not levels:
        return ()
    return tuple(Level(stage, _number(levels.get(str(stage))), figures) for stage, figures in stages.items())


def capacity(plan: Plan, levels: Sequence[Level], *, client_fault: bool) -> Capacity:
    """What was found; "unresolved" where the run ended before its plan did."""
    known = [each for each in levels if each.level is not None and each.figures.attempted]
    if isinstance(plan, Sweep):
        return _swept(plan, known, client_fault=client_fault)
    probes = [
        Probe(each.level or 0.0, _good(each.figures), each.figures.attempted, not (client_fault and each is known[-1]))
        for each in known
    ]
    ended = next_of_search(plan, probes)
    if not isinstance(ended, Next):
        return Capacity(plan, ended.ending, ended.holds, ended.fails, ended.unresolved)
    shown = found(plan, probes)
    return Capacity(plan, "unresolved", shown.holds, shown.fails, (*shown.unresolved, ended.level))


def _swept(plan: Sweep, known: Sequence[Level], *, client_fault: bool) -> Capacity:
    measured = [_measured(each, valid=not (client_fault and each is known[-1])) for each in known]
    ended = next_of_sweep(plan, measured)
    if isinstance(ended, Next):
        return Capacity(plan, "unresolved", knee(measured), None, (ended.level,))
    return Capacity(plan, ended.ending, ended.knee)


def _measured(level: Level, *, valid: bool) -> Measured:
    of = level.figures
    return Measured(
        level.level or 0.0, of.rates["goodput"].value or 0.0, of.distributions["e2e"].at(50).value or 0.0, valid
    )


def _good(of: Figures) -> int:
    share = of.rates["attainment"]
    return round((share.value or 0.0) * share.n)


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
