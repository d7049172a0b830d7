"""The history: what is kept of results, by several processes at once, and what a file that isn't ours can't do."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import zlib
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from aiready.history.figures import FIGURES, figures_of, subject_of
from aiready.history.mistakes import HistoryError
from aiready.history.model import Track
from aiready.history.reading import document_of, trend_of
from aiready.history.store import DATABASE, DOCUMENTS, Result, make_folder, record

DAY = datetime(2026, 11, 1, 12, 30, 15, tzinfo=UTC)
BENCH: dict[str, Any] = {
    "schema": "aiready.bench/1",
    "target": {"name": "openai", "model": "gpt-4o-mini", "url": "https://api.openai.com/v1"},
    "plan": {"shape": "closed:4"},
    "requests": {"error_rate": {"value": 0.25}},
    "metrics": {"ttft": {"p50": 0.1, "p95": 0.2, "p99": None}, "e2e": {"p50": 1.0, "p95": 2.0, "p99": 3.0}},
    "throughput": {"rps": 4.5},
    "cost": {"per_1k_requests": 0.75},
    "verdict": "fail",
}


def audit(passed: int = 3, errors: int = 1) -> dict[str, Any]:
    rules = [("REL101", None, "new")] * errors + [("COST101", None, "known"), ("COST101", "agreed", "new")]
    return {
        "schema": "aiready.audit/1",
        "calls": [{}, {}],
        "findings": [{"rule": rule, "suppressed": why, "baseline": known} for rule, why, known in rules],
        "summary": {
            "findings": {"error": errors, "warning": 0, "note": 0},
            "suppressed": 1,
            "known": 1,
            "items": {"pass": passed, "partial": 0, "fail": 23 - passed, "n/a": 0, "attest": 0},
        },
    }


def kept(folder: Path, document: dict[str, Any], days: int = 0, commit: str = "", subject: str = ".") -> None:
    record(folder, Result(document, subject, DAY + timedelta(days), commit))


def only(folder: Path, **asked: Any) -> Track:
    (track,) = trend_of(folder, **asked).tracks
    return track


def test_the_figures_of_an_audit_are_counts_of_what_is_open() -> None:
    assert figures_of(audit(errors=2)) == {
        "items.pass": 3,
        "items.partial": 0,
        "items.fail": 20,
        "items.n/a": 0,
        "items.attest": 0,
        "findings.error": 2,
        "findings.warning": 0,
        "findings.note": 0,
        "known": 1,
        "suppressed": 1,
        "calls": 2,
        "rule.REL101": 2,
    }


def test_of_a_load_test_what_is_known_is_kept() -> None:
    expected = {"ttft.p50": 0.1, "ttft.p95": 0.2, "e2e.p50": 1.0, "e2e.p95": 2.0, "e2e.p99": 3.0}
    assert figures_of(BENCH) == {**expected, "error_rate": 0.25, "rps": 4.5, "cost_per_1k": 0.75}
    assert set(figures_of(BENCH)) - set(FIGURES["bench"]) == set()
    assert subject_of(BENCH) == "openai gpt-4o-mini, closed:4"
    assert figures_of({"schema": "aiready.bench/1", "metrics": "?", "throughput": {"rps": float("inf")}}) == {}


def test_results_come_back_by_what_they_are_about_the_oldest_first(tmp_path: Path) -> None:
    for day in range(5):
        kept(tmp_path, audit(day), day, f"{day}" * 40)
    kept(tmp_path, BENCH, 9, subject="openai")
    kept(tmp_path, audit(), 9, subject="services/chat")
    tracks = trend_of(tmp_path).tracks
    assert [(each.kind, each.subject, len(each.points)) for each in tracks] == [
        ("audit", ".", 5),
        ("audit", "services/chat", 1),
        ("bench", "openai", 1),
    ]
    whole = tracks[0]
    assert whole.values("items.pass") == (0, 1, 2, 3, 4)
    assert (whole.points[0].name, whole.points[0].at, whole.points[0].commit) == ("1", "2026-11-01T12:30:15Z", "0" * 40)
    assert (tracks[2].points[0].verdict, tracks[2].points[0].figures) == ("fail", figures_of(BENCH))


def test_the_newest_can_be_asked_for_by_number_and_by_day(tmp_path: Path) -> None:
    for day in range(5):
        kept(tmp_path, audit(day), day)
    newest = only(tmp_path, limit=2)
    assert (newest.values("items.pass"), newest.earlier) == ((3, 4), 3)
    assert only(tmp_path, since="2026-11-03").values("items.pass") == (2, 3, 4)
    assert trend_of(tmp_path, since="2027-01-01").tracks == ()


def test_times_are_kept_in_utc(tmp_path: Path) -> None:
    record(tmp_path, Result(audit(), ".", DAY.astimezone(timezone(timedelta(hours=5)))))
    assert only(tmp_path).points[0].at == "2026-11-01T12:30:15Z"


def test_what_says_the_same_of_the_same_commit_is_kept_once(tmp_path: Path) -> None:
    for document, commit in ((audit(), "a"), (audit(), "a"), (audit(), "b"), (audit(4), "b"), (audit(), "b")):
        kept(tmp_path, document, commit=commit)
    assert only(tmp_path).values("items.pass") == (3, 3, 4, 3)


def test_documents_are_kept_whole_and_of_old_results_only_the_figures(tmp_path: Path) -> None:
    for number in range(DOCUMENTS + 2):
        kept(tmp_path, audit(number))
    assert json.loads(document_of(tmp_path, 3)) == audit(2)
    with pytest.raises(HistoryError, match=r"of result 2 only the figures are left$"):
        document_of(tmp_path, 2)
    with pytest.raises(HistoryError, match=r"has no result 999; `aiready history` lists them$"):
        document_of(tmp_path, 999)
    assert len(only(tmp_path).points) == DOCUMENTS + 2


def test_a_new_folder_is_none_of_git_s_business_and_an_old_one_stays(tmp_path: Path) -> None:
    make_folder(tmp_path / "new")
    assert (tmp_path / "new" / ".gitignore").read_text(encoding="utf-8") == "*\n"
    (tmp_path / "old").mkdir()
    make_folder(tmp_path / "old")
    assert list((tmp_path / "old").iterdir()) == []


WRITER = """
import sys
from datetime import datetime, UTC
from pathlib import Path
from aiready.history.store import Result, record
who = int(sys.argv[2])
for number in range(20):
    summary = {"items": {"pass": who * 100 + number}}
    document = {"schema": "aiready.audit/1", "summary": summary, "padding": "x" * 20_000}
    record(Path(sys.argv[1]), Result(document, ".", datetime.now(UTC)), patience=300)
