from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from aiready.checks import store
from aiready.checks.files.walk import listing
from aiready.checks.sdks import versions
from aiready.checks.store import Entry, command_key, content_digest, default_folder, is_racy, load, save, tree_digest

OLD = 1_000_000_000


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    top = tmp_path / "tree"
    (top / "pkg").mkdir(parents=True)
    for name in ("pkg/a.py", "pkg/b.py", "pyproject.toml"):
        (top / name).write_text("x = 1\n")
        os.utime(top / name, (OLD, OLD))
    return top


def digest(tree: Path) -> bytes:
    return tree_digest(listing([tree]))


def entry(document: bytes = b"done\n", status: int = 1) -> Entry:
    made = Entry(document, status, b"\0digest:1", b"content\0")
    made.paths, made.exclude, made.output = ("src", "a:b"), ("*.gen.py", "\udcff"), "out.json"
    return made


def values(found: Entry | None) -> dict[str, object]:
    return {} if found is None else {name: getattr(found, name) for name in Entry.__slots__}


def test_an_entry_comes_back_as_it_was_kept(tmp_path: Path) -> None:
    folder = str(tmp_path / "a" / "cache")
    save(folder, "key", entry())
    assert values(load(folder, "key")) == values(entry())
    save(folder, "key", entry(b"", 0))
    assert values(load(folder, "key")) == values(entry(b"", 0))
    assert load(folder, "other") is None


