"""The rules in a list: what `aiready rules` prints."""

from __future__ import annotations

from collections.abc import Mapping

from ..checks.catalogue import Catalogue, Rule
from . import values
from .look import Look
from .terminal import columns, safe

SCHEMA = "aiready.rules/1"
STRICT = "*"
"""Marks rules that a regular run does not show."""
FIX = {"safe": "fix", "unsafe": "fix!"}
"""Marks rules whose findings can be mended, by how safe that is."""


def as_table(catalogue: Catalogue, look: Look) -> str:
    """A line a rule, under the titles of their areas."""
    fixed = _fixes()
    made = columns(_row(rule, fixed.get(rule.id, "")) for rule in catalogue.rules)
    rows = {rule.id: line for rule, line in zip(catalogue.rules, made, strict=True)}
    lines: list[str] = []
    for area in catalogue.areas:
        rules = catalogue.rules_of(area.id)
        if rules:
            lines += [look.paint(area.title, "place"), *(rows[rule.id] for rule in rules), ""]
    lines += [
        f"{STRICT} only with `--persona pedantic` or `auditor`.",
        f"{FIX['safe']} `aiready audit --fix` can mend it; {FIX['unsafe']} with `--unsafe-fixes`.",
        "`aiready explain NAME` tells what a rule finds and what to do about it.",
        "",
    ]
    return "\n".join(lines)


def _row(rule: Rule, fix: str) -> tuple[str, ...]:
    item = rule.item + ("" if rule.persona == "regular" else STRICT) + (f" {FIX[fix]}" if fix else "")
    return rule.id, rule.name, rule.severity, f"{item} ({safe(rule.plugin)})" if rule.plugin else item


def _fixes() -> Mapping[str, str]:
    from ..checks.fixes import kinds  # brings libcst, which nothing else here needs

    return kinds()


def as_json(catalogue: Catalogue, look: Look) -> str:
    """Everything the catalogue says of each rule."""
    del look
    fixed = _fixes()
    return values.written({"schema": SCHEMA, "rules": [_values(rule, fixed.get(rule.id)) for rule in catalogue.rules]})


def _values(rule: Rule, fix: str | None) -> values.Value:
    return {
        "rule": rule.id,
        "name": rule.name,
        "area": rule.area,
        "item": rule.item,
        "severity": rule.severity,
        "cases": dict(rule.cases),
        "persona": rule.persona,
        "fix": fix,
        "plugin": rule.plugin or None,
        "summary": rule.summary,
        "help": rule.help,
        "limits": dict(rule.limits),
        "references": list(rule.references),
    }
