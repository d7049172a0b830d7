"""A policy held against what is known: pure, so that the same of everything comes to the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from ..checks.catalogue import Catalogue
from ..checks.files.ignore import Pattern
from ..checks.model import Audit, Finding, Severity, Step, Verdict
from .model import Case, Excepted, Policy, Result, Row, Ruling, Use
from .thresholds import rows_of

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")


def ruled(policy: Policy, case: Case, catalogue: Catalogue) -> Ruling:
    """Every gate of the policy, and what became of its exceptions."""
    live = [each for each in policy.exceptions if each.expires >= case.today]
    before = (*_items(policy, case.audit, catalogue), *rows_of(policy, case))
    rows = (*_findings(policy, case.audit, live), *(_spared(row, policy, case.today) for row in before))
    uses = tuple(Use(each, _matched(each, case.audit, before), each not in live) for each in policy.exceptions)
    return Ruling(policy, case.audit, rows, uses, case.today, case.benches)


def _findings(policy: Policy, audit: Audit, live: Sequence[Excepted]) -> Iterator[Row]:
    """What is suppressed or in the baseline is nobody's business here."""
    for severity in SEVERITIES:
        if severity not in policy.most:
            continue
        most = policy.most[severity]
        there = [one for one in audit.findings if one.open and one.severity == severity]
        counted = [one for one in there if not any(_about(each, one) for each in live)]
        spared = f", {len(there) - len(counted)} excepted" if len(counted) < len(there) else ""
        result: Result = "fail" if len(counted) > most else "excepted" if len(there) > most else "pass"
        places = tuple(Step(one.place, f"{one.rule} {one.message}") for one in counted) if result == "fail" else ()
        advice = f"`aiready audit --min-severity {severity}` tells all and what to do." if result == "fail" else ""
        yield Row("findings", severity, result, f"at most {most}", f"{len(counted)}{spared}", advice, places)


def _about(exception: Excepted, finding: Finding) -> bool:
    if finding.rule not in exception.covers:
        return False
    pattern = exception.path if exception.seen is None else exception.seen
    return not exception.path or (bool(pattern) and Pattern(pattern).covers(finding.place.path))


def _items(policy: Policy, audit: Audit, catalogue: Catalogue) -> Iterator[Row]:
    judged = {each.item: each for each in audit.checklist}
    for item in catalogue.items:
        if item.id not in policy.require | policy.partial:
            continue
        yield _item(item.id, judged.get(item.id), half=item.id in policy.partial)


def _item(name: str, verdict: Verdict | None, *, half: bool) -> Row:
    """What an item comes to; `half`: it is enough that it doesn't fail."""
    wanted = "not fail" if half else "pass"
    if verdict is None:
        return Row("item", name, "missing", wanted, "not judged in this audit", "Audit again with this version.")
    word = "" if verdict.verdict in {"pass", "fail"} else verdict.verdict
    share = f"{verdict.met}/{verdict.needed}" if verdict.needed and verdict.attested is None else ""
    found = ": ".join(filter(None, (" ".join(filter(None, (word, share))), verdict.reason)))
    if verdict.verdict in ({"pass", "n/a", "partial", "attest"} if half else {"pass", "n/a"}):
        return Row("item", name, "pass", wanted, found)
    return Row("item", name, "fail", wanted, found, verdict.advice, verdict.evidence)


def _spared(row: Row, policy: Policy, today: date) -> Row:
    """The row by the exception that is about it and lasts longest; of one that has ended it is told."""
    about = [each for each in policy.exceptions if _is_for(each, row)]
    if not about:
        return row
    latest = max(about, key=lambda each: each.expires)
    if latest.expires >= today:
        return replace(row, result="excepted", advice="", places=(), exception=latest)
    return replace(row, found="; ".join(filter(None, (row.found, f"its exception ended on {latest.expires}"))))


def _is_for(exception: Excepted, row: Row) -> bool:
    """Whether a gate that isn't passed is what an exception is for."""
    gates = {"rule": set[str](), "item": {"item"}, "slo": {"slo", "budget"}}[exception.subject]
    return row.result != "pass" and row.gate in gates and row.name in exception.covers


def _matched(exception: Excepted, audit: Audit, rows: Sequence[Row]) -> int:
    if exception.subject == "rule":
        return sum(_about(exception, one) for one in audit.findings if one.open)
    return sum(_is_for(exception, row) for row in rows)
