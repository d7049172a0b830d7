"""`aiready report` and `aiready compare`: runs that were made already, from their files; nothing is sent."""

from __future__ import annotations

from typing import Annotated, Literal

from . import options as o
from .declare import Arg, Opt

ReportFormat = Annotated[
    Literal["text", "json", "markdown", "csv", "html"], Opt(("--format",), "The kind of document.")
]
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
OneRun = Annotated[str, Arg("RUN", "A run: its folder, one of its files, or its id in .aiready/runs.")]
ResultQuiet = Annotated[bool, Opt(("--quiet", "-q"), "The verdict only; of a comparison, no notes.")]


def report(  # noqa: PLR0917 - typer and plain give them by name
    run: OneRun,
    slo: Slos = None,
    baseline: Baseline = None,
    save_baseline: SaveBaseline = None,
    tolerance: Tolerance = None,
    exit_zero: o.ExitZero = False,
    format: ReportFormat = "text",  # noqa: A002 - the option's name
    output: o.Output = None,
    color: o.Color = "auto",
    quiet: ResultQuiet = False,
) -> int:
    """Compute all figures of a run again from its files.

    Exit status: 0 every threshold is met, 1 one is not or it regressed, 2 a mistake in the command, 3 every request
    failed, 4 invalid or too few requests.
    """
    from ..bench.outcome import outcome
    from ..bench.slo import parse
    from .kept import Kept, tolerated
    from .looks import look
    from .results_end import concluded

    kept = Kept(baseline, save_baseline, tolerated(tolerance))
    found = outcome(run, parse(slo) if slo else None)
    status = concluded(found, (format, look(color, output, quiet=quiet)), kept, output or "")
    return 0 if exit_zero else status


def compare(  # noqa: PLR0917 - as above
    runs: Runs = None,
    tolerance: Tolerance = None,
    exit_zero: o.ExitZero = False,
    format: ReportFormat = "text",  # noqa: A002 - the option's name
    output: o.Output = None,
    color: o.Color = "auto",
    quiet: ResultQuiet = False,
) -> int:
    """Compare runs with the first of them: better, worse, or no difference shown.

    Exit status: 0 no regression shown, 1 one is, 2 a mistake in the command, 4 the client was the bottleneck in one.
    """
    from ..bench.outcome import comparison, outcome
    from ..report.bench_interface import COMPARE_FORMATS
    from .destination import check, deliver
    from .kept import tolerated
    from .looks import look
    from .results_end import compared_status

    if output:
        check(output)
    found = comparison([outcome(each) for each in runs or ()], tolerated(tolerance))
    deliver(COMPARE_FORMATS[format](found, look(color, output, quiet=quiet)).encode(), output or "")
    return 0 if exit_zero else compared_status(found)
