"""Writes what is planned, never over anything: a file that is there stays as it is, to the byte. And only in the
repository, whose links could name any file of the machine."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ..checks.errors import UsageError
from .plan import Line, Planned

Done = Literal["written", "kept", "added", "there"]
AWAY = "a link leads elsewhere, and is not followed"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one planned file."""

    path: Path
    done: Done
    text: str
    """What was written, or what would be."""
    advice: str = ""
    """What is left to do for the user."""


def carried_out(plan: Iterable[Planned | Line], top: Path, *, dry: bool = False) -> list[Result]:
    """Write each file that isn't there, below the repository's top; with `dry` only say what would be. Raises
    UsageError for the first that can't be written."""
    return [_carried_out(each, top, dry=dry) for each in plan]


def _carried_out(each: Planned | Line, top: Path, *, dry: bool) -> Result:
    if leads_away(each.path, top):
        return Result(each.path, "kept", "", AWAY)
    return _line(each, dry=dry) if isinstance(each, Line) else _file(each, dry=dry)


def leads_away(path: Path, top: Path) -> bool:
    """Whether what is written there comes to lie elsewhere: it is a link itself, or behind one that leads out."""
    return path.is_symlink() or not Path(os.path.realpath(path.parent)).is_relative_to(top)


def _file(planned: Planned, *, dry: bool) -> Result:
    if planned.path.exists():
        return Result(planned.path, "kept", "", "" if planned.mark.encode() in _bytes(planned.path) else planned.advice)
    if not dry:
        try:
            planned.path.parent.mkdir(parents=True, exist_ok=True)
            with planned.path.open("x", encoding="utf-8", newline="\n") as stream:
                stream.write(planned.text)
        except OSError as error:
            raise _refused(planned.path, error) from error
    return Result(planned.path, "written", planned.text)


def _line(planned: Line, *, dry: bool) -> Result:
    there = _bytes(planned.path)
    said = {line.strip().strip(b"/") for line in there.splitlines()}
    if planned.line.strip("/").encode() in said:
        return Result(planned.path, "there", "")
    end = "\r\n" if b"\r\n" in there else "\n"
    text = ("" if not there or there.endswith(b"\n") else end) + planned.line + end
    if not dry:
        try:
            with planned.path.open("ab") as stream:
                stream.write(text.encode())
        except OSError as error:
            raise _refused(planned.path, error) from error
    return Result(planned.path, "added", planned.line)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _refused(path: Path, error: OSError) -> UsageError:
    return UsageError(f"can't write {str(path)!r}: {error.strerror or error}")
