"""The git work tree a folder belongs to: which ignore files apply there, and what git tracks in spite of them."""

from __future__ import annotations

import os

from .ignore import Ignore, ignored, read_ignore


class Index:
    """What git tracks. A tracked file is never ignored, whatever the patterns say, so the run must see it."""

    __slots__ = ("_data", "_file", "_top")

    def __init__(self, top: str, file: str) -> None:
        self._top = len(top.rstrip(os.sep)) + 1
        self._file = file
        self._data: bytes | None = None

    def holds(self, path: str, *, folder: bool) -> bool:
        """Whether this file, or any file below this folder, is tracked. Read at the first question."""
        if self._data is None:
            self._data = _index_bytes(self._file)
        name = os.fsencode(path[self._top :].replace(os.sep, "/")) + (b"/" if folder else b"\0")
        at = self._data.find(name)
        while at >= 0:
            if self._starts_at(at, len(name), folder=folder):
                return True
            at = self._data.find(name, at + 1)
        return False

    def _starts_at(self, at: int, length: int, *, folder: bool) -> bool:
        """Whether an entry's path begins here: the two (four, if extended) bytes before it hold its length."""
        data = self._data or b""
        flags = int.from_bytes(data[at - 2 : at], "big")
        before = int.from_bytes(data[at - 4 : at - 2], "big")
        sizes = [flags & 0xFFF, before & 0xFFF] if before & 0x4000 else [flags & 0xFFF]
        return any(size >= length if folder else size == min(length - 1, 0xFFF) for size in sizes)


def _index_bytes(file: str) -> bytes:
    """The index of format 2 or 3; empty when there is none or it is of format 4, whose paths are compressed."""
    try:
        with open(file, "rb") as stream:
            data = stream.read()
    except OSError:
        return b""
    return data if data[:4] == b"DIRC" and int.from_bytes(data[4:8], "big") in (2, 3) else b""


class WorkTree:
    """The rules in effect in one folder of a work tree; a folder further down extends them."""

    __slots__ = ("_excluded", "_index", "_rules")

    def __init__(self, rules: tuple[Ignore, ...], index: Index, *, excluded: bool = False) -> None:
        self._rules = rules
        self._index = index
        self._excluded = excluded
        """Below an ignored folder: only what is tracked there counts."""

    def extended(self, path: str) -> WorkTree:
        """With the .gitignore of this folder."""
        rule = read_ignore(path, os.path.join(path, ".gitignore"))
        return WorkTree((*self._rules, rule), self._index, excluded=self._excluded) if rule else self

    def ignores(self, path: str, name: str) -> bool:
        """Whether git neither tracks this file nor would add it."""
        if not self._excluded and not ignored(self._rules, path, name, folder=False):
            return False
        return not self._index.holds(path, folder=False)

    def entered(self, path: str, name: str) -> WorkTree | None:
        """The rules inside a folder; None where git looks at nothing below it."""
        if not self._excluded and not ignored(self._rules, path, name, folder=True):
            return self
        if not self._index.holds(path, folder=True):
            return None
        return WorkTree(self._rules, self._index, excluded=True)


def worktree(folder: str) -> WorkTree | None:
    """The work tree a folder stands in, with the rules of all folders above it; None outside of git."""
    above: list[str] = []
    top = folder
    while (git := _git_folder(top)) is None:
        above.append(top)
        parent = os.path.dirname(top)
        if parent == top:
            return None
        top = parent
    exclude = read_ignore(top, os.path.join(_common(git), "info", "exclude"))
    tree = WorkTree((exclude,) if exclude else (), Index(top, os.path.join(git, "index")))
    for outer in [top, *reversed(above)]:
        if outer != folder:
            tree = tree.extended(outer)
    return tree


def _git_folder(top: str) -> str | None:
    """Where the repository of a work tree lies: `.git`, or what a `.git` file points to (submodules, worktrees)."""
    git = os.path.join(top, ".git")
    if os.path.isfile(os.path.join(git, "HEAD")):
        return git
    pointer = _line(git)
    if pointer is None or not pointer.startswith("gitdir:"):
        return None
    return os.path.join(top, pointer.removeprefix("gitdir:").strip())


def _common(git: str) -> str:
    """The folder that linked worktrees share; ignore rules of the repository live there."""
    shared = _line(os.path.join(git, "commondir"))
    return os.path.join(git, shared) if shared else git


def _line(file: str) -> str | None:
    try:
        with open(file, encoding="utf-8", errors="surrogateescape") as stream:
            return stream.readline().strip()
    except OSError:
        return None
