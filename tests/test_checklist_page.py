"""`docs/checklist.md` is held true: it names every item and word, and its rows decide as they say."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from aiready.checks.catalogue import load
from aiready.checks.evidence.gather import MOST_BYTES
from aiready.checks.files.beside import MOST
from aiready.checks.model import Facts, Verdict


@pytest.fixture(scope="module")
def page(root: Path) -> str:
    return (root / "docs" / "checklist.md").read_text(encoding="utf-8")


def test_every_item_has_a_row_under_its_area(page: str) -> None:
    parts = re.split(r"^## (.+)$", page, flags=re.MULTILINE)
    told = dict(zip(parts[1::2], parts[2::2], strict=True))
    for area in load().areas:
        items = [item.id for item in load().items if item.area == area.id]
        assert re.findall(r"^\| `([\w.]+)` \| \S.* \| \S.* \|$", told[area.title], re.MULTILINE) == items


def test_every_verdict_is_explained(page: str) -> None:
    words = get_args(get_type_hints(Verdict)["verdict"])
    assert re.findall(r"^\| `([\w/]+)` \| \S", page.partition("## ")[0], re.MULTILINE) == list(words)


def test_facts_it_names_are_facts(page: str) -> None:
    rows = "\n".join(re.findall(r"^\| `\w+\.\w+` \|.*$", page, re.MULTILINE))
    assert set(re.findall(r"`(\w+)` is (?:at most )?`", rows)) <= set(get_type_hints(Facts))


def test_numbers_are_those_of_the_code(page: str) -> None:
    waits, benches = (load().rule(rule).limits for rule in ("REL103", "LAT106"))
    assert f"at most {waits['remote_seconds']:g} s, in the background {waits['background_seconds']:g} s" in page
    assert f"measured in the last {benches['days']:g} days" in page
    assert f"({MOST_BYTES // 1000} kB a file, {MOST} files)" in page
