"""The rules: one function a rule, in the catalogue's order, and one place where they make way for each other."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from itertools import chain

from ..catalogue import load
from ..model import Call, Finding, Secret
from . import (
    blocking_call_in_async,
    call_without_retry,
    call_without_timeout,
    disabled_retry,
    disabled_timeout,
    excessive_timeout,
    executed_output,
    guard_that_misses_errors,
    hardcoded_key,
    hardcoded_model,
    retried_side_effect,
    retry_of_permanent_errors,
    retry_without_backoff,
    retry_without_effect,
    stacked_retries,
    swallowed_failure,
    timeout_in_wrong_unit,
    unbounded_output,
    unbounded_retry,
    unchecked_truncation,
    unguarded_call,
    unobserved_call,
    unread_usage,
    unstreamed_answer,
    unvalidated_output,
    worst_case_over_budget,
)
from .interface import Check, Remark, Subject, stricter

__all__ = ["RULES", "Check", "Remark", "Subject", "arbitrate", "in_order", "judge"]

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
    ("COST101", unbounded_output.check),
    ("COST102", unread_usage.check),
    ("LAT101", blocking_call_in_async.check),
    ("LAT102", unstreamed_answer.check),
    ("SAFE201", unvalidated_output.check),
    ("SAFE202", executed_output.check),
    ("SAFE203", unchecked_truncation.check),
    ("SAFE501", hardcoded_key.check),
    ("OBS101", unobserved_call.check),
    ("MULTI102", hardcoded_model.check),
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
}
"""The rules to which a rule leaves a call, as they name the cause of what it would say."""


def judge(
    calls: tuple[Call, ...],
    secrets: tuple[Secret, ...],
    selected: Collection[str],
    limits: Mapping[str, Mapping[str, float]] | None = None,
) -> tuple[Finding, ...]:
    """What the selected rules say, one finding a cause, in order of place and rule. Limits are by rule id."""
    catalogue, changed = load(), limits or {}
    found = chain.from_iterable(
        check(Subject(catalogue.rule(rule), calls, secrets, changed.get(rule, {})))
        for rule, check in RULES
        if rule in selected
    )
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
