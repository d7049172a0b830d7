"""A progress bar for work that takes long enough to make a person wonder."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

from .surroundings import shows

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

PATIENCE = 1.0
"""Seconds of work before a bar appears; rich is not loaded before."""

PAUSE = 0.1
"""Seconds from one drawing to the next."""


class Bar:
    """Told how far the work is, shows it on standard error where that is a terminal, and is gone when the work is."""

    def __init__(self, *, wanted: bool) -> None:
        self._wanted = wanted and shows(sys.stderr)
        self._began = time.monotonic()
        self._bar: tuple[Progress, TaskID] | None = None
        self._drawn = 0.0

    @property
    def started(self) -> bool:
        """Whether it is being shown."""
        return self._bar is not None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar:
            self._bar[0].stop()

    def __call__(self, done: int, total: int) -> None:
        """So many of so many files are done."""
        if not self._wanted or (self._bar is None and time.monotonic() - self._began < PATIENCE):
            return
        if self._bar is None:
            self._bar = _started(total)
        progress, task = self._bar
        progress.update(task, completed=done, total=total)
        if time.monotonic() - self._drawn >= PAUSE:
            self._drawn = time.monotonic()
            progress.refresh()


def _started(total: int) -> tuple[Progress, TaskID]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    progress = Progress(
        *columns, console=Console(stderr=True), transient=True, auto_refresh=False
    )  # no thread: the audit forks
    progress.start()
    return progress, progress.add_task("reading", total=total)
