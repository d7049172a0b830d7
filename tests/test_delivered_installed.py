"""The action, the hooks and the image install aiready by pip as they would elsewhere. Slow; run with -m adoption."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import delivered
import pytest
import yaml

from aiready import __version__

pytestmark = pytest.mark.adoption
FAULTY = "from openai import OpenAI\n\nOpenAI().chat.completions.create(model='gpt-4o', messages=[])\n"
CLEAN = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}


def run(*command: str, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**CLEAN, **variables}
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=600)


@pytest.fixture(scope="module")
def clone(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is committed, as anybody would get it."""
    home = tmp_path_factory.mktemp("clone") / "aiready"
    subprocess.run(["git", "clone", "--quiet", str(root), str(home)], check=True)
    return home


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with a commit of one faulty file."""
    home = tmp_path / "project"
    home.mkdir()
    (home / "app.py").write_text(FAULTY)
    (home / "notes.txt").write_text("nothing to see\n")
    identity = ("-c", "user.name=Jo", "-c", "user.email=jo@example.com")
    for words in (("init", "--quiet"), ("add", "."), (*identity, "commit", "--quiet", "-m", "first")):
        subprocess.run(["git", *words], cwd=home, check=True)
    return home


def test_the_action_installs_what_its_own_commit_holds(clone: Path, tmp_path: Path) -> None:
    action = yaml.safe_load((clone / "action.yml").read_text())
    (step,) = [step for step in action["runs"]["steps"] if step["name"] == "Install aiready"]
    values = delivered.inputs(action) | {
        "steps.python.outputs.python-path": sys.executable,
        "github.action_path": str(clone),
        "runner.temp": str(tmp_path),
    }
    path = tmp_path / "path"
    variables = {**delivered.environment(step, values), "GITHUB_PATH": str(path)}
    done = run("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"], cwd=tmp_path, **variables)
    assert done.returncode == 0, done.stdout + done.stderr
    told = run(str(Path(path.read_text().strip(), "aiready")), "--version", cwd=tmp_path)
    assert told.stdout == f"aiready {__version__}\n"


@pytest.mark.parametrize("hook", ["aiready-audit", "aiready-audit-changed"])
def test_the_hook_stops_a_commit_with_findings_and_is_quiet_elsewhere(
    clone: Path, project: Path, tmp_path_factory: pytest.TempPathFactory, hook: str
) -> None:
    home = tmp_path_factory.getbasetemp() / "pre-commit-home"
    pre_commit = delivered.beside("pre-commit")

    def tried(name: str) -> subprocess.CompletedProcess[str]:
        words = (pre_commit, "try-repo", str(clone), hook, "--files", name, "--color", "never")
        return run(*words, cwd=project, PRE_COMMIT_HOME=str(home))

    found = tried("app.py")
    assert found.returncode == 1, found.stdout + found.stderr
    assert "call-without-timeout" in found.stdout
    assert "exit code: 1" in found.stdout
    skipped = tried("notes.txt")
    assert (skipped.returncode, "Skipped" in skipped.stdout) == (0, True)


def test_the_images_steps_build_a_program_that_runs(clone: Path, project: Path, tmp_path: Path) -> None:
    """No image is built, but each of its steps that isn't about the image's own system is run, in a folder."""
    build, target = tmp_path / "build", tmp_path / "root"
    build.mkdir()
    for name in delivered.sent(clone / ".dockerignore"):
        (build / name).parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (clone / name).is_dir() else shutil.copy2
        copy(clone / name, build / name)
    steps = [rest for word, rest in delivered.instructions(clone / "Dockerfile") if word == "RUN" and "apt" not in rest]
    for step in steps:
        if "useradd" not in step:
            script = step.replace("/opt/", f"{target}/opt/").replace("/dist", f"{target}/dist")
            done = run("bash", "-ec", script.replace("python -m venv", f"{sys.executable} -m venv"), cwd=build)
            assert done.returncode == 0, done.stdout + done.stderr
    done = run(str(target / "opt" / "aiready" / "bin" / "aiready"), "audit", "--quiet", cwd=project)
    assert (done.returncode, "call-without-timeout" in done.stdout) == (1, True)
