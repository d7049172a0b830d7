"""All that a run comes to, as one frozen value: what every report is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from ..metrics import Distribution, Figures, Observed
from ..samples import FAILURES
from ..shapes import Plan
from ..slo import Judgement, Verdict

if TYPE_CHECKING:
    from datetime import datetime

    from ..cost import Alternative, Costs, Projection

Json = Mapping[str, object]


def part(whole: Json, name: str) -> Json:
    """An object inside a JSON object; empty where there is none."""
    found = whole.get(name)
    return cast("Json", found) if isinstance(found, Mapping) else {}


OK = "ok"
SIMULATOR = "simulator"
"""The name of a target that is our own simulator."""
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Client:
    """How our own side did. Of several workers the worst is told."""

    verdict: str
    """OK; UNKNOWN where the run never came to its end; else why what was measured isn't the server's."""
    figures: Json = field(default_factory=dict[str, object])
    """cpu_share, loop_lag and whatever else the engine measured of itself."""
    moot: bool = False
    """Every request failed: there is nothing that our own side could have made slower."""

    @property
    def fault(self) -> str:
        """Why the run is invalid; empty where it isn't."""
        return "" if self.moot or self.verdict in (OK, UNKNOWN) else self.verdict


@dataclass(frozen=True, slots=True)
class Failed:
    """The failures of one class."""

    failure: str
    count: int
    messages: tuple[tuple[str, int], ...]
    """What they said and how often, the most frequent first; not all of many."""

    @property
    def others(self) -> int:
        """Failures whose words aren't among those messages; none where nothing was said at all."""
        return self.count - sum(times for _, times in self.messages) if self.messages else 0

    @property
    def meaning(self) -> str:
        """What the class is."""
        return FAILURES.get(self.failure, "")


@dataclass(frozen=True, slots=True)
class Allowance:
    """What headers tell of one quota."""

    name: str
    """What is counted: requests, tokens, input-tokens; as the provider calls it."""
    limit: int
    """The last that was told."""
    remaining: int | None
    """The least that was ever left."""
    period: float
    """Seconds for which the limit counts."""
    derived: bool
    """The period was worked out from how fast the quota filled; else it is taken to be a minute."""

    @property
    def per_minute(self) -> float:
        """The limit, a minute."""
        return self.limit * 60 / self.period


@dataclass(frozen=True, slots=True)
class Through:
    """What went through while others were refused: the highest rate of a minute, or of all of a shorter time."""

    seconds: float
    """How long that was."""
    requests: float
    """A minute."""
    tokens: float | None
    """A minute, of prompts and answers; None where nobody counted."""


@dataclass(frozen=True, slots=True)
class Waits:
    """The `Retry-After` of refused requests, in seconds."""

    n: int
    least: float
    median: float
    most: float


@dataclass(frozen=True, slots=True)
class RateLimits:
    """What is known of the provider's limits."""

    refused: int = 0
    """Answers with 429, those of the warm-up included."""
    waits: Waits | None = None
    allowances: tuple[Allowance, ...] = ()
    through: Through | None = None
    requests: float | None = None
    """The effective ceiling of requests a minute; None: neither told nor met."""
    tokens: float | None = None
    """The same of tokens."""
    how: str = ""
    """Where the ceiling comes from."""


@dataclass(frozen=True, slots=True)
class Totals:
    """Tokens of all successes that were measured; None where nobody counted."""

    input: int | None = None
    output: int | None = None
    cached: int | None = None
    reasoning: int | None = None
    sources: Mapping[str, int] = field(default_factory=dict[str, int])
    """Who counted, of how many successes."""

    @property
    def cache_share(self) -> float | None:
        """Of the prompts' tokens, those that came out of a cache."""
        return None if self.cached is None or not self.input else self.cached / self.input


