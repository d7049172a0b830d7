"""The rules in a list: what `aiready rules` prints."""

from __future__ import annotations

from ..checks.catalogue import Catalogue, Rule
from . import values
from .look import Look
from .terminal import columns, safe

SCHEMA = "aiready.rules/1"
STRICT = "*"
"""Marks rules that a regular run does not show."""


def as_table(catalogue: Catalogue, look: Look) -> str:
    """A line a rule, under the titles of their areas."""
    rows = {rule.id: line for rule, line in zip(catalogue.rules, columns(map(_row, catalogue.rules)), strict=True)}
    lines: list[str] = []
    for area in catalogue.areas:
        rules = catalogue.rules_of(area.id)
        if rules:
            lines += [look.paint(area.title, "place"), *(rows[rule.id] for rule in rules), ""]
    lines += [f"{STRICT} only with `--persona pedantic` or `auditor`."]
    return "\n".join([*lines, "`aiready explain NAME` tells what a rule finds and what to do about it.", ""])


def _row(rule: Rule) -> tuple[str, ...]:
    item = rule.item + ("" if rule.persona == "regular" else STRICT)
    return rule.id, rule.name, rule.severity, f"{item} ({safe(rule.plugin)})" if rule.plugin else item


def as_json(catalogue: Catalogue, look: Look) -> str:
    """Everything the catalogue says of each rule."""
    del look
    return values.written({"schema": SCHEMA, "rules": [_values(rule) for rule in catalogue.rules]})


def _values(rule: Rule) -> values.Value:
    return {
        "rule": rule.id,
        "name": rule.name,
        "area": rule.area,
        "item": rule.item,
        "severity": rule.severity,
        "cases": dict(rule.cases),
        "persona": rule.persona,
        "plugin": rule.plugin or None,
        "summary": rule.summary,
        "help": rule.help,
        "limits": dict(rule.limits),
        "references": list(rule.references),
    }
