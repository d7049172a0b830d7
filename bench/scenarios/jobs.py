"""From a scenario to its jobs: each target under each load, with the defaults of what nobody said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ..job import Job, Load
from ..keys import find
from ..mistakes import AuthError, BenchMistake, ScenarioError, ShapeError, UnfitRequest, WireError
from ..prices import Price, PriceUnknown, own_prices, price_of
from ..prompts import Deck, default, inline, load, synthetic
from ..protocols import Endpoint
from ..shapes import Closed, Search, Shape, Stops, Sweep, Trace, at_level, checked, length
from ..transport import Wire
from .settings import NOTHING, Asked, Scenario, Settings
from .targets import Resolved, Surroundings, resolved

USERS = 4
"""Of a closed loop, where no load is named: enough to see a server work on several answers, too few to trouble one."""
REQUESTS = 100
"""Where nothing else ends a run: a p95 has an interval from 72 on."""


TRIED = 1000
"""Prompts whose requests are made before a run, to see whether they can be."""


@dataclass(frozen=True, slots=True)
class Planned:
    """One run of a scenario, and what the user should know before it."""

    job: Job
    price: Price | PriceUnknown
    settings: Settings
    """All that was said for it."""
    notes: tuple[str, ...] = ()


def layered(scenario: Scenario, said: Settings, configured: Settings = NOTHING) -> Scenario:
    """A scenario between a command line, which wins, and a configuration, which holds where nobody else speaks."""
    targets = tuple(replace(each, settings=said.over(each.settings)) for each in scenario.targets)
    return replace(scenario, targets=targets, settings=said.over(scenario.settings.over(configured)))


def jobs(scenario: Scenario, around: Surroundings) -> tuple[Planned, ...]:
    """The runs of a scenario: all loads of the first target, then of the next. Raises ScenarioError, with all mistakes
    of all targets and of what is asked of each, before anything is sent to be measured."""
    planning = _Planning(around, scenario.path)
    found: list[Resolved] = []
    for each in scenario.targets:
        with planning.noting():
            found.append(resolved(each, scenario.settings, around))
    for each in scenario.targets:
        planning.checked(each.settings.over(scenario.settings))
    planned: list[Planned] = []
    for one in _named_apart(found):
        for shape in shapes_of(one.settings):
            with planning.noting():
                planned.append(planning.planned(one, shape))
    if planning.mistakes:
        raise ScenarioError(list(dict.fromkeys(planning.mistakes)))
    return tuple(planned)


def shapes_of(said: Settings) -> tuple[Shape, ...]:
    """The loads that are asked for."""
    return said.shapes or (Closed(USERS, USERS),)


class _Noting:
    """Turns what is raised inside of it into lines of a list."""

    def __init__(self, mistakes: list[str]) -> None:
        self._mistakes = mistakes

    def __enter__(self) -> None:
        return

    def __exit__(self, kind: object, error: BaseException | None, at: object) -> bool:
        if isinstance(error, BenchMistake):
            self._mistakes += error.mistakes
            return True
        return False


class _Planning:
    """The making of one scenario's jobs: what they share is made once."""

    def __init__(self, around: Surroundings, path: str) -> None:
        self._around = around
        self._path = path
        self._decks: dict[tuple[Asked, int], Deck | BenchMistake] = {}
        self.mistakes: list[str] = []

    def noting(self) -> _Noting:
        return _Noting(self.mistakes)

    def checked(self, said: Settings) -> None:
        """Notes what is wrong with prompts, wire and loads, each by itself, whatever the target is."""
        with self.noting():
            self._deck(said)
        with self.noting():
            wire_of(said, self._around.environ)
        for shape in shapes_of(said):
            with self.noting():
                stops_of(said, shape)

    def planned(self, one: Resolved, shape: Shape) -> Planned:
        """One run. Raises BenchMistake."""
        said = one.settings
        deck = self._deck(said)
        shape = _timed(shape, deck)
        target = one.target
        _sendable(one, deck)
        price = price_of(target.base, target.options.model, self._around.today, own_prices(said.prices))
        known, unknown = (price.as_json(), "") if isinstance(price, Price) else (None, price.reason)
        weight = Load(shape, stops_of(said, shape), said.seed or 0, workers=said.workers or 0)
        weight = weight if said.warmup is None else replace(weight, warmup=said.warmup)
        wire = wire_of(said, self._around.environ)
        job = Job(target, deck, weight, wire, said.slos, known, unknown, said.users, self._path)
        return Planned(job, price, said, (*one.notes, *deck.notes))

    def _deck(self, said: Settings) -> Deck:
        """Read once; what makes its prompts new is new for each run."""
        asked = (said.prompts or Asked(), said.seed or 0)
        if asked not in self._decks:
            try:
                self._decks[asked] = deck_of(*asked)
            except BenchMistake as error:
                self._decks[asked] = error
        deck = self._decks[asked]
        if isinstance(deck, BenchMistake):
            raise deck
        return deck.salted() if said.cache_bust else deck


