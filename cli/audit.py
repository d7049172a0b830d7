"""`aiready audit`: judge the model calls of a project."""

from __future__ import annotations

import sys
from dataclasses import replace

from . import options as o

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from ..checks.model import Audit
    from .running import Job


def audit(  # noqa: PLR0917 - typer and plain give them by name
    paths: o.Paths = None,
    select: o.Select = None,
    ignore: o.Ignore = None,
    persona: o.Persona = None,
    min_severity: o.MinSeverity = None,
    fail_on: o.FailOn = None,
    exit_zero: o.ExitZero = False,
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
    fix: o.Fix = False,
    unsafe_fixes: o.UnsafeFixes = False,
    diff: o.Diff = False,
    no_cache: o.NoCache = False,
    cache_dir: o.CacheDir = None,
) -> int:
    """Find every model call and say what is wrong with it.

    Exit status: 0 clean, 1 findings at or above --fail-on (never with --call) or a --diff that isn't empty, 2 a mistake
    in the command, 3 nothing could be audited.
    """
    from ..report.interface import AUDIT_FORMATS, ONE_CALL_FORMATS
    from .gate import Gate
    from .looks import look
    from .running import Asked, Job, known

    catalogue = known(paths or ())
    asked = Asked(tuple(paths or ()), config, scope, jobs, o.words(exclude), None if no_cache else cache_dir or "")
    chosen = asked.options(
        catalogue.resolve(o.words(select)) if select else None, catalogue.resolve(o.words(ignore)), persona
    )
    said = chosen.config
    gate = Gate(min_severity or said.min_severity or "note", fail_on or said.fail_on or "warning", exit_zero)
    looks = look(color, output, quiet=quiet, statistics=statistics)
    if fix or diff or unsafe_fixes:
        from .fixing import Fixing

        fixing = Fixing(asked.paths, chosen, unsafe_fixes, quiet, verbose).checked(fix=fix, diff=diff, call=call)
        if diff:
            return fixing.diff(gate.shows, output or "") and int(not exit_zero)
        chosen = fixing.fix(gate.shows)

    job = Job(asked.paths, chosen, output or "", quiet, verbose)
    if call is not None:
        return _one_call(job, call, lambda found, at: ONE_CALL_FORMATS[format](found, at, catalogue, looks))

    def written(found: Audit) -> tuple[str, int]:
        shown = gate.shown(found)
        return AUDIT_FORMATS[format](shown, catalogue, looks), gate.status(shown.findings)

    return job.done(sys.argv[1:], written)


def _one_call(job: Job, call: str, written: Callable[[Audit, int], str]) -> int:
    """Tell of one call, whatever was selected."""
    from ..report.one_call import find

    everything = replace(job.options, select=None, ignore=frozenset(), persona="auditor")
    return replace(job, options=everything).done(sys.argv[1:], lambda found: (written(found, find(found, call)), 0))
