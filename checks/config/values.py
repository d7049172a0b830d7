"""A checked configuration as the audit uses it: frozen, complete, and cheap to load where there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from ..model import Audience, Persona, Place, Severity

FailOn = Literal["error", "warning", "note", "never"]


@dataclass(frozen=True, slots=True)
class Declared:
    """What the project says of functions by their dotted names, because no reader of code could know."""

    calls: Mapping[str, str] = field(default_factory=dict[str, str])
    """Functions that send a request to a model -> the kind of call."""
    wrappers: tuple[str, ...] = ()
    """Functions that return the client given to them."""
    sanitizers: tuple[str, ...] = ()
    """Functions after which text is fit for a prompt."""
    validators: tuple[str, ...] = ()
    """Functions that check a model's answer and raise when it is not as expected."""
    retries: Mapping[str, int] = field(default_factory=dict[str, int])
    """Decorators, or functions given a function to run -> requests at most, the first included."""
    guards: tuple[str, ...] = ()
    """Decorators and context managers that let no exception of a call through."""
    loggers: tuple[str, ...] = ()
    """Functions that record what they are given."""
    entry_points: Mapping[str, Audience] = field(default_factory=dict[str, "Audience"])
    """Functions that the outside calls -> whose they are."""

    def names(self) -> frozenset[str]:
        """All dotted names, entry points left out: these stay functions of the project."""
        return frozenset({
            *self.calls, *self.wrappers, *self.sanitizers, *self.validators, *self.retries, *self.guards, *self.loggers,
        })  # fmt: skip


@dataclass(frozen=True, slots=True)
class Local:
    """What holds for files whose path fits a pattern."""

    pattern: str
    ignore: frozenset[str] = frozenset()
    """Rule ids."""
    limits: Mapping[str, Mapping[str, float]] = field(default_factory=dict[str, Mapping[str, float]])


@dataclass(frozen=True, slots=True)
class Attestation:
    """What somebody vouches for because no file can show it. After `expires` it counts no more."""

    item: str
    statement: str
    by: str
    on: date
    expires: date
    link: str
    where: Place
    """In the configuration file."""


@dataclass(frozen=True, slots=True)
class Config:
    """The whole file. What is None was not said."""

    path: str = ""
    """The file, or empty where there is none."""
    select: frozenset[str] | None = None
    ignore: frozenset[str] = frozenset()
    persona: Persona | None = None
    min_severity: Severity | None = None
    fail_on: FailOn | None = None
    exclude: tuple[str, ...] = ()
    baseline: str = ""
    """The file of known findings, absolute; empty where it lies where it usually does."""
    kind: str | None = None
    """service, worker, cli or library."""
    limits: Mapping[str, Mapping[str, float]] = field(default_factory=dict[str, Mapping[str, float]])
    """Rule id -> name of the limit -> number."""
    paths: tuple[Local, ...] = ()
    declared: Declared = Declared()
    attestations: tuple[Attestation, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a configuration that others than the audit understand: as it was written, and where it stands."""

    path: str
    value: Any
    spots: Mapping[tuple[str | int, ...], tuple[int, int]]
    """Line and column of every key of the file."""
    prefix: tuple[str | int, ...]
    """Where in the file it stands."""
