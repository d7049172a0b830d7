"""`aiready report` and `aiready compare`: runs that were made already, from their files; nothing is sent."""

from __future__ import annotations

from typing import Annotated

from . import options as o
from .declare import Arg, Opt

Slos = Annotated[
    list[str] | None,
    Opt(
        ("--slo",),
        "Judge by this threshold, such as p95_ttft<1.5s, instead of those of the run; separated by commas or repeated.",
        "THRESHOLD",
    ),
]
Baseline = Annotated[
    str | None, Opt(("--baseline",), "Compare with the run kept under this name; status 1 where it regressed.", "NAME")
]
SaveBaseline = Annotated[str | None, Opt(("--save-baseline",), "Keep the run under this name to compare with.", "NAME")]
Tolerance = Annotated[
    str | None, Opt(("--tolerance",), "Differences up to this part matter to nobody. Default: 5%.", "SHARE")
]
Runs = Annotated[list[str] | None, Arg("RUNS", "Runs: folders, their files, or ids in .aiready/runs.")]
Results = Annotated[
    list[str] | None,
    Arg("RESULTS", "Audits (their JSON documents), runs (folders, their files, or ids in .aiready/runs), history:ID."),
]
AsTrend = Annotated[
    bool, Opt(("--trend",), "Show how the figures went: those of RESULTS, in that order, or those of the history.")
]
ResultQuiet = Annotated[bool, Opt(("--quiet", "-q"), "The verdict only; of a comparison, no notes.")]


def report(  # noqa: PLR0917 - typer and plain give them by name
    results: Results = None,
    slo: Slos = None,
    baseline: Baseline = None,
    save_baseline: SaveBaseline = None,
    tolerance: Tolerance = None,
    trend: AsTrend = False,
    exit_zero: o.ExitZero = False,
    format: o.Format = "text",  # noqa: A002 - the option's name
    output: o.Output = None,
    color: o.Color = "auto",
    quiet: ResultQuiet = False,
) -> int:
    """Show stored results again, in any format.

    Audits, load tests, or both together.

    All figures of a run are computed again from its files. --slo, --baseline, --save-baseline and --tolerance are for
    one run by itself.

    Exit status, of several the gravest: 0 every threshold is met and no finding is a warning or an error, 1 it isn't,
    or a run regressed, 2 a mistake in the command, 3 every request failed or nothing was audited, 4 invalid or too few
    requests.
    """
    from .form import Form
    from .kept import Kept, tolerated
    from .looks import look
    from .reporting import shown, trended

    kept = Kept(baseline, save_baseline, tolerated(tolerance))
    form = Form(format, look(color, output, quiet=quiet), output or "")
    if trend:
        return trended(results or (), form)
    asked = {"--slo": slo, "--baseline": baseline, "--save-baseline": save_baseline, "--tolerance": tolerance}
    status = shown(results or (), form, kept, [name for name, value in asked.items() if value], slo or ())
    return 0 if exit_zero else status


def compare(  # noqa: PLR0917 - as above
    runs: Runs = None,
    tolerance: Tolerance = None,
    exit_zero: o.ExitZero = False,
    format: o.Format = "text",  # noqa: A002 - the option's name
    output: o.Output = None,
    color: o.Color = "auto",
    quiet: ResultQuiet = False,
) -> int:
    """Compare runs with the first: better, worse or not shown.

    A difference is shown where it is larger than what chance makes.

    Exit status: 0 no regression shown, 1 one is, 2 a mistake in the command, 4 the client was the bottleneck in one.
    """
    from ..bench.outcome import comparison, outcome
    from .form import Form
    from .kept import tolerated
    from .looks import look
    from .results_end import compared_status, side_by_side

    form = Form(format, look(color, output, quiet=quiet), output or "")
    form.check()
    found = comparison([outcome(each) for each in runs or ()], tolerated(tolerance))
    side_by_side(found, form)
    return 0 if exit_zero else compared_status(found)
