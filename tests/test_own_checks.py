"""Rules that another package brings: the example is installed and run; broken packages are told in one line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., "subprocess.CompletedProcess[str]"]

APP = """import openai
client = openai.OpenAI()
def ask(text):
    return client.chat.completions.create(model="gpt-5-pro", messages=text)
"""
OWN = """from aiready.checks.own import Own
from aiready.checks.rules import Remark, per_call
@per_call
def check(call, subject):
    return Remark("m " + str(subject.limit("most")))
RULES = Own("ACME201", "thing-amiss", "cost.caching", "error", "S.", "Help.", check, limits={"most": 3})
"""


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    folder = tmp_path / "packages"
    folder.mkdir()
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    (folder / "app.py").write_text(APP)
    return folder


@pytest.fixture
def run(tmp_path: Path, packages: Path, project: Path) -> Run:
    def run(*arguments: str, path: str = str(packages)) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache"), "NO_COLOR": "1", "COLUMNS": "80"}
        return subprocess.run(
            [sys.executable, "-m", "aiready", *arguments],
            cwd=project,
            env={**environment, "PYTHONPATH": path},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    return run


def install(packages: Path, code: str = OWN, *, name: str = "team", version: str = "1.0", value: str = "") -> Path:
    """A package and the record that an installer leaves of it."""
    if code:
        (packages / f"{name}.py").write_text(code)
    record = packages / f"{name}-{version}.dist-info"
    record.mkdir()
    (record / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    (record / "entry_points.txt").write_text(f"[aiready.checks]\nown = {value or f'{name}:RULES'}\n")
    return record


def editable(packages: Path, root: Path) -> None:
    """The example, as an editable install leaves it: a record, and a path that Python looks into."""
    install(packages, "", name="acme_checks", value="acme_checks:RULES")
    (packages / "acme_checks").symlink_to(root / "examples" / "own_check" / "acme_checks")


def said(done: subprocess.CompletedProcess[str]) -> tuple[int, str]:
    return done.returncode, done.stderr.splitlines()[0]


def test_the_example_is_judged_like_ours(run: Run, packages: Path, project: Path, root: Path) -> None:
    editable(packages, root)
    done = run("audit", "--select", "ACME", "--format", "json")
    document = json.loads(done.stdout)
    [found] = document["findings"]
    assert done.returncode == 0
    assert [found[key] for key in ("rule", "name", "severity", "item", "line", "message", "help")] == [
        "ACME101",
        "model-outside-allowlist",
        "note",
        "cost.model_tier",
        4,
        "gpt-5-pro is not on Acme's list",
        "Use one of gpt-4o-mini or claude-haiku-4-5, or ask for gpt-5-pro to be put on the list.",
    ]
    assert "ACME101" in next(each for each in document["checklist"] if each["item"] == "cost.model_tier")["rules"]
    assert "ACME101" not in run("audit", "--ignore", "model-outside-allowlist").stdout
    assert run("audit", "--select", "ACME101", "--fail-on", "note").returncode == 1
    assert "ACME101" in run("audit", "--call", "app.py:4").stdout


def test_the_example_is_listed_and_explained(run: Run, packages: Path, root: Path) -> None:
    editable(packages, root)
    assert "cost.model_tier (acme_checks 1.0)" in next(
        line for line in run("rules").stdout.splitlines() if "ACME101" in line
    )
    listed = {each["rule"]: each["plugin"] for each in json.loads(run("rules", "--format", "json").stdout)["rules"]}
    assert (listed["ACME101"], listed["REL101"]) == ("acme_checks 1.0", None)
    page = run("explain", "ACME101").stdout
    assert page.startswith("# ACME101: model-outside-allowlist\n")
    assert page.endswith("*A rule of acme_checks 1.0.*\n")


def test_it_is_suppressed_and_limited_like_ours(run: Run, packages: Path, project: Path) -> None:
    install(packages)
    (project / "aiready.yaml").write_text("limits: {thing-amiss: {most: 7}}\n")
    assert "m 7" in run("audit", "--select", "ACME").stdout
    (project / "app.py").write_text(f"{APP.rstrip()}  # aiready: ignore[ACME201] agreed\n")
    [found] = json.loads(run("audit", "--select", "ACME", "--format", "json").stdout)["findings"]
    assert found["suppressed"] == "agreed"
    assert run("explain", "thing-amiss").stdout.startswith("# ACME201: thing-amiss\n\nS.\n\n## What to do\n\nHelp.\n")


def test_a_finding_may_stand_where_no_call_is(run: Run, packages: Path, project: Path) -> None:
    """Settings for some paths once left out the findings in files without calls."""
    one = "    yield subject.of_place(Place('notes.py', 1), Remark('m ' + str(subject.limit('most'))))\n"
    code = OWN.replace("@per_call\n", "").replace("def check(call, subject)", "def check(subject)")
    code = code.replace('    return Remark("m " + str(subject.limit("most")))\n', one)
    install(packages, f"from aiready.checks.model import Place\n{code}")
    (project / "notes.py").write_text("x = 1\n")
    (project / "aiready.yaml").write_text(
        "paths:\n  app.py: {ignore: [REL]}\n  notes.py: {limits: {ACME201: {most: 9}}}\n"
    )
    [found] = json.loads(run("audit", "--select", "ACME", "--format", "json").stdout)["findings"]
    assert (found["path"], found["message"]) == ("notes.py", "m 9.0")


def test_two_rules_of_one_name_are_told(run: Run, packages: Path) -> None:
    install(packages, OWN.replace("ACME201", "REL101"))
    assert said(run("audit")) == (2, "aiready: two rules are called REL101: one of aiready and one of team 1.0")
    install(packages, OWN, name="other")
    (packages / "team.py").write_text(OWN.replace("ACME201", "ACME202"))
    assert said(run("rules")) == (2, "aiready: two rules are called thing-amiss: one of other 1.0 and one of team 1.0")


@pytest.mark.parametrize(
    ("code", "why"),
    [
        (
            "import nowhere_to_be\n",
            "can't be loaded (team:RULES): ModuleNotFoundError: No module named 'nowhere_to_be'",
        ),
        ("x = 1\n", "can't be loaded (team:RULES): AttributeError: module 'team' has no attribute 'RULES'"),
        ("RULES = 3\n", "can't be used: team:RULES is no `Own` and no tuple of them"),
        ("RULES = ()\n", "can't be used: team:RULES is no `Own` and no tuple of them"),
        (OWN.replace("ACME201", "A1"), "can't be used: 'A1' is no id: capitals and three digits"),
        (OWN.replace('"error"', '"fatal"'), "can't be used: 'ACME201' has a severity that is none"),
        (OWN.replace("cost.caching", "cost.x"), "can't be used: ACME201 speaks of no item: cost.x"),
        (OWN.replace(", check, limits", ", None, limits"), "can't be used: 'ACME201' has no function"),
        (OWN.replace('"Help."', "3"), "can't be used: 'ACME201' lacks text where text belongs"),
    ],
)
def test_a_broken_package_is_one_line(run: Run, packages: Path, code: str, why: str) -> None:
    install(packages, code)
    done = run("audit")
    assert said(done) == (3, f"aiready: the checks of team 1.0 {why}")
    assert done.stderr.splitlines()[1:] == ["Nothing was judged; mend or uninstall the package that is named."]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("raise KeyError('x')", "KeyError: 'x'"),
        ("return Remark('m', {'y': 'z'})", "KeyError: 'x'"),
        ("return 3", "AttributeError: 'int' object has no attribute 'case'"),
    ],
)
def test_a_rule_that_fails_is_one_line(run: Run, packages: Path, body: str, why: str) -> None:
    amiss = OWN.replace("Help.", "Help {x}.").replace('return Remark("m " + str(subject.limit("most")))', body)
    install(packages, amiss)
    assert said(run("audit")) == (3, f"aiready: the rule ACME201 of team 1.0 failed: {why}")


def test_what_is_no_finding_of_the_rule_is_refused(run: Run, packages: Path) -> None:
    install(packages, OWN.replace("RULES =", "check = lambda subject: ['x']\nRULES ="))
    assert said(run("audit")) == (3, "aiready: the rule ACME201 of team 1.0 gave what is no finding of its own: 'x'")


def test_nothing_is_loaded_from_what_is_audited(run: Run, packages: Path, project: Path) -> None:
    """Neither a record that lies there, nor a module there that has the name of one installed."""
    trap = "import pathlib\npathlib.Path(__file__).with_name('loaded').touch()\n" + OWN
    install(project, trap, name="evil")
    assert run("audit", "--no-cache", path=str(project)).returncode in {0, 1}
    assert run("audit", "--no-cache", ".", path=os.pathsep.join((str(project), str(packages)))).returncode in {0, 1}
    assert not (project / "loaded").exists()
    install(packages, OWN)
    (project / "team.py").write_text(trap)
    done = run("audit", "--no-cache", "--select", "ACME", path=os.pathsep.join((str(project), str(packages))))
    assert "ACME201" in done.stdout
    assert not (project / "loaded").exists()
    (packages / "team.py").unlink()
    assert run("audit", "--no-cache", path=os.pathsep.join((str(project), str(packages)))).returncode in {0, 1}
    assert not (project / "loaded").exists()


def test_a_stored_report_ends_with_what_it_was_made_by(run: Run, packages: Path, project: Path) -> None:
    os.utime(project / "app.py", (1_000_000_000, 1_000_000_000))
    os.utime(project / "pyproject.toml", (1_000_000_000, 1_000_000_000))
    again = "nothing has changed"

    def audit() -> tuple[bool, bool]:
        done = run("audit", "--verbose")
        return again in done.stderr, "ACME201" in done.stdout

    assert [audit(), audit()] == [(False, False), (True, False)]
    record = install(packages)
    assert [audit(), audit()] == [(False, True), (True, True)]
    record.rename(packages / "team-1.1.dist-info")
    assert [audit(), audit()] == [(False, True), (True, True)]
    (packages / "team.py").write_text(OWN + "# changed\n")
    assert audit() == (False, True)


def test_without_such_packages_nothing_of_theirs_is_loaded(run: Run, project: Path) -> None:
    code = "import sys; from aiready.checks.catalogue import load; load(); print('importlib.metadata' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=project, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
