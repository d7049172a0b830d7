"""`aiready audit --fix` beside a baseline and a change: nothing known fails, and only what is judged is mended."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from gitted import Project, Run

ONE_LINE = """\
import fastapi
import openai

app = fastapi.FastAPI()


def ask(text):
    return openai.OpenAI().chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": text}])


@app.post("/")
def answer(text: str):
    return ask(text)
"""


@pytest.fixture
def project(tmp_path: Path, aiready: Run) -> Project:
    source = tmp_path / "source"
    source.mkdir()
    for name in ("one", "two"):
        (source / f"{name}.py").write_text(ONE_LINE)
    return Project(source, tmp_path / "project", aiready)


def entries(project: Project) -> Counter[tuple[str, str]]:
    found = json.loads((project.folder / "aiready-baseline.json").read_text())["findings"]
    return Counter({(each.get("path", ""), each["rule"]): each["count"] for each in found})


@pytest.mark.parametrize("more", [(), ("--unsafe-fixes",)])
def test_what_was_known_on_a_mended_line_stays_known(more: tuple[str, ...], project: Project) -> None:
    project.run("baseline")
    before = entries(project)
    status, _, told = project.run("audit", "--fix", *more)
    assert (status, "findings fixed" in told) == (0, True)
    assert told.splitlines()[-1] == ("aiready: aiready-baseline.json: known findings go by the lines as they read now")
    assert "OpenAI(timeout=" in (project.folder / "one.py").read_text()
    assert project.new() == (0, Counter())
    assert project.run("audit", "--ratchet")[0] == 0
    assert entries(project) == before  # what is fixed is taken out by --prune, as always
    project.run("baseline", "--prune")
    assert entries(project).total() < before.total()


def test_what_was_new_on_a_mended_line_stays_new(project: Project) -> None:
    project.run("baseline", "one.py")
    fresh = {rule for rule, count in rules(project, "two.py").items() if count}
    project.run("audit", "--fix", "one.py", "two.py")
    found = project.audit("one.py", "two.py")[1]["findings"]
    assert {each["path"] for each in found if each["baseline"] == "new" and not each["whole"]} == {"two.py"}
    assert {rule for rule, count in rules(project, "two.py").items() if count} == fresh - {"REL101"}


def rules(project: Project, path: str) -> Counter[str]:
    found = project.audit(path)[1]["findings"]
    return Counter(each["rule"] for each in found if each["baseline"] == "new")


def test_without_a_baseline_none_is_written(project: Project) -> None:
    project.run("audit", "--fix")
    assert not (project.folder / "aiready-baseline.json").exists()
    project.commit()
    project.run("baseline")
    held = (project.folder / "aiready-baseline.json").read_text()
    project.git("checkout", "--quiet", "HEAD~1", "--", "one.py", "two.py")
    project.run("audit", "--fix", "--no-baseline")
    assert (project.folder / "aiready-baseline.json").read_text() == held


@pytest.mark.parametrize("how", [("--fix",), ("--diff",)])
def test_what_a_change_did_not_touch_is_not_mended(how: tuple[str, ...], project: Project) -> None:
    project.edit("two.py", lambda text: text.replace("text", "words"))
    held = (project.folder / "one.py").read_text()
    status, shown, _ = project.run("audit", *how, "--since", "HEAD")
    assert status == 1
    assert (project.folder / "one.py").read_text() == held
    if "--diff" in how:
        assert [line for line in shown.splitlines() if line.startswith("+++")] == ["+++ b/two.py"]
    else:
        assert "OpenAI(timeout=" in (project.folder / "two.py").read_text()
