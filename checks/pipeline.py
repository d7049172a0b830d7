"""The audit: paths → files → facts of each module → project (linked) → calls → findings."""

from __future__ import annotations

import os
import sys
from collections import defaultdict
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from .config import with_declared
from .disk import Disk
from .files.hints import Signs, addresses, signs
from .files.top import top
from .files.walk import listing
from .inventory import Progress, Project, inventory
from .judging import asked, judge
from .looked import Counts, UnreadPins
from .model import Audit
from .options import Options
from .plugged import keep_out
from .project.implied import implied
from .project.match import Matcher, foreign_roots
from .project.world import World
from .quoting import Lines, quoted
from .review import review
from .scripts import console_scripts
from .sdks import Installed, Knowledge, Sdk, Version, for_version, installed_versions, load
from .sdks.urls import in_source
from .sweep import sweep

FRAMES = 10_000
"""More than twice what reading may use (`read.parsing.DEPTH`); in C, where some of them stand, about half a stack."""

NAMED = 3
"""Files named when none could be read."""


def run(
    paths: Sequence[str | os.PathLike[str]],
    options: Options,
    progress: Progress | None = None,
    instead: Mapping[str, bytes] | None = None,
) -> Audit:
    """Audit the Python files at and below the paths. `instead`: files, by their path from the root, that are taken to
    hold other bytes than they do.

    Raises UsageError for a path that doesn't exist. Where no file could be judged, the audit says why.
    """
    knowledge = load()
    disk = Disk(listing(paths, options.exclude), signs_of(knowledge), instead)
    keep_out([top(disk.root)])
    with _frames():
        return _audit(disk, knowledge, options, progress, instead)


def signs_of(knowledge: Knowledge) -> Signs:
    """What the SDK data lets the bytes of a file show."""
    modules: dict[str, set[str]] = defaultdict(set)
    for sdk in knowledge.sdks:
        for line in (sdk, *(older.sdk for older in sdk.before)):
            for name in line.imports if line.module_client else ():
                modules[name].update(line.calls)
    paths = (path for api in knowledge.apis for path in (*api.paths, *api.shared, *api.signs))
    hosts = (host for api in knowledge.apis for host in api.hosts)
    tails = {way for sdk in knowledge.sdks for key, needs in sdk.tails.items() for way in needs.get("through", [key])}
    return signs(tails, modules, addresses(in_source(paths), hosts))


@contextmanager
def _frames() -> Generator[None]:
    """Room for questions about deeply nested expressions, which are followed level by level."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, FRAMES))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def _audit(
    disk: Disk,
    knowledge: Knowledge,
    options: Options,
    progress: Progress | None,
    instead: Mapping[str, bytes] | None,
) -> Audit:
    swept = sweep(disk, options.jobs)
    installed = installed_versions(Path(top(disk.root)))
    project = link(disk, knowledge, installed, options)
    found = inventory(disk, project, options, progress)
    for path in disk.named:
        disk.index(path)
    checklist = review(disk, found, options) if options.checklist and disk.audited() else ()
    findings, unused = judge(found.calls, swept, checklist, options)
    calls, findings = quoted(found.calls, findings, Lines(disk.root, swept.secrets, instead))
    counts = Counts(disk.found, disk.audited(), len(disk.parsed), 0, disk.left_out)
    skipped = tuple(sorted(disk.skipped.values(), key=lambda each: (each.path, each.reason, each.detail)))
    nothing = "" if counts.audited else _nothing(disk)
    unread, shown = tuple(_unread(disk.root, installed)), asked(checklist, options)
    return Audit(disk.root, counts, skipped, calls, findings, unused, unread, nothing, shown)


def _unread(root: str, installed: Installed) -> Iterator[UnreadPins]:
    """The files that should pin releases and could not be read."""
    way = os.path.relpath(top(root), root)
    for path, why in installed.ignored:
        yield UnreadPins(os.path.normpath(os.path.join(way, path)).replace(os.sep, "/"), why)


def _nothing(disk: Disk) -> str:
    """Why nothing could be audited, with the first files that could not be read."""
    if not disk.files and not disk.skipped:
        return "only tests, examples and documentation found" if disk.found else "no Python files found"
    known = sorted(disk.skipped.values(), key=lambda each: each.path)
    named = [f"{each.path} ({each.reason})" for each in known[:NAMED]]
    more = [f"{len(known) - NAMED} more"] if len(known) > NAMED else []
    return ": ".join(["no Python file could be read", *([", ".join([*named, *more])] if named else [])])


def link(disk: Disk, knowledge: Knowledge, installed: Installed, options: Options) -> Project:
    """The project with the SDKs in the releases that are in effect for it, and with what it declares."""
    foreign = foreign_roots(knowledge)
    declared = options.config.declared
    knowledge = with_declared(knowledge, declared)
    sdks = _in_effect(disk, knowledge, installed)
    world = World(disk, foreign, exact=options.scope == "all", declared=declared)
    scripts = console_scripts(Path(top(disk.root)))
    return Project(world, Matcher(sdks, knowledge.libraries), knowledge, scripts, options.config.kind or "")


def _in_effect(disk: Disk, knowledge: Knowledge, installed: Installed) -> tuple[Sdk, ...]:
    """The SDKs as they are in the releases that the project pins, or gives away by what it imports."""
    given_away = implied(disk, knowledge.sdks)
    pinned = ((sdk, installed.of(sdk.package) or Version(), given_away.get(sdk.id)) for sdk in knowledge.sdks)
    return tuple(for_version(sdk, pin.narrowed(gone)) for sdk, pin, gone in pinned)


def releases(paths: Sequence[str | os.PathLike[str]], options: Options) -> tuple[Sdk, ...]:
    """The SDKs as they are in the releases in effect for what is at and below the paths, declared ones included."""
    knowledge = load()
    disk = Disk(listing(paths, options.exclude), signs_of(knowledge))
    installed = installed_versions(Path(top(disk.root)))
    return _in_effect(disk, with_declared(knowledge, options.config.declared), installed)
