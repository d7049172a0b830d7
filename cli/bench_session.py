"""From what was said to runs, their documents and the exit status."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..bench.job import RUNS
from ..bench.mistakes import ScenarioError
from ..bench.running import Interrupts, Money, Ran, name_of_run, run
from ..bench.scenarios import (
    Document,
    Planned,
    Scenario,
    Settings,
    Surroundings,
    Wanted,
    discovered,
    is_scenario,
    jobs,
    layered,
    scenario,
    scenario_of,
)
from ..bench.shapes import Search
from ..report.terminal import safe
from . import surroundings
from .bench_said import PLACES, settings_of
from .form import Form
from .keeping import own_folder
from .kept import Kept, tolerated
from .watching import Watching

if TYPE_CHECKING:
    from ..bench.outcome import Outcome
    from ..bench.prices import Price
    from ..bench.simulator import Simulator

JUDGED = ("slo", "tolerance")
"""What may be said of a run that is over."""
SIMULATOR = "simulator"
"""The word for the simulator of one's own."""
LIMIT = Decimal("1.00")
"""US dollars that a run may cost at its likely end before somebody at a terminal is asked."""


def benched(given: Mapping[str, Any]) -> int:
    """What was given for the options of `aiready bench`, carried out; the exit status. Raises BenchMistake."""
    from .looks import look
    from .results import report

    kept = Kept(given["baseline"], given["save_baseline"], tolerated(given["tolerance"]))
    looks = look(given["color"], given["output"], quiet=given["quiet"])
    if given["from_run"] is not None:
        moot = [each for each in ("target", "simulate", *PLACES) if each not in JUDGED and given[each]]
        if moot:
            names = ", ".join(each if each == "target" else f"--{each.replace('_', '-')}" for each in moot)
            raise ScenarioError([f"{names}: says nothing with --from, which sends no request"])
        shared = {name: given[name] for name in ("slo", "exit_zero", "format", "output", "color", "quiet")}
        return report(
            [given["from_run"]], baseline=kept.baseline, save_baseline=kept.save, tolerance=given["tolerance"], **shared
        )
    form = Form(given["format"], looks, given["output"] or "")
    session = Session(settings_of(given), kept, form, given["quiet"], not given["yes"])
    status = session.run(given["target"], given["simulate"], given["config"])
    return 0 if given["exit_zero"] else status


