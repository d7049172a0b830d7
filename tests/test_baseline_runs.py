"""Whole projects with a baseline: what is known stays quiet whatever is moved, what is new fails."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path

import pytest
from gitted import PLANTED, Project, Run

PROJECTS = {"examples/support_desk": "desk/tasks.py", "tests/planted": "bad/others.py"}
"""Each with a file that holds findings and that nothing imports."""


FILES = ("desk/cli.py", "desk/llm.py", "desk/tasks.py")
"""Those of support_desk that hold findings."""


@pytest.fixture(params=PROJECTS, ids=["support_desk", "planted"])
def project(request: pytest.FixtureRequest, root: Path, tmp_path: Path, aiready: Run) -> Project:
    return Project(root / request.param, tmp_path / "project", aiready)


@pytest.fixture
def desk(root: Path, tmp_path: Path, aiready: Run) -> Project:
    return Project(root / "examples/support_desk", tmp_path / "project", aiready)


def moved(text: str) -> str:
    return "# a line\n" * 50 + text


def file_of(project: Project) -> str:
    return next(path for path in PROJECTS.values() if (project.folder / path).exists())


def test_what_is_in_the_baseline_is_known_and_one_more_finding_fails(project: Project) -> None:
    before, found = project.audit("--persona", "auditor")
    regular = project.audit()[1]["findings"]
    status, told, _ = project.run("baseline")
    count = len([one for one in found["findings"] if one["suppressed"] is None])
    heard = [one for one in regular if one["suppressed"] is None]
    assert (before, status, told.split("\n")[0]) == (
        1, 0, f"aiready-baseline.json: {count} known findings, {count} added",
    )  # fmt: skip
    status, held = project.audit()
    assert (status, held["summary"]["findings"], held["baseline"]["fixed"]) == (
        0, {"error": 0, "warning": 0, "note": 0}, 0,
    )  # fmt: skip
    assert [one["fingerprint"] for one in held["findings"]] == [one["fingerprint"] for one in regular]
    assert f"No new findings ({len(heard)} known" in project.run("audit")[1]
    (project.folder / "more.py").write_text(PLANTED)
    status, new = project.new()
    assert (status, set(new)) == (1, {"more.py"})
    headings = [line for line in project.run("audit", "--quiet")[1].split("\n") if line[:1].strip()]
    assert headings == ["more.py:5:12  openai chat.completions.create in planted"]


def test_the_same_tree_gives_the_same_file(project: Project) -> None:
    project.run("baseline")
    first = (project.folder / "aiready-baseline.json").read_bytes()
    assert project.run("baseline")[1].endswith("known findings, as before\n")
    assert (project.folder / "aiready-baseline.json").read_bytes() == first
    (project.folder / "aiready-baseline.json").unlink()
    project.run("baseline")
    assert (project.folder / "aiready-baseline.json").read_bytes() == first
    assert str(project.folder).encode() not in first


def test_moved_lines_stay_known(project: Project) -> None:
    path = file_of(project)
    project.run("baseline")
    project.edit(path, moved)
    assert project.new() == (0, Counter())
    project.run("baseline")
    project.edit(path, lambda text: text.removeprefix("# a line\n" * 50))
    assert project.new() == (0, Counter())


def test_a_file_that_git_sees_renamed_stays_known(project: Project) -> None:
    path = file_of(project)
    project.run("baseline")
    project.commit()
    other = str(Path(path).with_name("renamed.py"))
    os.rename(project.folder / path, project.folder / other)
    assert project.new() == (0, Counter())
    project.edit(other, lambda text: f"# once {path}\n{text}")
    assert project.new() == (0, Counter())
    project.git("add", "--all")
    assert project.new() == (0, Counter())
    project.git("commit", "--quiet", "--message", "renamed")
    assert project.new() == (0, Counter())
    project.git("mv", other, "renamed_again.py")
    assert project.new() == (0, Counter())


def test_the_first_baseline_and_the_rename_may_be_one_commit(desk: Project) -> None:
    desk.run("baseline")
    desk.git("mv", "desk/tasks.py", "desk/renamed.py")
    assert desk.new() == (0, Counter())
    desk.commit()
    assert desk.new() == (0, Counter())


def test_pruning_takes_over_new_names(desk: Project) -> None:
    desk.run("baseline")
    desk.commit()
    desk.git("mv", "desk/tasks.py", "desk/renamed.py")
    assert desk.run("baseline", "--prune")[1] == "aiready-baseline.json: 34 known findings, as before\n"
    named = {one.get("path") for one in desk.baseline()["findings"]}
    assert ("desk/renamed.py" in named, "desk/tasks.py" in named) == (True, False)
    desk.commit()
    desk.git("mv", "desk/renamed.py", "desk/work.py")
    assert desk.new() == (0, Counter())


def test_without_git_a_renamed_file_is_a_new_one(desk: Project) -> None:
    desk.run("baseline")
    os.rename(desk.folder / ".git", desk.folder.parent / "gone")
    assert desk.new() == (0, Counter())
    os.rename(desk.folder / "desk/tasks.py", desk.folder / "desk/renamed.py")
    assert desk.new() == (1, Counter({"desk/renamed.py": 10}))


def test_asking_git_writes_nothing_into_the_repository_and_runs_nothing_of_it(desk: Project, tmp_path: Path) -> None:
    desk.run("baseline")
    desk.commit()
    trap, sprung = desk.folder / ".git" / "trap", tmp_path / "sprung"
    trap.write_text(f"#!/bin/sh\ntouch {sprung}\ncat\n")
    trap.chmod(0o755)
    for hook in ("post-index-change", "post-checkout", "fsmonitor-watchman"):
        (desk.folder / ".git" / "hooks" / hook).write_bytes(trap.read_bytes())
        (desk.folder / ".git" / "hooks" / hook).chmod(0o755)
    for name in ("filter.evil.clean", "core.fsmonitor", "diff.evil.textconv", "diff.evil.command", "diff.external"):
        desk.git("config", name, str(trap))
    (desk.folder / ".gitattributes").write_text("*.py filter=evil diff=evil\n")
    os.rename(desk.folder / "desk/tasks.py", desk.folder / "desk/renamed.py")
    git = desk.folder / ".git"
    before = {path: path.stat().st_mtime_ns for path in git.rglob("*")}
    assert desk.new() == (0, Counter())
    assert desk.new("--since", "HEAD")[0] == 0
    assert {path: path.stat().st_mtime_ns for path in git.rglob("*")} == before
    assert sprung.exists() is False


def test_of_the_same_code_one_more_is_new(desk: Project) -> None:
    twin = PLANTED.replace("planted", "second").split("\n\n\n")[1]
    (desk.folder / "twins.py").write_text(PLANTED + "\n\n" + twin)
    desk.run("baseline")
    entries = [one for one in desk.baseline()["findings"] if one.get("path") == "twins.py"]
    assert {one["count"] for one in entries} == {2}
    desk.edit("twins.py", lambda text: text + "\n\n" + twin.replace("second", "third"))
    status, new = desk.new("--persona", "auditor")
    assert (status, new) == (1, Counter({"twins.py": len(entries)}))


def test_what_is_fixed_is_told_and_pruned_and_fails_when_it_comes_back(desk: Project) -> None:
    (desk.folder / "more.py").write_text(PLANTED)
    desk.run("baseline")
    count = sum(one["count"] for one in desk.baseline()["findings"])
    (desk.folder / "more.py").write_text("import openai\n")
    gone = count - 34
    assert f"{gone} fixed since the baseline: `aiready baseline --prune`" in desk.run("audit")[1]
    assert desk.audit()[1]["baseline"] == {"file": "aiready-baseline.json", "fixed": gone, "grown": []}
    (desk.folder / "other.py").write_text(PLANTED)
    status, told, _ = desk.run("baseline", "--prune")
    assert (status, told.split("\n")[0]) == (0, f"aiready-baseline.json: 34 known findings, {gone} removed")
    assert {one.get("path") for one in desk.baseline()["findings"]} == {None, *FILES}
    assert desk.new()[0] == 1
    (desk.folder / "other.py").unlink()
    assert desk.new() == (0, Counter())
    (desk.folder / "more.py").write_text(PLANTED)
    assert desk.new("--persona", "auditor") == (1, Counter({"more.py": gone}))


def test_a_ratchet_fails_by_the_counts_of_rules_only(desk: Project) -> None:
    (desk.folder / "more.py").write_text(PLANTED)
    desk.run("baseline")
    os.unlink(desk.folder / "more.py")
    (desk.folder / "other.py").write_text(PLANTED)
    assert (desk.new()[0], desk.new("--ratchet")[0]) == (1, 0)
    (desk.folder / "another.py").write_text(PLANTED)
    status, found = desk.audit("--ratchet")
    grown = {one["rule"]: (one["before"], one["now"]) for one in found["baseline"]["grown"]}
    assert (status, grown["REL102"], grown["REL202"]) == (1, (2, 3), (2, 3))
    status, quiet, _ = desk.run("audit", "--ratchet", "--quiet")
    assert (status, "grown REL102 disabled-timeout: 2 in the baseline, now 3\n" in quiet) == (1, True)
    assert desk.run("audit", "--ratchet", "--exit-zero")[0] == 0


def test_a_run_of_a_part_says_nothing_of_the_rest(desk: Project) -> None:
    desk.run("baseline")
    status, found = desk.audit("desk/cli.py")
    assert (status, found["baseline"]["fixed"]) == (0, 0)
    assert desk.audit("llm.py", cwd="desk")[1]["baseline"] == {
        "file": str(desk.folder / "aiready-baseline.json"), "fixed": 0, "grown": [],
    }  # fmt: skip
    assert desk.audit("--select", "REL")[1]["baseline"]["fixed"] == 0
    for words in (("--prune", "desk/llm.py"), ("desk/llm.py",)):
        status, _, said = desk.run("baseline", *words)
        told = "aiready: 'aiready-baseline.json' was made of more than what is named here: name '.' too"
        assert (status, said.split("\n")[0]) == (2, told)


def test_what_cannot_be_read_for_now_is_not_fixed(desk: Project) -> None:
    desk.run("baseline")
    before = desk.baseline()
    desk.edit("desk/tasks.py", lambda text: text + "\ndef (:\n")
    assert {one["path"] for one in desk.audit()[1]["files"]["skipped"]} == {"desk/tasks.py"}
    desk.run("baseline", "--prune")
    kept = [one for one in before["findings"] if one.get("path") == "desk/tasks.py"]
    assert [one for one in desk.baseline()["findings"] if one.get("path") == "desk/tasks.py"] == kept


def test_it_holds_what_anybody_may_be_told(desk: Project) -> None:
    """Which of several findings a regular reader hears of may depend on the order of files."""
    desk.run("baseline")
    assert desk.new("--persona", "auditor") == (0, Counter())
    desk.git("mv", "desk/tasks.py", "desk/jobs.py")
    assert desk.new() == (0, Counter())


def test_where_the_file_lies_can_be_said(desk: Project) -> None:
    assert desk.run("audit", "--baseline", "known.json")[0] == 2
    desk.run("baseline", "--file", "known.json")
    assert desk.new()[0] == 1
    assert desk.new("--baseline", "known.json") == (0, Counter())
    assert desk.new("--baseline", "../known.json", cwd="desk") == (0, Counter())
    (desk.folder / "aiready.yaml").write_text("baseline: ci/known.json\n")
    (desk.folder / "ci").mkdir()
    status, _, said = desk.run("audit")
    assert (status, said.split("\n")[0]) == (
        2, "aiready: there is no baseline 'ci/known.json': write one with `aiready baseline`",
    )  # fmt: skip
    assert desk.run("baseline", cwd="desk")[0] == 0
    assert {one.get("path") for one in json.loads((desk.folder / "ci/known.json").read_text())["findings"]} == {
        None, *(f"../{path}" for path in FILES),
    }  # fmt: skip
    assert desk.new() == (0, Counter())
    assert desk.new("--no-baseline")[0] == 1


def test_a_stored_document_is_given_up_when_the_baseline_changes(desk: Project) -> None:
    old = 1_000_000_000
    for path in desk.folder.rglob("*.*"):
        os.utime(path, (old, old))
    assert desk.run("audit", "--quiet")[0] == 1
    file = desk.folder / "aiready-baseline.json"
    desk.run("baseline")
    os.utime(file, (old, old))
    assert desk.run("audit", "--quiet", "--verbose")[0] == 0
    replayed = desk.run("audit", "--quiet", "--verbose")
    assert (replayed[0], "nothing has changed" in replayed[2]) == (0, True)
    text = file.read_text()
    file.write_text(text.replace('"code": "reply', '"code": "REPLY'))
    os.utime(file, (old + 1, old + 1))
    assert desk.run("audit", "--quiet")[0] == 1
    file.unlink()
    assert desk.run("audit", "--quiet")[0] == 1
    file.write_text(text)
    os.utime(file, (old, old))
    assert desk.run("audit", "--quiet")[0] == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("audit", "--ratchet"), "there is no baseline 'aiready-baseline.json': write one with `aiready baseline`"),
        (("baseline", "--prune"), "there is no baseline 'aiready-baseline.json': write one with `aiready baseline`"),
        (("audit", "--ratchet", "--no-baseline"), "--ratchet needs a baseline: leave --no-baseline out"),
        (
            ("audit", "--no-baseline", "--baseline", "x"),
            "--baseline and --no-baseline contradict each other: give one of them",
        ),
        (("audit", "--baseline", "desk"), "the baseline 'desk' can't be read: Is a directory"),
        (("baseline", "--file", "no/such.json"), "can't write"),
    ],
)
def test_mistakes_are_one_clear_line(desk: Project, words: tuple[str, ...], said: str) -> None:
    status, out, err = desk.run(*words)
    assert (status, out, err.startswith(f"aiready: {said}"), err.count("\n")) == (2, "", True, 2)


def test_where_nothing_was_audited_nothing_is_written(desk: Project) -> None:
    (desk.folder / "empty").mkdir()
    assert desk.run("baseline", "empty")[0] == 3
    assert (desk.folder / "aiready-baseline.json").exists() is False
