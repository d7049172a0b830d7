"""`aiready audit --since`: what a change touched is judged, and what it reaches; the rest is counted."""

from __future__ import annotations

import subprocess
from collections import Counter
from pathlib import Path

import pytest
from gitted import PLANTED, Project, Run

from aiready.checks.git import NoAnswer, changes_since, commit_of
from aiready.checks.git.asking import ask
from aiready.checks.git.changes import overlaps


@pytest.fixture
def desk(root: Path, tmp_path: Path, aiready: Run) -> Project:
    return Project(root / "examples/support_desk", tmp_path / "project", aiready)


def lines_of(project: Project, ref: str = "HEAD") -> dict[str, tuple[tuple[int, int], ...]]:
    return dict(changes_since(str(project.folder), ref).lines)


def test_changed_lines_are_found_wherever_the_change_stands(desk: Project) -> None:
    for name in ("staged", "loose", "cut", "gone", "old"):
        (desk.folder / f"{name}.py").write_text("".join(f"x{number} = {number}\n" for number in range(9)))
    desk.commit()
    assert lines_of(desk) == {}
    desk.edit("staged.py", lambda text: text.replace("x1 = 1\n", "x1 = 2\ny = 1\n"))
    desk.git("add", "staged.py")
    desk.edit("loose.py", lambda text: text.replace("x8 = 8\n", "+++ b/other.py\n@@ -1 +1 @@"))
    desk.edit("cut.py", lambda text: text.replace("x4 = 4\nx5 = 5\n", ""))
    (desk.folder / "gone.py").unlink()
    (desk.folder / "old.py").rename(desk.folder / "renamed.py")
    (desk.folder / 'ne"w\tünd.py').write_text("a = 1\nb = 2\n")
    (desk.folder / "data.txt").write_text("no source\n")
    changed = {
        "staged.py": ((2, 3),),
        "loose.py": ((9, 10),),
        "cut.py": ((4, 5),),
        'ne"w\tünd.py': ((1, 2),),
    }
    assert lines_of(desk) == changed
    desk.commit()
    assert lines_of(desk, "HEAD~1") == changed
    assert lines_of(desk) == {}


def test_what_the_other_branch_changed_meanwhile_is_no_change_of_ours(desk: Project) -> None:
    desk.git("branch", "-M", "main")
    desk.git("checkout", "--quiet", "-b", "ours")
    (desk.folder / "ours.py").write_text("a = 1\n")
    desk.commit()
    desk.git("checkout", "--quiet", "main")
    (desk.folder / "theirs.py").write_text("a = 1\n")
    desk.commit()
    desk.git("checkout", "--quiet", "ours")
    assert lines_of(desk, "main") == {"ours.py": ((1, 1),)}


def test_ranges_overlap_at_their_ends_too() -> None:
    spans = ((3, 5), (9, 9))
    assert [overlaps(spans, at, at) for at in range(2, 11)] == [
        False, True, True, True, False, False, False, True, False,
    ]  # fmt: skip


def test_only_what_a_change_touched_is_shown_and_fails(desk: Project) -> None:
    status, found = desk.audit("--since", "HEAD")
    whole = desk.audit()[1]
    open_ones = sum(whole["summary"]["findings"].values())
    assert (status, found["findings"], found["change"]) == (0, [], {"since": "HEAD", "elsewhere": open_ones})
    assert found["checklist"] == whole["checklist"]
    (desk.folder / "desk/more.py").write_text(PLANTED)
    status, new = desk.new("--since", "HEAD")
    assert (status, set(new)) == (1, {"desk/more.py"})
    assert desk.audit("--diff=HEAD") == desk.audit("--diff", "HEAD") == desk.audit("--since", "HEAD")
    assert f"{open_ones} elsewhere, not touched since HEAD" in desk.run("audit", "--since", "HEAD")[1]
    desk.run("baseline")
    assert desk.new("--since", "HEAD") == (0, Counter())


def test_a_file_after_diff_is_no_commit(desk: Project) -> None:
    """As git tells them apart: `--diff FILE` shows fixes, also where a branch is called the same."""
    desk.git("branch", "app.py")
    (desk.folder / "app.py").write_text(PLANTED)
    status, shown, _ = desk.run("audit", "--diff", "app.py")
    assert (status, shown.splitlines()[:2]) == (1, ["--- a/app.py", "+++ b/app.py"])
    assert desk.run("audit", "app.py", "--diff") == desk.run("audit", "--diff", "app.py")
    assert "--since ap.py: no such commit" in desk.run("audit", "--diff", "ap.py")[2]
    assert desk.run("audit", "--", "--diff", "HEAD")[0] == 2


