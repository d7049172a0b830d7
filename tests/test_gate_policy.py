"""A policy is read whole, and all that is wrong with it is told at once, with its place."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from aiready.checks.catalogue import load
from aiready.checks.config import configured, section
from aiready.checks.errors import ConfigError
from aiready.gate import Policy, policy_of
from aiready.gate.form import SHIPPED, schema

TODAY = date(2026, 11, 29)
NAMES = ("aiready.yaml", "pyproject.toml")


def read(folder: Path, text: str, name: str = "aiready.yaml") -> Policy:
    (folder / name).write_text(text)
    where = (str(folder),)
    configured(where)
    return policy_of(section("gate", where), load(), TODAY)


def mistakes(folder: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read(folder, text)
    return [f"{each.line}:{each.column}: {each.why}" for each in caught.value.mistakes]


def test_the_shipped_schema_is_the_form() -> None:
    assert SHIPPED.read_text() == schema()


def test_without_a_policy_no_error_and_no_failing_item_is_asked_for() -> None:
    policy = policy_of(None, load(), TODAY)
    assert (policy.path, policy.most, policy.require) == ("", {"error": 0}, frozenset())
    assert policy.partial == {item.id for item in load().items}
    assert policy.measures is False


YAML = """\
gate:
  require: [reliability.timeouts, multi_model]
  partial: [ALL]
  max: {error: 0, warning: 20}
  slo: p95_ttft<1.5s
  budget: {per_request: $0.01, per_1k: $5, per_month: $900}
  max_age: 2w
  allow_simulated: true
  exceptions:
  - {rule: REL1, path: old/, reason: it goes in March, expires: 2027-03-31}
  - {item: safety.moderation, reason: our own staff, expires: 2026-12-31}
  - {slo: p95_ttft, reason: a new region, expires: 2026-12-31}
  - {slo: budget.per_1k, reason: a new region, expires: 2026-12-31}
"""
TOML = """\
[tool.aiready.gate]
require = ["reliability.timeouts", "multi_model"]
partial = ["ALL"]
max = {error = 0, warning = 20}
slo = "p95_ttft<1.5s"
budget = {per_request = "$0.01", per_1k = "$5", per_month = "$900"}
max_age = "2w"
allow_simulated = true
[[tool.aiready.gate.exceptions]]
rule = "REL1"
path = "old/"
reason = "it goes in March"
expires = 2027-03-31
[[tool.aiready.gate.exceptions]]
item = "safety.moderation"
reason = "our own staff"
expires = 2026-12-31
[[tool.aiready.gate.exceptions]]
slo = "p95_ttft"
reason = "a new region"
expires = "2026-12-31"
[[tool.aiready.gate.exceptions]]
slo = "budget.per_1k"
reason = "a new region"
expires = 2026-12-31
"""


@pytest.mark.parametrize(("name", "text"), list(zip(NAMES, (YAML, TOML), strict=True)), ids=NAMES)
def test_a_policy_comes_to_the_same_from_both_files(name: str, text: str, tmp_path: Path) -> None:
    policy = read(tmp_path, text, name)
    assert policy.require == {
        "reliability.timeouts",
        *(item.id for item in load().items if item.area == "multi_model"),
    }
    assert len(policy.partial) == len(load().items)
    assert (policy.most, policy.max_age, policy.allow_simulated) == ({"error": 0, "warning": 20}, 14, True)
    assert [(each.text, each.name, each.bound) for each in (*policy.slos, *policy.budget)] == [
        ("p95_ttft<1.5s", "ttft", 1.5),
        ("per_request", "cost_per_request", 0.01),
        ("per_1k", "cost_per_1k", 5.0),
        ("per_month", "cost_per_month", 900.0),
    ]
    first, *others = policy.exceptions
    assert (first.subject, first.path, first.reason) == ("rule", "old/", "it goes in March")
    assert (first.expires, first.covers) == (date(2027, 3, 31), load().resolve(["REL1"]))
    assert [(each.subject, sorted(each.covers)) for each in others] == [
        ("item", ["safety.moderation"]),
        ("slo", ["p95_ttft<1.5s"]),
        ("slo", ["per_1k"]),
    ]


def test_all_mistakes_are_told_at_once_those_of_form_and_those_of_meaning(tmp_path: Path) -> None:
    text = """\
gate:
  require: [relibility, multi_model.fallback_chain]
  partial: 3
  max: {error: -1, warnings: 3}
  slo: [p95_ttft<1.5, eror_rate<1%]
  budget: {per_request: 0.01, month: $900}
  max_age: a while
  exceptions:
  - {item: safety.modration, reason: x, expires: 2027-03-31}
  - {rule: REL999, path: desk/*.py, expires: 2027-01-31}
  - {slo: p95_ttft, item: safety, path: nowhere/, reason: x, expires: 2029-01-31}
  - {rule: REL101, reason: '', expires: soon}
  - why
"""
    assert mistakes(tmp_path, text) == [
        "2:13: gate.require.0: no item or area is called 'relibility'; did you mean reliability?",
        "3:3: gate.partial: a list is needed",
        "4:9: gate.max.error: must not be below 0",
        "4:20: gate.max.warnings: unknown key; did you mean warning?",
        "5:9: gate.slo.0: p95_ttft<1.5: 1.5: a time needs its unit: 1.5s or 1.5ms",
        "5:23: gate.slo.1: eror_rate<1%: eror_rate is no metric; did you mean error_rate?",
        "6:12: gate.budget.per_request: 0.01: an amount of money needs its currency: $0.01",
        "6:31: gate.budget.month: unknown key; did you mean per_month?",
        "7:3: gate.max_age: 'a while' is no age: write 14d or 2w",
        "9:6: gate.exceptions.0.item: no item or area is called 'safety.modration'; did you mean safety.moderation?",
        "10:5: gate.exceptions.1.reason: missing",
        "10:6: gate.exceptions.1.rule: no rule, area or item is called 'REL999'; `aiready rules` lists them all",
        "11:5: gate.exceptions.2: say what it is for by one of rule, item and slo",
        "11:35: gate.exceptions.2.path: only findings of a rule are in a file",
        "11:62: gate.exceptions.2.expires: is more than a year from now: look at it again before",
        "12:20: gate.exceptions.3.reason: is empty",
        "12:32: gate.exceptions.3.expires: input should be a valid date or datetime, input is too short",
        "13:5: gate.exceptions.4: a table of keys and values is needed",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("gate: []", "1:1: gate: must be a table of keys and values"),
        ("gate: {allow_simulated: true}", "1:1: gate: asks nothing of a release: say one of "),
        ("gate: {}", "1:1: gate: asks nothing of a release: say one of "),
        ("gate: {max: {}}", "1:1: gate: asks nothing of a release: say one of "),
        ("gate: {slo: [p95_ttft<1s, p95_ttft<2s]}", "1:8: gate.slo: p95_ttft<2s: p95_ttft<1s says another bound"),
        (
            "gate: {slo: p95_ttft<1s, exceptions: [{slo: p95_tft, reason: x, expires: 2026-12-01}]}",
            "1:40: gate.exceptions.0.slo: the policy has no threshold p95_tft; did you mean p95_ttft?",
        ),
        (
            "gate: {max_age: 1d, exceptions: [{slo: p95_ttft, reason: x, expires: 2026-12-01}]}",
            "1:35: gate.exceptions.0.slo: the policy has no threshold p95_ttft; it has none",
        ),
    ],
)
def test_a_policy_that_cant_be_meant_is_refused(text: str, expected: str, tmp_path: Path) -> None:
    [told] = mistakes(tmp_path, text)
    assert told[: len(expected)] == expected
