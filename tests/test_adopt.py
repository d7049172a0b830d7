"""`aiready init`: what it finds, what it writes, and that it never writes over anything."""

from __future__ import annotations

import os
import re
import subprocess
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import delivered
import pytest
import yaml

from aiready import __version__
from aiready.adopt.configuration import configuration
from aiready.adopt.detected import Detected
from aiready.adopt.repository import Repository, repository
from aiready.bench.scenarios import Surroundings, jobs, scenario
from aiready.checks.catalogue import load
from aiready.checks.config import configured, section
from aiready.checks.errors import UsageError
from aiready.gate import policy_of

if TYPE_CHECKING:
    from collections.abc import Callable

    Run = Callable[..., subprocess.CompletedProcess[str]]

APP = """\
from fastapi import FastAPI
from openai import OpenAI

app = FastAPI()
client = OpenAI()


@app.post("/ask")
def ask(question: str) -> str:
    answer = client.chat.completions.create(
        model="gpt-4o-mini", messages=[{"role": "user", "content": question}]
    )
    return answer.choices[0].message.content
"""
NOTHING = Detected(0, 0, (), (), (), (), streams=False)
SERVICE = Detected(2, 3, ("openai",), (("FastAPI route", 2),), ("remote",), ("openai:gpt-4o-mini",), streams=True)
CROWD = Detected(900, 4000, tuple(f"langchain-of-{n}" for n in range(40)), (), (), ("openai:gpt-4o",), streams=True)
QUEUE = Detected(1, 1, ("openai",), (("Celery task", 1),), ("background",), ("openai:gpt-4o",), streams=False)
GITHUB_URL = '[remote "origin"]\n\turl = git@github.com:acme/desk.git\n'
GITLAB_URL = '[remote "origin"]\n\turl = https://gitlab.acme.example/desk.git\n'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small service in a git repository."""
    home = tmp_path / "desk"
    (home / ".git").mkdir(parents=True)
    (home / "app.py").write_text(APP)
    return home


def tree(home: Path) -> dict[str, bytes]:
    files = (path for path in home.rglob("*") if path.is_file() and ".git" not in path.relative_to(home).parts)
    return {path.relative_to(home).as_posix(): path.read_bytes() for path in files}


def uncommented(text: str) -> str:
    """The configuration with all said that could be."""
    return re.sub(r"(?m)^#(?! \S)", "", text)


def valid(schema: str, *paths: Path) -> None:
    """Hold files against a schema that check-jsonschema brings along."""
    command = [delivered.beside("check-jsonschema"), "--builtin-schema", f"vendor.{schema}", *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("found", [NOTHING, SERVICE, QUEUE, CROWD])
def test_the_configuration_is_one_as_it_stands_and_with_all_said_that_it_offers(
    tmp_path: Path, found: Detected
) -> None:
    path = tmp_path / "aiready.yaml"
    path.write_text(configuration(found))
    assert max(map(len, path.read_text().splitlines())) <= 110
    said = configured((str(tmp_path),))
    assert (said.fail_on, said.kind) == ("warning", found.kind or None)
    whole = uncommented(path.read_text())
    part = yaml.safe_load(whole)
    assert part["gate"]["slo"] == [each for each in part["bench"]["slo"] if not each.startswith("cost")]
    path.write_text(whole)
    assert [each.item for each in configured((str(tmp_path),)).attestations] == ["cost.alerts"]


@pytest.mark.parametrize("found", [NOTHING, SERVICE, QUEUE, CROWD])
def test_the_suggested_gate_is_the_policy_that_it_spells(tmp_path: Path, found: Detected) -> None:
    whole = uncommented(configuration(found))
    (tmp_path / "aiready.yaml").write_text(whole)
    policy = policy_of(section("gate", (str(tmp_path),)), load(), date(2026, 11, 2))
    assert (policy.require, policy.most, policy.max_age) == (frozenset({"reliability.timeouts"}), {"error": 0}, 14)
    assert [each.text for each in policy.slos] == yaml.safe_load(whole)["gate"]["slo"]
    assert [(each.name, each.op, each.bound) for each in policy.budget] == [("cost_per_1k", "<=", 10.0)]


@pytest.mark.parametrize(
    ("found", "targets"),
    [(SERVICE, ["openai:gpt-4o-mini"]), (QUEUE, ["openai:gpt-4o"]), (NOTHING, ["localhost:8000"])],
)
def test_the_suggested_bench_comes_to_jobs(tmp_path: Path, found: Detected, targets: list[str]) -> None:
    part = yaml.safe_load(uncommented(configuration(found)))["bench"]
    path = tmp_path / "scenario.yaml"
    path.write_text(yaml.safe_dump(part))
    made = jobs(scenario(str(path)), Surroundings({"OPENAI_API_KEY": "k" * 8}))
    assert [each.job.target.name for each in made] == targets


def test_what_is_found_is_what_the_code_says(aiready: Run, project: Path) -> None:
    done = aiready("init", str(project), "--quiet")
    assert (done.returncode, done.stderr) == (0, "")
    first, *_ = done.stdout.splitlines()
    assert re.fullmatch(r"Found 1 call to models \(openai\), \d+ findings\.", first)
    text = (project / "aiready.yaml").read_text()
    assert "\n# Started by: 1 FastAPI route.\n" in text
    assert "\nkind: service\n" in text
    assert '\n#  targets: ["openai:gpt-4o-mini"]\n' in text


@pytest.mark.parametrize(
    ("there", "files"),
    [
        ({".github/CODEOWNERS": ""}, {".github/workflows/aiready.yml"}),
        ({".gitlab-ci.yml": "stages: [test]\n"}, {".gitlab/aiready.gitlab-ci.yml"}),
        ({".git/config": GITHUB_URL}, {".github/workflows/aiready.yml"}),
        ({".git/config": GITLAB_URL}, {".gitlab/aiready.gitlab-ci.yml", ".gitlab-ci.yml"}),
        ({}, set()),
    ],
)
def test_the_pipeline_is_the_one_of_whoever_hosts_the_repository(
    aiready: Run, project: Path, there: dict[str, str], files: set[str]
) -> None:
    for name, text in there.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text)
    before = tree(project)
    assert aiready("init", str(project)).returncode == 0
    always = {"aiready.yaml", "aiready-baseline.json", ".pre-commit-config.yaml", ".gitignore", ".aiready/.gitignore"}
    assert set(tree(project)) - set(before) == always | files
    assert {name: tree(project)[name] for name in before} == before


def test_a_second_run_changes_nothing_and_says_so(aiready: Run, project: Path) -> None:
    assert aiready("init", str(project), "--ci", "github").returncode == 0
    before = tree(project)
    again = aiready("init", str(project), "--ci", "github")
    assert (again.returncode, tree(project)) == (0, before)
    assert [line.split()[0] for line in again.stdout.splitlines()[2:-2]] == ["kept"] * 5


def test_an_audit_is_clean_afterwards_and_fails_for_what_is_new(aiready: Run, project: Path) -> None:
    assert aiready("audit", str(project)).returncode == 1
    assert aiready("init", str(project)).returncode == 0
    assert aiready("audit", str(project)).returncode == 0
    (project / "new.py").write_text(APP)
    assert aiready("audit", str(project)).returncode == 1


def test_what_exists_is_kept_and_the_lines_to_add_are_printed(aiready: Run, project: Path) -> None:
    mine = {"aiready.yaml": "kind: worker\n", ".pre-commit-config.yaml": "repos: []\n", ".gitlab-ci.yml": "x: {}\n"}
    for name, text in mine.items():
        (project / name).write_text(text)
    (project / ".gitignore").write_bytes(b"*.log\r\n.venv")
    done = aiready("init", str(project))
    found = tree(project)
    assert {name: found[name].decode() for name in mine} == mine
    assert found[".gitignore"] == b"*.log\r\n.venv\r\n.aiready/\r\n"
    assert "kept         .pre-commit-config.yaml as it is; add these lines to it yourself:\n    repos:\n" in done.stdout
    assert "    - local: .gitlab/aiready.gitlab-ci.yml\n" in done.stdout


def test_a_configuration_in_pyproject_is_one_too(aiready: Run, project: Path) -> None:
    (project / "pyproject.toml").write_text('[tool.aiready]\nkind = "worker"\n')
    done = aiready("init", str(project))
    assert "kept         pyproject.toml as it is\n" in done.stdout
    assert not (project / "aiready.yaml").exists()


def test_a_dry_run_shows_what_would_be_written_and_writes_nothing(aiready: Run, project: Path) -> None:
    before = tree(project)
    done = aiready("init", str(project), "--ci", "gitlab", "--dry-run")
    assert (done.returncode, tree(project)) == (0, before)
    shown = [line for line in done.stdout.splitlines() if line.startswith("would")]
    assert [line[13:] for line in shown] == [
        "aiready.yaml",
        "aiready-baseline.json",
        ".gitlab/aiready.gitlab-ci.yml",
        ".gitlab-ci.yml",
        ".pre-commit-config.yaml",
        ".gitignore: .aiready/",
    ]
    assert "    kind: service\n" in done.stdout


def test_a_link_that_leads_nowhere_is_not_followed(aiready: Run, project: Path, tmp_path: Path) -> None:
    (project / "aiready.yaml").symlink_to(tmp_path / "elsewhere")
    assert aiready("init", str(project)).returncode == 0
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("there", [True, False])
def test_no_link_out_of_the_repository_is_written_through(
    aiready: Run, project: Path, tmp_path: Path, *, there: bool
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    for name in (".gitignore", "aiready.yaml", "aiready-baseline.json", ".pre-commit-config.yaml"):
        (project / name).symlink_to(outside / name)
        if there:
            (outside / name).write_text("{}\n" if name.endswith("json") else "\n")
    (project / ".github").symlink_to(outside)
    before = tree(outside)
    done = aiready("init", str(project), "--ci", "github")
    assert (done.returncode, tree(outside), done.stderr) == (0, before, "")
    told = [line for line in done.stdout.splitlines() if line.endswith("a link leads elsewhere, and is not followed")]
    assert [line.split()[:2] for line in told] == [
        ["kept", "aiready.yaml"],
        ["kept", "aiready-baseline.json"],
        ["kept", ".github/workflows/aiready.yml"],
        ["kept", ".pre-commit-config.yaml"],
        ["kept", ".gitignore"],
    ]


def test_outside_of_git_the_baseline_lies_at_the_top_of_the_project(aiready: Run, tmp_path: Path) -> None:
    part = tmp_path / "part"
    part.mkdir()
    (tmp_path / "pyproject.toml").write_text('[tool.aiready]\nkind = "worker"\n')
    (part / "app.py").write_text(APP)
    done = aiready("init", str(part))
    assert (done.returncode, "a link leads elsewhere" in done.stdout) == (0, False)
    assert (tmp_path / "aiready-baseline.json").is_file()


def test_a_part_of_a_repository_gets_its_own_configuration_and_the_pipeline_names_it(
    aiready: Run, project: Path
) -> None:
    part = project / "services" / "chat"
    part.mkdir(parents=True)
    (part / "bot.py").write_text(APP)
    assert aiready("init", str(part), "--ci", "github").returncode == 0
    assert {"services/chat/aiready.yaml", ".github/workflows/aiready-services-chat.yml"} <= set(tree(project))
    workflow = yaml.safe_load((project / ".github/workflows/aiready-services-chat.yml").read_text())
    assert workflow["jobs"]["audit"]["steps"][3]["env"] == {"FOLDER": "services/chat"}


@pytest.mark.parametrize("ci", ["github", "gitlab"])
def test_each_part_of_a_repository_has_a_pipeline_and_is_told_to_the_hook(ci: str, aiready: Run, project: Path) -> None:
    for name in ("one", "two"):
        (project / name).mkdir()
        (project / name / "bot.py").write_text(APP)
    first, second, again = (aiready("init", name, "--ci", ci, cwd=project) for name in ("one", "two", "two"))
    where, names = {"github": (".github/workflows", "{}.yml"), "gitlab": (".gitlab", "{}.gitlab-ci.yml")}[ci]
    assert {names.format(f"aiready-{name}") for name in ("one", "two")} == set(os.listdir(project / where))
    assert "add these lines" not in first.stdout
    assert second.stdout.count("add these lines to it yourself") == (2 if ci == "gitlab" else 1)
    assert '    args: ["two"]' in second.stdout
    assert ("- local: .gitlab/aiready-two.gitlab-ci.yml" in second.stdout) == (ci == "gitlab")
    hooks = project / ".pre-commit-config.yaml"
    hooks.write_text(hooks.read_text() + hooks.read_text().replace("one", "two").partition("\n")[2])
    assert (
        aiready("init", "two", "--ci", ci, cwd=project).stdout.count("add these") == again.stdout.count("add these") - 1
    )


def test_a_pipeline_of_another_folder_is_told(aiready: Run, project: Path) -> None:
    for name in ("chat-bot", "chat/bot"):
        (project / name).mkdir(parents=True)
        (project / name / "app.py").write_text(APP)
    first, second = (aiready("init", name, "--ci", "github", cwd=project) for name in ("chat-bot", "chat/bot"))
    assert [done.stdout.count("it audits another folder") for done in (first, second)] == [0, 1]


def test_a_folder_whose_name_is_code_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "${{ github.token }}").mkdir()
    with pytest.raises(UsageError, match="can't be named in a pipeline"):
        _ = repository(str(tmp_path / "${{ github.token }}")).way


def test_where_nothing_can_be_audited_nothing_is_written(aiready: Run, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    done = aiready("init", str(empty), "--quiet")
    assert (done.returncode, done.stdout, os.listdir(empty)) == (3, "", [])


def test_a_folder_that_is_none_is_the_users_mistake(aiready: Run, tmp_path: Path) -> None:
    done = aiready("init", str(tmp_path / "gone"))
    assert (done.returncode, done.stdout) == (2, "")
    assert "is no folder" in done.stderr


def test_a_worktree_has_the_remote_of_its_repository(tmp_path: Path) -> None:
    main, tree = tmp_path / "main", tmp_path / "tree"
    own = main / ".git" / "worktrees" / "tree"
    own.mkdir(parents=True)
    tree.mkdir()
    (main / ".git" / "config").write_text(GITHUB_URL)
    (own / "commondir").write_text("../..\n")
    (tree / ".git").write_text(f"gitdir: {own}\n")
    assert Repository(tree, tree).ci() == "github"


def test_what_is_written_fits_the_services_schemas(aiready: Run, project: Path) -> None:
    for ci in ("github", "gitlab"):
        assert aiready("init", str(project), "--ci", ci).returncode == 0
    valid("github-workflows", project / ".github/workflows/aiready.yml")
    valid("gitlab-ci", project / ".gitlab/aiready.gitlab-ci.yml", project / ".gitlab-ci.yml")
    done = subprocess.run(
        [delivered.beside("pre-commit"), "validate-config", str(project / ".pre-commit-config.yaml")],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0
    for name in (".github/workflows/aiready.yml", ".gitlab/aiready.gitlab-ci.yml", ".pre-commit-config.yaml"):
        assert f"aiready=={__version__}" in (project / name).read_text()
