"""Requests that are sent again when they fail, by the parameter of the SDK for it."""

from __future__ import annotations

from collections.abc import Iterator

from ..model import Fix, Place
from ..rules.advice import ATTEMPTS, counts
from ..sdks.schema import RetryRule
from .interface import Case, safe
from .parameters import Setting, added, changed
from .siblings import added_to_all
from .timeouts import last


def repeated(case: Case) -> Fix | None:
    """For a call that gives up at the first failure: once where its client is built, else in the call.

    Safe: what succeeds at once is never sent again. Only parameters that take a number are set, and only those whose
    waits grow.
    """
    fact = case.call.facts.retry
    client = fact.client or case.call.facts.timeout.client
    rule = _rule(case, client)
    ways = [(client, rule.client, "where the client is built"), (case.call.place, rule.call, "in the call")]
    for place, paths, where in ways:
        source = case.source(place)
        call = source.call(place) if source else None
        if source is None or call is None:
            continue
        for path, number in _numbers(rule, paths):
            setting = Setting(case.sdk(fact.sdk), path, number)
            of_client = place is client
            made = added_to_all(source, call, setting, rule.transport) if of_client else added(source, call, setting)
            if made:
                return safe(f"Set `{made[0]}` {where}", made[1])
    return None


def switched_on(case: Case) -> Fix | None:
    """For retries that were switched off by a number. Safe, as above."""
    fact = case.call.facts.retry
    name, _, owner = fact.source.partition("= of ")
    place = {"the call": case.call.place, "the client": fact.client or case.call.facts.timeout.client}.get(owner)
    source = case.source(place)
    call = source.call(place) if source else None
    for path, number in _numbers(_rule(case, place), (name,)) if source and call else ():
        made = changed(source, call, path, number) if source and call else None
        if made:
            return safe(f"Set `{made[0]}`", made[1])
    return None


def _numbers(rule: RetryRule, paths: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """The parameters that take a number, with the number for as many attempts as are advised."""
    for path in paths:
        if counts(path) and rule.backoffs.get(path, rule.backoff) == "exponential":
            in_attempts = rule.counts == "attempts" or path in rule.attempts
            yield path, str(ATTEMPTS if in_attempts else ATTEMPTS - 1)


def _rule(case: Case, place: Place | None) -> RetryRule:
    sdk = case.sdk(case.call.facts.retry.sdk)
    named = sdk.calls.get(case.call.method)
    source = case.source(place)
    built = source.call(place) if source else None
    owner = sdk.clients.get(last(built)) if built else None
    return (named and named.retry) or (owner and owner.retry) or sdk.retry
