"""`aiready audit`: judge the model calls of a project."""

from __future__ import annotations

from . import baseline as b
from . import options as o


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
    fix: o.Fix = False,
    diff: o.Diff = False,
    unsafe_fixes: o.UnsafeFixes = False,
    exclude: o.Exclude = None,
    call: o.OneCall = None,
    config: o.Config = None,
    scope: o.Scope = "auto",
    format: o.Format = "text",  # noqa: A002 - the option's name
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

    Exit status: 0 clean, 1 findings at or above --fail-on (never with --call) or a --diff that isn't empty, 2 a mistake
    in the command, 3 nothing could be audited.
    """
    given = dict(locals())
    from .auditing import Auditing
    from .form import Form
    from .holding import Wanted
    from .levels import Levels
    from .looks import look
    from .running import Asked, known

    catalogue = known(paths or ())
    asked = Asked(tuple(paths or ()), config, scope, jobs, o.words(exclude), None if no_cache else cache_dir or "")
    chosen = asked.options(
        catalogue.resolve(o.words(select)) if select else None, catalogue.resolve(o.words(ignore)), persona
    )
    levels = Levels.of(chosen.config, min_severity, fail_on, exit_zero=exit_zero)
    form = Form(format, look(color, output, quiet=quiet, statistics=statistics), output or "")
    work = Auditing(asked.paths, chosen, catalogue, levels, form, quiet, verbose)
    against = Wanted(baseline, no_baseline, ratchet, since)
    if fix or diff or unsafe_fixes:
        fixing = work.fixing(against, unsafe=unsafe_fixes)
        fixing.checked(form.output, fix=fix, diff=diff, call=call)
        if diff:
            return fixing.diff(levels.shows, form.output) and int(not exit_zero)
        work = work.of(fixing.fix(levels.shows))
    if call is not None:
        return work.one(call)
    return work.whole(against, given)
