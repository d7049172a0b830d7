"""Which lines of which files differ from a commit."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..errors import UsageError
from .asking import NoAnswer, ask
from .snapshot import snapshot

_HUNK = re.compile(rb"@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")

Lines = tuple[int, int]
"""First and last."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What the work tree has that the commit has not; what was only deleted with its file is nowhere."""

    top: str
    """The folder that paths start from, links resolved."""
    lines: Mapping[str, tuple[Lines, ...]]
    """Path -> lines that are new or differ; where lines were taken out, those around the gap."""


def changes_since(folder: str, ref: str) -> Changes:
    """What changed since the work tree's branch parted from `ref`, untracked files included.

    Raises UsageError where that can't be told.
    """
    try:
        top = ask(folder, "rev-parse", "--show-toplevel")
    except NoAnswer as error:
        raise UsageError(f"--since {ref}: {folder!r} is in no git repository that can be read ({error})") from error
    if not top.strip():
        raise UsageError(f"--since {ref}: {folder!r} lies in no git work tree")
    commit = _parting(folder, ref)
    try:
        with snapshot(folder) as taken:
            told = taken.compared(commit, "-p", "-U0", "--text", "--src-prefix=a/", "--dst-prefix=b/")
            return Changes(taken.top, _read(told))
    except NoAnswer as error:
        raise UsageError(f"--since {ref}: git can't tell what has changed: {error}") from error


def _parting(folder: str, ref: str) -> str:
    """The commit at which the work tree's branch parted from `ref`; that of `ref` where they have none in common."""
    if ref.startswith("-") or not ref:
        raise UsageError(f"--since {ref!r} names no commit: give a branch, a tag or a commit")
    try:
        named = ["rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}"]
        commit = ask(folder, *named).decode().strip()
    except NoAnswer as error:
        raise UsageError(
            f"--since {ref}: no such commit here, nor a file; fetch it first (a shallow clone lacks old commits)"
        ) from error
    try:
        return ask(folder, "merge-base", commit, "HEAD").decode().split("\n")[0].strip() or commit
    except NoAnswer:
        return commit


def _read(told: bytes) -> Mapping[str, tuple[Lines, ...]]:
    """The changed lines out of a patch without context. Lines of content are counted off, whatever they look like."""
    found: defaultdict[str, list[Lines]] = defaultdict(list)
    path, content = "", 0
    for line in told.split(b"\n"):
        hunk = _HUNK.match(line) if content <= 0 else None
        if hunk:
            taken, start, put = int(hunk[1] or b"1"), int(hunk[2]), int(hunk[3] or b"1")
            content = taken + put
            found[path].append((start, start + put - 1) if put else (start, start + 1))
        elif content > 0:
            content -= not line.startswith(b"\\")
        elif line.startswith(b"+++ "):
            path = _path(line[4:].rstrip(b"\t"))
    return {path: tuple(lines) for path, lines in found.items() if path}


def _path(told: bytes) -> str:
    """A file's name as a patch tells it, quoted like a string of C where it is unusual; empty of one that is gone."""
    if told == b"/dev/null":
        return ""
    if told.startswith(b'"'):
        told = ast.literal_eval(f"b{told.decode('ascii')}")
    return told.removeprefix(b"b/").decode(errors="surrogateescape")


def overlaps(lines: Iterator[Lines] | tuple[Lines, ...], first: int, last: int) -> bool:
    """Whether any of these lines is between the two."""
    return any(start <= last and first <= end for start, end in lines)
