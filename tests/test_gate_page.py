"""The page on the gate is true: its example is a policy, and it names every key, format and status."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import get_args

import yaml
from jsonschema import Draft202012Validator

from aiready.checks.catalogue import load
from aiready.checks.config import section
from aiready.cli.gate import GateFormat
from aiready.gate import policy_of
from aiready.gate.form import SHIPPED, Budget, Gate
from aiready.gate.reading import usual
from aiready.report.gate_interface import GATE_FORMATS, STATUS

DOCS = Path(__file__).parent.parent / "docs"
PAGE = (DOCS / "gate.md").read_text()
TODAY = date(2026, 11, 29)


def test_the_example_is_a_policy_that_says_every_key_but_one(tmp_path: Path) -> None:
    [example] = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "aiready.yaml").write_text(example)
    policy = policy_of(section("gate", (str(tmp_path),)), load(), TODAY)
    assert [each.subject for each in policy.exceptions] == ["rule", "item", "slo"]
    assert (len(policy.slos), len(policy.budget), policy.max_age) == (2, 3, 14)
    said = set(re.findall(r"^  (\w+):", example, re.MULTILINE))
    assert set(Gate.model_fields) - said == {"allow_simulated"}


def test_the_example_passes_the_schema_that_editors_check_by() -> None:
    [example] = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    document = yaml.load(example, Loader=yaml.BaseLoader)["gate"]
    document["max"] = {name: int(count) for name, count in document["max"].items()}
    check = Draft202012Validator(json.loads(SHIPPED.read_text()))
    assert [each.message for each in check.iter_errors(document)] == []
    assert [each.message for each in check.iter_errors({"max_age": 3})] == [
        "3 is not valid under any of the given schemas"
    ]


def test_every_key_is_explained() -> None:
    table = PAGE.partition("## The policy")[2]
    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == list(Gate.model_fields)
    assert [name for name in Budget.model_fields if f"`{name}`" not in table] == []


def test_the_policy_that_is_held_without_one_is_the_one_on_the_page(tmp_path: Path) -> None:
    [text] = re.findall(r"\(`(max: .*?)`, `(partial: .*?)`\)", PAGE)
    (tmp_path / "aiready.yaml").write_text("gate:\n  {}\n  {}\n".format(*text))
    written = policy_of(section("gate", (str(tmp_path),)), load(), TODAY)
    assert (written.most, written.partial, written.require) == (
        usual(load()).most,
        usual(load()).partial,
        usual(load()).require,
    )


def test_formats_and_statuses_are_those_of_the_command() -> None:
    assert get_args(get_args(GateFormat)[0]) == tuple(GATE_FORMATS)
    assert [name for name in GATE_FORMATS if f"`{name}`" not in PAGE] == []
    assert [f"{each}" for each in sorted({*STATUS.values(), 2, 3})] == re.findall(r"^\| (\d) \|", PAGE, re.MULTILINE)


def test_the_example_of_the_configuration_page_is_a_policy(tmp_path: Path) -> None:
    text = (DOCS / "configuration.md").read_text().partition("## Gate")[2]
    example = "\n".join(line[4:] for line in text.splitlines() if line.startswith("    "))
    (tmp_path / "aiready.yaml").write_text(example)
    assert policy_of(section("gate", (str(tmp_path),)), load(), TODAY).most == {"error": 0, "warning": 20}
