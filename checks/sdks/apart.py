"""What repeats a function, what runs the steps of a class, and what runs code that a model writes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class RetryTool:
    """A decorator, or an object that runs a function, which repeats what fails."""

    args: tuple[str, ...] = ()
    """Names of positional arguments, in order."""
    attempts: tuple[str, ...] = ()
    """Parameters that hold the number of attempts, as a number or as a call (`stop_after_attempt(3)`)."""
    counts: str = "attempts"
    """`attempts` (1 = no repetition) or `retries` (0 = no repetition)."""
    bounds: tuple[str, ...] = ()
    """Parameters any of which ends it at some time (`stop`, `max_time`)."""
    waits: tuple[str, ...] = ()
    """Parameters that say how long to wait between attempts."""
    errors: tuple[str, ...] = ()
    """Parameters that say which exceptions are repeated; none given: every Exception."""
    default_attempts: int | None = None
    """Attempts when nothing is given; None: it goes on for ever."""
    default_wait: str = "none"
    """exponential, fixed or none."""
    deadline: float | None = None
    """Seconds after which it gives up when nothing is given."""
    sync_only: bool = False
    """Has no effect on an async function."""
    connect_only: bool = False
    """Repeats only what failed before the request was sent (httpx's transport retries)."""
    gives_up_silently: bool = False
    """Returns instead of raising after the last attempt."""
    needs: tuple[str, ...] = ()
    """Without any of these arguments it repeats nothing (`autoretry_for` of a Celery task)."""
    post_needs: tuple[str, ...] = ()
    """It doesn't repeat a POST, which every request to a model is, unless one of these says so (`allowed_methods`)."""


@dataclass(frozen=True)
class StepRule:
    """How a class runs those methods of its subclass that are marked as steps."""

    runs: tuple[str, ...] = ()
    """Its methods that do."""
    marked: tuple[str, ...] = ()
    """Decorators of the steps."""


@dataclass(frozen=True)
class ActRule:
    """What an agent does by itself when its model asks for it. Of an argument the literals are told, or the names of
    what is made for it; None stands for one that isn't given."""

    what: str
    """In words: "runs the code that it writes"."""
    needs: dict[str, list[Any]] = field(default_factory=dict[str, list[Any]])
    """Arguments each of which must be one of these."""
    off: dict[str, list[Any]] = field(default_factory=dict[str, list[Any]])
    """Arguments by which it doesn't, or does it where nothing can be harmed."""
    asks: dict[str, list[Any]] = field(default_factory=dict[str, list[Any]])
    """Arguments by which it asks a person before."""
