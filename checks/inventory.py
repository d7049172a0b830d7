"""The inventory: every call of the project with its facts, worked out by as many processes as are worth starting."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import NamedTuple

from .cells import in_cells
from .disk import Disk
from .facts.collect import describe
from .facts.subject import Ground
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
from .shards import Meet, fair, in_shards, processes

Progress = Callable[[int, int], None]
SHARES = 2
"""Parts of a project that are worked out apart, whatever the number of processes: what a part makes of code that goes
round in circles depends on what was asked before, and must not depend on the machine."""
WORTH = 200_000
"""Bytes of source below which a second part costs more than it saves."""
Share = tuple[list[Call], tuple[dict[str, Skipped], set[str]]]


def inventory(disk: Disk, project: Project, options: Options, progress: Progress | None) -> Inventory:
    """Every LLM call. `progress` is told how many of this process's scopes are done."""
    world = project.world
    selection = Selection(world, project.matcher, everything=options.scope == "all")
    parts = SHARES if sum(disk.sizes[path] for group in selection.groups for path in group) >= SHARES * WORTH else 1
    shares = fair(selection.groups, disk.sizes, parts)
    grounds = [project.ground() for _ in shares]
    count = min(processes(options.jobs), len(shares))

    def work(process: int, meet: Meet) -> Share:
        scopes = list(selection.scopes(sorted(frozenset[str]().union(*shares[process::count])), meet))
        calls: list[Call] = []
        for share, ground in zip(shares[process::count], grounds[process::count], strict=True):
            own = [scope for scope in scopes if scope.module.path in share]
            found = list(_found(ground, selection, own, progress if process == 0 else None))
            with suppress(RecursionError):  # then each is followed alone
                ground.prompts.follow(found)
            calls += [in_cells(describe(ground, each), disk.notebooks) for each in found]
        disk.note(world.problems)
        return calls, disk.learned()

    results = in_shards(work, count)
    for _, learned in results[1:]:
        disk.learn(learned)
    return Inventory(tuple(sorted((call for calls, _ in results for call in calls), key=_order)), grounds[0])


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


def _found(ground: Ground, selection: Selection, scopes: list[Scope], progress: Progress | None) -> Iterator[Found]:
    seen: set[int] = set()
    for done, scope in enumerate(scopes):
        if progress is not None:
            progress(done, len(scopes))
        known, callables = selection.vocabulary(scope.module.path), selection.callables(scope.module.path)
        try:
            for found in find(ground.ev, scope, known.names, methods=known.methods, callables=callables):
                if id(found.site) not in seen:
                    seen.add(id(found.site))
                    yield found
        except RecursionError:
            deep = UnreadableUnit("too-deep", f"leads too deep to be followed from line {scope.line}")
            ground.ev.world.unreadable(scope.module.path, deep)
