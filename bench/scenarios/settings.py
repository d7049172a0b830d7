"""What a user said of a run, on a command line, in a scenario or in a configuration: checked values, none by default.

Three of them lie one over the other; the defaults are those of what a job is made of.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from ..keys import KeySource
from ..protocols import Endpoint
from ..shapes import Shape
from ..slo import Slo

Json = Mapping[str, Any]

EMPTY = ("", ())


@dataclass(frozen=True, slots=True)
class Asked:
    """Which prompts: of a file or folder, these texts, made-up ones by length, or those that are shipped."""

    source: str = ""
    texts: tuple[str, ...] = ()
    synthetic: str = ""
    """Lengths in tokens."""
    output: str = ""
    """With synthetic: lengths of the answers."""
    turns: Literal["each", "last"] | None = None
    times: Literal["s", "ms"] | None = None


@dataclass(frozen=True, slots=True)
class Header:
    """A header of the user's own: its value, or where that is kept."""

    name: str
    value: str = ""
    source: KeySource | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """None and empty: not said."""

    model: str = ""
    key: KeySource | None = None
    headers: tuple[Header, ...] = ()
    shapes: tuple[Shape, ...] = ()
    """Of several, each is a run."""
    requests: int | None = None
    duration: float | None = None
    """Seconds."""
    spend: Decimal | None = None
    """US dollars."""
    tokens: int | None = None
    error_rate: float | None = None
    grace: float | None = None
    """Seconds."""
    warmup: int | None = None
    workers: int | None = None
    seed: int | None = None
    stream: bool | None = None
    max_output: int | None = None
    temperature: float | None = None
    ask_usage: bool | None = None
    extra: Json = field(default_factory=dict[str, Any])
    prompts: Asked | None = None
    cache_bust: bool | None = None
    slos: tuple[Slo, ...] = ()
    prices: Json = field(default_factory=dict[str, Any])
    """As the configuration has them."""
    users: Json | None = None
    """`daily` and `calls`."""
    wire: Json = field(default_factory=dict[str, Any])
    """Fields of a `Wire`."""
    proxy: KeySource | None = None
    """Where the URL of a proxy is kept."""
    runs: Path | None = None
    tolerance: float | None = None

    def over(self, lower: Settings) -> Settings:
        """These and, where they say nothing, those. Tables are laid one over the other; lists replace each other."""
        said = {each.name: getattr(self, each.name) for each in fields(self)}
        given = {name: value for name, value in said.items() if value is not None and value not in EMPTY}
        tables = {name: {**getattr(lower, name), **said[name]} for name in ("extra", "prices", "wire")}
        if "proxy" in self.wire:
            given["proxy"] = self.proxy  # a URL that is written here, and not one that is kept elsewhere
        own = {each.name.lower() for each in self.headers}
        headers = (*(each for each in lower.headers if each.name.lower() not in own), *self.headers)
        return replace(lower, **{**given, **tables, "headers": headers})


NOTHING = Settings()


@dataclass(frozen=True, slots=True)
class Wanted:
    """A target as it was written, and what differs for it."""

    target: str
    name: str = ""
    protocol: str = ""
    endpoint: Endpoint | None = None
    settings: Settings = NOTHING
    where: str = ""
    """Its place, in front of a mistake."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is compared, and how."""

    name: str = ""
    targets: tuple[Wanted, ...] = ()
    settings: Settings = NOTHING
    path: str = ""
    """The file it was read from, as it was named; empty where it was not."""