def test_nobody_else_can_read_the_cache(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    save(str(folder), "key", entry())
    made = [folder, folder / "reports", folder / "reports" / "key"]
    assert [oct(path.stat().st_mode & 0o777) for path in made] == ["0o700", "0o700", "0o600"]


def test_a_folder_that_others_can_write_is_not_believed(tmp_path: Path) -> None:
    save(str(tmp_path), "key", entry())
    (tmp_path / "reports").chmod(0o777)
    assert load(str(tmp_path), "key") is None


@pytest.mark.parametrize("cut", [0, 1, 10, 40, 60, -1])
def test_a_broken_entry_is_no_entry(cut: int, tmp_path: Path) -> None:
    save(str(tmp_path), "key", entry())
    path = tmp_path / "reports" / "key"
    path.write_bytes(path.read_bytes()[:cut])
    assert load(str(tmp_path), "key") is None


def test_a_changed_entry_is_no_entry(tmp_path: Path) -> None:
    save(str(tmp_path), "key", entry())
    path = tmp_path / "reports" / "key"
    path.write_bytes(path.read_bytes().replace(b"done", b"gone"))
    assert load(str(tmp_path), "key") is None


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    save(str(tmp_path / "file"), "key", entry())
    assert load(str(tmp_path / "file"), "key") is None


def test_the_cache_keeps_to_its_size_and_age(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "ENTRIES", 3)
    reports = tmp_path / "reports"
    for age, name in enumerate("abcd"):
        save(str(tmp_path), name, entry())
        os.utime(reports / name, (time.time() - 100 * (9 - age),) * 2)
    save(str(tmp_path), "e", entry())
    assert sorted(path.name for path in reports.iterdir()) == ["c", "d", "e"]
    os.utime(reports / "d", (OLD, OLD))
    monkeypatch.setattr(store, "BYTES", 500)
    save(str(tmp_path), "f", entry(b"x" * 250))
    assert sorted(path.name for path in reports.iterdir()) == ["e", "f"]
    save(str(tmp_path), "g", entry(b"x" * 600))
    assert sorted(path.name for path in reports.iterdir()) == ["e", "f"]


def test_the_digest_is_that_of_the_same_tree(tree: Path) -> None:
    assert digest(tree) == digest(tree)


@pytest.mark.parametrize(
    "change",
    [
        lambda tree: (tree / "pkg" / "a.py").write_text("y = 22\n"),
        lambda tree: os.utime(tree / "pkg" / "a.py", (OLD, OLD + 1)),
        lambda tree: (tree / "pkg" / "a.py").unlink(),
        lambda tree: (tree / "pkg" / "a.py").rename(tree / "pkg" / "c.py"),
        lambda tree: (tree / "pkg" / "new.py").touch(),
        lambda tree: (tree / "pkg" / "new.ipynb").touch(),
        lambda tree: (tree / "pyproject.toml").write_text("[project]\n"),
        lambda tree: (tree / "pyproject.toml").unlink(),
    ],
    ids=["edited", "touched", "removed", "renamed", "added", "notebook", "pins", "pins-removed"],
)
def test_the_digest_tells_a_change(change: Callable[[Path], object], tree: Path) -> None:
    before = digest(tree)
    change(tree)
    assert digest(tree) != before


@pytest.mark.parametrize("folder", ["", "pkg"])
@pytest.mark.parametrize("pattern", sorted({*versions._LOCKS, *versions._REQUIREMENTS}))
def test_every_file_that_pins_a_release_is_in_the_digest(pattern: str, folder: str, tree: Path) -> None:
    before = digest(tree)
    path = tree / folder / pattern.replace("*", "x")
    path.parent.mkdir(exist_ok=True)
    path.write_text("openai==1.0\n")
    assert digest(tree) != before


def test_a_fresh_checkout_has_the_same_content(tree: Path) -> None:
    before, content = digest(tree), content_digest(listing([tree]))
    for path in (tree / "pkg" / "a.py", tree / "pyproject.toml"):
        os.utime(path, (OLD + 5, OLD + 5))
    assert digest(tree) != before
    assert content_digest(listing([tree]), content) == content


@pytest.mark.parametrize("name", ["pkg/a.py", "pyproject.toml"])
@pytest.mark.parametrize("text", ["x = 2\n", "x = 1\n# more\n"], ids=["same size", "longer"])
def test_other_content_is_told_whatever_the_time_stamp_says(name: str, text: str, tree: Path) -> None:
    content = content_digest(listing([tree]))
    (tree / name).write_text(text)
    os.utime(tree / name, (OLD, OLD))
    assert content_digest(listing([tree]), content) != content


def test_files_that_decide_nothing_are_not_in_the_digest(tree: Path) -> None:
    before = digest(tree)
    (tree / "notes.log").touch()
    (tree / "data.json").touch()
    (tree / "node_modules").mkdir()
    (tree / "node_modules" / "poetry.lock").touch()
    assert digest(tree) == before


@pytest.mark.parametrize("name", ["README.md", ".github/workflows/ci.yml", "ops/alerts.yaml", ".aiready/bench.json"])
def test_files_the_checklist_is_made_from_are_in_the_digest(name: str, tree: Path) -> None:
    before, content = digest(tree), content_digest(listing([tree]))
    (tree / name).parent.mkdir(parents=True, exist_ok=True)
    (tree / name).write_text("{}\n")
    os.utime(tree / name, (OLD, OLD))
    assert digest(tree) != before
    assert content_digest(listing([tree]), content) != content


def test_the_program_itself_is_in_the_digest(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = digest(tree)
    monkeypatch.setattr(store, "_SHIPPED", ("checks",))
    assert digest(tree) != before


@pytest.mark.parametrize("name", ["pkg/a.py", "pyproject.toml"])
def test_fresh_time_stamps_are_not_trusted(name: str, tree: Path) -> None:
    now = 1_700_000_000
    judged: dict[int, bool] = {}
    for age in (-5, 0, 1, 3):
        os.utime(tree / name, (now - age, now - age))
        judged[age] = is_racy(listing([tree]), now * 1_000_000_000)
    assert judged == {-5: True, 0: True, 1: True, 3: False}


def test_keys_tell_command_lines_and_surroundings_apart() -> None:
    keys = [
        command_key(words, around)
        for words, around in [
            (("audit", "a", "b"), ("/", "80")),
            (("audit", "a b"), ("/", "80")),
            (("audit", "a"), ("b", "/", "80")),
            (("audit", "a", "b"), ("/", "60")),
        ]
    ]
    assert len(set(keys)) == 4
    assert command_key(("audit", "\udcff"), ()).isalnum()


@pytest.mark.parametrize(
    ("platform", "variables", "folder"),
    [
        ("linux", {"XDG_CACHE_HOME": "/x/cache", "HOME": "/h"}, "/x/cache/aiready"),
        ("linux", {"XDG_CACHE_HOME": "relative", "HOME": "/h"}, "/h/.cache/aiready"),
        ("linux", {"HOME": "/h"}, "/h/.cache/aiready"),
        ("darwin", {"HOME": "/h"}, "/h/Library/Caches/aiready"),
        ("win32", {"LOCALAPPDATA": "/L", "HOME": "/h"}, "/L/aiready/Cache"),
    ],
)
def test_the_default_folder_is_the_systems(
    platform: str, variables: dict[str, str], folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", platform)
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert default_folder() == folder
