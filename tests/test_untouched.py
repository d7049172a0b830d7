"""The code under audit is never imported or run, and nothing goes to the network."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = [str(Path(sys.executable).with_name("aiready"))]
MODULE = [sys.executable, "-m", "aiready"]
NAMES = (
    "openai", "anthropic", "langchain_openai", "yaml", "libcst", "rich", "typer", "pydantic", "httpx", "numpy",
    "typing", "json", "ast", "re", "tokenize", "dataclasses", "functools", "tomllib", "pickle", "warnings",
    "sitecustomize", "usercustomize", "conftest", "setup", "noxfile", "manage", "aiready_plugin", "__main__",
    "pkg/__init__", "pkg/__main__", "rich/__init__", "libcst/__init__",
)  # fmt: skip
"""What a project may call its modules: those that aiready itself imports, and those that others run unasked."""
PYTHONS = ("warnings", "functools")
"""Those that `python -m` itself takes from the current folder, before anything of aiready's runs."""
MARKER = "open({marker!r}, 'a').write(__file__ + '\\n')\n"
HEAD = "import openai\nfrom yaml import load\nclient = openai.OpenAI()\n"
CALL = 'client.chat.completions.create(model="m", messages=[])\n'
WATCH = """
import sys
DENIED = ("socket.", "urllib.", "http.client.", "ftplib.", "smtplib.", "subprocess.", "os.system", "os.exec",
          "os.posix_spawn", "webbrowser.")

def watch(event, arguments):
    if event.startswith(DENIED):
        with open({marker!r}, "a") as stream:
            stream.write(event + "\\n")
        raise RuntimeError(event)

sys.addaudithook(watch)
"""


@pytest.fixture
def marker(tmp_path: Path) -> Path:
    """A file that is there once something was run that must not be."""
    return tmp_path / "marker"


@pytest.fixture
def trap(tmp_path: Path, marker: Path) -> Path:
    """A project whose every file leaves a mark when it is run."""
    folder = tmp_path / "project"
    for name in NAMES:
        path = folder / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(HEAD + MARKER.format(marker=str(marker)) + f"def ask():\n    return {CALL}")
    (folder / "note.ipynb").write_text(json.dumps({"cells": [{"cell_type": "code", "source": HEAD + CALL}]}))
    (folder / "evil.pth").write_text("import sitecustomize\n")
    (folder / "pyproject.toml").write_text('[project]\nname = "x"\n[project.scripts]\nrun = "openai:ask"\n')
    return folder


def ran(marker: Path) -> str:
    """What left a mark."""
    return marker.read_text() if marker.exists() else ""


def run(command: list[str], folder: Path, *words: str, **variables: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [*command, *words],
        cwd=folder,
        env={key: value for key, value in os.environ.items() if key != "PYTHONPATH"} | variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("command", [PROGRAM, MODULE], ids=["aiready", "python -m aiready"])
@pytest.mark.parametrize("words", [("audit",), ("audit", "--scope", "all"), ("calls",)], ids=" ".join)
def test_no_module_of_the_project_is_imported(
    command: list[str], words: tuple[str, ...], trap: Path, marker: Path
) -> None:
    names = {*NAMES} - {"conftest"}  # a test's: not audited
    for name in PYTHONS if command is MODULE else ():
        (trap / f"{name}.py").unlink()
        names.remove(name)
    status, out, err = run(command, trap, *words, ".", "--format", "json", "--no-cache")
    assert (ran(marker), err, status) == ("", "", 1 if words[0] == "audit" else 0)
    assert {each["path"] for each in json.loads(out)["calls"]} == {"note.ipynb", *(f"{name}.py" for name in names)}


@pytest.mark.parametrize("words", [("audit",), ("calls",), ("rules",), ("explain", "REL101")], ids=" ".join)
def test_nothing_goes_to_the_network_and_no_program_is_started(
    words: tuple[str, ...], trap: Path, marker: Path, tmp_path: Path
) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(WATCH.format(marker=str(marker)))
    paths = [str(trap)] if words[0] in ("audit", "calls") else []
    (tmp_path / "outside").mkdir()
    variables = {"PYTHONPATH": str(site), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    status, out, err = run(MODULE, tmp_path / "outside", *words, *paths, **variables)
    assert (ran(marker), err, status) == ("", "", 1 if words[0] == "audit" else 0)
    assert out


def test_the_watch_would_have_seen_it(marker: Path, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(WATCH.format(marker=str(marker)))
    code = "import socket; socket.create_connection(('127.0.0.1', 9))"
    status, _, _ = run([sys.executable, "-c", code], tmp_path, PYTHONPATH=str(tmp_path))
    assert (status, marker.read_text()) == (1, "socket.getaddrinfo\n")
