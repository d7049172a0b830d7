"""From calls to findings: the rules asked, the persona's share kept, what the authors suppressed marked."""

from __future__ import annotations

from . import catalogue, rules, suppress
from .model import Call, Finding, Secret, Suppression
from .options import Options

PERSONAS = ("regular", "pedantic", "auditor")


def judge(
    calls: tuple[Call, ...], keys: tuple[Secret, ...], comments: tuple[Suppression, ...], options: Options
) -> tuple[tuple[Finding, ...], tuple[Suppression, ...]]:
    """The findings that the persona is shown, suppressed ones included, and the suppressions that did nothing."""
    known = frozenset(rule.id for rule in catalogue.load().rules)
    ran = (known if options.select is None else options.select) - options.ignore
    found = rules.judge(calls, keys, ran)
    judged, unused = suppress.apply(found, comments, ran)
    most = PERSONAS.index(options.persona)
    return tuple(each for each in judged if PERSONAS.index(each.persona) <= most), unused
