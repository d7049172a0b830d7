"""A limit for how long a call waits: put in where there is none, else in place of the number that is too large."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..model import Edit, Fix, Place
from ..sdks.schema import TimeoutRule
from .arguments import find, keyword, number, replaced
from .interface import Case, safe, unsafe
from .parameters import Setting, added, changed
from .siblings import added_to_all
from .source import dotted

if TYPE_CHECKING:
    import libcst as cst

USUAL = 30.0
"""Seconds, where a limit was meant to be off or was meant in another unit than is counted; as the advice says."""


def chosen(case: Case) -> Fix | None:
    """For a call that nobody chose a limit for: once where its client is built, else in the call.

    Safe: an answer that comes in time is the same, and what takes longer fails as it does at the SDK's own limit.
    """
    fact, rule = case.call.facts.timeout, _rule(case, case.call.facts.timeout.client)
    ways = [(fact.client, rule.client, "where the client is built"), (case.call.place, rule.call, "in the call")]
    for place, paths, where in ways:
        source = case.source(place)
        call = source.call(place) if source and paths else None
        if source is None or call is None:
            continue
        setting = Setting(case.sdk(fact.sdk), paths[0], _number(rule, paths[0], case.seconds()))
        of_client = place is fact.client
        made = added_to_all(source, call, setting, rule.transport) if of_client else added(source, call, setting)
        if made:
            return safe(f"Set `{made[0]}` {where}", made[1])
    return None


def lowered(case: Case) -> Fix | None:
    """For a number over what callers put up with. Unsafe: somebody chose it."""
    made = _changed(case, case.seconds())
    return unsafe(*made) if made else None


def switched_on(case: Case) -> Fix | None:
    """For a limit that was switched off. Unsafe: somebody chose that."""
    made = _changed(case, min(USUAL, case.seconds()))
    return unsafe(*made) if made else None


def meant(case: Case) -> Fix | None:
    """For a number in another unit than is counted, or in a parameter that is no limit: what was meant, at most what
    callers put up with. Safe: the limit comes to what is written."""
    fact, rule = case.call.facts.timeout, _rule(case, case.call.facts.timeout.client)
    renamed = _renamed(case, rule)
    if renamed:
        return renamed
    if fact.seconds is None:
        return None
    intended = fact.seconds * 1000 if rule.unit == "ms" else fact.seconds / 1000
    made = _changed(case, min(intended, 2 * case.seconds()))
    return safe(*made) if made else None


def _renamed(case: Case, rule: TimeoutRule) -> Fix | None:
    """`timeout=30` in a call where only `request_timeout=` is one."""
    fact = case.call.facts.timeout
    for place, paths in ((case.call.place, rule.call), (fact.client, rule.client)):
        source = case.source(place)
        call = source.call(place) if source and paths else None
        if source is None or call is None or not fact.trap:
            continue
        for name in rule.lookalikes:
            there, slot = keyword(call, name), find(source, call, paths[0])
            value = next((each.value for each in call.args if each.keyword is there), None) if there else None
            if there and slot and slot.value is None and "." not in paths[0] and value and number(source, value):
                return safe(f"Write `{paths[0]}=` in place of `{name}=`", [replaced(source, there, paths[0])])
    return None


def _changed(case: Case, seconds: float) -> tuple[str, list[Edit]] | None:
    """The number that decides, changed where it stands: one given elsewhere would have no effect."""
    fact = case.call.facts.timeout
    name, _, owner = fact.source.partition("= of ")
    place = {"the call": case.call.place, "the client": fact.client}.get(owner)
    source = case.source(place)
    call = source.call(place) if source else None
    if source is None or call is None:
        return None
    made = changed(source, call, name, _number(_rule(case, place), name, seconds))
    return (f"Set `{made[0]}`", made[1]) if made else None


def _rule(case: Case, place: Place | None) -> TimeoutRule:
    """The rule for the call: the method's own, that of the client's class, the SDK's."""
    sdk = case.sdk(case.call.facts.timeout.sdk)
    named = sdk.calls.get(case.call.method)
    source = case.source(place)
    built = source.call(place) if source else None
    owner = sdk.clients.get(last(built)) if built else None
    return (named and named.timeout) or (owner and owner.timeout) or sdk.timeout


def last(call: cst.Call) -> str:
    """The last name of what is called."""
    return dotted(call.func).rpartition(".")[2]


def _number(rule: TimeoutRule, name: str, seconds: float) -> str:
    in_ms = rule.unit == "ms" and name not in rule.transport
    return f"{round(seconds * 1000):_}" if in_ms else f"{seconds:g}"
