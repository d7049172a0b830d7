"""`aiready report`: what was asked for is found, read, shown in one document, and judged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from ..checks.errors import NothingToAudit, UsageError
from ..checks.model import Audit
from ..report.terminal import counted
from .form import Form
from .kept import Kept
from .levels import Levels
from .stored_results import Stored, located

if TYPE_CHECKING:
    from ..bench.outcome import Outcome
    from ..checks.catalogue import Catalogue
    from ..history.model import Trend
    from ..report.stored import Results


def shown(words: Sequence[str], form: Form, kept: Kept, asked: Sequence[str], slos: Sequence[str]) -> int:
    """Shows the results that the words stand for; the exit status. `asked` are the options given for one run by
    itself. Raises BenchMistake, HistoryError and UsageError."""
    found = located(words)
    first = found[0].result if found else None
    if len(found) == 1 and isinstance(first, str):
        return _run(first, form, kept, slos)
    if asked:
        raise UsageError(f"{asked[0]}: is for one run by itself, not for {_counted(found)}")
    if len(found) == 1 and isinstance(first, Audit):
        return _audit(first, form, _catalogue(found))
    return _together(_read(found), form, _catalogue(found))


def _run(run: str, form: Form, kept: Kept, slos: Sequence[str]) -> int:
    from ..bench.outcome import outcome
    from ..bench.slo import parse
    from ..report.bench_interface import BENCH_FORMATS
    from .results_end import concluded

    form.of(BENCH_FORMATS, "a run")
    return concluded(outcome(run, parse(slos) if slos else None), form, kept)


def _catalogue(found: Iterable[Stored]) -> Catalogue:
    """With the rules of packages that aren't installed here, as the results tell of them."""
    from ..checks.catalogue import load

    return load().told(rule for each in found for rule in each.rules)


def _audit(found: Audit, form: Form, catalogue: Catalogue) -> int:
    from ..report.interface import AUDIT_FORMATS, step_summary

    document = form.of(AUDIT_FORMATS, "an audit")(found, catalogue, form.look)
    form.deliver(document, lambda: step_summary(found, catalogue, form.look))
    if found.nothing:
        raise NothingToAudit(found.nothing)
    return _status(found)


def _together(found: Results, form: Form, catalogue: Catalogue) -> int:
    from ..report.joined import TOGETHER_FORMATS
    from .results_end import status_of_all

    document = form.of(TOGETHER_FORMATS, "several results together")(found, catalogue, form.look)
    form.deliver(document, lambda: TOGETHER_FORMATS["markdown"](found, catalogue, form.look))
    return status_of_all((each for _, each in found.runs), (_status(each) for _, each in found.audits))


def trended(words: Sequence[str], form: Form) -> int:
    """Shows how the figures of the results went, or those of the history where none is named; the exit status."""
    from ..report.trend import trend

    def given() -> Trend:
        found = located(words)
        return trend(_read(found), _catalogue(found))

    return drawn(given if words else _kept, form)


def drawn(of: Callable[[], Trend], form: Form) -> int:
    """Shows a trend; the exit status."""
    from ..report.trend_interface import TREND_FORMATS

    write = form.of(TREND_FORMATS, "a trend")
    trend = of()
    form.deliver(write(trend, form.look), lambda: TREND_FORMATS["markdown"](trend, form.look))
    return 0


def _kept() -> Trend:
    from ..history.reading import LIMIT, trend_of
    from .keeping import home

    return trend_of(home("."), LIMIT)


def _read(found: Iterable[Stored]) -> Results:
    from ..bench.outcome import outcome
    from ..report.stored import Results

    audits: list[tuple[str, Audit]] = []
    runs: list[tuple[str, Outcome]] = []
    for each in found:
        if isinstance(each.result, Audit):
            audits.append((each.name, each.result))
        else:
            runs.append((each.name, outcome(each.result)))
    return Results(tuple(audits), tuple(runs))


def _status(found: Audit) -> int:
    """As that of an audit with the usual fail level."""
    return 3 if found.nothing else Levels().status(found.findings)


def _counted(found: Sequence[Stored]) -> str:
    audits = sum(isinstance(each.result, Audit) for each in found)
    kinds = ((audits, "audit"), (len(found) - audits, "run"))
    return " and ".join(counted(count, noun) for count, noun in kinds if count)
