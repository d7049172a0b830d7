"""The audit: paths → files → facts of each module → project (linked) → calls → findings."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from .cells import in_cells
from .disk import Disk
from .errors import NothingToAudit
from .facts.collect import describe
from .facts.subject import Ground
from .files.walk import listing
from .judging import judge
from .model import Audit, Call, Counts
from .options import Options
from .project.calls import Found, find
from .project.entries import Entries
from .project.evaluate import Evaluator
from .project.implied import implied
from .project.match import Matcher, foreign_roots
from .project.world import World
from .scripts import console_scripts
from .sdks import Knowledge, for_version, installed_versions, load
from .select import Selection

Progress = Callable[[int, int], None]


def run(paths: Sequence[str | os.PathLike[str]], options: Options, progress: Progress | None = None) -> Audit:
    """Audit the Python files at and below the paths.

    Raises UsageError for a path that doesn't exist, NothingToAudit when no file could be judged.
    """
    disk = Disk(listing(paths, options.exclude))
    ground = link(disk, load())
    found = list(_found(ground, options))
    calls: list[Call] = []
    for done, each in enumerate(found):
        if progress is not None:
            progress(done, len(found))
        calls.append(in_cells(describe(ground, each), disk.notebooks))
    calls.sort(
        key=lambda call: (call.place.path, call.place.cell or 0, call.place.line, call.place.column, call.method)
    )
    disk.note(ground.ev.world.problems)
    if not disk.audited():
        raise NothingToAudit("no Python file could be read" if disk.files or disk.skipped else "no Python files found")
    findings, unused = judge(disk, tuple(calls), options)
    counts = Counts(disk.found, disk.audited(), len(disk.parsed), 0)
    skipped = tuple(sorted(disk.skipped.values(), key=lambda each: (each.path, each.reason, each.detail)))
    return Audit(disk.root, counts, skipped, tuple(calls), findings, unused)


def link(disk: Disk, knowledge: Knowledge) -> Ground:
    """The project as the facts are worked out from it."""
    root = Path(disk.root)
    installed = installed_versions(root)
    given_away = implied(disk, knowledge.sdks)
    sdks = tuple(for_version(sdk, installed.of(sdk.package) or given_away.get(sdk.id)) for sdk in knowledge.sdks)
    ev = Evaluator(World(disk, foreign_roots(knowledge)), Matcher(sdks, knowledge.libraries))
    return Ground(ev, Entries(ev, knowledge.frameworks, console_scripts(root)), knowledge)


def _found(ground: Ground, options: Options) -> Iterator[Found]:
    """Every LLM call of the project, each once."""
    selection = Selection(ground.ev.world, ground.ev.matcher, everything=options.scope == "all")
    scopes = list(selection.scopes())
    seen: set[int] = set()
    for scope in scopes:
        for found in find(ground.ev, scope, selection.names, callables=selection.callables(scope.module)):
            if id(found.site) not in seen:
                seen.add(id(found.site))
                yield found
