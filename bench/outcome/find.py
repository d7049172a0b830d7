"""Finds the files of a run by what people call it: a folder, a file, or a run's id."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from .. import texts
from ..job import RUNS
from ..mistakes import KeptError

BASELINES = Path(".aiready/baselines")
RESULT = "result.json"
_SHOWN = 5
_WORKER = re.compile(r"worker-(\d+)\.jsonl")
_NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,99}", re.ASCII)


def run_files(run: str | Path, runs: Path = RUNS) -> tuple[Path, ...]:
    """The files of samples of a run: its folder, one of its files, or its id among `runs`. Raises KeptError."""
    for place in (Path(run), runs / run):
        if place.is_file():
            return (place,)
        if place.is_dir():
            return _inside(place)
    known = sorted((each.name for each in _folders(runs)), reverse=True)
    there = f": there are {', '.join(known[:_SHOWN])}{' ...' if len(known) > _SHOWN else ''}" if known else ""
    raise KeptError(
        [f"{run}: no run: neither a folder, nor a file, nor a run in {runs}{texts.near(str(run), known) or there}"]
    )


def baseline_files(name: str, home: Path = BASELINES) -> tuple[Path, ...]:
    """The files of a baseline. Raises KeptError."""
    place = home / checked(name)
    if place.is_dir():
        return _inside(place)
    known = sorted(each.name for each in _folders(home))
    there = f"there are {', '.join(known)}" if known else "there is none"
    raise KeptError([f"{name}: no baseline in {home}: {there}; --save-baseline {name} makes one of a run"])


def checked(name: str) -> str:
    """A baseline's name, as it is. Raises KeptError for one that can't be a folder's everywhere."""
    if not _NAME.fullmatch(name):
        raise KeptError([f"{name or 'nothing'}: no name for a baseline: use letters, digits, dots and dashes"])
    return name


def _inside(folder: Path) -> tuple[Path, ...]:
    found = sorted(_workers(folder)) or sorted((0, each) for each in folder.glob("*.jsonl"))
    if not found:
        raise KeptError([f"{folder}: no run: no file in it is called worker-0.jsonl or like it"])
    return tuple(path for _, path in found)


def _workers(folder: Path) -> Iterable[tuple[int, Path]]:
    for each in folder.iterdir():
        match = _WORKER.fullmatch(each.name)
        if match:
            yield int(match[1]), each


def _folders(home: Path) -> Iterable[Path]:
    return (each for each in home.iterdir() if each.is_dir()) if home.is_dir() else ()