@dataclass(frozen=True, slots=True, eq=False)  # figures hold arrays
class Level:
    """One level of a sweep or search, or one step of a shape."""

    stage: int
    level: float | None
    """Users, or requests a second; None where the run doesn't tell."""
    figures: Figures


Ending = Literal["found", "unresolved", "held", "failed", "client"]


@dataclass(frozen=True, slots=True)
class Capacity:
    """What a sweep or a search found."""

    plan: Plan
    ending: Ending
    best: float | None
    """The knee of a sweep; the largest level of a search that holds."""
    fails: float | None = None
    """The lowest level of a search that was shown not to hold."""
    unresolved: tuple[float, ...] = ()

    @property
    def kind(self) -> Literal["sweep", "search"]:
        """What it was."""
        from ..shapes import Sweep

        return "sweep" if isinstance(self.plan, Sweep) else "search"

    @property
    def unit(self) -> str:
        """Of its levels."""
        return "users" if self.plan.users else "/s"


@dataclass(frozen=True, slots=True)
class Course:
    """How the run went over its window, in slots of equal length."""

    seconds: float
    """Of a slot."""
    succeeded: tuple[int, ...]
    """Requests that ended in each."""
    failed: tuple[int, ...]
    latency: tuple[float | None, ...]
    """The median of those sent in each, in seconds."""
    metric: str
    """Of which latency: ttft, or e2e where nothing was streamed."""


@dataclass(frozen=True, slots=True)
class Connections:
    """How requests got their connections."""

    opened: int = 0
    reused: int = 0
    stale: int = 0
    """Requests lost on a reused connection that broke before a byte of an answer: as a rule the server had closed it
    for idleness. They count as reset, and a client that retries would not have seen them."""


@dataclass(frozen=True, slots=True, eq=False)  # costs hold arrays
class Money:
    """What the run cost."""

    costs: Costs
    projection: Projection | None = None
    """A month of it; None where nobody said how many users there are."""
    alternatives: tuple[Alternative, ...] = ()
    """The same tokens on other models with a known price, cheapest first."""


@dataclass(frozen=True, slots=True, eq=False)  # figures hold arrays
class Outcome:
    """A run, judged."""

    run: str
    paths: tuple[Path, ...]
    """The files all of it was computed from."""
    plan: Json
    versions: Json
    started: datetime | None
    """When the first measured request was sent; None without any."""
    ended: datetime | None
    ending: str
    """Why it ended: requests, duration, spend, tokens, errors, interrupted; or killed."""
    notices: tuple[str, ...]
    """What the reader must know of the files and of what was measured."""
    client: Client
    figures: Figures
    tags: Mapping[str, Figures]
    levels: tuple[Level, ...]
    """Of a run with several stages."""
    capacity: Capacity | None
    judgements: tuple[Judgement, ...]
    judged_at: float | None
    """The level of a sweep or search that the thresholds were held against; None: the whole run."""
    verdict: Verdict
    tokens: Totals
    errors: tuple[Failed, ...]
    """The most frequent class first."""
    limits: RateLimits
    connections: Connections
    server: Mapping[str, Distribution]
    """What the server says it spent (load, prompt_eval, eval, total), and `rest`: the TTFT less load and prompt_eval,
    which is waiting, the way there and back, and the first token. Seconds; empty where it says nothing."""
    models: Mapping[str, int]
    """The names of models that answered, and how often."""
    course: Course | None
    money: Money | None = None
    """None: no price is known."""
    unpriced: str = ""
    """Why not."""

    @property
    def costs(self) -> Mapping[str, Observed]:
        """By the names of COSTS; empty where no price is known."""
        return self.money.costs.observed if self.money else {}

    @property
    def simulated(self) -> bool:
        """Our own simulator answered: the figures are of no real model."""
        return self.target.get("name") == SIMULATOR

    @property
    def target(self) -> Mapping[str, str]:
        """Name, protocol, URL and model, as far as they are told."""
        return {key: str(each) for key, each in part(self.plan, "target").items() if each}
