"""What a file is called, or a model, can't give commands to the runner of a pipeline that prints our output."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]
COMMAND = re.compile(r"^[\s\x1b\[0-9;m]*::|##\[", re.MULTILINE)
NAME = "::stop-commands::x ##[add-mask]e.py"
MODEL = "gpt-4o-aaaaaaaaaaaaaaaaaaaaaaaaaaaaa ::add-mask::e ##[add-mask]f ::stop-commands::zz"


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    call = f"OpenAI(timeout=0).responses.create(model={MODEL!r}, input=q)"
    (tmp_path / NAME).write_text(f"from openai import OpenAI\n\n\ndef f(q):\n    return {call}\n")
    return tmp_path


@pytest.mark.parametrize(
    "words",
    [
        ("audit",),
        ("audit", "--color", "always"),
        ("audit", "--format", "junit"),
        ("audit", "--format", "markdown"),
        ("audit", "--format", "csv"),
        ("audit", "--call", f"{NAME}:5"),
        ("calls",),
        ("calls", "--format", "csv"),
        ("gate",),
        ("baseline",),
    ],
)
def test_no_line_is_a_command(words: tuple[str, ...], hostile: Path, aiready: Run) -> None:
    done = aiready(*words, cwd=hostile)
    assert done.returncode in {0, 1}
    assert "stop-commands" in done.stdout or words == ("baseline",)
    assert [line for line in done.stdout.splitlines() if COMMAND.search(line)] == []
    assert aiready(*words, cwd=hostile).stdout == done.stdout or words == ("baseline",)


def test_the_format_of_commands_gives_its_own_alone(hostile: Path, aiready: Run) -> None:
    lines = aiready("audit", "--format", "github", cwd=hostile).stdout.splitlines()
    own = [line for line in lines if re.match(r"::(error|warning|notice) (file|title)=", line)]
    assert own != []
    assert [line for line in lines if COMMAND.search(line) and (line not in own or "##[" in line)] == []
    assert aiready("audit", "--format=github", cwd=hostile).stdout.splitlines() == lines
