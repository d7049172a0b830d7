"""Keeps runs under a name to compare later ones with, and results where an audit finds them."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from ..mistakes import KeptError
from .find import BASELINES, RESULT, checked

EVIDENCE = Path(".aiready/bench.json")
"""Where an audit looks for the latest result."""


def save_baseline(name: str, paths: Sequence[Path], home: Path = BASELINES) -> Path:
    """Copies a run's files under a name; one that is there already is replaced once the copy is whole. Raises
    KeptError."""
    goal = home / checked(name)
    try:
        home.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=".new-", dir=home))
        _copied(paths, fresh)
        _put(fresh, goal)
    except OSError as error:
        raise KeptError([f"{goal}: the baseline can't be saved: {error.strerror or error}"]) from error
    return goal


def keep_result(document: str, folder: Path) -> Path:
    """Writes a run's document beside its samples, in one step. Raises KeptError."""
    return _written(document, folder / RESULT)


def keep_evidence(document: str, place: Path = EVIDENCE) -> Path:
    """Writes the latest result where an audit of this project takes it as evidence, in one step. Raises KeptError."""
    return _written(document, place)


def _copied(paths: Sequence[Path], into: Path) -> None:
    names = {f"worker-{number}.jsonl": path for number, path in enumerate(paths)}
    result = paths[0].parent / RESULT
    if result.is_file():
        names[RESULT] = result
    for name, path in names.items():
        shutil.copyfile(path, into / name)


def _put(fresh: Path, goal: Path) -> None:
    """A folder can't replace one that holds files, so the old one steps aside first."""
    if goal.exists():
        old = Path(tempfile.mkdtemp(prefix=".old-", dir=goal.parent))
        goal.rename(old / goal.name)
        fresh.rename(goal)
        shutil.rmtree(old, ignore_errors=True)
    else:
        fresh.rename(goal)


def _written(document: str, place: Path) -> Path:
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        number, name = tempfile.mkstemp(prefix=f".{place.name}-", dir=place.parent)
        with os.fdopen(number, "w", encoding="utf-8", newline="\n") as file:
            file.write(document)
        Path(name).replace(place)
    except OSError as error:
        raise KeptError([f"{place}: the result can't be written: {error.strerror or error}"]) from error
    return place
