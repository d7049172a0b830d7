"""What a project does around its model calls that is no fact of a single one: breakers, moderation, budgets, tools."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..model import Place, Step


@dataclass(frozen=True, slots=True)
class Action:
    """Something a model can make happen that can't be undone."""

    place: Place
    what: str
    confirmed: Place | None = None
    """Where a person is asked before it happens."""


@dataclass(frozen=True, slots=True)
class Model:
    """A model's name as the project writes it."""

    name: str
    place: Place
    tier: str
    """frontier, middle or small; other for embeddings, speech and images; empty where the name says nothing."""
    seller: str = ""
    """Who is paid for it; empty where the name doesn't say."""


@dataclass(frozen=True, slots=True)
class Habits:
    """Each group in order of place."""

    breakers: tuple[Step, ...] = ()
    moderation: tuple[Step, ...] = ()
    budgets: tuple[Step, ...] = ()
    chains: tuple[Step, ...] = ()
    """Where a request goes to the next model when one fails."""
    prompt_caching: tuple[Step, ...] = ()
    cautions: tuple[Step, ...] = ()
    """Prompts that tell the model to take foreign text as data."""
    cautious: frozenset[str] = frozenset()
    """Files with calls that hold such a prompt or import one."""
    detectors: tuple[Step, ...] = ()
    """Where prompts are searched for injections."""
    errors: tuple[Step, ...] = ()
    """Where errors are reported to a tracker."""
    actions: tuple[Action, ...] = ()
    models: tuple[Model, ...] = ()
    adapters: Mapping[str, str] = field(default_factory=dict[str, str])
    """Files with calls others ask, with what they have in common: a base class, else their path."""
    paid: tuple[str, ...] = ()
    """Providers that send a bill; an empty name where it is not known who does."""
    neutral: frozenset[str] = frozenset()
    """SDKs and frameworks that speak to several providers in one way."""
