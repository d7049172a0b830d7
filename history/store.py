"""The file that results are kept in: SQLite, so that what several processes write at once is neither lost nor mixed.

The usual rollback journal, and not a write-ahead log: it works on network drives too, and leaves nothing beside the
file. A result is one transaction, which waits for its turn.
"""

from __future__ import annotations

import json
import os
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
LARGEST = 64 * 1024 * 1024
"""Bytes of a document, and of anything in the file; what says it is larger is none of ours."""
PATIENCE = 5.0
"""Seconds to wait for other processes."""
_OF_SEVERAL = bytes.fromhex("d9d505f920a163d7")
"""Ends the journal of a transaction over several files, where SQLite finds the name of a file to delete."""

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
    return guarded(sqlite3.connect(place, timeout=patience, isolation_level=None))


def guarded(base: sqlite3.Connection) -> sqlite3.Connection:
    """The same, which then does little for a file that came with a repository of somebody's."""
    base.execute("PRAGMA trusted_schema = OFF")
    base.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LARGEST)
    return base


def _prepare(base: sqlite3.Connection, place: Path) -> None:
    """Makes the tables in a new file."""
    if version(base, place) == 0:
        _make(base)
        base.execute(f"PRAGMA user_version = {SCHEMA}")


def _make(base: sqlite3.Connection) -> None:
    for each in _TABLES.split(";\n"):
        base.execute(each)


def _last(base: sqlite3.Connection, kind: str, subject: str) -> object:
    newest = "SELECT commit_hash, document FROM results WHERE kind = ? AND subject = ? ORDER BY id DESC LIMIT 1"
    return base.execute(newest, (kind, subject)).fetchone()


def version(base: sqlite3.Connection, place: Path) -> int:
    """Of its tables; 0 for a new file. Raises HistoryError for one that a later release wrote, and for one whose tables
    aren't ours to the letter: others could do something by themselves when they are read or written."""
    found = int(base.execute("PRAGMA user_version").fetchone()[0])
    if found > SCHEMA:
        raise HistoryError(f"{place}: was written by a later release of aiready; use that one, or move the file away")
    if _tables(base) not in (set(), _ours()):
        raise HistoryError(f"{place}: wasn't made by aiready; move it away")
    return found


def _tables(base: sqlite3.Connection) -> set[object]:
    """All that is defined in a file, as it was."""
    return set(base.execute("SELECT type, name, tbl_name, sql FROM sqlite_master"))


def _ours() -> set[object]:
    with closing(sqlite3.connect(":memory:")) as base:
        _make(base)
        return _tables(base)


def checked(place: Path) -> None:
    """Raises HistoryError where opening the file would reach beyond it: a repository must not say what is written or
    deleted on a machine."""
    journal, *logs = (place.with_name(place.name + end) for end in ("-journal", "-wal", "-shm"))
    if any(each.is_symlink() for each in (place, place.parent, journal)):
        raise HistoryError(f"{place}: is a link, which is not followed")
    foreign = [each for each in logs if os.path.lexists(each)] + [journal] * _of_several(journal)
    if foreign:
        raise HistoryError(f"{place}: {foreign[0].name} beside it wasn't made by aiready; move both away")


def _of_several(journal: Path) -> bool:
    try:
        with journal.open("rb") as stream:
            stream.seek(max(0, stream.seek(0, os.SEEK_END) - len(_OF_SEVERAL)))
            return stream.read() == _OF_SEVERAL
    except FileNotFoundError:
        return False


@contextmanager
def told(place: Path) -> Generator[None]:
    """What is wrong with the file as a HistoryError."""
    try:
        yield
    except (sqlite3.Error, OSError, zlib.error) as error:
        raise HistoryError(f"{place}: {error}") from error
