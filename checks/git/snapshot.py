"""The work tree as it is now, as git can compare it with any commit: a repository of its own, thrown away after.

It borrows the objects of the real one and starts from a copy of its index, so that only files which changed are read,
and it has none of the real one's configuration: no filter, driver or hook that it names is ever known. What the user's
own configuration names is the user's.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

from .asking import NoAnswer, ask

SOURCES = ("*.py", "*.pyw", "*.ipynb")
"""What can hold a finding."""

_CORE = {
    "autocrlf": ("true", "false", "input"),
    "eol": ("lf", "crlf", "native"),
    "filemode": ("true", "false"),
    "ignorecase": ("true", "false"),
    "precomposeunicode": ("true", "false"),
    "symlinks": ("true", "false"),
}
"""Of the real configuration, what says how files lie on the disk: without it, all could seem changed."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The work tree's sources, those included that git doesn't track yet."""

    top: str
    """The work tree's top, links resolved."""
    folder: str
    """The repository that is thrown away."""

    def ask(self, *words: str, given: bytes = b"") -> bytes:
        """What git says of it. Raises NoAnswer."""
        return ask(self.top, f"--git-dir={self.folder}", f"--work-tree={self.top}", *words, given=given)

    def compared(self, commit: str, *how: str) -> bytes:
        """How the sources differ from those of a commit, files that were only renamed told as such."""
        plain = ("--no-color", "--no-ext-diff", "--no-textconv", "--ignore-submodules=all", "--no-relative")
        return self.ask("diff-index", "--cached", "-M", "-l5000", *plain, *how, commit, "--", *SOURCES)


@contextmanager
def snapshot(folder: str) -> Generator[Snapshot]:
    """The work tree that the folder lies in. Raises NoAnswer."""
    asked = ("--show-toplevel", "--git-path", "objects", "--git-path", "index", "--show-object-format")
    told = ask(folder, "rev-parse", "--path-format=absolute", *asked)
    lines = os.fsdecode(told).rstrip("\n").split("\n")
    if len(lines) != 4:
        raise NoAnswer("the repository's path has a line feed in it")
    top, objects, index, form = lines
    with tempfile.TemporaryDirectory(prefix="aiready-git-", ignore_cleanup_errors=True) as made:
        ask(made, "init", "--quiet", "--bare", "--template=", f"--object-format={form}", made)
        taken = Snapshot(os.path.realpath(top), made)
        _set(made, _settings(folder))
        _fill(taken, index)
        _borrow(made, objects)
        yield taken


def _settings(folder: str) -> dict[str, str]:
    """The settings of the real repository that must hold for this one."""
    found: dict[str, str] = {}
    for name, values in _CORE.items():
        try:
            value = ask(folder, "config", "--get", f"core.{name}").decode(errors="replace").strip()
        except NoAnswer:  # it isn't set
            continue
        if value in values:
            found[name] = value
    return found


def _borrow(made: str, objects: str) -> None:
    """Let the real repository's objects be read. Before, all is written here: git gives an object that it finds there
    a new time."""
    with open(os.path.join(made, "objects", "info", "alternates"), "wb") as stream:
        stream.write(os.fsencode(objects) + b"\n")


def _set(made: str, settings: dict[str, str]) -> None:
    with open(os.path.join(made, "config"), "a", encoding="utf-8") as stream:
        stream.write("[core]\n" + "".join(f"\t{name} = {value}\n" for name, value in settings.items()))


def _fill(taken: Snapshot, index: str) -> None:
    """Take over what git knows of the files, then what has changed since."""
    home = os.path.dirname(index)
    try:
        shared = [name for name in os.listdir(home) if name.startswith("sharedindex.")]  # what a split one builds on
        for name in (os.path.basename(index), *shared):
            # with its time, by which git tells which of its entries can be believed
            shutil.copy2(os.path.join(home, name), os.path.join(taken.folder, name))
    except OSError as error:
        if not isinstance(error, FileNotFoundError):
            raise NoAnswer(f"git's index can't be read: {error.strerror or error}") from error
    changed = taken.ask("ls-files", "-z", "-m", "-d", "-o", "--exclude-standard", "--", *SOURCES)
    taken.ask("update-index", "-z", "--add", "--remove", "--stdin", given=changed)
