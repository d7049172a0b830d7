"""Data kept beside the code in the form it is used in."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from aiready.checks.compiled import compiled


@pytest.fixture(autouse=True)
def _written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)


def test_made_once_until_a_source_changes(tmp_path: Path) -> None:
    source = tmp_path / "data.yaml"
    source.write_text("a")
    made: list[str] = []

    def make() -> str:
        made.append(source.read_text())
        return made[-1]

    assert [compiled(tmp_path / "data", [source], make) for _ in range(3)] == ["a", "a", "a"]
    assert made == ["a"]
    source.write_text("bc")
    assert compiled(tmp_path / "data", [source], make) == "bc"
    assert made == ["a", "bc"]


@pytest.mark.parametrize("content", [b"", b"no pickle", b"\x80\x05]q\x00.", b"\x80\x05cnowhere\nnothing\n."])
def test_what_was_kept_and_is_not_whole_is_made_again(tmp_path: Path, content: bytes) -> None:
    source = tmp_path / "data.yaml"
    source.write_text("a")
    compiled(tmp_path / "data", [source], lambda: "first")
    [kept] = (tmp_path / "__pycache__").iterdir()
    kept.write_bytes(content)
    assert compiled(tmp_path / "data", [source], lambda: "second") == "second"


def test_where_python_keeps_no_bytecode_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "data.yaml"
    source.write_text("a")
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert compiled(tmp_path / "data", [source], lambda: 1) == 1
    assert list(tmp_path.iterdir()) == [source]


def test_a_folder_that_can_not_be_written_is_no_obstacle(tmp_path: Path) -> None:
    source = tmp_path / "data.yaml"
    source.write_text("a")
    (tmp_path / "__pycache__").write_text("a file")
    assert compiled(tmp_path / "data", [source], lambda: 1) == 1
