"""What `audit` and `calls` have in common: run the pipeline once, write one document, remember it."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from ..checks.catalogue import Catalogue, load
from ..checks.config import configured
from ..checks.errors import NothingToAudit
from ..checks.files.top import top
from ..checks.model import Audit, Persona
from ..checks.options import Options
from ..checks.plugged import keep_out
from ..checks.store import command_key, default_folder
from . import destination, surroundings
from .progress import Bar
from .stored import Pending

if TYPE_CHECKING:
    from .holding import Holding

Written = Callable[[Audit], tuple[str, int]]
"""Out of an audit its document and the exit status."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line says of the work, before the configuration has been asked."""

    paths: tuple[str, ...]
    config: str | None
    """A configuration file; None: the nearest one."""
    scope: str
    jobs: int
    exclude: tuple[str, ...]
    cache: str | None
    """The folder for what is remembered; empty: the usual one; None: nothing is."""

    def options(
        self, select: frozenset[str] | None, ignore: frozenset[str] = frozenset(), persona: Persona | None = None
    ) -> Options:
        """The options with what the configuration adds; the command line wins where both speak. Raises ConfigError.

        Nothing is kept of a run with a named file, which no digest of the tree covers.
        """
        said = configured(self.paths, self.config)
        return Options(
            self.scope,
            self.jobs,
            (*self.exclude, *said.exclude),
            None if self.cache is None or self.config is not None else Path(self.cache or default_folder()),
            said.select if select is None else select,
            ignore | said.ignore,
            persona or said.persona or "regular",
            said,
            date.fromisoformat(surroundings.today()),
        )


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be read, how, and where the document goes."""

    paths: tuple[str, ...]
    options: Options
    output: str = ""
    """A file; empty: standard output."""
    quiet: bool = False
    verbose: bool = False
    keep: Callable[[Audit], None] | None = None
    """What else becomes of an audit, once its document is delivered."""
    held: Holding | None = None
    """What its findings are held against before anybody sees them."""

    def done(self, words: Sequence[str], written: Written) -> int:
        """Read, judge, write; the exit status. `words` is the command line the document is kept under.

        Where nothing could be audited, the document that says so is written before NothingToAudit is raised.
        """
        if self.output:
            destination.check(self.output)
        pending = self._pending(words)
        audit = self.audited()
        text, status = written(audit)
        document = text.encode(errors="backslashreplace")
        if pending and not audit.nothing and (self.held is None or self.held.lasting()):
            pending.keep(document, status, self.output)
        destination.deliver(document, self.output, commands=destination.asks_for_commands(words))
        if audit.nothing:
            raise NothingToAudit(audit.nothing)
        if self.keep:
            self.keep(audit)
        return status

    def _pending(self, words: Sequence[str]) -> Pending | None:
        if self.options.cache_dir is None:
            return None
        key = command_key(words, surroundings.described(f"{self.options.today}"))
        also = () if self.held is None else self.held.also
        return Pending(os.fspath(self.options.cache_dir), key, self.paths, self.options.exclude, also)

    def audited(self) -> Audit:
        """Reads and judges; nothing is written."""
        from ..checks.pipeline import run

        began = time.monotonic()
        with Bar(wanted=not self.quiet) as bar:
            audit = run([Path(path) for path in self.paths], self.options, bar)
        if self.verbose:
            took = time.monotonic() - began
            cache = self.options.cache_dir or "none"
            sys.stderr.write(
                f"aiready: {audit.counts.found} files under {audit.root!r}, {took:.2f} s, cache: {cache}\n"
            )
        return audit if self.held is None else self.held.applied(audit)


def known(paths: Sequence[str]) -> Catalogue:
    """The catalogue with the rules that other packages bring, none of which is loaded from what is audited."""
    whole = [os.path.abspath(path) for path in paths or (".",)]
    keep_out(top(path if os.path.isdir(path) else os.path.dirname(path)) for path in whole)
    return load()
