"""The action, the hooks, GitLab's component and the image: they fit their services' forms and do what they say."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import delivered
import pytest
import yaml

from aiready import __version__

ACTION = "action.yml"
PIPELINES = (ACTION, "adopt/templates/github.yml")
USES = re.compile(r"uses: (\S+)@(\S+)(?: +# (\S+))?$", re.MULTILINE)
SHELL = ["bash", "--noprofile", "--norc", "-eo", "pipefail"]
FAULTY = "from openai import OpenAI\n\nOpenAI().chat.completions.create(model='gpt-4o', messages=[])\n"
HARMLESS = "print('no model here')\n"


@pytest.fixture(scope="module")
def action(root: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((root / ACTION).read_text(encoding="utf-8"))
    return loaded


class Runner:
    """A machine of GitHub's, as far as a composite action sees it."""

    def __init__(self, home: Path) -> None:
        self.work = home / "work"
        self.files = {name: home / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_PATH")}
        programs = home / "bin"
        for folder in (self.work, programs, home / "temp"):
            folder.mkdir()
        for path in self.files.values():
            path.touch()
        program = programs / "aiready"
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m aiready "$@"\n')
        program.chmod(0o755)
        self.environment = {
            **os.environ,
            **{name: str(path) for name, path in self.files.items()},
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "RUNNER_TEMP": str(home / "temp"),
            "XDG_CACHE_HOME": str(home / "cache"),
        }

    def run(self, step: Mapping[str, Any], values: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        environment = {**self.environment, **delivered.environment(step, values)}
        return subprocess.run(
            [*SHELL, "-c", step["run"]], cwd=self.work, env=environment, capture_output=True, text=True, check=False
        )

    def outputs(self) -> dict[str, str]:
        return dict(line.split("=", 1) for line in self.files["GITHUB_OUTPUT"].read_text().splitlines())

    def summary(self) -> str:
        return self.files["GITHUB_STEP_SUMMARY"].read_text()


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(tmp_path)


def named(action: Mapping[str, Any], name: str) -> dict[str, Any]:
    (step,) = [step for step in action["runs"]["steps"] if step["name"] == name]
    return dict(step)


def fits(schema: str, *paths: Path) -> str:
    """What check-jsonschema finds wrong; empty where nothing is."""
    command = [delivered.beside("check-jsonschema"), "--builtin-schema", f"vendor.{schema}", *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_the_action_fits_githubs_schema(root: Path) -> None:
    assert fits("github-actions", root / ACTION) == ""


def test_gitlabs_component_fits_gitlabs_schema(root: Path, tmp_path: Path) -> None:
    head, body = yaml.safe_load_all((root / "templates" / "aiready.yml").read_text(encoding="utf-8"))
    (tmp_path / "body.yml").write_text(yaml.safe_dump(body))
    assert fits("gitlab-ci", tmp_path / "body.yml") == ""
    declared = set(head["spec"]["inputs"])
    assert set(re.findall(r"\$\[\[ inputs\.(\w+) \]\]", json.dumps(body))) == declared
    assert head["spec"]["inputs"]["version"]["default"] == __version__


def test_the_hooks_fit_pre_commits_form(root: Path) -> None:
    command = [delivered.beside("pre-commit"), "validate-manifest", str(root / ".pre-commit-hooks.yaml")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_what_others_wrote_is_pinned_to_one_commit_each(root: Path) -> None:
    found = [used for name in PIPELINES for used in USES.findall((root / name).read_text(encoding="utf-8"))]
    assert [each for each in found if not re.fullmatch(r"[0-9a-f]{40}", each[1])] == []
    assert [each for each in found if not re.fullmatch(r"v\d+\.\d+\.\d+", each[2])] == []
    assert len(set(found)) == len({name for name, _, _ in found})
    assert {name for name, _, _ in found} == {
        "actions/checkout",
        "actions/setup-python",
        "github/codeql-action/upload-sarif",
    }


def test_no_script_has_a_value_of_the_users_in_its_text(root: Path) -> None:
    scripts: list[str] = []
    for name in PIPELINES:
        whole = yaml.safe_load((root / name).read_text(encoding="utf-8"))
        steps = whole["runs"]["steps"] if "runs" in whole else whole["jobs"]["audit"]["steps"]
        scripts += [step["run"] for step in steps if "run" in step]
    assert len(scripts) == 4
    assert [script for script in scripts if "${{" in script] == []


def test_the_action_fails_with_findings_and_shows_them_everywhere(action: Mapping[str, Any], runner: Runner) -> None:
    (runner.work / "app.py").write_text(FAULTY)
    done = runner.run(named(action, "Audit"), delivered.inputs(action))
    assert (done.returncode, runner.outputs()) == (1, {"status": "1", "sarif": "aiready.sarif"})
    assert json.loads((runner.work / "aiready.sarif").read_text())["version"] == "2.1.0"
    assert re.search(r"^::(?:error|warning) .*file=app\.py", done.stdout, re.MULTILINE)
    assert "call-without-timeout" in runner.summary()


def test_the_action_passes_where_nothing_is_found(action: Mapping[str, Any], runner: Runner) -> None:
    (runner.work / "app.py").write_text(HARMLESS)
    done = runner.run(named(action, "Audit"), delivered.inputs(action, sarif=""))
    assert (done.returncode, runner.outputs()) == (0, {"status": "0"})


def test_the_actions_inputs_reach_the_command(action: Mapping[str, Any], runner: Runner) -> None:
    for name in ("one.py", "two words.py", "three.py"):
        (runner.work / name).write_text(FAULTY)
    given = delivered.inputs(
        action, paths="one.py\n\ntwo words.py\n", fail_on="never", args="--select  call-without-timeout\n--jobs 1"
    )
    assert runner.run(named(action, "Audit"), given).returncode == 0
    results = json.loads((runner.work / "aiready.sarif").read_text())["runs"][0]["results"]
    places = [each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for each in results]
    assert sorted(places) == ["one.py", "two%20words.py"]


@pytest.mark.parametrize(
    "text", ["$(touch pwned)", "`touch pwned`", '"; touch pwned; "', "x; touch pwned", "--version"]
)
@pytest.mark.parametrize("name", ["paths", "fail_on", "args", "sarif"])
def test_no_input_of_the_action_is_run(action: Mapping[str, Any], runner: Runner, name: str, text: str) -> None:
    (runner.work / "app.py").write_text(HARMLESS)
    runner.run(named(action, "Audit"), delivered.inputs(action, **{name: text}))
    assert not list(runner.work.rglob("pwned"))


def test_gitlabs_job_writes_what_gitlab_shows_and_fails(root: Path, runner: Runner) -> None:
    _, body = yaml.safe_load_all((root / "templates" / "aiready.yml").read_text(encoding="utf-8"))
    (runner.work / "app.py").write_text(FAULTY)
    script = {"run": body["aiready"]["script"][1], "env": {"AIREADY_PATHS": ".", "AIREADY_ARGS": ""}}
    assert runner.run(script, {}).returncode == 1
    report = body["aiready"]["artifacts"]["reports"]["codequality"]
    assert {each["location"]["path"] for each in json.loads((runner.work / report).read_text())} == {"app.py"}


def test_the_pipelines_that_init_writes_fail_with_findings(root: Path, runner: Runner) -> None:
    (runner.work / "app.py").write_text(FAULTY)
    templates = root / "adopt" / "templates"
    github = yaml.safe_load((templates / "github.yml").read_text())["jobs"]["audit"]["steps"][3]
    assert runner.run({**github, "env": {"FOLDER": "."}}, {}).returncode == 1
    assert "call-without-timeout" in runner.summary()
    gitlab = yaml.safe_load((templates / "gitlab.yml").read_text())["@NAME@"]["script"][1]
    assert runner.run({"run": gitlab, "env": {"FOLDER": "."}}, {}).returncode == 1
    assert (runner.work / "gl-code-quality-report.json").exists()


def test_the_image_is_pinned_small_and_not_roots(root: Path) -> None:
    said = list(delivered.instructions(root / "Dockerfile"))
    bases = {rest.partition(" AS ")[0] for word, rest in said if word == "FROM"}
    assert len(bases) == 1
    assert re.fullmatch(r"python:\d\.\d+\.\d+-slim@sha256:[0-9a-f]{64}", bases.pop())
    words = [word for word, _ in said]
    assert words[-5:] == ["ENV", "USER", "WORKDIR", "ENTRYPOINT", "CMD"]
    assert dict(said)["USER"] == "aiready"
    assert [rest for word, rest in said if word == "COPY"] == [". .", "--from=build /opt/aiready /opt/aiready"]


def test_the_images_context_holds_what_the_wheel_is_made_of(root: Path) -> None:
    with (root / "pyproject.toml").open("rb") as file:
        wheel = tomllib.load(file)["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"]
    names = delivered.sent(root / ".dockerignore")
    assert names == {*wheel, "pyproject.toml", "README.md", "LICENSE"}
    assert [name for name in names if not (root / name).exists()] == []
