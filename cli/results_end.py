"""How a run ends on the command line: its document, its baseline, and its exit status."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from ..bench.outcome import Compared, Outcome, baseline_files, checked, comparison, outcome, save_baseline
from ..report.bench_interface import BENCH_FORMATS, COMPARE_FORMATS, SUMMARY, as_evidence, with_baseline
from ..report.terminal import safe
from .form import Form
from .keeping import keep_run, own_folder
from .kept import Kept

PASSED, FAILED, UNDONE, UNDECIDED = 0, 1, 3, 4


def status(of: Outcome, *, regressed: bool = False) -> int:
    """The exit status of a run: that every request failed comes first, whatever else there is to say, then a client at
    fault, since nothing was measured, then what is shown to be wrong, then what can't be told."""
    if of.figures.attempted and not of.figures.succeeded:
        return UNDONE
    if of.verdict == "invalid":
        return UNDECIDED
    if of.verdict == "fail" or regressed:
        return FAILED
    return PASSED if of.verdict == "pass" else UNDECIDED


def compared_status(of: Compared) -> int:
    """The exit status of a comparison."""
    if any(each.client.fault for each in of.runs):
        return UNDECIDED
    return FAILED if of.regressions else PASSED


def status_of_all(runs: Iterable[Outcome], others: Iterable[int] = ()) -> int:
    """The exit status of several runs, and of results beside them: an invalid run comes first, since nothing was
    measured, then the gravest."""
    held = list(runs)
    if any(each.verdict == "invalid" for each in held):
        return UNDECIDED
    statuses = {*map(status, held), *others}
    return next(each for each in (UNDONE, FAILED, UNDECIDED, PASSED) if each in statuses)


def concluded(of: Outcome, form: Form, kept: Kept) -> int:
    """Writes the document of a run in a format, with the comparison where a baseline is named, then keeps the run
    under a name; the exit status. Raises KeptError before anything is written where there is no such baseline."""
    write = form.of(BENCH_FORMATS, "a run")
    if kept.save is not None:
        checked(kept.save)
    if kept.baseline is None:
        form.deliver(write(of, form.look), lambda: BENCH_FORMATS[SUMMARY](of, form.look))
        found = None
    else:
        held = found = comparison([outcome(baseline_files(kept.baseline)), of], kept.tolerance)
        form.deliver(
            with_baseline(form.format, of, held, form.look), lambda: with_baseline(SUMMARY, of, held, form.look)
        )
        _tell(found)
    if kept.save is not None:
        sys.stderr.write(f"aiready: kept as {safe(str(save_baseline(kept.save, of.paths)))}\n")
    return status(of, regressed=bool(found and found.regressions))


def side_by_side(of: Compared, form: Form) -> None:
    """Writes the document of several runs."""
    write = form.of(COMPARE_FORMATS, "runs side by side")
    form.deliver(write(of, form.look), lambda: COMPARE_FORMATS[SUMMARY](of, form.look))


def recorded(of: Outcome, folder: Path) -> None:
    """Writes a fresh run's result beside its samples, and where an audit of this project finds it as evidence: not
    where the simulator answered, which proves nothing of any model, nor where every request failed, as at a mistyped
    port: what was measured before is worth more. Real ones go into the history, too. Raises KeptError."""
    from ..bench.outcome import keep_evidence, keep_result
    from ..report.look import Look

    keep_result(BENCH_FORMATS["json"](of, Look()), folder)
    if of.simulated:
        return
    own_folder()
    if of.figures.succeeded:
        keep_evidence(as_evidence(of))
    keep_run(of)


def _tell(found: Compared) -> None:
    names = ", ".join(each.subject for each in found.regressions)
    sys.stderr.write(f"aiready: against the baseline: {f'regressed: {names}' if names else 'no regression shown'}\n")