def test_a_call_is_judged_where_what_reaches_it_or_its_client_changed(desk: Project) -> None:
    (desk.folder / "app.py").write_text(
        "import llm\n\n\ndef main():\n    text = input()\n    print(llm.ask(text))\n\n\n"
        "if __name__ == '__main__':\n    main()\n"
    )
    (desk.folder / "llm.py").write_text(
        "import openai\n\nclient = openai.OpenAI(timeout=None)\nother = 1\n\n\ndef ask(text):\n"
        "    prompt = text\n    return client.chat.completions.create(\n"
        '        model="gpt-4o", messages=[{"role": "user", "content": prompt}]\n    )\n'
    )
    desk.commit()
    before = desk.new("--since", "HEAD")

    def after(path: str, old: str, new: str) -> int:
        desk.edit(path, lambda text: text.replace(old, new))
        count = desk.new("--since", "HEAD")[1]["llm.py"]
        desk.git("checkout", "--quiet", ".")
        return count

    assert before == (0, Counter())
    assert after("llm.py", "other = 1", "other = 2") == 0
    assert after("llm.py", "timeout=None", "timeout=0") > 0
    assert after("llm.py", "prompt = text", "prompt = str(text)") > 0
    assert after("app.py", "text = input()", "text = input('? ')") > 0


@pytest.mark.parametrize(
    ("ref", "said"),
    [
        (
            "nope",
            "--since nope: no such commit here, nor a file; fetch it first (a shallow clone lacks old commits)",
        ),
        ("--all", "--since '--all' names no commit: give a branch, a tag or a commit"),
        ("", "--since '' names no commit: give a branch, a tag or a commit"),
        (
            "HEAD:desk",
            "--since HEAD:desk: no such commit here, nor a file; fetch it first (a shallow clone lacks old commits)",
        ),
    ],
)
def test_what_names_no_commit_is_one_clear_line(desk: Project, ref: str, said: str) -> None:
    status, out, err = desk.run("audit", f"--since={ref}")
    assert (status, out, err.split("\n")[0]) == (2, "", f"aiready: {said}")


def test_outside_of_git_there_is_nothing_to_tell_changes_from(tmp_path: Path, aiready: Run) -> None:
    (tmp_path / "a.py").write_text(PLANTED)
    done = aiready("audit", "--since", "HEAD", cwd=tmp_path)
    assert (done.returncode, done.stdout, "is in no git repository" in done.stderr) == (2, "", True)


def test_a_split_index_and_a_linked_work_tree_are_read_too(desk: Project) -> None:
    desk.git("update-index", "--split-index")
    desk.edit("desk/cli.py", lambda text: "import os\n" + text)
    desk.git("add", "--all")
    assert lines_of(desk) == {"desk/cli.py": ((1, 1),)}
    desk.git("worktree", "add", "--quiet", "../linked")
    (desk.folder.parent / "linked" / "more.py").write_text("a = 1\n")
    assert changes_since(str(desk.folder.parent / "linked" / "desk"), "HEAD").lines == {"more.py": ((1, 1),)}


def test_a_path_with_a_line_feed_in_it_is_one_clear_line(root: Path, tmp_path: Path, aiready: Run) -> None:
    desk = Project(root / "examples/support_desk", tmp_path / "two\nlines", aiready)
    said = "git can't tell what has changed: the repository's path has a line feed in it"
    status, out, err = desk.run("audit", "--since=HEAD")
    assert (status, out, err.split("\n")[0]) == (2, "", f"aiready: --since HEAD: {said}")


def test_the_commit_is_that_of_the_checkout(desk: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    head = desk.git("rev-parse", "HEAD").strip()
    assert (len(head), commit_of(str(desk.folder)), commit_of(str(desk.folder / "desk"))) == (40, head, head)
    assert commit_of(str(tmp_path)) == ""
    subprocess.run(["git", "init", "--quiet", tmp_path / "new"], check=True)
    assert commit_of(str(tmp_path / "new")) == ""
    monkeypatch.setenv("GIT_DIR", str(desk.folder / ".git"))
    assert commit_of(str(tmp_path)) == ""


def test_a_transport_that_a_repository_allows_itself_is_not_run(desk: Project, tmp_path: Path) -> None:
    """By its name, which counts for more than what is said of all."""
    marker = tmp_path / "marker"
    desk.git("config", "core.repositoryFormatVersion", "1")
    desk.git("config", "extensions.partialClone", "origin")
    desk.git("config", "remote.origin.promisor", "true")
    desk.git("config", "remote.origin.url", f"ext::touch {marker}")
    desk.git("config", "protocol.ext.allow", "always")
    missing = ("cat-file", "-e", "1" * 40)
    with pytest.raises(NoAnswer):
        ask(str(desk.folder), *missing)
    assert not marker.exists()
    with pytest.raises(subprocess.CalledProcessError):
        desk.git(*missing)
    assert marker.exists()
