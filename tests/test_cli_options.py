from __future__ import annotations

from typing import Any

import pytest
import typer

from aiready.cli import plain
from aiready.cli.app import application
from aiready.cli.commands import COMMANDS
from aiready.cli.options import words

LINES = [
    "audit",
    "audit .",
    "audit a b c",
    "audit --select REL,COST101 --select SAFE a --ignore=LAT",
    "audit --format json -o out.json a",
    "audit --format=json --output=out.json -j 4 --jobs 2",
    "audit --persona auditor --min-severity warning --fail-on never --exit-zero",
    "audit --exclude tests --exclude=docs,examples --scope all --color always",
    "audit --statistics -q -v --no-cache --cache-dir c",
    "audit --select= a",
    "audit -- -strange --name",
    "audit a -",
    "calls",
    "calls --format csv x y",
    "calls --jobs 0 -q",
    "rules",
    "rules --format json",
    "explain REL101",
    "explain --color never REL101",
]
LEFT_TO_TYPER = [
    "",
    "audit --help",
    "audit -h",
    "audit --bogus",
    "audit --format xml",
    "audit --jobs many",
    "audit --jobs -1",
    "audit --jobs",
    "audit -qv",
    "audit -j4",
    "audit -o=x",
    "audit --quiet=yes",
    "audit --select --ignore",
    "rules extra",
    "explain",
    "explain a b",
    "unknown",
    "--version audit",
]


def by_typer(line: str) -> dict[str, Any]:
    """What typer makes of a line, without what it only fills in."""
    name, *rest = line.split()
    command: Any = typer.main.get_command(application())
    context = command.commands[name].make_context(name, rest)
    usual = {one.name: one.default for one in plain.parameters(COMMANDS[name])}
    chosen = {key: value if not isinstance(value, tuple) else list(value) for key, value in context.params.items()}
    return {key: value for key, value in chosen.items() if value != usual[key] and value not in ([], None)}


@pytest.mark.parametrize("line", LINES)
def test_the_quick_reader_reads_as_typer_does(line: str) -> None:
    found = plain.parsed(line.split())
    assert found is not None
    command, chosen = found
    usual = {one.name: one.default for one in plain.parameters(command)}
    assert {key: value for key, value in chosen.items() if value != usual[key]} == by_typer(line)


@pytest.mark.parametrize("line", LEFT_TO_TYPER)
def test_what_is_unusual_is_left_to_typer(line: str) -> None:
    assert plain.parsed(line.split()) is None


def test_completion_is_left_to_typer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_AIREADY_COMPLETE", "complete_bash")
    assert plain.parsed(["rules"]) is None


def test_every_option_says_what_it_does() -> None:
    said = [one.said.help for command in COMMANDS.values() for one in plain.parameters(command)]
    assert [text for text in said if not text.endswith((".", ")."))] == []


def test_lists_may_be_repeated_or_separated_by_commas() -> None:
    assert words(["a,b", " c ,", ""]) == ("a", "b", "c")
    assert words(None) == ()
