"""What is kept in a project's history and when, and how it is asked for."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from aiready.bench.outcome import outcome
from aiready.cli.keeping import home
from aiready.cli.results_end import recorded
from aiready.history.reading import document_of, trend_of
from aiready.history.store import DATABASE

EXAMPLE = Path(__file__).parents[1] / "examples" / "support_desk"
Run = Callable[..., "subprocess.CompletedProcess[str]"]
BenchRuns = Any
"""The one of conftest, which can't be imported by name."""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project that keeps a history, of files that are old enough for their audit to be remembered."""
    place = tmp_path / "project"
    shutil.copytree(EXAMPLE, place, ignore=shutil.ignore_patterns(".aiready"))
    (place / ".aiready").mkdir()
    (place / "pyproject.toml").touch()
    for each in (place, *place.rglob("*")):
        os.utime(each, (1_700_000_000, 1_700_000_000))
    return place


def kept(project: Path) -> int:
    """How many results."""
    there = (project / ".aiready" / DATABASE).exists()
    return sum(len(each.points) for each in trend_of(project / ".aiready").tracks) if there else 0


def test_an_audit_of_a_whole_project_is_kept_as_its_document(project: Path, aiready: Run) -> None:
    done = aiready("audit", "--format", "json", cwd=project)
    (track,) = trend_of(project / ".aiready").tracks
    assert (done.stderr, track.kind, track.subject, len(track.points)) == ("", "audit", ".", 1)
    assert json.loads(document_of(project / ".aiready", 1)) == json.loads(done.stdout)
    counts = json.loads(done.stdout)["summary"]
    assert {name: track.points[0].figures[f"items.{name}"] for name in counts["items"]} == counts["items"]


def test_what_milder_findings_are_hidden_from_the_reader_is_kept_all_the_same(project: Path, aiready: Run) -> None:
    aiready("audit", "--min-severity", "error", cwd=project)
    (track,) = trend_of(project / ".aiready").tracks
    assert track.points[0].figures["findings.note"] > 0


@pytest.mark.parametrize(
    "words",
    [
        ("--select", "REL"),
        ("--ignore", "REL101"),
        ("--persona", "auditor"),
        ("--exclude", "x"),
        ("--call", "desk/llm.py:72"),
        ("desk/llm.py",),
        ("desk", "."),
    ],
)
def test_an_audit_of_a_part_is_not_kept(words: tuple[str, ...], project: Path, aiready: Run) -> None:
    assert aiready("audit", *words, cwd=project).returncode in {0, 1}
    assert kept(project) == 0


def test_a_folder_of_the_project_has_a_track_of_its_own(project: Path, aiready: Run) -> None:
    aiready("audit", "desk", cwd=project)
    assert [each.subject for each in trend_of(project / ".aiready").tracks] == ["desk"]


def test_nothing_is_left_in_a_repository_that_keeps_no_history(project: Path, aiready: Run) -> None:
    (project / ".aiready").rmdir()
    before = sorted(project.rglob("*"))
    assert aiready("audit", cwd=project).returncode == 1
    assert sorted(project.rglob("*")) == before


def test_an_unchanged_tree_is_answered_from_the_store_and_kept_once(project: Path, aiready: Run) -> None:
    aiready("audit", cwd=project)
    database = project / ".aiready" / DATABASE
    before = database.read_bytes()
    again = aiready("audit", "-v", cwd=project)
    assert again.stderr.startswith("aiready: 8 files")
    assert aiready("audit", "-v", cwd=project).stderr.startswith("aiready: nothing has changed since this report")
    assert (database.read_bytes(), kept(project)) == (before, 1)


def test_a_broken_history_fails_no_audit(project: Path, aiready: Run) -> None:
    sound = aiready("audit", "--no-cache", cwd=project)
    (project / ".aiready" / DATABASE).write_bytes(b"no database" * 100)
    done = aiready("audit", "--no-cache", cwd=project)
    assert (done.returncode, done.stdout) == (1, sound.stdout)
    (line,) = done.stderr.splitlines()
    assert line == f"aiready: not kept in the history: {project}/.aiready/history.db: file is not a database"


def test_a_load_test_of_a_real_target_is_kept_and_its_folder_ignored(
    runs: BenchRuns, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    one, two = (runs.made(runs.steady(20), name) for name in ("one", "two"))
    for folder in (one, two):
        recorded(outcome(folder), folder)
    (track,) = trend_of(tmp_path / ".aiready").tracks
    assert (track.kind, len(track.points), track.points[0].verdict) == ("bench", 2, "pass")
    document = json.loads((two / "result.json").read_text(encoding="utf-8"))
    assert track.points[1].figures["ttft.p95"] == document["metrics"]["ttft"]["p95"]
    assert (tmp_path / ".aiready" / ".gitignore").read_text(encoding="utf-8") == "*\n"


def test_of_the_simulator_only_the_run_itself_is_kept(aiready: Run, tmp_path: Path) -> None:
    done = aiready(
        "bench", "simulator", "--simulate", "ttft=1ms&itl=1ms&tokens=2", "--requests", "4", "-q", cwd=tmp_path
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(each.name for each in (tmp_path / ".aiready").iterdir()) == [".gitignore", "runs"]


def test_the_history_is_shown_from_any_folder_of_the_project(project: Path, aiready: Run) -> None:
    aiready("audit", cwd=project)
    shown = [aiready("history", cwd=project / "desk"), aiready("history", str(project))]
    assert [(each.returncode, each.stdout.splitlines()[0]) for each in shown] == [(0, "Audit of the whole project")] * 2
    assert aiready("report", "--trend", cwd=project).stdout == shown[0].stdout
    told = json.loads(aiready("history", "--format", "json", cwd=project).stdout)
    assert [each["id"] for each in told["tracks"][0]["results"]] == ["1"]


def test_days_may_be_counted_back(project: Path, aiready: Run) -> None:
    aiready("audit", cwd=project)
    tomorrow = (datetime.now(UTC) + timedelta(1)).date().isoformat()
    asked = [aiready("history", "--since", each, cwd=project).stdout for each in ("2d", "2020-01-01", tomorrow)]
    assert [each == "No results.\n" for each in asked] == [False, False, True]


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("--since", "soon"), "--since: 'soon' is neither a day, such as 2026-11-29, nor a number of days: 30d"),
        (("--since", "99999999999d"), "--since: '99999999999d' is neither a day"),
        (("--limit", "few"), "--limit: 'few' is no whole number from 0 on"),
        ((), "history.db: nothing was kept yet: `aiready bench` keeps its results"),
    ],
)
def test_mistakes_are_told_in_a_line(words: tuple[str, ...], line: str, aiready: Run, tmp_path: Path) -> None:
    done = aiready("history", *words, cwd=tmp_path)
    assert (done.returncode, line in done.stderr.splitlines()[0]) == (2, True)


def test_the_home_of_a_folder_is_its_own_then_its_project_s(tmp_path: Path) -> None:
    inside = tmp_path / "project" / "services" / "chat"
    inside.mkdir(parents=True)
    (tmp_path / "project" / "pyproject.toml").touch()
    assert home(str(inside)) == inside / ".aiready"
    (tmp_path / "project" / ".aiready").mkdir()
    assert home(str(inside)) == tmp_path / "project" / ".aiready"
    (inside / ".aiready").mkdir()
    assert home(str(inside)) == inside / ".aiready"
