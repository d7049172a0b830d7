"""The answer to a command that was asked before, about a tree in which nothing has changed since.

Nothing heavier than `os` is loaded here: the whole answer takes little more than listing the tree.
"""

from __future__ import annotations

import sys
import time

from ..checks.errors import UsageError
from ..checks.files.walk import listing
from ..checks.store import Entry, command_key, content_digest, default_folder, is_racy, load, save, tree_digest
from . import step_summary, surroundings
from .destination import asks_for_commands, deliver

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def replay(words: Sequence[str]) -> int | None:
    """Deliver the stored document of this command line and return its exit status; None if there is none to trust."""
    folder = _cache_folder(words)
    if folder is None or step_summary.asked(words):
        return None
    try:
        key = command_key(words, surroundings.described(surroundings.today()))
        entry = load(folder, key)
        if entry is None or not _holds(entry, folder, key):
            return None
        deliver(entry.document, entry.output, commands=asks_for_commands(words))
    except (OSError, UsageError):  # the long way words what is wrong
        return None
    if "--verbose" in words or "-v" in words:
        sys.stderr.write("aiready: nothing has changed since this report was made; --no-cache makes it anew\n")
    return entry.status


def _holds(entry: Entry, folder: str, key: str) -> bool:
    """Whether the tree is still what the document was made from; where only times differ, the new ones are noted."""
    before = time.time_ns()
    found = listing(entry.paths, entry.exclude)
    digest = tree_digest(found, entry.also)
    if digest == entry.digest:
        return True
    if content_digest(found, entry.content, entry.also) != entry.content:
        return False
    if not is_racy(found, before, entry.also):
        entry.digest = digest
        save(folder, key, entry)
    return True


def _cache_folder(words: Sequence[str]) -> str | None:
    """The folder the options name, the default one, or None when they ask for no cache."""
    options = words[: words.index("--")] if "--" in words else words
    if "--no-cache" in options:
        return None
    for place, word in enumerate(options):
        if word == "--cache-dir":
            return options[place + 1] if place + 1 < len(options) else None
        if word.startswith("--cache-dir="):
            return word.partition("=")[2]
    return default_folder()


class Pending:
    """A document that is about to be made: what it will be made from, as it was before the work began."""

    __slots__ = ("_also", "_digest", "_exclude", "_folder", "_key", "_paths", "_racy")

    def __init__(
        self, folder: str, key: str, paths: Sequence[str], exclude: Sequence[str], also: Sequence[str] = ()
    ) -> None:
        before = time.time_ns()
        found = listing(paths, exclude)
        self._folder = folder
        self._key = key
        self._paths = tuple(paths)
        self._exclude = tuple(exclude)
        self._also = tuple(also)
        self._digest = tree_digest(found, also)
        self._racy = is_racy(found, before, also)

    def keep(self, document: bytes, status: int, output: str) -> None:
        """Store the finished document, unless a file may have changed again without its time stamp showing it."""
        if self._racy:
            return
        found = listing(self._paths, self._exclude)
        if tree_digest(found, self._also) != self._digest:
            return
        entry = Entry(document, status, self._digest, content_digest(found, also=self._also))
        entry.paths, entry.exclude, entry.also, entry.output = self._paths, self._exclude, self._also, output
        save(self._folder, self._key, entry)
