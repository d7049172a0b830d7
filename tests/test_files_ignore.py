"""What git ignores, held against git itself."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aiready.checks.files import listing
from aiready.checks.files.ignore import Ignore

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")


def git(folder: Path, *arguments: str, text: str | None = None) -> str:
    """Run git away from the user's own configuration."""
    quiet = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "HOME": str(folder)}
    done = subprocess.run(
        ["git", "-c", "core.ignoreCase=false", *arguments],
        cwd=folder,
        input=text,
        env=os.environ | quiet,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout


def repository(folder: Path, files: dict[str, str]) -> Path:
    git(folder, "init", "-q", ".")
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text.encode())
    return folder


def kept_by_git(folder: Path) -> list[str]:
    names = git(folder, "ls-files", "-z", "-c", "-o", "--exclude-standard").split("\0")
    return sorted({name for name in names if name.endswith(".py")})


def seen(folder: Path) -> list[str]:
    return [file[0] for file in listing([folder]).files]


TREE = (
    "a.py", "b.py", "ab.py", "gen.py", "gen_1.py", "gen_x.py", "sp ace.py", "#hash.py", "!bang.py", "star*.py", "q?.py",
    "x/a.py", "x/y/a.py", "x/y/b.py", "x/y/z/a.py", "x/gen.py", "lib/a.py", "lib/keep/a.py", "y/a.py", "ü.py", "[a].py",
    "foo/x/bar.py", "foo/bar.py", "foo/x/y/bar.py", "x/lib/b.py", "back\\slash.py", "trail .py", "-.py", "].py", "A.py",
)  # fmt: skip

TABLE = (
    "a.py", "/a.py", "x/", "x", "/x/y", "x/y", "x/y/", "*.py", "*.py\n!a.py", "*\n!*/\n!a.py", "/*\n!/x/", "x/*\n!x/y/",
    "x/**", "**/y", "**/a.py", "x/**/a.py", "foo/**/bar.py", "/**/bar.py", "**", "a**.py", "x/y/**/", "gen*",
    "gen_?.py",
    "gen_[0-9].py", "gen_[!0-9].py", "gen_[^0-9].py", "[ab].py", "[a-b].py", "[]].py", "[!]].py", "[[:alpha:]].py",
    "[[:digit:][:upper:]].py", "[[:nope:]].py", "[a", "\\#hash.py", "#hash.py", "\\!bang.py", "!bang.py\n*bang.py",
    "star\\*.py", "star\\*", "q\\?.py", "sp ace.py", "sp ace.py   ", "trail\\ .py", "a.py  \nb.py\\ ",
    "a.py\r\nb.py\r\n",
    "", "\n\n", "/", "//", "!", "!/", "*.py[cod]", "*.p[xy]", "[a-b]*.py", "lib/\n!lib/keep/", "lib/*\n!lib/keep",
    "x/*.py", "x/*/a.py", "*/a.py", "*/", "/*/", "*/y/", "y/\n!x/y/", "ü.py", "?.py", "\\[a\\].py", "[[]a[]].py",
    "back\\\\slash.py", "back\\slash.py", "\\", "a.py\\", "/foo/*/bar.py", "foo/**", "foo/**/", "***.py", "x/***/a.py",
    "a.py/", "gen.py\n!/gen.py\n/x/gen.py", "[--0].py", "[a-].py", "[b-a].py", "**/", "**/**/a.py",
    "x**/a.py", "\ufeffa.py",
    "[\\]].py", "[\\-].py", "!*.py", "x/y/z/../a.py", "./a.py", "a.*", ".py", "*a.py", "a*b.py",
    "*[!b].py", "[x/]/a.py",
    "x[/]a.py", "x?a.py", "x*a.py",
)  # fmt: skip


@pytest.mark.parametrize("patterns", TABLE)
def test_one_ignore_file_means_what_git_takes_it_for(tmp_path: Path, patterns: str) -> None:
    root = repository(tmp_path, dict.fromkeys(TREE, "") | {".gitignore": patterns})
    assert seen(root) == kept_by_git(root)


LINES = st.sampled_from([line for patterns in TABLE for line in patterns.split("\n")])
IGNORES = st.lists(LINES | LINES.map("!{}".format), max_size=5).map("\n".join)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return repository(tmp_path_factory.mktemp("shared"), dict.fromkeys(TREE, ""))


