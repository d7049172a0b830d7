"""Which files a run sees: decided here once, so that every command and every machine agrees.

Nothing but `os` is loaded: an unchanged tree must be answered in the time the listing takes.
"""

from __future__ import annotations

import os
import stat

from ..errors import UsageError
from ..folders import NOT_OURS
from .beside import HIDDEN, MOST, hidden, is_beside, stamped
from .ignore import Ignore
from .roles import roles
from .skipped import skip, unread
from .worktree import WorkTree, worktree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..looked import Skipped
    from .beside import Beside
    from .roles import Role

    File = tuple[str, int, int, Role]

SUFFIXES = (".py", ".pyw", ".ipynb")


class Listing:
    """The files of a run. Each is a plain tuple, because a digest over the listing is taken on every run."""

    __slots__ = ("beside", "files", "named", "root", "skipped")

    def __init__(
        self,
        root: str,
        files: tuple[File, ...],
        skipped: tuple[Skipped, ...],
        beside: tuple[Beside, ...] = (),
        named: tuple[str, ...] = (),
    ) -> None:
        self.root = root
        """Absolute; the folder the paths are relative to."""
        self.files = files
        """(path from the root with `/`, size in bytes, mtime in ns, role), sorted."""
        self.skipped = skipped
        """Links out of the tree, folders that can't be read, ...; sorted."""
        self.beside = beside
        """Files that are no code (see `beside`), as (path, size in bytes, mtime in ns), sorted."""
        self.named = named
        """Paths of the files that the user named, sorted."""


def listing(paths: Sequence[str | os.PathLike[str]], exclude: Sequence[str] = ()) -> Listing:
    """All Python files and notebooks at and below `paths` (none given: the current folder).

    `exclude` are patterns as in a .gitignore, relative to the root or to the current folder. A file named in `paths`
    is seen whatever speaks against it, and a folder named there is entered. Raises UsageError for a path that
    doesn't exist.
    """
    starts = sorted({_start(path) for path in paths or ["."]}, key=lambda start: (len(start[0]), start))
    root = _root(starts)
    walk = _Walk(root, _excludes(root, exclude))
    for path, is_folder in starts:
        if is_folder:
            walk.folder(path)
        else:
            walk.named(path)
    return walk.listing()


def _start(path: str | os.PathLike[str]) -> tuple[str, bool]:
    """One argument as (absolute path, whether it is a folder)."""
    full = os.path.abspath(path)
    try:
        mode = os.stat(full).st_mode
    except (OSError, ValueError) as error:
        raise UsageError(f"{os.fspath(path)!r}: {getattr(error, 'strerror', None) or error}") from error
    if not stat.S_ISDIR(mode) and not stat.S_ISREG(mode):
        raise UsageError(f"{os.fspath(path)!r}: neither a file nor a folder")
    return full, stat.S_ISDIR(mode)


def _root(starts: Sequence[tuple[str, bool]]) -> str:
    try:
        return os.path.commonpath([path if is_folder else os.path.dirname(path) for path, is_folder in starts])
    except ValueError as error:
        raise UsageError("the paths are on different drives") from error


def _excludes(root: str, patterns: Sequence[str]) -> tuple[Ignore, ...]:
    """The same patterns seen from the root and from the current folder; either may exclude."""
    if not patterns:
        return ()
    lines = [pattern.removeprefix("./") for pattern in patterns]
    here = os.getcwd()
    bases = [root, here] if root.startswith(here.rstrip(os.sep) + os.sep) else [root]
    return tuple(Ignore(base, [_below(line, base) for line in lines]) for base in bases)


def _below(pattern: str, base: str) -> str:
    """An absolute path given as a pattern, as one anchored at `base`."""
    prefix = base.rstrip(os.sep) + os.sep
    return "/" + pattern[len(prefix) :] if pattern.startswith(prefix) else pattern


