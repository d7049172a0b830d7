"""Observability: logs, evaluations, alerts."""

from __future__ import annotations

from ..model import Call, Verdict
from .interface import SHOWN, Inquiry, Question, absent, of_calls


def logged(case: Inquiry) -> Verdict:
    """Prompt, answer, latency and cost of every call are recorded."""
    return of_calls(
        Question(
            "observability.logged",
            _lacks_log,
            "calls are logged or traced",
            "no chat or completion call",
            "Log prompt, response, latency and tokens of each call, or switch a tracer on.",
            halfway=lambda call: call.facts.observed.state == "partial",
        ),
        case.text,
    )


def _lacks_log(call: Call) -> str:
    return {"yes": "", "no": "not logged", "partial": "logged in part"}.get(call.facts.observed.state, "not known")


def evals(case: Inquiry) -> Verdict:
    """The quality of answers is evaluated, and keeps being evaluated."""
    item = "observability.evals"
    if not case.calls:
        return absent(item, "no model calls")
    suites, runs = case.evidence.of("evals"), case.evidence.of("evals-run")
    steps = tuple(each.step for each in (*runs, *suites))[:SHOWN]
    advice = "Keep a set of real prompts with what a good answer is, and let CI or a schedule run it."
    if runs:
        return Verdict(item, "pass", "evaluations run in CI or on a schedule", 1, 1, steps)
    if suites:
        return Verdict(item, "partial", "there are evaluations, but nothing runs them", 1, 0, steps, advice)
    return Verdict(item, "fail", "no evaluation suite", 1, 0, (), advice)


def alerts(case: Inquiry) -> Verdict:
    """Somebody is told when errors, latency or cost rise."""
    item = "observability.alerts"
    if not case.before("remote", "background"):
        return absent(item, "nothing here is deployed: no remote or background audience")
    rules = case.evidence.of("alerts")
    if rules:
        return Verdict(item, "pass", "alert rules are declared", 1, 1, tuple(each.step for each in rules)[:SHOWN])
    advice = "Declare alert rules for error rate, latency and cost beside the code, or attest where they are."
    trackers = (*case.habits.errors, *(each.step for each in case.evidence.of("errors")))
    if trackers:
        return Verdict(item, "partial", "errors are tracked, alert rules not seen", 1, 0, trackers[:SHOWN], advice)
    return Verdict(item, "attest", "no alert rules here; are there any elsewhere?", 1, 0, (), advice)