@settings(max_examples=60, deadline=None)
@given(outer=IGNORES, inner=IGNORES, deepest=IGNORES, exclude=IGNORES)
def test_nested_ignore_files_mean_what_git_takes_them_for(
    shared: Path, outer: str, inner: str, deepest: str, exclude: str
) -> None:
    texts = {".gitignore": outer, "x/.gitignore": inner, "x/y/.gitignore": deepest, ".git/info/exclude": exclude}
    for name, text in texts.items():
        (shared / name).write_bytes(text.encode())
    assert seen(shared) == kept_by_git(shared)


WORDS = st.text(st.sampled_from("ab*?[]!^-/\\.yx "), min_size=1, max_size=8)


@settings(max_examples=60, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=4).map("\n".join))
def test_any_pattern_means_what_git_takes_it_for(shared: Path, patterns: str) -> None:
    for name in ("x/.gitignore", "x/y/.gitignore", ".git/info/exclude"):
        (shared / name).write_text("")
    (shared / ".gitignore").write_bytes(patterns.encode())
    assert seen(shared) == kept_by_git(shared)


@given(st.text(max_size=30), st.text(min_size=1, max_size=20))
def test_no_pattern_breaks_the_matcher(pattern: str, name: str) -> None:
    assert Ignore("/r", [pattern]).decide("/r/" + name, name, folder=False) in (True, False, None)


def test_without_a_repository_ignore_files_mean_nothing(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("*.py\n")
    (tmp_path / "a.py").write_text("")
    assert seen(tmp_path) == ["a.py"]


def test_rules_above_the_argument_hold_below_it(tmp_path: Path) -> None:
    root = repository(tmp_path, {".gitignore": "gen_*.py\n/lib/old/\n", "lib/.gitignore": "b.py\n"})
    for name in ("lib/a.py", "lib/b.py", "lib/gen_1.py", "lib/old/c.py", "lib/new/d.py", "lib/new/b.py"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text("")
    assert seen(root / "lib") == ["a.py", "new/d.py"]
    assert seen(root / "lib/new") == ["d.py"]


def test_an_ignored_folder_is_entered_when_it_is_named(tmp_path: Path) -> None:
    root = repository(tmp_path, {".gitignore": "out/\n", "out/a.py": "", "b.py": ""})
    assert (seen(root), seen(root / "out")) == (["b.py"], ["a.py"])


@pytest.mark.parametrize("version", ["2", "3"])
def test_what_git_tracks_is_seen_in_spite_of_the_patterns(tmp_path: Path, version: str) -> None:
    files = ("lib/pkg/a.py", "lib/pkg/untracked.py", "x.py", "lib/b.py", "other/c.py", "other/lib/d.py", "pkg/a.py")
    root = repository(tmp_path, dict.fromkeys(files, ""))
    git(root, "add", "lib/pkg/a.py", "x.py")
    if version == "3":
        git(root, "add", "-N", "lib/b.py")
    git(root, "update-index", "--index-version", version)
    (root / ".gitignore").write_text("lib/\nx.py\npkg/\n")
    expected = ["lib/pkg/a.py", "other/c.py", "x.py"]
    assert seen(root) == sorted(expected + ["lib/b.py"] * (version == "3")) == kept_by_git(root)


def test_a_linked_worktree_shares_the_repositorys_excludes(tmp_path: Path) -> None:
    main = tmp_path / "main"
    main.mkdir()
    repository(main, {"a.py": "", "b.py": ""})
    git(main, "add", ".")
    git(main, "-c", "user.name=n", "-c", "user.email=e@x", "commit", "-qm", "c")
    git(main, "worktree", "add", "-q", "../other")
    (main / ".git/info/exclude").write_text("gen.py\n")
    (tmp_path / "other/gen.py").write_text("")
    assert seen(tmp_path / "other") == ["a.py", "b.py"] == kept_by_git(tmp_path / "other")


def test_a_repository_inside_another_has_rules_of_its_own(tmp_path: Path) -> None:
    root = repository(tmp_path, {".gitignore": "a.py\n", "a.py": "", "sub/b.py": ""})
    inner = tmp_path / "sub"
    repository(inner, {"a.py": "", ".gitignore": "b.py\n"})
    assert seen(root) == ["sub/a.py"]
