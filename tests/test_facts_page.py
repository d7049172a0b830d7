"""`docs/facts.md` names every word the JSON can say."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest

from aiready.checks.looked import Skipped


@pytest.fixture(scope="module")
def page(root: Path) -> str:
    return (root / "docs" / "facts.md").read_text(encoding="utf-8")


def states(page: str) -> dict[str, set[str]]:
    """The states that the page explains for each fact."""
    found: dict[str, set[str]] = defaultdict(set)
    fact = ""
    facts = page.partition("## Facts")[2].partition("## Files")[0]
    for name, said in re.findall(r"^\|(.*?)\|(.*?)\|", facts, re.MULTILINE):
        fact = name.strip("` ") or fact
        found[fact] |= set(re.findall(r"`([^`]+)`", said))
    return found


def test_every_state_the_fixtures_expect_is_explained(page: str, root: Path) -> None:
    explained = states(page)
    expected: dict[str, set[str]] = defaultdict(set)
    for shapes in (root / "tests" / "shapes").glob("*.md"):
        for fact, state in re.findall(r"\b(\w+)=([\w/-]+(?:\|[\w/-]+)*)", "\n".join(calls(shapes))):
            if fact in explained and fact != "model":
                expected[fact] |= set(state.split("|"))
    assert len(expected) == 15
    assert {fact: sorted(seen - explained[fact]) for fact, seen in expected.items() if seen - explained[fact]} == {}


def calls(shapes: Path) -> list[str]:
    return re.findall(r"# call: (.*)", shapes.read_text(encoding="utf-8"))


def test_every_reason_for_skipping_is_explained(page: str) -> None:
    told = set(re.findall(r"`([a-z0-9-]+)`", page.partition("## Files")[2]))
    reasons = set(
        re.findall(r"[a-z0-9]+(?:-[a-z0-9]+)+|unreadable|vanished", (Skipped.__doc__ or "").partition(":")[2])
    )
    assert reasons - told == set()
    assert len(reasons) == 11
