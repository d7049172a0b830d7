"""`aiready gate`: whether a release may go out, by one policy."""

from __future__ import annotations

from typing import Annotated, Literal

from . import options as o
from .declare import Opt

AuditFile = Annotated[
    str | None,
    Opt(
        ("--audit",), "Take this audit, a document of `aiready audit --format json`, instead of auditing PATHS.", "FILE"
    ),
]
Benches = Annotated[
    list[str] | None,
    Opt(
        ("--bench",),
        "Take this run of the bench: a folder, an id in .aiready/runs, or a JSON document; repeated for several."
        " Else the latest result in .aiready.",
        "RUN",
    ),
]
RunBench = Annotated[bool, Opt(("--run-bench",), "Measure first what bench: of the configuration says.")]
GateFormat = Annotated[Literal["text", "json", "markdown", "junit"], Opt(("--format",), "The kind of document.")]
GateQuiet = Annotated[bool, Opt(("--quiet", "-q"), "What stops the release only; no progress.")]


def gate(  # noqa: PLR0917 - typer and plain give them by name
    paths: o.Paths = None,
    audit: AuditFile = None,
    bench: Benches = None,
    run_bench: RunBench = False,
    config: o.Config = None,
    exclude: o.Exclude = None,
    jobs: o.Jobs = 0,
    exit_zero: o.ExitZero = False,
    format: GateFormat = "text",  # noqa: A002 - the option's name
    output: o.Output = None,
    color: o.Color = "auto",
    quiet: GateQuiet = False,
    verbose: o.Verbose = False,
) -> int:
    """Hold a policy against what was found and measured.

    It says what stops a release.

    Exit status: 0 all of it holds, 1 something stops the release, 2 a mistake in the command, 3 nothing could be
    audited, 4 a measurement is invalid or has too few requests and nothing else stops it.
    """
    from ..checks.errors import UsageError
    from ..report.gate_interface import GATE_FORMATS, STATUS
    from .destination import check, deliver
    from .gating import Gating
    from .looks import look
    from .running import Asked

    if audit is not None and paths:
        raise UsageError("--audit: PATHS say nothing with it, as nothing is audited; leave out one of them")
    if run_bench and bench:
        raise UsageError("--run-bench: measures anew, --bench takes what was measured; leave out one of them")
    if output:
        check(output)
    asked = Asked(tuple(paths or ()), config, "auto", jobs, o.words(exclude), None)
    ruling = Gating(asked, quiet, verbose).ruling(audit, tuple(bench or ()), measures=run_bench)
    deliver(GATE_FORMATS[format](ruling, look(color, output, quiet=quiet)).encode(), output or "")
    return 0 if exit_zero else STATUS[ruling.verdict]
