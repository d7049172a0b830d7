"""Bad input beside good: what can't be read is listed with its reason, everything else is audited."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from aiready.cli.main import main

GOOD = """import openai
from fastapi import FastAPI

app = FastAPI()
client = openai.OpenAI()


@app.get("/")
def ask(q):
    return client.chat.completions.create(model="gpt-4o", messages=q)
"""
RULES = ["COST101", "COST102", "LAT102", "MULTI102", "OBS101", "REL101", "REL301", "SAFE101", "SAFE103"]
FOUND = [(rule, "good.py", 10) for rule in RULES]
CALL = 'client.chat.completions.create(model="m", messages=[])\n'
HEAD = f"import openai\nclient = openai.OpenAI()\nr = {CALL}"
MINE = ("bad.py", 3)
GOODS = ("good.py", 10)


def code(source: str) -> dict[str, object]:
    return {"cell_type": "code", "source": source, "metadata": {}, "outputs": []}


def notebook(*cells: dict[str, object]) -> bytes:
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with one good file."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "good.py").write_text(GOOD)
    return folder


Ask = Callable[..., tuple[object, str, str]]


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ask:
    """`aiready WORDS` in this process: status, standard output, standard error."""

    def run(*words: str | Path) -> tuple[object, str, str]:
        monkeypatch.setattr(sys, "argv", ["aiready", *map(str, words)])
        try:
            status: object = main()
        except SystemExit as end:
            status = end.code
        return status, *capsys.readouterr()

    return run


Seen = tuple[list[tuple[str, str]], list[tuple[str, int]]]


def skipped(document: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each["path"], each["reason"]) for each in document["files"]["skipped"]]


def look(ask: Ask, folder: Path) -> Seen:
    """Skipped files with their reasons and the calls, the same by `audit` (in both scopes) and `calls`; the good
    file's findings are checked, and that text is printable."""
    seen: list[Seen] = []
    for words in (["audit", "--scope", "all"], ["audit"], ["calls"]):
        status, out, err = ask(*words, folder, "--format", "json", "--no-cache", "-j1")
        document = json.loads(out)
        if words[0] == "audit":
            told = [each for each in document["findings"] if each["call"] is not None]
            found = [(each["rule"], each["path"], each["line"]) for each in told]
            assert [each for each in found if each[1] == "good.py"] == FOUND
        assert (status, err) == (1 if words[0] == "audit" else 0, "")
        if words != ["audit", "--scope", "all"]:  # which also lists what isn't read otherwise
            seen.append((skipped(document), [(each["path"], each["line"]) for each in document["calls"]]))
    assert seen[0] == seen[1]
    for command in ("audit", "calls"):
        out = ask(command, folder, "--no-cache", "-j1", "--color", "always")[1]
        assert [char for char in without_colour(out) if not char.isprintable() and char != "\n"] == []
    return seen[0]


def without_colour(text: str) -> str:
    """The text without the escapes that switch colours."""
    import re

    return re.sub(r"\x1b\[[0-9;]*m", "", text)


UNREAD = {
    "syntax error": ("bad.py", (HEAD + "def f(:\n").encode(), "syntax-error"),
    "conflict marks": ("bad.py", (HEAD + "<<<<<<< HEAD\n").encode(), "syntax-error"),
    "python 2": ("bad.py", (HEAD + 'print "a"\n').encode(), "syntax-error"),
    "wrong dedent": ("bad.py", (HEAD + "if x:\n        a\n    b\n").encode(), "syntax-error"),
    "control character": ("bad.py", (HEAD + "\x1b\n").encode(), "syntax-error"),
    "backslash at the end": ("bad.py", (HEAD + "x = 1 \\").encode(), "syntax-error"),
    "never closed": ("bad.py", (HEAD + "x = '''\n").encode(), "syntax-error"),
    "name of escapes": ("a\n\x1b[2Jb.py", (HEAD + "x = (\n").encode(), "syntax-error"),
    "name not in utf-8": (os.fsdecode(b"a\xff.py"), (HEAD + "x = (\n").encode(), "syntax-error"),
    "not utf-8": ("bad.py", (HEAD + 's = "\xe9"\n').encode("latin-1"), "not-utf8"),
    "another cookie": ("bad.py", ("# coding: ascii\n" + HEAD + 's = "\xe9"\n').encode(), "not-utf8"),
    "half a character": ("bad.py", ("# coding: raw_unicode_escape\n" + HEAD + 'x = "\\ud800"\n').encode(), "not-utf8"),
    "null byte": ("bad.py", (HEAD + "\0").encode(), "null-bytes"),
    "data of more than 10 MB": ("bad.py", b"ROWS = {\n" + b'    "key": [1, None],\n' * 500_000 + b"}\n", "too-large"),
    "code of more than 10 MB": ("bad.py", HEAD.encode() + b"x = f(1, 2)\n" * 900_000, "too-large"),
    "notebook cut off": ("bad.ipynb", b'{"cells": [', "broken-notebook"),
    "notebook of nothing": ("bad.ipynb", b"", "broken-notebook"),
    "notebook without cells": ("bad.ipynb", b"[1, 2]", "broken-notebook"),
    "notebook of brackets": ("bad.ipynb", b"[" * 200_000, "broken-notebook"),
    "notebook not in utf-8": ("bad.ipynb", b'{"cells": ["\xff"]}', "broken-notebook"),
    "notebook of broken cells": ("bad.ipynb", notebook(code("x = (\n"), code("\0")), "syntax-error"),
    "notebook of half a character": ("bad.ipynb", notebook(code("x = '\ud800'\n")), "syntax-error"),
    "notebook of much code": ("bad.ipynb", notebook(code("x = f(1, 2)\n" * 900_000)), "too-large"),
}