def _sendable(one: Resolved, deck: Deck) -> None:
    """Raises UnfitRequest, with the target's place, for the first prompt that the user's own endpoint can't be sent:
    its templates may name what a prompt doesn't give. Of very many prompts only the first are tried."""
    target = one.target
    if not isinstance(target.api, Endpoint):
        return
    for index in range(TRIED if deck.count is None else min(TRIED, deck.count)):
        try:
            target.api.request(deck.pool.case(index).prompt, target.options)
        except UnfitRequest as error:
            raise UnfitRequest([f"{one.where or target.name}: {each}" for each in error.mistakes]) from None


def deck_of(asked: Asked, seed: int) -> Deck:
    """The prompts that are asked for. Raises PromptsError."""
    if asked.source:
        return load(asked.source, seed=seed, turns=asked.turns, times=asked.times)
    if asked.texts:
        return inline(*asked.texts, seed=seed)
    return synthetic(asked.synthetic, output=asked.output, seed=seed) if asked.synthetic else default(seed=seed)


def stops_of(said: Settings, shape: Shape) -> Stops:
    """What ends a run. Raises ShapeError for what can't."""
    stops = Stops(said.requests, said.duration, said.spend, said.tokens, said.error_rate)
    if said.grace is not None:
        stops = replace(stops, grace=said.grace)
    one = at_level(shape, shape.first) if isinstance(shape, Sweep | Search) else shape
    if length(one) is None and said.requests is None and said.duration is None:
        stops = replace(stops, requests=REQUESTS)
    return checked(stops, one)


def wire_of(said: Settings, environ: Mapping[str, str]) -> Wire:
    """How requests travel. Raises WireError for certificates that aren't there, AuthError where the URL of a proxy
    isn't where it is said to be, or was written with a password where others can read it."""
    made = Wire(**said.wire)
    if made.ca and not made.ca.is_file():
        raise WireError([f"{made.ca}: there is no such file of certificates"])
    if said.proxy:
        return replace(made, proxy=find(said.proxy, environ).value)
    if "@" in made.proxy:
        raise AuthError(["the proxy's URL holds a name or a password: put it into a variable: proxy: {env: NAME}"])
    return made


def _timed(shape: Shape, deck: Deck) -> Shape:
    """A trace takes its times from the prompts."""
    if not isinstance(shape, Trace):
        return shape
    if not deck.times:
        raise ShapeError([f"{shape}: the prompts have no timestamps to replay"])
    return replace(shape, times=deck.times)


def _named_apart(found: list[Resolved]) -> list[Resolved]:
    """Targets of one name are told apart by their models where those differ, or else by numbers."""
    models: dict[str, set[str]] = {}
    for each in found:
        models.setdefault(each.target.name, set()).add(each.target.options.model)
    seen: dict[str, int] = {}
    apart: list[Resolved] = []
    for each in found:
        target = each.target
        name = f"{target.name} {target.options.model}".strip() if len(models[target.name]) > 1 else target.name
        seen[name] = seen.get(name, 0) + 1
        own = name if seen[name] == 1 else f"{name} ({seen[name]})"
        apart.append(replace(each, target=replace(target, name=own)))
    return apart
