"""`aiready audit`: judge the model calls of a project."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from . import baseline as b
from . import options as o

if TYPE_CHECKING:
    from ..checks.catalogue import Catalogue
    from ..report.look import Look
    from .running import Written


def audit(  # noqa: PLR0917 - typer and plain give them by name
    paths: o.Paths = None,
    select: o.Select = None,
    ignore: o.Ignore = None,
    persona: o.Persona = None,
    min_severity: o.MinSeverity = None,
    fail_on: o.FailOn = None,
    exit_zero: o.ExitZero = False,
    baseline: b.Baseline = None,
    no_baseline: b.NoBaseline = False,
    ratchet: b.Ratchet = False,
    since: b.Since = None,
    exclude: o.Exclude = None,
    call: o.OneCall = None,
    config: o.Config = None,
    scope: o.Scope = "auto",
    format: o.AuditFormat = "text",  # noqa: A002 - the option's name
    output: o.Output = None,
    statistics: o.Statistics = False,
    color: o.Color = "auto",
    quiet: o.Quiet = False,
    verbose: o.Verbose = False,
    jobs: o.Jobs = 0,
    no_cache: o.NoCache = False,
    cache_dir: o.CacheDir = None,
) -> int:
    """Find every model call and say what is wrong with it.

    Exit status: 0 clean, 1 findings at or above --fail-on (never with --call), 2 a mistake in the command, 3 nothing
    could be audited.
    """
    from ..checks.model import Audit
    from ..report.interface import AUDIT_FORMATS, step_summary
    from . import step_summary as summary
    from .holding import Holding, Wanted
    from .keeping import audits_of
    from .levels import Levels
    from .looks import look
    from .running import Asked, Job, known

    catalogue = known(paths or ())
    asked = Asked(tuple(paths or ()), config, scope, jobs, o.words(exclude), None if no_cache else cache_dir or "")
    chosen = asked.options(
        catalogue.resolve(o.words(select)) if select else None, catalogue.resolve(o.words(ignore)), persona
    )
    said = chosen.config
    levels = Levels(min_severity or said.min_severity or "note", fail_on or said.fail_on or "warning", exit_zero)
    looks = look(color, output, quiet=quiet, statistics=statistics)

    if call is not None:
        everything = replace(chosen, select=None, ignore=frozenset(), persona="auditor")
        job = Job(asked.paths, everything, output or "", quiet, verbose)
        return job.done(sys.argv[1:], _of_one(call, format, catalogue, looks))

    held = Holding(Wanted(baseline, no_baseline, ratchet, since), asked.paths, chosen, catalogue)

    def written(found: Audit) -> tuple[str, int]:
        shown = levels.shown(found)
        summary.add(format, lambda: step_summary(shown, catalogue, looks))
        return AUDIT_FORMATS[format](shown, catalogue, looks), held.status(levels, shown)

    narrowed = any((select, ignore, persona, exclude, config, since))
    keep = None if narrowed else audits_of(asked.paths, catalogue)
    job = Job(asked.paths, held.options, output or "", quiet, verbose, keep, held)
    return job.done(sys.argv[1:], written)


def _of_one(call: str, form: str, catalogue: Catalogue, looks: Look) -> Written:
    """Tells of the call at this place. Raises UsageError for a format that can't."""
    from ..checks.errors import UsageError
    from ..report.interface import ONE_CALL_FORMATS
    from ..report.one_call import find

    if form not in ONE_CALL_FORMATS:
        raise UsageError(f"--call: one call is told as {' or '.join(ONE_CALL_FORMATS)}, not as {form}")
    return lambda found: (ONE_CALL_FORMATS[form](found, find(found, call), catalogue, looks), 0)
