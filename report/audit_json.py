"""The audit as JSON: schema `aiready.audit/1`, for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from typing import get_args

from ..checks.catalogue import Catalogue
from ..checks.model import Audit, Finding, Fix, Severity, Verdict
from . import values
from .groups import by_rule
from .look import Look

SCHEMA = "aiready.audit/1"
_SEVERITIES: tuple[Severity, ...] = get_args(Severity)
_VERDICTS = ("pass", "partial", "fail", "n/a", "attest")


def document(audit: Audit, catalogue: Catalogue, look: Look) -> str:
    """Suppressed and known findings are in it, marked, but not counted; the look adds the statistics if asked for."""
    return values.written(as_values(audit, catalogue, look))


def as_values(audit: Audit, catalogue: Catalogue, look: Look) -> values.Value:
    """The same before it is text."""
    return {
        **values.head(SCHEMA, audit),
        "calls": values.calls(audit),
        "findings": [finding(each, catalogue) for each in audit.findings],
        "unused_suppressions": [
            {**(values.spot(one.place) or {}), "words": list(one.words), "problem": one.problem} for one in audit.unused
        ],
        "checklist": [_verdict(each, catalogue) for each in audit.checklist],
        **({"statistics": _statistics(audit.findings, catalogue)} if look.statistics else {}),
        "narrowed": list(audit.narrowed),
        **_standing(audit),
        "summary": _summary(audit),
    }


def finding(found: Finding, catalogue: Catalogue) -> values.Value:
    """A finding with what the catalogue says of its rule."""
    rule = catalogue.rule(found.rule)
    return {
        "rule": rule.id,
        "name": rule.name,
        "severity": found.severity,
        "confidence": found.confidence,
        "item": rule.item,
        **values.span(found.place),
        "message": found.message,
        "help": found.help,
        "trace": values.steps(found.trace),
        "call": found.call,
        "whole": found.whole,
        "source": found.source,
        "fingerprint": found.fingerprint,
        "fix": None if found.fix is None else _fix(found.fix),
        "suppressed": found.suppressed,
        "baseline": "known" if found.known else "new",
    }


def _fix(fix: Fix) -> values.Value:
    edits = [{**values.span(edit.place), "text": edit.text} for edit in fix.edits]
    return {"title": fix.title, "applicability": fix.applicability, "edits": edits}


def _statistics(findings: Iterable[Finding], catalogue: Catalogue) -> list[values.Value]:
    counted = [(rule, Counter(one.severity for one in found)) for rule, found in by_rule(findings)]
    return [
        {"rule": rule, "name": catalogue.rule(rule).name, **{severity: counts[severity] for severity in _SEVERITIES}}
        for rule, counts in counted
    ]


def _verdict(verdict: Verdict, catalogue: Catalogue) -> values.Value:
    item = catalogue.item(verdict.item)
    return {
        "item": item.id,
        "area": item.area,
        "title": item.title,
        "verdict": verdict.verdict,
        "needed": verdict.needed,
        "met": verdict.met,
        "reason": verdict.reason,
        "evidence": values.steps(verdict.evidence),
        "advice": verdict.advice,
        "attested": asdict(verdict.attested) if verdict.attested is not None else None,
        "rules": [rule.id for rule in catalogue.rules_of(item.id)],
    }


def _standing(audit: Audit) -> values.Value:
    """How the findings stand to a baseline and to a change, where they were held against one."""
    held = audit.standing
    grown = [{"rule": each.rule, "before": each.before, "now": each.now} for each in held.grown]
    baseline = {"baseline": {"file": held.baseline, "fixed": held.fixed, "grown": grown}}
    change = {"change": {"since": held.since, "elsewhere": held.elsewhere}}
    return {**(baseline if held.baseline else {}), **(change if held.since else {})}


def _summary(audit: Audit) -> values.Value:
    held = audit.findings
    verdicts: Counter[str] = Counter(each.verdict for each in audit.checklist)
    counts = Counter(finding.severity for finding in held if finding.open)
    return {
        "findings": {severity: counts[severity] for severity in _SEVERITIES},
        "suppressed": sum(finding.suppressed is not None for finding in held),
        "known": sum(finding.known and finding.suppressed is None for finding in held),
        "items": {verdict: verdicts[verdict] for verdict in _VERDICTS},
    }