@dataclass(frozen=True, slots=True)
class Session:
    """One use of the command."""

    said: Settings
    kept: Kept
    form: Form
    quiet: bool
    asks: bool
    """Somebody may be asked before money is spent."""
    left: list[str] = field(default_factory=list[str])
    """What was to be measured and never was, since the runs were interrupted before."""

    def run(self, target: str | None, simulated: str | None, config: str | None) -> int:
        """Does all runs and writes their document; the exit status. Raises BenchMistake."""
        return self._ended(self.measured(target, simulated, config))

    def measured(self, target: str | None, simulated: str | None, config: str | None) -> list[Outcome]:
        """Does all runs, of which nothing is written but what is kept. Raises BenchMistake."""
        self.form.check()
        if self.kept.save is not None or self.kept.baseline is not None:
            self.kept.check()
        configured = _configured(config)
        wanted = self._wanted(target or (SIMULATOR if simulated is not None else None), configured)
        with _simulator(wanted, simulated) as simulator:
            stand_ins = {SIMULATOR: f"{simulator.url}/v1"} if simulator else {}
            planned = jobs(layered(wanted, self.said, configured.settings), Surroundings(stand_ins=stand_ins))
            planned = tuple(_unjudged(each) if each.job.target.name == SIMULATOR else each for each in planned)
            if len(planned) > 1 and (self.kept.baseline is not None or self.kept.save is not None):
                raise ScenarioError(["a baseline is one run: name one target and one load"])
            for each in planned:
                if isinstance(each.job.load.shape, Search) and not each.job.slos:
                    raise ScenarioError([f"{each.job.load.shape}: searches for what thresholds hold up to: give --slo"])
            self._foretold(planned)
            return self._all(planned)

    def _wanted(self, target: str | None, configured: Scenario) -> Scenario:
        """What is named, else what the configuration names, else what is found."""
        if target is None and configured.targets:
            return configured
        if target is not None and is_scenario(target):
            return scenario(target)
        return Scenario(targets=(Wanted(target) if target is not None else self._found(),), path=configured.path)

    def _found(self) -> Wanted:
        """The server of this machine that answers, else what the user says to the simulator."""
        servers = discovered(os.environ)
        if servers:
            first = servers[0]
            more = f" ({len(servers) - 1} more answer; name one to choose)" if len(servers) > 1 else ""
            self._tell(f"measuring {first.title} at {first.aim.base}{more}")
            return first.wanted
        if self._at_a_terminal() and _agreed(
            "No model server answers on this machine. Measure the built-in simulator?"
        ):
            return Wanted(SIMULATOR)
        raise ScenarioError(
            ["no TARGET, and no model server answers on this machine: name a URL, openai:MODEL, or `simulator`"]
        )

    def _foretold(self, planned: Sequence[Planned]) -> None:
        """What the user should know before a request is sent; and whether it may cost what it will."""
        from ..bench.slo import foreseen

        told: list[str] = []
        for each in planned:
            load = each.job.load
            told += [*each.notes, *foreseen(each.job.slos, load.stops.requests, scheduled=_scheduled(each))]
        for line in dict.fromkeys(told):
            self._tell(line)
        likely = [self._estimated(each) for each in planned]
        whole = sum((each for each in likely if each is not None), Decimal(0))
        if whole > LIMIT and self.asks and self._at_a_terminal() and not _agreed(f"Spend about ${whole:.2f}?"):
            raise ScenarioError(["nothing was sent; --max-spend $1 sets a limit that holds, --yes asks nothing"])

    def _estimated(self, planned: Planned) -> Decimal | None:
        """What a run will likely cost, after telling it; None where nobody can know."""
        from ..bench.cost import Load, estimate, money
        from ..bench.prices import Price

        price, load = planned.price, planned.job.load
        requests = load.stops.requests
        if not isinstance(price, Price) or requests is None:
            return None
        cases = [planned.job.deck.case(number) for number in range(min(requests, 200))]
        found = estimate(price, cases, Load(requests + load.warmup, planned.job.target.options.max_output))
        if found is None or not found.high:
            return None
        low, likely, high = (money(float(each)) for each in (found.low, found.likely, found.high))
        self._tell(f"{planned.job.target.name}: will cost about {likely} ({low} to {high})")
        return found.likely

    def _all(self, planned: Sequence[Planned]) -> list[Outcome]:
        """What reads a run is loaded after it: it takes longer than the first answer."""
        done: list[Outcome] = []
        money = [_money(each) for each in planned]
        spent = Decimal(0)
        for number, (each, paid) in enumerate(zip(planned, money, strict=True), 1):
            if each.settings.runs is None:
                own_folder()
            folder = (each.settings.runs or RUNS) / name_of_run()
            if len(planned) > 1:
                self._tell(_called(each))
            ended = self._one(_capped(each, spent), folder, paid)
            spent += ended.spent

            from ..bench.outcome import outcome
            from .results_end import recorded

            found = outcome(folder)
            recorded(found, folder)
            done.append(found)
            if ended.stop is not None and ended.stop.reason == "interrupted":
                self.left.extend(map(_called, planned[number:]))
                break
        if self.left:
            done[-1] = _cut_short(done[-1], self.left)
        return done

    def _one(self, planned: Planned, folder: Path, money: Money | None) -> Ran:
        with Interrupts() as interrupts, Watching(wanted=not self.quiet) as watch:
            return run(planned.job, folder, watch, interrupts, money)

    def _ended(self, done: Sequence[Outcome]) -> int:
        """The document: that of the one run, or all side by side."""
        from ..bench.outcome import comparison
        from .results_end import concluded, side_by_side, status_of_all

        if len(done) == 1:
            return concluded(done[0], self.form, self.kept)
        side_by_side(comparison(done, self.kept.tolerance), self.form)
        return status_of_all(done)

    def _at_a_terminal(self) -> bool:
        return surroundings.shows(sys.stderr) and surroundings.shows(sys.stdin)

    def _tell(self, line: str) -> None:
        if not self.quiet:
            sys.stderr.write(f"aiready: {safe(line)}\n")


