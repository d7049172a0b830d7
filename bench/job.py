"""All that a run is asked for, as checked values: what a command line, a configuration and a scenario file come to."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .protocols import Api, Options
from .shapes import Shape, Stops
from .transport import Wire, address
from .transport.interface import Headers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .prompts import Deck
    from .slo import Slo

Json = dict[str, Any]
RUNS = Path(".aiready/runs")
"""The folder of runs, unless another is named."""


@dataclass(frozen=True, slots=True)
class Target:
    """What is measured."""

    name: str
    """How it is called in a comparison."""
    api: Api
    base: str
    """The URL that requests' paths go behind."""
    options: Options
    key: str = field(default="", repr=False)
    headers: Headers = field(default=(), repr=False)
    """Further ones, which may hold secrets too."""


@dataclass(frozen=True, slots=True)
class Load:
    """How much is asked of it, and for how long."""

    shape: Shape
    stops: Stops
    seed: int = 0
    warmup: int = 2
    """Requests before those that count."""
    workers: int = 0
    """Processes that send; 0: as many as the shape needs and the machine has."""


@dataclass(frozen=True, slots=True)
class Job:
    """One run."""

    target: Target
    deck: Deck
    load: Load
    wire: Wire = field(default_factory=Wire)
    slos: tuple[Slo, ...] = ()
    price: Mapping[str, Any] | None = None
    """The price row in use, as JSON; None where none is known."""
    price_unknown: str = ""
    """Why none is."""
    users: Mapping[str, Any] | None = None
    """Daily users and calls of each, for a projection."""
    scenario: str = ""
    """The file that asks for it, as it was named; empty where only a command line does."""


def plan_of(job: Job) -> Json:
    """A job as JSON, as the first line of a file of samples keeps it: enough to compute every figure again. No keys."""
    target, load, options, wire = job.target, job.load, job.target.options, job.wire
    stops = asdict(load.stops)
    return {
        "target": {
            "name": target.name,
            "protocol": target.api.name,
            "url": address(target.base).url,
            "model": options.model,
        },
        "shape": str(load.shape),
        "stops": stops | {"spend": None if load.stops.spend is None else str(load.stops.spend)},
        "seed": load.seed,
        "warmup": load.warmup,
        "stream": options.stream and target.api.framing is not None,
        "max_output": options.max_output,
        "temperature": options.temperature,
        "timeouts": {"connect": wire.connect_timeout, "read": wire.read_timeout, "total": wire.total_timeout},
        "prompts": job.deck.as_json(),
        "slo": [each.text for each in job.slos],
        "price": job.price,
        "price_unknown": job.price_unknown,
        "users": job.users,
        "transport": {"keepalive": wire.keepalive, "http2": wire.http2, "proxy": bool(wire.proxy)},
        "workers": load.workers,
        "scenario": job.scenario,
    }
