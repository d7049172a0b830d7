#!/usr/bin/env python3
"""The tasks of this repository, for a machine that has nothing but Python and git.

    python3 make.py example     install aiready into .venv, audit examples/support_desk, measure a simulator
    python3 make.py test        install the test tools too and run the tests
    python3 make.py lint        formatter, linter, type checkers, the stair of imports
    python3 make.py sdks        compare the SDK data with the newest SDKs, in .venv-sdks and .venv-litellm
    python3 make.py servers     measure a real model server, llama.cpp's, in .venv-servers
    python3 make.py validators  have our SARIF judged by its official schema and validator, which npm installs
    python3 make.py adoption    install as the action, the pre-commit hooks and the image do
    python3 make.py docs        build the user guide into build/site
    python3 make.py browser     open reports in Chromium, in .venv-browser

What is installed already and still fits pyproject.toml is not installed again.
"""

from __future__ import annotations

import hashlib
import os
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
EXAMPLE = str(Path("examples") / "support_desk")
RUNS = str(Path("build") / "runs")
PACE = "ttft=lognormal:150ms,0.3&itl=normal:8ms,2ms&tokens=uniform:20,60"
BENCH = ("aiready", "bench", "simulator", "--simulate", PACE, "--slo", "p95_e2e<5s", "--runs", RUNS)
OLDEST = (3, 11)
ROOMS = ("adopt", "bench", "checks", "cli", "gate", "history", "report")
LINTERS = (("ruff", "check", "."), ("ruff", "format", "--check", "."), ("mypy",), ("pyright",), ("lint-imports",))
MEANINGS = {
    0: "clean",
    1: "findings at or above the fail level",
    2: "the user's mistake",
    3: "the job could not be done",
    4: "measured but not decidable",
}


def environment(name: str, group: str | None) -> Path:
    """Install aiready and a dependency group into the virtual environment `name`; return its folder of programs."""
    home = ROOT / name
    programs = home / ("Scripts" if os.name == "nt" else "bin")
    python = programs / ("python.exe" if os.name == "nt" else "python")
    wanted = hashlib.sha256((ROOT / "pyproject.toml").read_bytes() + str(ROOT).encode()).hexdigest()
    stamp = home / f".installed-{group or 'core'}"
    if python.exists() and stamp.exists() and stamp.read_text() == wanted:
        return programs
    print(f"installing into {name} (a minute or so) ...", flush=True)
    if not python.exists():
        subprocess.run(
            [sys.executable, "-m", "venv", "--upgrade-deps", str(home)], check=True, stdout=subprocess.DEVNULL
        )
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--editable", "."]
    subprocess.run([*install, *(["--group", group] if group else [])], check=True, cwd=ROOT)
    compile_all(python)
    stamp.write_text(wanted)
    return programs


def compile_all(python: Path) -> None:
    """Make the bytecode, as pip does for what it doesn't install as editable: else the first run does, or, where
    PYTHONDONTWRITEBYTECODE is set, every run."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run(
        [str(python), "-m", "compileall", "-q", *ROOMS, "keyforms.py"], check=True, cwd=ROOT, env=environment
    )
    load = "from aiready.checks import catalogue, sdks; catalogue.load(); sdks.load()"
    subprocess.run([str(python), "-c", load], check=True, cwd=ROOT, env=environment)


def run(programs: Path, command: tuple[str, ...]) -> int:
    """Show a command, run it at the top of the repository and return its exit status."""
    print("$", shlex.join(command), flush=True)
    return subprocess.run([str(programs / command[0]), *command[1:]], cwd=ROOT, check=False).returncode


def example() -> int:
    """Audit the example, which has faults (status 1), and list its calls (status 0)."""
    programs = environment(".venv", None)
    statuses: list[int] = []
    for command in (("aiready", "audit", EXAMPLE), ("aiready", "calls", EXAMPLE), BENCH):
        status = run(programs, command)
        print(f"exit status {status}: {MEANINGS.get(status, 'a crash')}\n", flush=True)
        statuses.append(status)
    return 0 if statuses == [1, 0, 0] else 1


def test(arguments: list[str]) -> int:
    """Run the tests on all cores; further arguments go to pytest."""
    return run(environment(".venv", "test"), ("pytest", "-n", "auto", *arguments))


def lint() -> int:
    """Run every checker, also after one has found something."""
    programs = environment(".venv", "lint")
    return max([run(programs, command) for command in LINTERS])


def sdks(arguments: list[str]) -> int:
    """Run the tests that need the SDKs themselves, also after some have failed."""
    programs = [environment(f".venv-{group}", group) for group in ("sdks", "litellm")]
    return max([run(each, ("pytest", "-m", "sdks", *arguments)) for each in programs])


def servers(arguments: list[str]) -> int:
    """Run the tests that need a real model server."""
    return run(environment(".venv-servers", "servers"), ("pytest", "-m", "servers", *arguments))


def validators(arguments: list[str]) -> int:
    """Run the tests that need a validator which npm brings."""
    return run(environment(".venv", "test"), ("pytest", "-m", "validators", *arguments))


def adoption(arguments: list[str]) -> int:
    """Run the tests that install aiready the way pipelines do."""
    return run(environment(".venv", "test"), ("pytest", "-m", "adoption", *arguments))


def docs() -> int:
    """Build the user guide; a warning is a failure."""
    os.environ["NO_MKDOCS_2_WARNING"] = "1"  # an advertisement
    return run(environment(".venv", "docs"), ("mkdocs", "build", "--strict"))


def browser(arguments: list[str]) -> int:
    """Run the tests that need a real browser: the system's Chromium, and axe-core, which npm fetches."""
    return run(environment(".venv-browser", "browser"), ("pytest", "-m", "browser", *arguments))


def main(arguments: list[str]) -> int:
    """Do the task that is named first."""
    if sys.version_info < OLDEST:
        print(f"aiready needs Python 3.11 or newer; {sys.executable} is {sys.version.split()[0]}", file=sys.stderr)
        return 2
    task, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    own = {"validators": validators, "adoption": adoption, "browser": browser}
    tested = {"test": test, "sdks": sdks, "servers": servers, **own}
    try:
        if task in tested:
            return tested[task](rest)
        alone = {"example": example, "lint": lint, "docs": docs}
        if task in alone and not rest:
            return alone[task]()
    except subprocess.CalledProcessError as error:
        print(
            f"could not set up: {' '.join(map(str, error.cmd))} ended with status {error.returncode}", file=sys.stderr
        )
        return 3
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