def _called(planned: Planned) -> str:
    return f"{planned.job.target.name}, {planned.job.load.shape}"


def _cut_short(last: Outcome, left: Sequence[str]) -> Outcome:
    """The last run, which can't stand for those that never came: what would pass decides nothing."""
    notice = f"interrupted before these were measured: {'; '.join(left)}"
    verdict = "inconclusive" if last.verdict == "pass" else last.verdict
    return replace(last, notices=(*last.notices, notice), verdict=verdict)


@contextmanager
def _simulator(wanted: Scenario, settings: str | None) -> Generator[Simulator | None]:
    """The simulator, for as long as it is needed."""
    if all(each.target != SIMULATOR for each in wanted.targets):
        if settings is not None:
            raise ScenarioError(["--simulate: sets up the simulator; leave out the target, or name `simulator`"])
        yield None
        return
    from ..bench.simulator import Simulator, profile
    from ..bench.simulator import settings as read

    with Simulator(read(settings or "", profile("usual"))) as simulator:
        yield simulator


def _unjudged(planned: Planned) -> Planned:
    """The simulator says words, not answers."""
    return replace(planned, job=replace(planned.job, deck=planned.job.deck.unjudged()))


def _configured(config: str | None) -> Scenario:
    """The bench's part of the project's configuration. Raises ScenarioError, ConfigError and UsageError."""
    from ..checks.config import configured, section

    configured((), config)  # for its mistakes: what stands in the wrong place must not be passed over
    part = section("bench", (), config)
    return scenario_of(Document(part.path, part.value, part.spots, part.prefix)) if part else Scenario()


def _money(planned: Planned) -> Money | None:
    """What is needed to tell what is spent, and to keep a cap. Raises ScenarioError where no price is known."""
    from ..bench.cost import UNBILLED, worst_case
    from ..bench.prices import Price

    price, capped = planned.price, planned.job.load.stops.spend is not None
    if isinstance(price, Price):
        if capped:
            _affordable(planned, price)
        return Money(price.cost, partial(worst_case, price) if capped else None, frozenset(UNBILLED))
    if capped:
        raise ScenarioError([f"--max-spend: can't be kept: {price.reason}; give prices in a scenario or aiready.yaml"])
    return None


def _affordable(planned: Planned, price: Price) -> None:
    """Raises ScenarioError where the cap is less than one request can cost: none would ever be sent."""
    from ..bench.cost import worst_case

    job, cap = planned.job, planned.job.load.stops.spend
    case, options = job.deck.case(0), job.target.options
    longest = options.max_output if case.max_output is None else case.max_output
    most = worst_case(price, len(job.target.api.request(case.prompt, options).body), longest)
    if cap is not None and most > cap:
        raise ScenarioError(
            [f"--max-spend: one request can cost ${most:.4f}, more than ${cap}: give --max-output, or a higher cap"]
        )


def _capped(planned: Planned, spent: Decimal) -> Planned:
    """With what earlier runs have left of a cap: it is for all of them. Raises ScenarioError where nothing is left."""
    load = planned.job.load
    cap = load.stops.spend
    if cap is None or not spent:
        return planned
    if spent >= cap:
        raise ScenarioError([f"the spend cap of ${cap} is reached before {planned.job.target.name} is measured"])
    return replace(planned, job=replace(planned.job, load=replace(load, stops=replace(load.stops, spend=cap - spent))))


def _scheduled(planned: Planned) -> bool:
    from ..bench.shapes import Closed, ClosedSteps, Search, Sweep

    shape = planned.job.load.shape
    return not (isinstance(shape, Closed | ClosedSteps) or (isinstance(shape, Sweep | Search) and shape.users))


def _agreed(question: str) -> bool:
    """What somebody at the terminal says; no, where it is closed."""
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")
