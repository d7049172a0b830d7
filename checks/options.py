"""How an audit is to be run."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from .config import Config
from .model import Persona


@dataclass(frozen=True, slots=True)
class Options:
    """What the user may choose about one run; the defaults are those of the command line."""

    scope: str = "auto"
    """auto: only what can matter is read; all: all is read, by libcst (slower, also what gives no sign of a model)."""
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
    config: Config = field(default_factory=Config)
    """What the project says of itself; what the command line says is merged into the fields above already."""
    today: date | None = None
    """The day on which attestations are held against their ends, told once a run; None: none counts."""
    checklist: bool = True
    """Whether the items of the checklist are judged."""
