from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {"libcst", "rich", "yaml", "numpy", "httpx", "pydantic", "asyncio"}
STORED = HEAVY | {"typer", "click", "dataclasses", "typing", "inspect", "re", "json", "pathlib", "ast", "tokenize"}


def imported(*arguments: str, cwd: Path) -> tuple[set[str], set[str], str]:
    """Top-level modules and modules of aiready that a run imports, and what it printed."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(cwd / "cache"), "COLUMNS": "80"}
    command = [sys.executable, "-X", "importtime", "-m", "aiready", *arguments]
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=120)
    lines = [line for line in done.stderr.splitlines() if line.startswith("import time:")]
    names = {line.rpartition("|")[2].strip() for line in lines}
    return (
        {name.partition(".")[0] for name in names},
        {name for name in names if name.startswith("aiready.")},
        done.stdout,
    )


def test_version_needs_nothing_but_the_entry_point(tmp_path: Path) -> None:
    modules, own, shown = imported("--version", cwd=tmp_path)
    assert (modules & STORED, own) == (set(), {"aiready.cli", "aiready.cli.main"})
    assert shown.startswith("aiready ")


@pytest.mark.parametrize("arguments", [("--help",), ("audit", "--help"), ("calls", "--help"), ("rules", "-h")])
def test_help_needs_no_heavy_module(arguments: tuple[str, ...], tmp_path: Path) -> None:
    modules, _, shown = imported(*arguments, cwd=tmp_path)
    assert modules & HEAVY == set()
    assert shown.startswith("Usage: aiready")


def test_an_audit_is_read_without_typer(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    modules, _, _ = imported("audit", "--no-cache", "--select", "REL", ".", cwd=tmp_path)
    assert modules & {"typer", "click", "pydantic", "rich", "numpy", "httpx", "asyncio"} == set()


def test_a_stored_report_is_answered_with_next_to_nothing(tmp_path: Path) -> None:
    module = tmp_path / "app.py"
    module.write_text("import openai\n")
    os.utime(module, (1_000_000_000, 1_000_000_000))
    _, _, first = imported("audit", ".", cwd=tmp_path)
    modules, own, second = imported("audit", ".", cwd=tmp_path)
    assert (modules & STORED, second) == (set(), first)
    checks = {name.split(".")[2] for name in own if name.startswith("aiready.checks.")}
    assert checks == {"errors", "files", "folders", "plugged", "store"}
    assert first


def test_where_no_baseline_is_none_is_read(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("import openai\n")
    _, own, _ = imported("audit", "--no-cache", ".", cwd=tmp_path)
    assert "aiready.cli.known" in own
    assert {name for name in own if name.startswith("aiready.checks.baseline")} == set()
