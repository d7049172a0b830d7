"""The user guide: pages that are made from the program are as it makes them, and every page and rule has its place."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import Any

import pytest
import yaml

from aiready.bench.scenarios import Surroundings, jobs, scenario
from aiready.checks.catalogue import load
from aiready.checks.config import configured
from aiready.cli.commands import COMMANDS

KEYS = {"CHAT_SERVICE_KEY": "value", "OPENAI_API_KEY": "value"}


@pytest.fixture(scope="module")
def pages(root: Path) -> dict[str, Any]:
    """What `docs/pages.py` defines."""
    return runpy.run_path(str(root / "docs" / "pages.py"))


@pytest.fixture(scope="module")
def menu(root: Path) -> list[Any]:
    (text,) = re.findall(r"^nav:\n(.*)", (root / "mkdocs.yml").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    found: list[Any] = yaml.safe_load(text)
    return found


def listed(menu: Any) -> set[str]:
    """The pages of a menu."""
    if isinstance(menu, str):
        return {menu}
    return {page for each in (menu.values() if isinstance(menu, dict) else menu) for page in listed(each)}


@pytest.mark.parametrize("name", ["commands.md", "configuration-reference.md"])
def test_pages_made_from_the_program_are_up_to_date(root: Path, pages: dict[str, Any], name: str) -> None:
    assert (root / "docs" / name).read_text(encoding="utf-8") == pages["PAGES"][name](), "run python docs/pages.py"


def test_every_command_is_told(root: Path) -> None:
    page = (root / "docs" / "commands.md").read_text(encoding="utf-8")
    assert re.findall(r"^## aiready (\w+)$", page, re.MULTILINE) == list(COMMANDS)


def test_every_page_and_every_rule_is_in_the_menu(root: Path, pages: dict[str, Any], menu: list[Any]) -> None:
    class Config:
        nav = menu

    docs = root / "docs"
    shown = listed(pages["on_config"](Config()).nav)
    assert shown == {path.relative_to(docs).as_posix() for path in docs.rglob("*.md")}
    assert {f"rules/{rule.name}.md" for rule in load().rules} <= shown


def examples(root: Path, name: str) -> list[str]:
    return re.findall(r"```yaml\n(.*?)```", (root / "docs" / "how-to" / name).read_text(encoding="utf-8"), re.DOTALL)


def test_the_example_of_ones_own_endpoint_comes_to_a_job(root: Path, tmp_path: Path) -> None:
    (example,) = examples(root, "own-endpoint.md")
    (tmp_path / "chat.yaml").write_text(example)
    (made,) = jobs(scenario(str(tmp_path / "chat.yaml")), Surroundings(KEYS))
    assert (made.job.target.name, str(made.job.load.shape)) == ("the chat service", "closed:8")


@pytest.mark.parametrize("name", ["own-prices.md", "sdk.md"])
def test_the_examples_of_configurations_can_be_read(root: Path, tmp_path: Path, name: str) -> None:
    (example,) = examples(root, name)
    (tmp_path / "aiready.yaml").write_text(example)
    configured((str(tmp_path),))
    part = yaml.safe_load(example).get("bench")
    if part:
        (tmp_path / "scenario.yaml").write_text(yaml.safe_dump({"targets": ["openai:gpt-4o-mini"], **part}))
        assert jobs(scenario(str(tmp_path / "scenario.yaml")), Surroundings(KEYS))


def test_the_action_is_told_with_all_its_inputs(root: Path) -> None:
    action = yaml.safe_load((root / "action.yml").read_text(encoding="utf-8"))
    page = (root / "docs" / "how-to" / "ci.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `([\w-]+)` \|", page, re.MULTILINE) == list(action["inputs"])
