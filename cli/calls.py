"""`aiready calls`: the inventory of a project's model calls."""

from __future__ import annotations

import sys
from dataclasses import replace

from . import options as o


def calls(  # noqa: PLR0917 - typer and plain give them by name
    paths: o.Paths = None,
    exclude: o.Exclude = None,
    config: o.Config = None,
    scope: o.Scope = "auto",
    format: o.CallsFormat = "table",  # noqa: A002 - the option's name
    output: o.Output = None,
    color: o.Color = "auto",
    quiet: o.CallsQuiet = False,
    verbose: o.Verbose = False,
    jobs: o.Jobs = 0,
    no_cache: o.NoCache = False,
    cache_dir: o.CacheDir = None,
) -> int:
    """List every model call and what is in effect for it.

    Its model, timeout, retries, output cap, streaming and audience.

    Exit status: 0 also when there are none, 2 a mistake in the command, 3 nothing could be read.
    """
    from ..checks.model import Audit
    from ..report.interface import CALLS_FORMATS
    from .looks import look
    from .running import Asked, Job, known

    catalogue, looks = known(paths or ()), look(color, output, quiet=quiet)
    asked = Asked(tuple(paths or ()), config, scope, jobs, o.words(exclude), None if no_cache else cache_dir or "")

    def written(found: Audit) -> tuple[str, int]:
        return CALLS_FORMATS[format](found, catalogue, looks), 0

    options = replace(asked.options(frozenset()), checklist=False)
    return Job(asked.paths, options, output or "", quiet, verbose).done(sys.argv[1:], written)
