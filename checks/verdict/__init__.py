"""The verdict on each item of the checklist, in the catalogue's order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ..model import Verdict
from . import cost, latency, multi_model, observability, reliability, safety
from .attested import vouched
from .interface import Inquiry, Judge

__all__ = ["JUDGES", "Inquiry", "verdicts"]

JUDGES: Mapping[str, Judge] = {
    "reliability.retries": reliability.retries,
    "reliability.timeouts": reliability.timeouts,
    "reliability.fallback": reliability.fallback,
    "reliability.circuit_breaker": reliability.circuit_breaker,
    "cost.usage_logged": cost.usage_logged,
    "cost.prompt_trimmed": cost.prompt_trimmed,
    "cost.caching": cost.caching,
    "cost.alerts": cost.alerts,
    "cost.model_tier": cost.model_tier,
    "latency.streaming": latency.streaming,
    "latency.async": latency.waiting,
    "latency.benchmarked": latency.benchmarked,
    "safety.input_validation": safety.input_validation,
    "safety.output_validation": safety.output_validation,
    "safety.prompt_injection": safety.prompt_injection,
    "safety.human_in_loop": safety.human_in_loop,
    "safety.moderation": safety.moderation,
    "observability.logged": observability.logged,
    "observability.evals": observability.evals,
    "observability.alerts": observability.alerts,
    "multi_model.abstraction": multi_model.abstraction,
    "multi_model.fallback_chain": multi_model.fallback_chain,
    "multi_model.routing_docs": multi_model.routing_docs,
}


def verdicts(case: Inquiry) -> tuple[Verdict, ...]:
    """One for each item of the checklist, by the files or by somebody's word."""
    return tuple(vouched(_judged(judge, case), case.config.attestations, case.today) for judge in JUDGES.values())


def _judged(judge: Judge, case: Inquiry) -> Verdict:
    """What no call needs for want of any is told in the same words."""
    found = judge(case)
    return found if case.calls or found.verdict != "n/a" else replace(found, reason="no model calls")
