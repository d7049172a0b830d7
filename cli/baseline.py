"""`aiready baseline`: write down the findings there are, so that an audit fails on new ones only."""

from __future__ import annotations

import sys
from typing import Annotated

from . import options as o
from .declare import Opt

File = Annotated[
    str | None,
    Opt(
        ("--file",),
        "Write this file; else the configuration's, or aiready-baseline.json at the project's top.",
        "FILE",
    ),
]
Prune = Annotated[bool, Opt(("--prune",), "Only take out what is fixed; nothing is added.")]
Baseline = Annotated[
    str | None,
    Opt(
        ("--baseline",),
        "Take the known findings from this file; else from the configuration's, or aiready-baseline.json at the"
        " project's top, where there is one.",
        "FILE",
    ),
]
NoBaseline = Annotated[bool, Opt(("--no-baseline",), "Hold findings against no baseline: all are new.")]
Ratchet = Annotated[
    bool,
    Opt(
        ("--ratchet",),
        "End with status 1 when a rule finds more than the baseline holds of it, and only then.",
    ),
]
Since = Annotated[
    str | None,
    Opt(
        ("--since",),
        "Judge only what changed since the branch parted from this commit, and the calls that this reaches;"
        " also written --diff REF.",
        "REF",
    ),
]
BaselineQuiet = Annotated[bool, Opt(("--quiet", "-q"), "No message, no progress.")]


def baseline(  # noqa: PLR0917 - typer and plain give them by name
    paths: o.Paths = None,
    file: File = None,
    prune: Prune = False,
    exclude: o.Exclude = None,
    config: o.Config = None,
    scope: o.Scope = "auto",
    quiet: BaselineQuiet = False,
    verbose: o.Verbose = False,
    jobs: o.Jobs = 0,
) -> int:
    """Write down the findings there are, to fail on new ones only.

    The file is meant to be committed; an audit takes it where it lies.

    Exit status: 0 written, 2 a mistake in the command, 3 nothing could be audited.
    """
    from ..checks.model import Audit
    from .destination import check, deliver
    from .known import Known, placed
    from .running import Asked, Job, known

    catalogue = known(paths or ())
    asked = Asked(tuple(paths or ()), config, scope, jobs, o.words(exclude), None)
    options = asked.options(None, persona="auditor")  # what a reader is told may depend on who reads
    where = placed(asked.paths, options.config, file)
    check(where.file)
    held = Known.at(where, asked.paths, required=prune)

    def written(found: Audit) -> tuple[str, int]:
        if found.nothing:
            return "", 0
        text, told = (held.pruned if prune else held.renewed)(found, catalogue)
        if text != held.text:
            deliver(text.encode(), where.file)
        return "" if quiet else told, 0

    return Job(asked.paths, options, "", quiet, verbose).done(sys.argv[1:], written)