@pytest.mark.parametrize("name", UNREAD)
def test_what_cannot_be_read_is_listed_with_its_reason_and_the_rest_audited(name: str, project: Path, ask: Ask) -> None:
    path, data, reason = UNREAD[name]
    (project / path).write_bytes(data)
    (project / "empty.py").touch()
    cells = 2 if name == "notebook of broken cells" else 1
    assert look(ask, project) == ([(path, reason)] * cells, [GOODS])


READ = {
    "coding cookie": ("# coding: latin-1\n" + HEAD + 's = "\xe9"\n').encode("latin-1"),
    "byte order mark": b"\xef\xbb\xbf" + HEAD.encode(),
    "no last newline": HEAD.rstrip().encode(),
    "carriage returns": HEAD.replace("\n", "\r").encode(),
    "form feeds": ("\x0c\n" + HEAD.replace("\nr", "\x0c\nr")).encode(),
    "line of 100,000 characters": (HEAD + "x = '" + "a" * 100_000 + "'\n").encode(),
    "name of 100,000 characters": (HEAD + "a" * 100_000 + " = 1\n").encode(),
    "10,000 elements on one line": (HEAD + "x = [" + "a, " * 10_000 + "]\n").encode(),
    "5,000 statements on one line": (HEAD + "x = 1; " * 5_000 + "\n").encode(),
    "type alias": (HEAD + "type X = int\n").encode(),
    "generics": (HEAD + "def f[T: int](x: T) -> T: ...\nclass A[T = int]: ...\n").encode(),
    "quotes in an f-string": (HEAD + 'x = f"{d["k"]} {\'\\n\'.join(d)}"\n').encode(),
    "except without brackets": (HEAD + "try:\n    f()\nexcept A, B:\n    pass\n").encode(),
    "template string": (HEAD + "x = t'a{b}'\n").encode(),
}


@pytest.mark.parametrize("name", READ)
def test_what_is_only_unusual_is_audited(name: str, project: Path, ask: Ask) -> None:
    (project / "bad.py").write_bytes(READ[name])
    line = 4 if READ[name].startswith((b"#", b"\x0c")) else 3
    assert look(ask, project) == ([], [("bad.py", line), GOODS])


def test_calls_inside_newer_syntax_are_found(project: Path, ask: Ask) -> None:
    text = HEAD + f"def f[T](x: T) -> T:\n    return {CALL}class A[T]:\n    def m(self):\n        return {CALL}"
    (project / "bad.py").write_text(text)
    assert look(ask, project) == ([], [("bad.py", 3), ("bad.py", 5), ("bad.py", 8), GOODS])


def test_cells_that_can_be_read_are_audited(project: Path, ask: Ask) -> None:
    cells = [code("def f(:\n"), code("type X = int\n"), code("!ls\n" + HEAD), code("x = " + "(" * 5_000 + ")" * 5_000)]
    huge = {**code(""), "outputs": [{"data": {"image/png": "A" * 12_000_000}}]}
    (project / "bad.ipynb").write_bytes(notebook(*cells, huge))
    assert look(ask, project) == ([("bad.ipynb", "syntax-error")] * 2, [("bad.ipynb", 4), GOODS])


