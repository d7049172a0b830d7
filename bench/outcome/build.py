"""A run's files into its outcome. Nothing is asked of anybody: the files are enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, cast

from ..metrics import Figures, by_stage, by_tag, figures
from ..samples import MISSING, Header, Run, load
from ..slo import Judgement, Slo, Verdict, judged, objectives, parse, verdict
from .client import client
from .course import course
from .find import run_files
from .levels import capacity, leveled, plan_of, steps_of
from .model import Capacity, Client, Level, Money, Outcome, Totals, part
from .money import money
from .notices import notices
from .watch import Watch

if TYPE_CHECKING:
    from ..samples import Columns

KILLED = "killed"
GRAVEST = ("interrupted", "errors", "spend", "tokens", "duration", "requests", "shape")
"""Why a run of several workers ended: the first of these that one of them gives."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def outcome(run: str | Path | Sequence[Path], slos: Sequence[Slo] | None = None) -> Outcome:
    """All of a run that is given as people name it, or by its files.

    slos: thresholds to hold it against; None: those of its plan. Raises KeptError where there is no such run,
    SamplesError for files that aren't one run's, and SloError for thresholds in a plan that can't be judged.
    """
    paths = run_files(run) if isinstance(run, str | Path) else tuple(run)
    watch = Watch()
    loaded = load(paths, watch.see)
    wanted = tuple(slos) if slos is not None else parse(map(str, _several(loaded.header.plan.get("slo"))))
    goals = objectives(wanted)
    side = client(loaded.ends)
    whole = figures(loaded.columns, goals)
    side = replace(side, moot=bool(whole.attempted) and not whole.succeeded)
    known = part(side.figures, "levels") or steps_of(loaded.header.plan.get("shape"))
    levels = leveled(by_stage(loaded.columns, goals, whole), known)
    read = _Read(loaded, wanted, whole, side, levels)
    return _told(read, paths, watch)


@dataclass(frozen=True, slots=True, eq=False)  # figures hold arrays
class _Read:
    """What was read, on the way to what is told of it."""

    loaded: Run
    slos: tuple[Slo, ...]
    whole: Figures
    client: Client
    levels: tuple[Level, ...]

    @property
    def capacity(self) -> Capacity | None:
        plan = plan_of(self.loaded.header.plan.get("shape"))
        return capacity(plan, self.levels, client_fault=bool(self.client.fault)) if plan else None


def _told(read: _Read, paths: tuple[Path, ...], watch: Watch) -> Outcome:
    header, whole, columns = read.loaded.header, read.whole, read.loaded.columns
    found = read.capacity
    level = _level(found, read.levels)
    asked = whole if level is None else _at(level, read)
    paid = money(columns, header.plan, objectives(read.slos), _date(header, header.clock.monotonic).date())
    known = paid if isinstance(paid, Money) else None
    judgements = judged(read.slos, asked, known.costs.observed if known else {}, read.client.fault)
    return Outcome(
        run=header.run,
        paths=paths,
        plan=header.plan,
        versions=header.versions,
        started=_date(header, whole.window.start) if whole.window else None,
        ended=_date(header, whole.window.end) if whole.window else None,
        ending=_ending(read.loaded, len(paths)),
        notices=tuple(notices(read.loaded, len(paths), whole, read.client, watch.connections())),
        client=read.client,
        figures=whole,
        tags=by_tag(columns, objectives(read.slos)),
        levels=read.levels,
        capacity=found,
        judgements=judgements,
        judged_at=level,
        verdict=_verdict(judgements, whole, read),
        tokens=_totals(columns, whole),
        errors=watch.errors(),
        limits=watch.limits.found(),
        connections=watch.connections(),
        server=watch.server(),
        models=dict(sorted(watch.models.items())),
        course=course(columns, whole.window),
        money=known,
        unpriced=paid if isinstance(paid, str) else "",
    )


def _level(found: Capacity | None, levels: Sequence[Level]) -> float | None:
    """Thresholds are held against the level that was found, since those above it are meant to be too much; where none
    was, against the lowest. None: against the whole run."""
    known = [each.level for each in levels if each.level is not None]
    if found is None or not known:
        return None
    return found.best if found.best is not None else min(known)


def _at(level: float, read: _Read) -> Figures:
    import numpy as np

    columns = read.loaded.columns
    stages = [each.stage for each in read.levels if each.level == level]
    return figures(columns.rows(np.isin(columns.numbers["stage"], stages)), objectives(read.slos))


def _verdict(judgements: Sequence[Judgement], whole: Figures, read: _Read) -> Verdict:
    """A run in which nothing succeeded, or that was ended by its errors, passes nothing."""
    found = verdict(judgements, read.client.fault)
    if found == "invalid":
        return found
    if not whole.attempted:
        return "inconclusive"
    aborted = any(each.reason == "errors" for each in read.loaded.ends)
    return "fail" if aborted or not whole.succeeded else found


def _totals(of: Columns, whole: Figures) -> Totals:
    fine = of.rows(of.measured & of.succeeded)

    def summed(name: str) -> int | None:
        known = fine.numbers[name][fine.numbers[name] != MISSING]
        return int(known.sum()) if len(known) else None

    return Totals(summed("input"), summed("output"), summed("cached"), summed("reasoning"), whole.sources)


def _ending(loaded: Run, workers: int) -> str:
    reasons = {each.reason for each in loaded.ends}
    if len(loaded.ends) < workers:
        return KILLED
    return next((each for each in GRAVEST if each in reasons), min(reasons))


def _date(header: Header, moment: int) -> datetime:
    """A moment of the monotonic clock, as a date."""
    return _EPOCH + timedelta(microseconds=(header.clock.wall + moment - header.clock.monotonic) // 1000)


def _several(value: object) -> Sequence[object]:
    return cast("Sequence[object]", value) if isinstance(value, list | tuple) else ()
