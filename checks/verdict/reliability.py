"""Reliability: retries, time limits, something in the model's place, a breaker."""

from __future__ import annotations

from ..model import Call, Step, Verdict
from .interface import EXCESSIVE, Inquiry, Question, of_all, of_calls


def retries(case: Inquiry) -> Verdict:
    """Every call over the network is repeated with exponential backoff, and not for ever."""
    return of_calls(
        Question(
            "reliability.retries",
            _lacks_retries,
            "all are retried with backoff",
            "no call goes over the network",
            "Give every client retries with exponential backoff, and bound them (REL201 to REL204 name the calls).",
        ),
        case.sent,
    )


def _lacks_retries(call: Call) -> str:
    retry = call.facts.retry
    if retry.state not in {"explicit", "sdk-default"}:
        return {"none": "nothing retries", "disabled": "retries are switched off"}.get(retry.state, "not known")
    working = [layer for layer in retry.layers if layer.without_effect is None]
    if any(not layer.bounded for layer in working):
        return "retried without end"
    if working and all(layer.backoff in {"none", "fixed"} for layer in working):
        return "retried without backoff"
    return ""


def timeouts(case: Inquiry) -> Verdict:
    """Every call over the network has a limit that was chosen, and that its callers can live with."""
    return of_calls(
        Question(
            "reliability.timeouts",
            lambda call: _lacks_timeout(call, case.wait_limit(call)),
            "all have a limit their callers can live with",
            "no call goes over the network",
            _waits(case),
        ),
        case.sent,
    )


def _waits(case: Inquiry) -> str:
    remote, background = (f"{case.limit(EXCESSIVE, name):g} s" for name in ("remote_seconds", "background_seconds"))
    return f"Set a timeout on every client: at most {remote} where somebody waits, {background} in the background."


def _lacks_timeout(call: Call, most: float) -> str:
    timeout = call.facts.timeout
    if timeout.state != "explicit":
        unset = {"none": "waits for ever", "disabled": "limit switched off", "unknown": "not known"}
        return unset.get(timeout.state, "no limit set")
    if timeout.trap:
        return "limit in the wrong unit or place"
    bounds = [each for each in (timeout.seconds, timeout.deadline) if each is not None]
    return f"limit of {min(bounds):g} s is over {most:g} s" if bounds and min(bounds) > most else ""


def fallback(case: Inquiry) -> Verdict:
    """Where somebody waits, a failed model has something in its place."""
    return of_calls(
        Question(
            "reliability.fallback",
            lambda call: "" if call.facts.fallback.state == "yes" else "nothing takes its place",
            "a failed call has something in its place",
            "nobody remote or in the background waits",
            "Fall back on another model, a stored answer or a degraded one when the call fails.",
        ),
        case.before("remote", "background"),
        _where(case),
    )


def _where(case: Inquiry) -> list[Step]:
    places = (call.facts.fallback.where for call in case.before("remote", "background"))
    return [Step(place, "takes over") for place in dict.fromkeys(places) if place is not None]


def circuit_breaker(case: Inquiry) -> Verdict:
    """A provider that keeps failing is not asked any more for a while."""
    return of_all(
        Question(
            "reliability.circuit_breaker",
            lambda call: "" if call.setup.breaker else "no breaker",
            "a breaker stands before the calls",
            "no call with a remote audience",
            "Put a circuit breaker around the calls (pybreaker, cooldown of LiteLLM's Router).",
        ),
        [call for call in case.before("remote") if call in case.sent],
        (*case.habits.breakers, *(each.step for each in case.evidence.of("breaker"))),
    )
