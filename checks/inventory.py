"""The inventory: every call of the project with its facts, worked out by as many processes as are worth starting."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .cells import in_cells
from .disk import Disk
from .facts.collect import describe
from .facts.subject import Ground
from .model import Call, Skipped
from .options import Options
from .project.calls import Found, find
from .project.scope import Scope
from .select import Selection
from .shards import Meet, fair, in_shards, processes

Progress = Callable[[int, int], None]
WORTH = 200_000
"""Bytes of source below which a second process costs more than it saves."""
Share = tuple[list[Call], tuple[dict[str, Skipped], set[str]]]


def inventory(disk: Disk, ground: Ground, options: Options, progress: Progress | None) -> tuple[Call, ...]:
    """Every LLM call, in order of place. `progress` is told how many of this process's scopes are done."""
    selection = Selection(ground.ev.world, ground.ev.matcher, everything=options.scope == "all")
    paths = selection.paths()
    count = min(processes(options.jobs), max(1, sum(disk.sizes[path] for path in paths) // WORTH))
    shares = fair(ground.ev.world.components(paths), disk.sizes, count)

    def work(share: int, meet: Meet) -> Share:
        scopes = list(selection.scopes(sorted(shares[share]), meet))
        found = _found(ground, selection, scopes, progress if share == 0 else None)
        calls = [in_cells(describe(ground, each), disk.notebooks) for each in found]
        disk.note(ground.ev.world.problems)
        return calls, disk.learned()

    results = in_shards(work, count)
    for _, learned in results[1:]:
        disk.learn(learned)
    return tuple(sorted((call for calls, _ in results for call in calls), key=_order))


def _order(call: Call) -> tuple[str, int, int, int, str]:
    place = call.place
    return place.path, -1 if place.cell is None else place.cell, place.line, place.column, call.method


def _found(ground: Ground, selection: Selection, scopes: list[Scope], progress: Progress | None) -> Iterator[Found]:
    seen: set[int] = set()
    for done, scope in enumerate(scopes):
        if progress is not None:
            progress(done, len(scopes))
        for found in find(ground.ev, scope, selection.names, callables=selection.callables(scope.module.path)):
            if id(found.site) not in seen:
                seen.add(id(found.site))
                yield found