"""


def test_eight_processes_that_write_at_once_lose_and_mix_nothing(tmp_path: Path) -> None:
    folder = tmp_path / ".aiready"
    commands = [[sys.executable, "-c", WRITER, str(folder), str(who)] for who in range(8)]
    running = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for command in commands]
    assert [each.communicate()[1] for each in running] == [""] * 8
    with closing(sqlite3.connect(folder / DATABASE)) as base:
        assert base.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert base.execute("SELECT count(*), count(document) FROM results").fetchone() == (160, 160)
    seen = only(folder).values("items.pass")
    assert set(seen) == {who * 100 + number for who in range(8) for number in range(20)}
    assert sorted(os.listdir(folder)) == [".gitignore", DATABASE]


def test_a_writer_that_has_to_wait_too_long_says_so(tmp_path: Path) -> None:
    kept(tmp_path, audit())
    with closing(sqlite3.connect(tmp_path / DATABASE, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(HistoryError, match=r"history\.db: database is locked$"):
            record(tmp_path, Result(audit(4), ".", DAY), patience=0)
    assert only(tmp_path).values("items.pass") == (3,)


def broken(place: Path) -> None:
    place.write_bytes(b"no database at all" * 100)


def newer(place: Path) -> None:
    with closing(sqlite3.connect(place)) as base:
        base.execute("PRAGMA user_version = 2")


def a_folder(place: Path) -> None:
    place.mkdir()


def a_link(place: Path) -> None:
    elsewhere = place.parent.parent / "elsewhere.db"
    elsewhere.touch()
    place.symlink_to(elsewhere)


def of_other_tables(place: Path) -> None:
    with closing(sqlite3.connect(place)) as base:
        base.execute("CREATE TABLE results (id)")
        base.execute("PRAGMA user_version = 1")


def with_a_column_that_takes_memory(place: Path) -> None:
    kept(place.parent, audit())
    with closing(sqlite3.connect(place)) as base:
        base.execute("ALTER TABLE results ADD COLUMN more AS (hex(zeroblob(200000000)))")


def with_an_index_of_its_own(place: Path) -> None:
    kept(place.parent, audit())
    with closing(sqlite3.connect(place)) as base:
        base.execute("CREATE INDEX sorted ON results (length(hex(zeroblob(1000))))")


def that_does_more(place: Path) -> None:
    with closing(sqlite3.connect(place)) as base:
        base.execute(
            "CREATE VIEW results AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i FROM n) SELECT * FROM n"
        )


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (broken, "file is not a database"),
        (newer, "was written by a later release of aiready"),
        (a_folder, r"unable to open database file|disk I/O error"),
        (a_link, "is a link, which is not followed"),
        (of_other_tables, "wasn't made by aiready"),
        (with_a_column_that_takes_memory, "wasn't made by aiready"),
        (with_an_index_of_its_own, "wasn't made by aiready"),
        (that_does_more, "wasn't made by aiready"),
    ],
)
def test_a_file_that_is_not_ours_is_told_of_and_left_alone(make: Any, why: str, tmp_path: Path) -> None:
    folder = tmp_path / ".aiready"
    folder.mkdir()
    make(folder / DATABASE)
    with pytest.raises(HistoryError, match=why):
        kept(folder, audit())
    with pytest.raises(HistoryError, match=why):
        trend_of(folder)
    elsewhere = tmp_path / "elsewhere.db"
    assert not elsewhere.exists() or elsewhere.read_bytes() == b""


LEFT_BEHIND = f"""
import os, sqlite3
base = sqlite3.connect({DATABASE!r}, isolation_level=None)
base.execute("PRAGMA cache_size = 1")
base.execute("BEGIN")
base.execute("UPDATE results SET document = zeroblob(100000)")
os._exit(0)
"""


def left_behind(folder: Path) -> Path:
    """The journal of a writer that was killed."""
    subprocess.run([sys.executable, "-c", LEFT_BEHIND], cwd=folder, check=True)
    return folder / f"{DATABASE}-journal"


def test_a_journal_that_names_a_file_to_delete_is_not_played_back(tmp_path: Path) -> None:
    folder, mine = tmp_path / ".aiready", tmp_path / "mine"
    kept(folder, audit())
    journal = left_behind(folder)
    name = bytes(mine)
    ending = [name, len(name).to_bytes(4), sum(name).to_bytes(4), bytes.fromhex("d9d505f920a163d7")]
    with journal.open("ab") as stream:
        stream.write(b"".join([b"\0\0\0\0", *ending]))
    # as a transaction over several files leaves it: that file names this journal no more, and is deleted
    mine.write_text("of the user")
    for ask in (lambda: trend_of(folder), lambda: document_of(folder, 1), lambda: kept(folder, audit(4))):
        with pytest.raises(HistoryError, match=rf"{DATABASE}-journal beside it wasn't made by aiready"):
            ask()
    assert (mine.read_text(), journal.exists()) == ("of the user", True)
    with closing(sqlite3.connect(folder / DATABASE)) as base:
        base.execute("SELECT * FROM results").fetchall()
    assert not mine.exists()  # what SQLite itself does with it


def test_the_journal_of_a_writer_of_ours_that_was_killed_is_played_back(tmp_path: Path) -> None:
    kept(tmp_path, audit())
    assert left_behind(tmp_path).exists()
    kept(tmp_path, audit(4), 1)
    assert only(tmp_path).values("items.pass") == (3, 4)
    assert json.loads(document_of(tmp_path, 1)) == audit()


@pytest.mark.parametrize("ending", ["-wal", "-shm"])
def test_a_write_ahead_log_is_none_of_ours(ending: str, tmp_path: Path) -> None:
    kept(tmp_path, audit())
    (tmp_path / f"{DATABASE}{ending}").touch()
    for ask in (lambda: trend_of(tmp_path), lambda: kept(tmp_path, audit(4))):
        with pytest.raises(HistoryError, match=f"{ending} beside it wasn't made by aiready"):
            ask()


def test_a_journal_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    kept(tmp_path, audit())
    (tmp_path / f"{DATABASE}-journal").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(HistoryError, match="is a link, which is not followed"):
        kept(tmp_path, audit(4))


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_folder_that_may_not_be_written_is_told_of(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(HistoryError, match="unable to open database file"):
        kept(tmp_path, audit())
    tmp_path.chmod(0o700)


def test_a_document_that_unpacks_without_end_is_refused(tmp_path: Path) -> None:
    kept(tmp_path, audit())
    bomb = zlib.compress(b"\0" * (65 * 1024 * 1024), 9)
    with closing(sqlite3.connect(tmp_path / DATABASE)) as base, base:
        base.execute("UPDATE results SET document = ?", (bomb,))
    with pytest.raises(HistoryError, match="result 1 is larger than any document"):
        document_of(tmp_path, 1)
