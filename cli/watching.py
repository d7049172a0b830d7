"""Shows a run as it goes: drawn anew on a terminal, a line every few seconds in a pipe; on standard error, since the
document is on the other."""

from __future__ import annotations

import os
import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

from ..report.bench_course import Course, line, screen
from ..report.look import Look
from . import surroundings

if TYPE_CHECKING:
    from ..bench.running import Look as Seen

DRAWN = 0.25
"""Seconds between two drawings."""
SAID = 5.0
"""Seconds between two lines."""


class Watching:
    """To be called with each look at the run."""

    def __init__(self, *, wanted: bool) -> None:
        self._wanted = wanted
        self._draws = wanted and surroundings.shows(sys.stderr) and os.environ.get("TERM") != "dumb"
        self._look = Look(surroundings.width(sys.stderr), surroundings.colour(), blocks=surroundings.blocks(sys.stderr))
        self._course = Course()
        self._told = time.monotonic()
        self._lines = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._wipe()
        sys.stderr.flush()

    def __call__(self, seen: Seen) -> None:
        """Shows what is new, where it is time to."""
        self._course.add(seen)
        now = time.monotonic()
        if not self._wanted or now - self._told < (DRAWN if self._draws else SAID):
            return
        self._told = now
        if self._draws:
            self._wipe()
            lines = screen(self._course, self._look)
            sys.stderr.write("".join(f"{each}\n" for each in lines))
            self._lines = len(lines)
        else:
            sys.stderr.write(f"{line(self._course)}\n")
        sys.stderr.flush()

    def _wipe(self) -> None:
        """Takes away what was drawn (ECMA-48: cursor up, erase to the end of the screen)."""
        if self._lines:
            sys.stderr.write(f"\x1b[{self._lines}A\x1b[J")
            self._lines = 0
