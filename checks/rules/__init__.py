"""The rules: one function a rule, in the catalogue's order, and one place where they make way for each other."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from itertools import chain

from .. import own
from ..catalogue import load
from ..model import Call, Finding, Secret, Verdict
from . import (
    blocking_call_in_async,
    call_per_item,
    call_without_fallback,
    call_without_retry,
    call_without_timeout,
    client_per_request,
    disabled_retry,
    disabled_timeout,
    excessive_timeout,
    executed_output,
    guard_that_misses_errors,
    hardcoded_key,
    hardcoded_model,
    long_work_in_request,
    oversized_model,
    project_without_alerts,
    project_without_circuit_breaker,
    project_without_evals,
    retried_side_effect,
    retry_of_permanent_errors,
    retry_without_backoff,
    retry_without_effect,
    scattered_provider_calls,
    sequential_calls,
    single_provider,
    stacked_retries,
    swallowed_failure,
    timeout_in_wrong_unit,
    unbenchmarked_project,
    unbounded_output,
    unbounded_prompt,
    unbounded_retry,
    uncached_repeat,
    unchecked_truncation,
    unconfirmed_action,
    undelimited_input,
    undocumented_routing,
    unguarded_call,
    unlimited_input,
    unmoderated_output,
    unobserved_call,
    unread_usage,
    unstreamed_answer,
    untrusted_system_prompt,
    untrusted_template,
    unvalidated_output,
    worst_case_over_budget,
)
from .interface import Check, Remark, Subject, per_call, per_project, stricter

__all__ = ["RULES", "Check", "Remark", "Subject", "arbitrate", "in_order", "judge", "per_call", "per_project"]

RULES: tuple[tuple[str, Check], ...] = (
    ("REL101", call_without_timeout.check),
    ("REL102", disabled_timeout.check),
    ("REL103", excessive_timeout.check),
    ("REL104", timeout_in_wrong_unit.check),
    ("REL105", worst_case_over_budget.check),
    ("REL201", call_without_retry.check),
    ("REL202", disabled_retry.check),
    ("REL203", retry_without_backoff.check),
    ("REL204", unbounded_retry.check),
    ("REL205", stacked_retries.check),
    ("REL206", retry_of_permanent_errors.check),
    ("REL207", retried_side_effect.check),
    ("REL208", retry_without_effect.check),
    ("REL301", unguarded_call.check),
    ("REL302", swallowed_failure.check),
    ("REL303", guard_that_misses_errors.check),
    ("REL401", call_without_fallback.check),
    ("REL402", project_without_circuit_breaker.check),
    ("COST101", unbounded_output.check),
    ("COST102", unread_usage.check),
    ("COST103", unbounded_prompt.check),
    ("COST104", uncached_repeat.check),
    ("COST105", oversized_model.check),
    ("COST106", call_per_item.check),
    ("LAT101", blocking_call_in_async.check),
    ("LAT102", unstreamed_answer.check),
    ("LAT103", sequential_calls.check),
    ("LAT104", long_work_in_request.check),
    ("LAT105", client_per_request.check),
    ("LAT106", unbenchmarked_project.check),
    ("SAFE101", untrusted_system_prompt.check),
    ("SAFE102", undelimited_input.check),
    ("SAFE103", unlimited_input.check),
    ("SAFE104", untrusted_template.check),
    ("SAFE201", unvalidated_output.check),
    ("SAFE202", executed_output.check),
    ("SAFE203", unchecked_truncation.check),
    ("SAFE301", unconfirmed_action.check),
    ("SAFE401", unmoderated_output.check),
    ("SAFE501", hardcoded_key.check),
    ("OBS101", unobserved_call.check),
    ("OBS201", project_without_evals.check),
    ("OBS301", project_without_alerts.check),
    ("MULTI101", scattered_provider_calls.check),
    ("MULTI102", hardcoded_model.check),
    ("MULTI201", single_provider.check),
    ("MULTI301", undocumented_routing.check),
)

YIELDS_TO: Mapping[str, frozenset[str]] = {
    # a limit that isn't the limit meant: what it comes to instead is the consequence
    "REL101": frozenset({"REL104"}),
    "REL102": frozenset({"REL104"}),
    "REL103": frozenset({"REL104"}),
    # waiting too long in sum: because of the limit, or because of the number of attempts
    "REL105": frozenset({"REL104", "REL205"}),
    # not retried: because the retry that was meant to do it can't fire
    "REL201": frozenset({"REL208"}),
    "REL202": frozenset({"REL208"}),
    # beside a retry without end, no count of attempts and no waiting time means anything
    "REL203": frozenset({"REL204"}),
    "REL205": frozenset({"REL204"}),
    # errors that get past handlers: more precise than that nothing catches them
    "REL301": frozenset({"REL303"}),
    # an answer that was cut off: one of the things that a schema would have caught
    "SAFE203": frozenset({"SAFE201", "SAFE202"}),
    # first somebody has to catch the failure and do something about it, then something can stand in
    "REL401": frozenset({"REL301", "REL302", "REL303"}),
    # a loop of requests: fewer requests come before faster ones, and faster ones before other places for them
    "LAT103": frozenset({"COST106"}),
    "LAT104": frozenset({"COST106", "LAT103"}),
    # an embedding for each element: sent together, they are needed once
    "COST104": frozenset({"COST106"}),
}
"""The rules to which a rule leaves a call, as they name the cause of what it would say."""


def judge(
    calls: tuple[Call, ...],
    secrets: tuple[Secret, ...],
    selected: Collection[str],
    limits: Mapping[str, Mapping[str, float]] | None = None,
    checklist: tuple[Verdict, ...] = (),
) -> tuple[Finding, ...]:
    """What the selected rules say, one finding a cause, in order of place and rule. Limits are by rule id."""
    catalogue, changed = load(), limits or {}

    def asked(rule: str) -> Subject:
        return Subject(catalogue.rule(rule), calls, secrets, changed.get(rule, {}), checklist)

    ours = (check(asked(rule)) for rule, check in RULES if rule in selected)
    others = (own.judged(rule, asked(rule)) for rule in own.checks() if rule in selected)
    found = chain.from_iterable(chain(ours, others))
    return in_order(arbitrate(found))


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings by place, then rule."""
    return tuple(sorted(findings, key=_order))


def arbitrate(findings: Iterable[Finding]) -> list[Finding]:
    """Without those that a more specific finding of the same call explains, to every reader who sees them."""
    found = list(findings)
    seen = {(finding.call, finding.rule): finding for finding in found}

    def explained(finding: Finding) -> bool:
        better = [seen.get((finding.call, rule)) for rule in YIELDS_TO.get(finding.rule, ())]
        return any(one is not None and stricter(one.persona, finding.persona) == finding.persona for one in better)

    return [finding for finding in found if not explained(finding)]


def _order(finding: Finding) -> tuple[str, int, int, int, str]:
    place = finding.place
    cell = -1 if place.cell is None else place.cell
    return place.path, cell, place.line, place.column, finding.rule
