"""How a command declares its options: once, in the annotations of its function, for both readers of command lines.

`plain` reads the usual ones in a millisecond; `app` hands the same declarations to typer for help, completion, and the
wording of mistakes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Opt:
    """An option. Its annotation says how it is read: bool is a flag, a list may be repeated, a Literal is a choice."""

    flags: tuple[str, ...]
    help: str
    metavar: str | None = None


@dataclass(frozen=True, slots=True)
class Arg:
    """What stands on the command line without a flag; a list takes all of it."""

    metavar: str
    help: str
    complete: Callable[[str], list[str]] | None = None
    """What a shell may offer for an unfinished word."""
