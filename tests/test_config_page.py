"""The page on the configuration is true: its example can be read, and it names every key."""

from __future__ import annotations

import re
from pathlib import Path

from aiready.checks.config import configured
from aiready.checks.config.form import Audit

PAGE = Path(__file__).parent.parent / "docs" / "configuration.md"


def test_the_example_is_a_configuration(tmp_path: Path) -> None:
    [example] = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(), re.DOTALL)
    (tmp_path / "aiready.yaml").write_text(example)
    found = configured((str(tmp_path),))
    assert (found.kind, found.exclude, found.declared.calls) == ("service", ("notebooks/",), {"corp.llm.ask": "chat"})
    assert [each.item for each in found.attestations] == ["cost.alerts"]


def test_every_key_is_explained() -> None:
    table = PAGE.read_text().split("## Example")[0]
    assert set(re.findall(r"`(\w+)`", "\n".join(re.findall(r"^\| (.*?) \|", table, re.MULTILINE)))) == set(
        Audit.model_fields
    )
