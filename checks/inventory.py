"""The inventory: every call of the project with its facts, worked out by as many processes as are worth starting."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import NamedTuple

from .cells import in_cells
from .disk import Disk
from .facts.collect import describe
from .facts.ground import Ground
from .looked import Skipped
from .model import Call
from .options import Options
from .project.calls import Found, find
from .project.entries import Entries
from .project.evaluate import Evaluator
from .project.match import Matcher
from .project.scope import Scope
from .project.world import World
from .read import UnreadableUnit
from .sdks import Knowledge
from .select import Selection
from .shards import Meet, alone, apart, dealt, fair, in_shards, processes

Progress = Callable[[int, int], None]
SHARES = 2
"""Parts of a project that are worked out apart, whatever the number of processes: what a part makes of code that goes
round in circles depends on what was asked before, and must not depend on the machine."""
WORTH = 200_000
"""Bytes of source below which a second part costs more than it saves."""
Worked = tuple[list[Call], tuple[dict[str, Skipped], set[str]]]


def inventory(disk: Disk, project: Project, options: Options, progress: Progress | None) -> Inventory:
    """Every LLM call. `progress` is told how many of this process's files are done."""
    parts = _Parts(disk, project, everything=options.scope == "all")
    hands = dealt(parts.sizes, min(processes(options.jobs), len(parts.shares)))

    def work(process: int, meet: Meet) -> Worked:
        apiece = 1 if len(hands) > 1 else len(parts.shares)  # the only process keeps what it reads
        own, others = hands[process][:apiece], hands[process][apiece:]
        told = _Told(progress if process == 0 else None, [parts.shares[at] for at in hands[process]])
        calls: list[Call] = []
        for at in others:
            found, learned = apart(partial(parts.worked, [at]))
            calls += found
            disk.learn(learned)
            told.add(parts.shares[at])
        found, learned = parts.worked(own, meet, told)
        return calls + found, learned

    results = in_shards(work, len(hands))
    for _, learned in results[1:]:
        disk.learn(learned)
    return Inventory(tuple(sorted((call for calls, _ in results for call in calls), key=_order)), parts.grounds[0])


class _Told:
    """Tells how many files of a process are done."""

    def __init__(self, progress: Progress | None, shares: Sequence[frozenset[str]]) -> None:
        self._progress = progress
        self._files = sum(map(len, shares))
        self._done = 0

    def found(self, share: frozenset[str], scope: int, scopes: int) -> None:
        """So many of the scopes of a share are searched, which is half of the work."""
        self._tell(self._done + len(share) * scope // (2 * scopes))

    def described(self, share: frozenset[str], call: int, calls: int) -> None:
        """So many of its calls are described, which is the other half."""
        self._tell(self._done + len(share) * (calls + call) // (2 * calls))

    def add(self, share: frozenset[str]) -> None:
        """A share is done."""
        self._done += len(share)
        self._tell(self._done)

    def _tell(self, done: int) -> None:
        if self._progress is not None:
            self._progress(done, self._files)


class _Parts:
    """A project in shares, each of which is worked out apart from the others."""

    def __init__(self, disk: Disk, project: Project, *, everything: bool) -> None:
        self._disk = disk
        self._world = project.world
        self._selection = Selection(project.world, project.matcher, everything=everything)
        groups = self._selection.groups
        parts = SHARES if sum(disk.sizes[path] for group in groups for path in group) >= SHARES * WORTH else 1
        self.shares = fair(groups, disk.sizes, parts)
        self.sizes = [sum(disk.sizes[path] for path in share) for share in self.shares]
        self.grounds = [project.ground() for _ in self.shares]

    def worked(self, numbers: Sequence[int], meet: Meet = alone, told: _Told | None = None) -> Worked:
        """The calls in shares, which learn of each other what a call can be called."""
        told = told or _Told(None, ())
        paths = sorted(path for at in numbers for path in self.shares[at])
        scopes = list(self._selection.scopes(paths, meet))
        calls: list[Call] = []
        for at in numbers:
            ground = self.grounds[at]
            own = [scope for scope in scopes if scope.module.path in self.shares[at]]
            found = list(self._found(ground, own, partial(told.found, self.shares[at])))
            with suppress(RecursionError):  # then each is followed alone
                ground.prompts.follow(found)
            for number, each in enumerate(found):
                told.described(self.shares[at], number, len(found))
                calls.append(in_cells(describe(ground, each), self._disk.notebooks))
            told.add(self.shares[at])
        self._disk.note(self._world.problems)
        return calls, self._disk.learned()

    def _found(self, ground: Ground, scopes: list[Scope], told: Progress) -> Iterator[Found]:
        seen: set[int] = set()
        for done, scope in enumerate(scopes):
            told(done, len(scopes))
            path = scope.module.path
            known, callables = self._selection.vocabulary(path), self._selection.callables(path)
            try:
                for found in find(ground.ev, scope, known.names, methods=known.methods, callables=callables):
                    if id(found.site) not in seen:
                        seen.add(id(found.site))
                        yield found
            except RecursionError:
                deep = UnreadableUnit("too-deep", f"leads too deep to be followed from line {scope.line}")
                self._world.unreadable(path, deep)


class Inventory(NamedTuple):
    """What was found in a project."""

    calls: tuple[Call, ...]
    """In order of place."""
    ground: Ground
    """The project with all that the first part of it gave occasion to work out: this process worked on that part."""


class Project(NamedTuple):
    """What is known of a project before the first question."""

    world: World
    matcher: Matcher
    knowledge: Knowledge
    scripts: Mapping[str, str]
    """See `scripts.console_scripts`."""
    kind: str = ""
    """What the configuration says that the project is."""

    def ground(self) -> Ground:
        """The project as the facts are worked out from it, with nothing asked yet."""
        ev = Evaluator(self.world, self.matcher)
        return Ground(ev, Entries(ev, self.knowledge.frameworks, self.scripts), self.knowledge, self.kind)


def _order(call: Call) -> tuple[str, int, int, int, str]:
    place = call.place
    return place.path, -1 if place.cell is None else place.cell, place.line, place.column, call.method
