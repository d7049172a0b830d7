"""From calls to findings: the rules asked, the persona's share kept, what the authors suppressed marked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from . import catalogue, rules, suppress
from .config import Config
from .files.ignore import Pattern
from .model import Call, Finding, Persona, Secret, Suppression, Verdict
from .options import Options
from .rules.interface import Subject
from .sweep import Swept

PERSONAS = ("regular", "pedantic", "auditor")


def judge(
    calls: tuple[Call, ...],
    swept: Swept,
    checklist: tuple[Verdict, ...],
    options: Options,
) -> tuple[tuple[Finding, ...], tuple[Suppression, ...]]:
    """The findings that the persona is shown, suppressed ones included, and the suppressions that did nothing."""
    known = frozenset(rule.id for rule in catalogue.load().rules)
    ran = (known if options.select is None else options.select) - options.ignore
    found = _found(calls, swept.secrets, ran, checklist, options.config)
    judged, unused = suppress.apply(found, swept.comments, ran)
    return told_to(options.persona, judged), unused


def told_to(persona: Persona, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those of the findings that the persona is shown."""
    most = PERSONAS.index(persona)
    return tuple(each for each in findings if PERSONAS.index(each.persona) <= most)


def asked(checklist: tuple[Verdict, ...], options: Options) -> tuple[Verdict, ...]:
    """The items to show: where rules were selected, those they speak of."""
    if options.select is None:
        return checklist
    items = {catalogue.load().rule(rule).item for rule in options.select}
    return tuple(each for each in checklist if each.item in items)


def limited(rule: str, path: str, config: Config) -> Subject:
    """A rule with the limits that the configuration names for a file."""
    limits = dict(config.limits.get(rule, {}))
    for each in config.paths:
        if Pattern(each.pattern).covers(path):
            limits |= each.limits.get(rule, {})
    return Subject(catalogue.load().rule(rule), limits=limits)


def _found(
    calls: tuple[Call, ...],
    keys: tuple[Secret, ...],
    ran: frozenset[str],
    checklist: tuple[Verdict, ...],
    config: Config,
) -> tuple[Finding, ...]:
    """What the rules say, each file judged by the limits and rules that the configuration names for it."""
    if not config.paths:
        return rules.judge(calls, keys, ran, config.limits, checklist=checklist)
    fits = [(Pattern(each.pattern), each) for each in config.paths]

    @cache
    def group_of(path: str) -> tuple[int, ...]:
        return tuple(number for number, (pattern, _) in enumerate(fits) if pattern.covers(path))

    found: list[Finding] = []
    places = (*(call.place for call in calls), *(key.place for key in keys))
    left, met = sorted({(), *(group_of(place.path) for place in places)}, reverse=True), set[tuple[int, ...]]()
    while left:
        group = left.pop()
        met.add(group)
        asked_there = ran.difference(*(fits[number][1].ignore for number in group))
        limits: dict[str, Mapping[str, float]] = dict(config.limits)
        for number in group:
            for rule, own in fits[number][1].limits.items():
                limits[rule] = {**limits.get(rule, {}), **own}
        judged = rules.judge(calls, keys, asked_there, limits, checklist=checklist)
        found += [each for each in judged if group_of(each.place.path) == group]
        left += sorted({group_of(each.place.path) for each in judged} - met - {*left})
    return rules.in_order(found)
