"""Finds a project's configuration and reads it: every mistake in it is told at once, with its line and column."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ..errors import UsageError
from ..files.top import top
from .values import Config, Section

NAMES = ("aiready.yaml", "aiready.yml", ".aiready.yaml")
TABLE = "[tool.aiready"


def configured(paths: Sequence[str], named: str | None = None) -> Config:
    """The configuration of what is audited: the file named, else the nearest one from there up to the project's top.

    Its patterns and places are turned into such as are seen from the audited folder. Raises ConfigError for a file with
    mistakes, UsageError for one that can't be read.
    """
    root = root_of(paths)
    path = _found(root, named)
    return _read(path, root) if path else Config()


def section(name: str, paths: Sequence[str] = (), named: str | None = None) -> Section | None:
    """The part of that name of the same file, unchecked, for those who know what it means; None where there is none.

    Raises ConfigError for a file that can't be taken apart, UsageError for one that can't be read.
    """
    path = _found(root_of(paths), named)
    if path is None:
        return None
    from .text import section_of

    return section_of(path, _text(path), name)


def place(paths: Sequence[str]) -> Path | None:
    """Where the configuration of what is audited stands. Raises UsageError where two could be meant."""
    return _found(root_of(paths), None)


def _found(root: str, named: str | None) -> Path | None:
    """The file that counts."""
    if named is not None:
        return Path(named)
    found = list(_candidates(root))
    if len(found) > 1:
        names = " and ".join(sorted(path.name for path in found))
        raise UsageError(f"{found[0].parent}: {names} both hold a configuration; keep one of them")
    return found[0] if found else None


def root_of(paths: Sequence[str]) -> str:
    """The folder that holds all of the paths."""
    whole = [os.path.abspath(path) for path in paths or (".",)]
    try:
        common = os.path.commonpath(whole)
    except ValueError:  # on several drives
        common = whole[0]
    return common if os.path.isdir(common) else os.path.dirname(common)


def _candidates(root: str) -> list[Path]:
    at, last = root, os.path.abspath(top(root))
    while True:
        here = [Path(at, name) for name in NAMES if os.path.isfile(os.path.join(at, name))]
        project = Path(at, "pyproject.toml")
        if _holds_table(project):
            here.append(project)
        above = os.path.dirname(at)
        if here or at in {last, above} or not at.startswith(last):
            return here
        at = above


def _holds_table(path: Path) -> bool:
    try:
        return TABLE.encode() in path.read_bytes()
    except OSError:
        return False


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "not UTF-8"
        raise UsageError(f"{path}: the configuration can't be read: {reason}") from error


def _read(path: Path, root: str) -> Config:
    text = _text(path)
    from .load import loaded

    below = os.path.relpath(root, path.resolve().parent).replace(os.sep, "/")
    seen = os.path.relpath(path.resolve(), os.path.realpath(root)).replace(os.sep, "/")
    config = loaded(path, text)
    return replace(
        config,
        baseline=os.path.join(path.resolve().parent, config.baseline) if config.baseline else "",
        exclude=tuple(each for pattern in config.exclude if (each := seen_from(below, pattern))),
        paths=tuple(replace(local, pattern=seen_from(below, local.pattern)) for local in config.paths),
        attestations=tuple(replace(each, where=replace(each.where, path=seen)) for each in config.attestations),
    )


def seen_from(below: str, pattern: str) -> str:
    """A pattern of the configuration's folder as a pattern of one below (or above) it; empty where it fits nothing."""
    bare = pattern.removeprefix("!").rstrip("/")
    if below == "." or "/" not in bare:
        return pattern
    negated, anchored = "!" * pattern.startswith("!"), pattern.removeprefix("!").removeprefix("/")
    if below.startswith(".."):  # a file named on the command line, from further down
        return pattern
    return f"{negated}/{anchored[len(below) + 1 :]}" if anchored.startswith(f"{below}/") else ""
