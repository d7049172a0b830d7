"""Finds the latest result of the bench that is kept in a folder."""

from __future__ import annotations

from pathlib import Path

from ..bench.mistakes import BenchMistake
from ..bench.outcome import EVIDENCE, RUNS, run_files
from ..bench.outcome.model import SIMULATOR, part
from ..bench.samples import Reading
from .measured import of_document, of_run
from .model import Measured, Policy


def named(run: str, policy: Policy) -> list[Measured]:
    """A run as the user names it, by folder, file of samples or id, or the runs of a JSON document. Raises
    BenchMistake."""
    path = Path(run)
    return of_document(path, policy, Path()) if path.suffix == ".json" else [of_run(run, policy)]


def newest(home: Path, policy: Policy) -> Measured | None:
    """The latest result of `home`: what audits take as evidence, or a later run. Raises BenchMistake.

    Evidence is never of a run that failed as a whole, nor of the simulator, whose runs don't go before real ones unless
    they count.
    """
    place = home / EVIDENCE
    evidence = of_document(place, policy, home)[-1] if place.is_file() else None
    known = [each for each in (evidence, _latest(home / RUNS, policy, evidence)) if each is not None]
    return max(known, key=lambda each: (policy.allow_simulated or not each.simulated, _ended(each)), default=None)


def _ended(of: Measured) -> float:
    return of.ended.timestamp() if of.ended else 0.0


def _latest(runs: Path, policy: Policy, known: Measured | None) -> Measured | None:
    """The latest run that can be read; their names sort by time. One of the simulator only where it counts, or where
    there is nothing else."""
    folders = sorted(runs.iterdir(), reverse=True) if runs.is_dir() else []
    if not policy.allow_simulated:
        folders.sort(key=_is_simulated)
    for folder in folders:
        if known is not None and folder.name == known.name:
            return known
        try:
            return of_run(folder, policy)
        except BenchMistake:
            continue
    return None


def _is_simulated(folder: Path) -> bool:
    """By its first line alone; a folder that holds no run isn't."""
    try:
        plan = Reading(run_files(folder)[0]).header.plan
    except BenchMistake:
        return False
    return part(plan, "target").get("name") == SIMULATOR
