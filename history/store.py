"""The file that results are kept in: SQLite, so that what several processes write at once is neither lost nor mixed.

The usual rollback journal, and not a write-ahead log: it works on network drives too, and leaves nothing beside the
file. A result is one transaction, which waits for its turn.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from .figures import Document, figures_of, kind_of, verdict_of
from .mistakes import HistoryError

FOLDER = ".aiready"
DATABASE = "history.db"
SCHEMA = 1
"""Of the tables, as `user_version`."""
DOCUMENTS = 200
"""Documents that are kept, the newest; the figures of those before stay."""
PATIENCE = 5.0
"""Seconds to wait for other processes."""

_TABLES = """
CREATE TABLE results (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    commit_hash TEXT NOT NULL,
    verdict TEXT NOT NULL,
    document BLOB
);
CREATE TABLE figures (
    result INTEGER NOT NULL REFERENCES results (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    value REAL NOT NULL,
    PRIMARY KEY (result, name)
) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Result:
    """What is to be kept."""

    document: Document
    """An audit's or a load test's, as it is written in JSON."""
    subject: str
    """Results of one kind and subject make one line of a trend."""
    at: datetime
    commit: str = ""


def make_folder(folder: Path) -> None:
    """Makes a project's `.aiready`, which git then leaves alone: what is measured on one machine is no part of the
    code. One that is there stays as it is. Raises OSError."""
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        return
    (folder / ".gitignore").write_text("*\n", encoding="utf-8")


def record(folder: Path, result: Result, patience: float = PATIENCE) -> None:
    """Keeps a result in a project's `.aiready`, which is made where it isn't there; not one that says of the same
    commit what the last one said. Raises HistoryError."""
    place = folder / DATABASE
    document = zlib.compress(json.dumps(result.document, separators=(",", ":")).encode(), 6)
    at = result.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    subject = result.subject.encode(errors="backslashreplace").decode()
    row = (at, kind_of(result.document), subject, result.commit, verdict_of(result.document), document)
    figures = figures_of(result.document)
    with told(place), closing(_opened(place, patience)) as base, base:
        base.execute("BEGIN IMMEDIATE")
        _prepare(base, place)
        if _last(base, row[1], subject) == (result.commit, document):
            return
        names = "at, kind, subject, commit_hash, verdict, document"
        number = base.execute(f"INSERT INTO results ({names}) VALUES (?, ?, ?, ?, ?, ?)", row).lastrowid  # noqa: S608 - ours
        base.executemany("INSERT INTO figures VALUES (?, ?, ?)", [(number, *each) for each in figures.items()])
        base.execute(
            "UPDATE results SET document = NULL WHERE document IS NOT NULL AND id <= ?", ((number or 0) - DOCUMENTS,)
        )


def _opened(place: Path, patience: float) -> sqlite3.Connection:
    make_folder(place.parent)
    checked(place)
    base = sqlite3.connect(place, timeout=patience, isolation_level=None)
    base.execute("PRAGMA trusted_schema = OFF")  # the file may have come with a repository of somebody's
    return base


def _prepare(base: sqlite3.Connection, place: Path) -> None:
    """Makes the tables in a new file."""
    if version(base, place) == 0:
        for each in _TABLES.split(";\n"):
            base.execute(each)
        base.execute(f"PRAGMA user_version = {SCHEMA}")


def _last(base: sqlite3.Connection, kind: str, subject: str) -> object:
    newest = "SELECT commit_hash, document FROM results WHERE kind = ? AND subject = ? ORDER BY id DESC LIMIT 1"
    return base.execute(newest, (kind, subject)).fetchone()


def version(base: sqlite3.Connection, place: Path) -> int:
    """Of its tables; 0 for a new file. Raises HistoryError for one that a later release wrote, and for one that would
    do something by itself when it is read or written, which ours don't."""
    found = int(base.execute("PRAGMA user_version").fetchone()[0])
    if found > SCHEMA:
        raise HistoryError(f"{place}: was written by a later release of aiready; use that one, or move the file away")
    if base.execute("SELECT 1 FROM sqlite_master WHERE type IN ('view', 'trigger')").fetchone():
        raise HistoryError(f"{place}: wasn't made by aiready; move it away")
    return found


def checked(place: Path) -> None:
    """Raises HistoryError where the place leads elsewhere: a repository must not say what is written on a machine."""
    if place.is_symlink() or place.parent.is_symlink():
        raise HistoryError(f"{place}: is a link, which is not followed")


@contextmanager
def told(place: Path) -> Generator[None]:
    """What is wrong with the file as a HistoryError."""
    try:
        yield
    except (sqlite3.Error, OSError, zlib.error) as error:
        raise HistoryError(f"{place}: {error}") from error
