"""How an audit is to be run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .model import Persona


@dataclass(frozen=True, slots=True)
class Options:
    """What the user may choose about one run; the defaults are those of the command line."""

    scope: str = "auto"
    """auto: only what can matter is read; all: all is read, by libcst (slower, the same findings)."""
    jobs: int = 0
    """Processes; 0: as many as there are processors."""
    exclude: tuple[str, ...] = ()
    """Patterns as in a .gitignore."""
    cache_dir: Path | None = None
    """None: nothing is remembered between runs."""
    select: frozenset[str] | None = None
    """Rule ids; None: all."""
    ignore: frozenset[str] = frozenset()
    persona: Persona = "regular"
