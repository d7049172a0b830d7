"""An audit's JSON document holds what every other format shows, so that a stored one can be shown again."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aiready.checks.catalogue import load
from aiready.checks.errors import UsageError
from aiready.report.audit_json import document
from aiready.report.audit_stored import read
from aiready.report.interface import AUDIT_FORMATS
from aiready.report.look import Look

EXAMPLE = Path(__file__).parents[1] / "examples" / "support_desk"


def made(*options: str) -> str:
    command = [sys.executable, "-m", "aiready", "audit", str(EXAMPLE), "--no-cache", "--exit-zero", *options]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def stored() -> str:
    return made("--format", "json")


def test_a_document_read_and_written_again_is_the_same(stored: str) -> None:
    assert document(read(stored, "a.json"), load(), Look()) == stored


def test_a_stored_audit_reads_as_a_fresh_one(stored: str) -> None:
    look = Look(here=str(Path.cwd()))
    assert AUDIT_FORMATS["text"](read(stored, "a.json"), load(), look) == made("--format", "text")


def without(*way: str) -> Callable[[dict[str, Any]], None]:
    def change(data: dict[str, Any]) -> None:
        *front, last = way
        for key in front:
            data = data[key][0] if isinstance(data[key], list) else data[key]
        del data[last]

    return change


@pytest.mark.parametrize("way", [("root",), ("files", "found"), ("calls", "facts"), ("findings", "trace")])
def test_a_document_that_lacks_something_is_refused(way: tuple[str, ...], stored: str) -> None:
    data = json.loads(stored)
    without(*way)(data)
    with pytest.raises(UsageError, match=r"^'a.json' is an audit that is not whole: KeyError "):
        read(json.dumps(data), "a.json")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "is no JSON document: "),
        ("[]", "holds no audit: make one with"),
        ('{"schema": "aiready.bench/1"}', "holds no audit: make one with"),
    ],
)
def test_what_is_no_audit_is_refused(text: str, why: str) -> None:
    with pytest.raises(UsageError, match=f"'a.json' {why}"):
        read(text, "a.json")
