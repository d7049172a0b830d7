"""`aiready audit --fix`, `--diff` and `--unsafe-fixes`, as a user types them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from aiready.report.patch import patch, shown

APP = """\
from flask import Flask, request
from openai import OpenAI

app = Flask(__name__)
client = OpenAI()


@app.post("/")
def ask() -> str:
    return client.responses.create(model="gpt-4o", input=request.form["q"]).output_text
"""
NAMES = ("with space.py", "a\x1b[31mred.py", 'b"\nnl\\.py', "e\u202etxt.py", "ü.py")
LATIN = "# coding: latin-1\n# é\n"
FIXED = APP.replace("OpenAI()", "OpenAI(timeout=30)")
DIFF = """\
--- a/app.py
+++ b/app.py
@@ -2,7 +2,7 @@
 from openai import OpenAI
~
 app = Flask(__name__)
-client = OpenAI()
+client = OpenAI(timeout=30)
~
~
 @app.post("/")
""".replace("~", " ")


@pytest.fixture
def app(tmp_path: Path) -> Path:
    path = tmp_path / "app.py"
    path.write_text(APP)
    return path


def audit(app: Path, *words: str) -> tuple[int, str, str]:
    """Exit status, standard output, standard error of an audit of the project."""
    done = subprocess.run(
        [sys.executable, "-m", "aiready", "audit", ".", *words],
        cwd=app.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def test_diff_shows_what_would_change_and_changes_nothing(app: Path) -> None:
    told = "aiready: 1 finding would be fixed, 1 more with --unsafe-fixes\n"
    assert audit(app, "--diff") == (1, DIFF, told)
    assert app.read_text() == APP


def test_a_diff_applies(app: Path) -> None:
    _, diff, _ = audit(app, "--diff", "--unsafe-fixes", "--quiet")
    subprocess.run(["git", "apply", "-"], input=diff, cwd=app.parent, text=True, check=True)
    assert app.read_text() == FIXED.replace('["q"])', '["q"], max_output_tokens=1000)')


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        *((name, APP.encode(), FIXED.encode()) for name in NAMES),
        ("a.py", APP.replace("\n", "\r\n").encode(), FIXED.replace("\n", "\r\n").encode()),
        ("a.py", b"\xef\xbb\xbf" + APP.encode(), b"\xef\xbb\xbf" + FIXED.encode()),
        ("a.py", f"{LATIN}{APP}".encode("latin-1"), f"{LATIN}{FIXED}".encode("latin-1")),
        ("a.py", APP.rstrip().encode(), FIXED.rstrip().encode()),
        ("a.py", APP.replace("\n\n", "\n\f\n", 1).encode(), FIXED.replace("\n\n", "\n\f\n", 1).encode()),
    ],
)
def test_a_diff_of_any_file_applies_where_it_was_asked_for(
    name: str, before: bytes, after: bytes, tmp_path: Path
) -> None:
    file = tmp_path / "src" / name
    file.parent.mkdir()
    file.write_bytes(before)
    command = [sys.executable, "-m", "aiready", "audit", "src", "--diff"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    head = done.stdout.splitlines()[0]
    assert head.isascii()
    assert b"\x1b" not in head
    subprocess.run(["git", "apply", "-"], input=done.stdout, cwd=tmp_path, check=True)
    assert file.read_bytes() == after


def test_a_terminal_is_shown_nothing_raw() -> None:
    text = shown(patch("a\x1b[31m.py", b"\tx = 1 # \x1b[2J\n", b"\ty = 1 # \x1b[2J\n"))
    assert text.splitlines()[3:] == ["-\tx = 1 # \\x1b[2J", "+\ty = 1 # \\x1b[2J"]
    assert text.splitlines()[0] == '--- "a/a\\033[31m.py"'


def test_fix_reports_on_what_is_left(app: Path) -> None:
    status, text, told = audit(app, "--fix", "--select", "REL101,COST101", "--format", "json", "--exit-zero")
    assert (status, app.read_text()) == (0, FIXED)
    assert told == "aiready: 1 finding fixed, 1 more with --unsafe-fixes\n"
    assert [each["rule"] for each in json.loads(text)["findings"]] == ["COST101"]


def test_verbose_names_each_fix(app: Path) -> None:
    _, _, told = audit(app, "--diff", "--verbose", "--select", "REL101")
    assert told == (
        "aiready: app.py:10: REL101 would be fixed: Set `timeout=30` where the client is built (safe)\n"
        "aiready: 1 finding would be fixed\n"
    )


def test_once_mended_a_diff_is_empty(app: Path) -> None:
    audit(app, "--fix")
    assert audit(app, "--diff", "--quiet") == (0, "", "")


def test_rules_that_were_not_selected_are_not_mended(app: Path) -> None:
    assert audit(app, "--diff", "--select", "COST102")[:2] == (0, "")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--unsafe-fixes"], "--unsafe-fixes says which fixes to use; give --fix to apply them or --diff to see them"),
        (["--fix", "--diff"], "--diff shows what --fix would do; give one of them"),
        (["--fix", "--call", "app.py:10"], "--call tells of one call and mends nothing; leave out --fix and --diff"),
    ],
)
def test_options_that_do_not_go_together_are_refused(app: Path, words: list[str], why: str) -> None:
    status, _, told = audit(app, *words)
    assert (status, told.split("\n")[0]) == (2, f"aiready: {why}")
    assert app.read_text() == APP


def test_where_nothing_can_be_audited_that_is_said(tmp_path: Path) -> None:
    status, _, told = audit(tmp_path / "none.py", "--diff")
    assert (status, told.split("\n")[0]) == (3, "aiready: no Python files found")


def test_an_audit_without_fixes_loads_none_of_this(app: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "aiready", "audit", ".", "--no-cache", "--quiet"],
        cwd=app.parent, capture_output=True, text=True, check=False,
    )  # fmt: skip
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.split("\n")}
    assert {
        name for name in loaded if name.startswith(("aiready.checks.fixes", "aiready.checks.mending", "libcst"))
    } == set()
