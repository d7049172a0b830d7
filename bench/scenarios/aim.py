"""What a user's words for a target mean, before its key is looked up and before anything is asked of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..keys import KeySource
from ..protocols import Api


@dataclass(frozen=True, slots=True)
class Aim:
    """Where requests go, and how they are put."""

    name: str
    """How it is called in a comparison."""
    api: Api
    base: str
    model: str = ""
    """Empty: not said."""
    source: KeySource = field(default_factory=KeySource)
    ask_usage: bool = True
    notes: tuple[str, ...] = ()
    """What was decided and the user should know, a line each."""