class _Walk:
    """What was found so far. A folder's entries are read in one go and sorted at the very end."""

    def __init__(self, root: str, excludes: tuple[Ignore, ...]) -> None:
        self.root = root
        self.cut = len(root.rstrip(os.sep)) + 1
        self.excludes = excludes
        self.found: dict[str, tuple[str, int, int]] = {}
        self.links: list[tuple[str, str]] = []
        self.beside: list[Beside] = []
        self.skipped: list[Skipped] = []
        self.asked: set[str] = set()
        """The files that the user named."""

    def relative(self, path: str) -> str:
        inner = path[self.cut :]
        return inner if os.sep == "/" else inner.replace(os.sep, "/")

    def named(self, path: str) -> None:
        """A file the user named: seen in any case, unless its name says that it is something else than Python."""
        if os.path.splitext(path)[1] not in ("", *SUFFIXES):
            raise UsageError(f"{path!r}: not a Python file or a notebook")
        name = self.relative(path)
        try:
            status = os.stat(path)
        except OSError as error:
            self.skipped.append(unread(name, error))
            return
        self.found[name] = (name, status.st_size, status.st_mtime_ns)
        self.asked.add(name)

    def folder(self, top: str) -> None:
        """Everything below a folder the user named. Depth is no limit: there is no recursion."""
        base = self.relative(top)
        base = base + "/" if base else ""
        stack = [(top, base, worktree(top))]
        while stack:
            path, prefix, tree = stack.pop()
            try:
                with os.scandir(path) as entries:
                    files, folders, marks, others = _sorted_out(entries, prefix)
            except OSError as error:
                self.skipped.append(unread(prefix.rstrip("/") or ".", error))
                continue
            if "pyvenv.cfg" in marks and path != top:
                continue
            if ".git" in marks and path != top:
                tree = worktree(path) or tree
            if tree and ".gitignore" in marks:
                tree = tree.extended(path)
            for entry in files:
                if tree and tree.ignores(entry.path, entry.name):
                    continue
                if not self.excludes or not self.excluded(entry, folder=False):
                    self.file(entry, prefix, base)
            if len(self.beside) < MOST:
                self.others(others, marks, prefix, tree)
            for entry in folders:
                inside = tree.entered(entry.path, entry.name) if tree else None
                if (inside or not tree) and not (self.excludes and self.excluded(entry, folder=True)):
                    stack.append((entry.path, f"{prefix}{entry.name}/", inside))

    def others(self, entries: list[os.DirEntry[str]], marks: set[str], prefix: str, tree: WorkTree | None) -> None:
        """Files beside the code; a hidden folder of a pipeline counts whatever git says of it."""
        for entry in entries:
            if tree and tree.ignores(entry.path, entry.name):
                continue
            if not self.excludes or not self.excluded(entry, folder=False):
                self.beside += stamped(entry, prefix)
        for name in HIDDEN & marks:
            self.beside += hidden(os.path.join(self.root, prefix, name), f"{prefix}{name}/")

    def excluded(self, entry: os.DirEntry[str], *, folder: bool) -> bool:
        return any(rule.decide(entry.path, entry.name, folder=folder) for rule in self.excludes)

    def file(self, entry: os.DirEntry[str], prefix: str, base: str) -> None:
        name = prefix + entry.name
        try:
            if entry.is_symlink():
                self.link(entry, name)
                return
            status = entry.stat(follow_symlinks=False)
        except OSError as error:
            self.skipped.append(unread(name, error))
            return
        if stat.S_ISREG(status.st_mode):
            self.found[name] = (base, status.st_size, status.st_mtime_ns)
        else:
            self.skipped.append(skip(name, "unreadable", "not a regular file"))

    def link(self, entry: os.DirEntry[str], name: str) -> None:
        """A link is looked at once all is known: a target that is listed under its own name needs no second look."""
        if entry.name.startswith(".#"):  # Emacs marks an edited file with a link that leads nowhere
            return
        if stat.S_ISREG(os.stat(entry.path).st_mode):
            self.links.append((name, os.path.realpath(entry.path)))

    def listing(self) -> Listing:
        real = os.path.realpath(self.root).rstrip(os.sep) + os.sep if self.links else ""
        for name, target in self.links:
            inside = target.startswith(real)
            if not inside or target[len(real) :].replace(os.sep, "/") not in self.found:
                detail = "links to a file that is not audited" if inside else "links to a file outside the tree"
                self.skipped.append(skip(name, "symlink-outside", detail))
        judged = roles({name: (base, size) for name, (base, size, _) in self.found.items()})
        files: list[File] = sorted((name, size, mtime, judged[name]) for name, (_, size, mtime) in self.found.items())
        skipped = tuple(sorted(self.skipped, key=lambda item: item.path))
        beside = tuple(sorted(set(self.beside))[:MOST])
        return Listing(self.root, tuple(files), skipped, beside, tuple(sorted(self.asked)))


def _sorted_out(
    entries: Iterable[os.DirEntry[str]], prefix: str
) -> tuple[list[os.DirEntry[str]], list[os.DirEntry[str]], set[str], list[os.DirEntry[str]]]:
    """The entries of one folder: possible files, folders to enter, the names that tell what kind it is, and files
    beside the code."""
    files: list[os.DirEntry[str]] = []
    others: list[os.DirEntry[str]] = []
    folders: list[os.DirEntry[str]] = []
    marks: set[str] = set()
    for entry in entries:
        name = entry.name
        if entry.is_dir(follow_symlinks=False):
            if name.startswith("."):
                marks.add(name)
            elif name not in NOT_OURS:  # hidden ones (.venv, .git, .tox) are never entered either
                folders.append(entry)
        elif name.endswith(SUFFIXES):
            files.append(entry)
        elif name in (".gitignore", "pyvenv.cfg", ".git"):
            marks.add(name)
        elif is_beside(name, prefix):
            others.append(entry)
    return files, folders, marks, others
