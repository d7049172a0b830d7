"""What a gate comes to, in the words that all its documents share. All of it is safe to print."""

from __future__ import annotations

from collections.abc import Iterator

from ..gate import Row, Ruling, Use
from ..gate.model import MONTH, UNDECIDED
from .bench_words import about, interval, shown
from .terminal import counted, safe

GRAVITY = ("fail", "missing", "stale", "invalid", "inconclusive", "excepted", "pass")
"""The results, the gravest first."""


def in_order(rows: tuple[Row, ...]) -> list[Row]:
    """The gravest first; what only follows from another after it."""
    return sorted(rows, key=lambda row: (GRAVITY.index(row.result), row.follows))


def name(row: Row) -> str:
    """What a gate is called."""
    match row.gate:
        case "findings":
            return f"{row.name} findings"
        case "bench":
            return "bench result"
        case "budget":
            return f"budget {safe(row.name)}"
        case _:
            return safe(row.name)


def found(row: Row) -> str:
    """What there is: a figure with its interval, or as the ruling says it."""
    return safe(f"{row.run}: " if row.run else "") + _found(row)


def _found(row: Row) -> str:
    of = row.judgement
    if of is None or of.observed.value is None:
        return safe(row.found)
    unit = "$" if of.slo.name == MONTH else about(of.slo.name).unit
    figure = f"{shown(of.observed.value, unit)} {interval(of.observed, unit)}".rstrip()
    return safe(f"{figure}; {row.found}" if row.found else figure)


def wanted(row: Row) -> str:
    """What is asked."""
    return safe(row.wanted)


def headline(of: Ruling) -> str:
    """The verdict, and by how much."""
    gates = counted(len(of.rows), "gate")
    leading = [row for row in of.rows if not row.follows]
    match of.verdict:
        case "stopped":
            return f"release stopped by {sum(row.stops for row in leading)} of {gates}"
        case "undecided":
            return f"undecided: {sum(row.result in UNDECIDED for row in leading)} of {gates} can't be told"
        case "passed":
            excepted = sum(row.result == "excepted" for row in of.rows)
            return f"release may go: {gates} passed{f', {excepted} of them by exception' if excepted else ''}"


def policy(of: Ruling) -> str:
    """Where it comes from."""
    if of.policy.path:
        return f"policy: gate in {safe(of.policy.path)}"
    return "policy: none is configured, so: no error, and no item of the checklist fails (docs/gate.md)"


def notes(of: Ruling) -> Iterator[str]:
    """What doesn't count, and what somebody should know of what was looked at."""
    suppressed = sum(one.suppressed is not None for one in of.audit.findings)
    known = sum(one.known and one.suppressed is None for one in of.audit.findings)
    if suppressed or known:
        yield f"not counted: {counted(suppressed, 'suppressed finding')}, {known} known (in the baseline)"
    if of.audit.skipped:
        yield f"{counted(len(of.audit.skipped), 'file')} could not be audited; `aiready audit` says why"
    for each in of.uses:
        what = f"exception for {safe(each.exception.named)} (line {each.exception.line})"
        if each.expired:
            yield f"{what} ended on {each.exception.expires}: it counts no more, and was for {_about(each)}"
        elif not each.matched:
            yield f"{what} is about nothing any more: take it out"


def exceptions(of: Ruling) -> Iterator[str]:
    """Those in use: what for, until when and why."""
    for each in of.uses:
        if each.matched and not each.expired:
            said = each.exception
            where = f" in {said.path}" if said.path else ""
            yield safe(f"{said.named}{where} until {said.expires}, for {_about(each)}: {said.reason}")


def _about(use: Use) -> str:
    return counted(use.matched, "finding" if use.exception.subject == "rule" else "gate")
