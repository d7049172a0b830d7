"""Which files a run sees."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aiready.checks.errors import UsageError
from aiready.checks.files import listing


def plant(root: Path, *names: str, text: str = "x = 1\n") -> Path:
    """Write files (or, with a trailing slash, folders) below `root`."""
    for name in names:
        target = root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith("/"):
            target.mkdir(exist_ok=True)
        else:
            target.write_text(text)
    return root


def seen(*paths: Path, exclude: tuple[str, ...] = ()) -> list[str]:
    return [file[0] for file in listing(paths, exclude).files]


def test_only_python_and_notebooks_are_listed_sorted_with_their_stat(tmp_path: Path) -> None:
    plant(tmp_path, "b.py", "a/z.ipynb", "a/y.pyw", "a/x.pyi", "a/data.json", "README.md", "a.py")
    found = listing([tmp_path])
    stat = (tmp_path / "b.py").stat()
    assert [file[0] for file in found.files] == ["a.py", "a/y.pyw", "a/z.ipynb", "b.py"]
    assert found.files[3] == ("b.py", 6, stat.st_mtime_ns, "source")
    assert (found.root, found.skipped) == (str(tmp_path), ())


def test_folders_of_installed_and_generated_code_are_not_entered(tmp_path: Path) -> None:
    names = [".venv", "venv", "node_modules", "site-packages", "build", "dist", ".git", ".tox", "__pycache__", ".idea"]
    plant(tmp_path, *(f"{name}/a.py" for name in names), *(f"deep/{name}/a.py" for name in names), "deep/a.py")
    assert seen(tmp_path) == ["deep/a.py"]


def test_a_virtual_environment_of_any_name_is_known_by_its_configuration(tmp_path: Path) -> None:
    plant(tmp_path, "env311/pyvenv.cfg", "env311/lib/python3.11/a.py", "env/a.py")
    assert seen(tmp_path) == ["env/a.py"]


def test_a_folder_named_on_the_command_line_is_entered_whatever_it_is_called(tmp_path: Path) -> None:
    plant(tmp_path, "build/gen/a.py", "build/pyvenv.cfg", ".hidden/b.py")
    assert seen(tmp_path / "build") == ["gen/a.py"]
    assert seen(tmp_path / ".hidden") == ["b.py"]


def test_a_file_named_on_the_command_line_is_always_seen(tmp_path: Path) -> None:
    plant(tmp_path, "build/script", "build/test_it.py")
    found = listing([tmp_path / "build/script", tmp_path / "build/test_it.py"], exclude=["test_it.py", "script"])
    assert [(file[0], file[3]) for file in found.files] == [("script", "source"), ("test_it.py", "source")]
    assert found.root == str(tmp_path / "build")


def test_the_root_of_several_arguments_is_what_they_share(tmp_path: Path) -> None:
    plant(tmp_path, "p/a/x.py", "p/b/y.py", "p/c/z.py")
    found = listing([tmp_path / "p/a", tmp_path / "p/b/y.py", tmp_path / "p/a/x.py"])
    assert (found.root, [file[0] for file in found.files]) == (str(tmp_path / "p"), ["a/x.py", "b/y.py"])
    assert listing([tmp_path / "p/a/x.py"]).root == str(tmp_path / "p/a")


def test_no_argument_means_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(plant(tmp_path, "a.py"))
    assert (listing([]).root, seen()) == (str(tmp_path), ["a.py"])


@pytest.mark.parametrize("name", ["gone", "gone.py", "a\nb\x1b[31m.py", "nul\0byte"])
def test_a_path_that_does_not_exist_is_the_users_mistake_told_in_one_printable_line(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError) as raised:
        listing([str(tmp_path / name)])
    assert str(raised.value).isprintable()


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    with pytest.raises(UsageError):
        listing([tmp_path / "pipe.py"])
    found = listing([tmp_path])
    assert [(one.path, one.reason) for one in found.skipped] == [("pipe.py", "unreadable")]


def test_a_folder_named_like_a_module_is_a_folder(tmp_path: Path) -> None:
    assert seen(plant(tmp_path, "pkg.py/a.py")) == ["pkg.py/a.py"]


@pytest.mark.parametrize(
    ("patterns", "left"),
    [
        (("old",), ["a/gen_x.py", "a/x.py", "b/x.py"]),
        (("gen_*.py",), ["a/x.py", "b/old/x.py", "b/x.py"]),
        (("b/**",), ["a/gen_x.py", "a/x.py"]),
        (("./b/", "/a/x.py"), ["a/gen_x.py"]),
        (("x.py",), ["a/gen_x.py"]),
        (("x.py", "!a/x.py"), ["a/gen_x.py", "a/x.py"]),
        (("b/x.py", "**/gen_*"), ["a/x.py", "b/old/x.py"]),
    ],
)
def test_exclude_takes_gitignore_patterns(tmp_path: Path, patterns: tuple[str, ...], left: list[str]) -> None:
    plant(tmp_path, "a/x.py", "a/gen_x.py", "b/x.py", "b/old/x.py")
    assert seen(tmp_path, exclude=patterns) == left


def test_exclude_is_also_read_from_where_the_user_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(plant(tmp_path, "src/app/a.py", "src/app/old/b.py", "src/c.py"))
    assert seen(Path("src"), exclude=("src/app/old",)) == ["app/a.py", "c.py"]
    assert seen(Path("src"), exclude=("app/old",)) == ["app/a.py", "c.py"]
    assert seen(Path("src"), exclude=(str(tmp_path / "src/app"),)) == ["c.py"]


def test_a_linked_file_is_seen_once_and_a_link_out_of_the_tree_is_told(tmp_path: Path) -> None:
    plant(tmp_path, "tree/a.py", "tree/.hidden/h.py", "outside.py")
    tree = tmp_path / "tree"
    (tree / "same.py").symlink_to("a.py")
    (tree / "out.py").symlink_to("../outside.py")
    (tree / "hid.py").symlink_to(".hidden/h.py")
    (tree / "dead.py").symlink_to("nowhere.py")
    (tree / ".#lock.py").symlink_to("user@host.1:2")
    found = listing([tree])
    assert [file[0] for file in found.files] == ["a.py"]
    assert [(one.path, one.reason) for one in found.skipped] == [
        ("dead.py", "vanished"),
        ("hid.py", "symlink-outside"),
        ("out.py", "symlink-outside"),
    ]


def test_linked_folders_and_loops_end(tmp_path: Path) -> None:
    plant(tmp_path, "a/x.py")
    (tmp_path / "a/up").symlink_to("..", target_is_directory=True)
    (tmp_path / "again").symlink_to("a", target_is_directory=True)
    (tmp_path / "loop.py").symlink_to("loop.py")
    found = listing([tmp_path])
    assert [file[0] for file in found.files] == ["a/x.py"]
    assert [(one.path, one.reason) for one in found.skipped] == [("loop.py", "symlink-loop")]


def test_a_link_named_on_the_command_line_is_followed(tmp_path: Path) -> None:
    plant(tmp_path, "real/x.py")
    (tmp_path / "way").symlink_to("real", target_is_directory=True)
    (tmp_path / "one.py").symlink_to("real/x.py")
    assert seen(tmp_path / "way") == ["x.py"]
    assert seen(tmp_path / "one.py") == ["one.py"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_folder_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    plant(tmp_path, "shut/a.py", "b.py")
    (tmp_path / "shut").chmod(0)
    found = listing([tmp_path])
    (tmp_path / "shut").chmod(0o700)
    assert ([file[0] for file in found.files], found.skipped[0].reason) == (["b.py"], "unreadable")


def test_a_folder_that_fails_while_it_is_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(tmp_path, "a/x.py", "b/y.py")
    scandir = os.scandir

    def failing(path: str) -> object:
        if path.endswith("a"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", failing)
    found = listing([tmp_path])
    assert [file[0] for file in found.files] == ["b/y.py"]
    assert [(one.path, one.reason, one.detail) for one in found.skipped] == [("a", "unreadable", "Permission denied")]


def test_names_with_newlines_escapes_and_broken_utf8_survive(tmp_path: Path) -> None:
    names = [b"new\nline.py", b"esc\x1b[31m.py", b"bad\xff.py", "größe.py".encode()]
    for name in names:
        (tmp_path / os.fsdecode(name)).write_text("x = 1\n")
    assert sorted(os.fsencode(name) for name in seen(tmp_path)) == sorted(names)


def test_deep_nesting_is_walked_to_the_end_and_what_the_system_refuses_is_told(tmp_path: Path) -> None:
    here = Path.cwd()
    try:
        os.chdir(tmp_path)
        for _ in range(300):
            Path("deeper_and_deeper").mkdir()
            os.chdir("deeper_and_deeper")
            Path("a.py").write_text("x = 1\n")
    finally:
        os.chdir(here)
    found = listing([tmp_path])
    assert len(found.files) >= 200
    assert {one.reason for one in found.skipped} == {"unreadable"}
    subprocess.run(["rm", "-rf", str(tmp_path / "deeper_and_deeper")], check=True)


def test_a_listing_loads_nothing_that_takes_longer_than_itself(tmp_path: Path, root: Path) -> None:
    plant(tmp_path, "a.py", ".git/HEAD", text="*.pyc\n*.log\n/out/\n")
    (tmp_path / ".git/info").mkdir()
    (tmp_path / ".gitignore").write_text("*.py[cod]\n__pycache__/\n*.egg-info/\n.env*\n/site\n!keep.py\n")
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); from aiready.checks.files import listing; "
        "assert len(listing([sys.argv[2]]).files) == 1; print(*sys.modules)"
    )
    command = [sys.executable, "-I", "-S", "-c", code, str(root / ".src"), str(tmp_path)]
    loaded = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    heavy = {"re", "typing", "dataclasses", "enum", "collections", "functools", "json", "ast", "pathlib", "tokenize"}
    assert heavy & set(loaded) == set()


NAMES = st.sampled_from(["a", "b.py", "c.ipynb", ".d", "build", "tests", "e e", "ü.py", "examples", "x.pyw"])


@settings(max_examples=30, deadline=None)
@given(st.sets(st.lists(NAMES, min_size=1, max_size=4).map("/".join), max_size=12))
def test_every_tree_is_listed_sorted_once_and_completely(names: set[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name in sorted(names):
            if not any((root / parent).is_file() for parent in Path(name).parents) and not (root / name).exists():
                plant(root, name)
        unseen = {"build"}
        expected = [
            path.relative_to(root)
            for path in root.rglob("*")
            if path.is_file() and path.suffix in (".py", ".pyw", ".ipynb")
        ]
        kept = [
            path.as_posix()
            for path in expected
            if not any(part in unseen or part.startswith(".") for part in path.parts[:-1])
        ]
        assert seen(root) == sorted(kept)