def test_links_in_a_circle_pipes_and_folders_named_like_modules_end_nothing(project: Path, ask: Ask) -> None:
    os.mkfifo(project / "pipe.py")
    os.mkfifo(project / "pipe.ipynb")
    (project / "loop.py").symlink_to("loop.py")
    (project / "gone.py").symlink_to("nowhere.py")
    (project / "up").symlink_to("..", target_is_directory=True)
    (project / "folder.py").mkdir()
    (project / "folder.py" / "inner.py").write_text(HEAD)
    lost = [
        ("gone.py", "vanished"),
        ("loop.py", "symlink-loop"),
        ("pipe.ipynb", "unreadable"),
        ("pipe.py", "unreadable"),
    ]
    assert look(ask, project) == (lost, [("folder.py/inner.py", 3), GOODS])


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (PermissionError(13, "Permission denied"), "unreadable"),
        (FileNotFoundError(2, "No such file or directory"), "vanished"),
        (OSError(5, "Input/output error"), "unreadable"),
    ],
)
@pytest.mark.parametrize("call", ["open", "read"])
def test_files_that_fail_while_they_are_read_are_listed(
    call: str, error: OSError, reason: str, project: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "bad.py").write_text(HEAD)
    names: dict[int, str] = {}
    real_open, real_read = os.open, os.read

    def opened(path: Any, *words: Any, **more: Any) -> int:
        if call == "open" and str(path).endswith("bad.py"):
            raise error
        handle = real_open(path, *words, **more)
        names[handle] = str(path)
        return handle

    def read(handle: int, size: int) -> bytes:
        if call == "read" and names.get(handle, "").endswith("bad.py"):
            raise error
        return real_read(handle, size)

    monkeypatch.setattr(os, "open", opened)
    monkeypatch.setattr(os, "read", read)
    assert look(ask, project) == ([("bad.py", reason)], [GOODS])


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_files_that_may_not_be_read_are_listed(project: Path, ask: Ask) -> None:
    (project / "bad.py").write_text(HEAD)
    (project / "bad.py").chmod(0)
    assert look(ask, project) == ([("bad.py", "unreadable")], [GOODS])


@pytest.mark.parametrize(
    ("of", "step", "skipped_as", "states"),
    [
        ("facts.collect", "_described", [], ["unknown", "sdk-default"]),
        ("inventory", "find", [("deep.py", "too-deep")], ["sdk-default"]),
    ],
)
def test_a_call_that_leads_too_deep_costs_no_other_its_facts(
    of: str,
    step: str,
    skipped_as: list[tuple[str, str]],
    states: list[str],
    project: Path,
    ask: Ask,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    module = import_module(f"aiready.checks.{of}")
    work = getattr(module, step)

    def deep(ground: object, found: Any, *rest: object, **more: object) -> object:
        if getattr(found, "site", None) is not None and found.site.scope.module.path == "deep.py":
            raise RecursionError
        if getattr(found, "module", None) is not None and found.module.path == "deep.py":
            raise RecursionError
        return work(ground, found, *rest, **more)

    monkeypatch.setattr(module, step, deep)
    (project / "deep.py").write_text(HEAD)
    _, out, err = ask("audit", project, "--no-cache", "-j1", "--format", "json")
    document = json.loads(out)
    assert err == ""
    assert [call["facts"]["timeout"]["state"] for call in document["calls"]] == states
    assert skipped(document) == skipped_as
    assert {each["path"] for each in document["findings"] if each["call"] is not None} == {"good.py"}


@pytest.mark.parametrize("step", ["_tools", "deed"])
def test_a_tool_that_leads_too_deep_costs_no_other_anything(
    step: str, project: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = import_module("aiready.checks.facts.actions")
    work = getattr(module, step)

    def deep(of: object, scope: Any) -> object:
        if scope.module.path == "deep.py":
            raise RecursionError
        return work(of, scope)

    monkeypatch.setattr(module, step, deep)
    for name in ("deep", "flat"):
        tool = f"@tool\ndef drop_{name}(path):\n    os.remove(path)\n"
        (project / f"{name}.py").write_text(f"import os\nfrom langchain.tools import tool\n{HEAD}\n{tool}")
    _, out, err = ask("audit", project, "--no-cache", "-j1", "--format", "json")
    found = {item["item"]: item for item in json.loads(out)["checklist"]}["safety.human_in_loop"]
    assert err == ""
    assert [each["path"] for each in found["evidence"]] == ["flat.py"]


@pytest.mark.parametrize("command", ["audit", "calls"])
@pytest.mark.parametrize(
    ("name", "data", "status", "said"),
    [
        ("no.py", None, 2, "'no.py': No such file or directory"),
        ("a\n\x1b[2J.py", None, 2, r"'a\n\x1b[2J.py': No such file or directory"),
        ("README.md", b"# nothing\n", 3, "no Python files found"),
        ("test_a.py", b"import openai\n", 3, "only tests, examples and documentation found"),
        ("bad.py", (HEAD + "x = (\n").encode(), 3, "no Python file could be read: bad.py (syntax-error)"),
        ("bad.py", b"\xff\0", 3, "no Python file could be read: bad.py (null-bytes)"),
        ("bad.ipynb", notebook(code("x = (\n")), 3, "no Python file could be read: bad.ipynb (syntax-error)"),
        ("empty.py", b"", 0, ""),
    ],
)
def test_with_nothing_to_audit_the_status_says_why(
    name: str,
    data: bytes | None,
    status: int,
    said: str,
    command: str,
    tmp_path: Path,
    ask: Ask,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    if data is not None:
        (tmp_path / name).write_bytes(data)
    ended, out, err = ask(command, name if data is None else ".", "--no-cache", "--format", "json")
    assert (ended, err.partition("\n")[0]) == (status, f"aiready: {said}" if said else "")
    skipped = [f"{each['path']} ({each['reason']})" for each in json.loads(out)["files"]["skipped"]] if out else []
    assert (out == "", skipped) == (status == 2, [word for word in said.split(": ")[1:] if status == 3])
