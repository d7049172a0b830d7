"""Which names files had when the baseline was last changed."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from .asking import NoAnswer, ask
from .snapshot import Snapshot, snapshot


def renames_since(file: str) -> Mapping[str, Sequence[str]]:
    """For files renamed since the commit that last changed `file`: path now -> paths before, seen from its folder.

    Staged, unstaged and untracked moves count. What git can't tell is no rename.
    """
    folder = os.path.dirname(os.path.realpath(file))
    try:
        with snapshot(folder) as taken:
            return _named(taken, folder, _commits(folder, os.path.basename(file)))
    except NoAnswer:
        return {}


def _commits(folder: str, name: str) -> list[str]:
    """The commit that last changed the file; the one before it, as it may be that which renames, too; and the last
    one, as the file may have been written again since."""
    head = ask(folder, "rev-parse", "--verify", "--quiet", "HEAD^{commit}").decode().strip()
    changed = ask(folder, "rev-list", "-1", "HEAD", "--", f":(literal){name}").decode().split()
    before = _parent(folder, changed[0]) if changed else ""
    return list(dict.fromkeys(filter(None, (*changed[:1], before, head))))


def _parent(folder: str, commit: str) -> str:
    """The commit before; empty where there is none here."""
    try:
        return ask(folder, "rev-parse", "--verify", "--quiet", f"{commit}^").decode().strip()
    except NoAnswer:
        return ""


def _named(taken: Snapshot, folder: str, commits: Sequence[str]) -> Mapping[str, Sequence[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for commit in commits:
        for before, now in _pairs(taken.compared(commit, "--name-status", "-z", "--diff-filter=R")):
            old, new = (
                os.path.relpath(os.path.join(taken.top, os.fsdecode(each)), folder).replace(os.sep, "/")
                for each in (before, now)
            )
            if old not in found[new]:
                found[new].append(old)
    return found


def _pairs(told: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Old and new names out of `R087 NUL old NUL new NUL …`."""
    parts = told.split(b"\0")
    return zip(parts[1::3], parts[2::3], strict=False)
