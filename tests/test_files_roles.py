"""Which of the found files are the product, and which are tests, examples and documentation."""

from __future__ import annotations

from pathlib import Path

import pytest

from aiready.checks.files import listing
from aiready.checks.files.roles import roles


def judged(*paths: str) -> dict[str, str]:
    """The role of each path, all found under one folder; a path ending in `=` is an empty file."""
    return dict(roles({path.rstrip("="): ("", 0 if path.endswith("=") else 10) for path in paths}))


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("app/main.py", "source"),
        ("main.py", "source"),
        ("tests/helper.py", "test"),
        ("app/tests/helper.py", "test"),
        ("app/testing/fake.py", "test"),
        ("test/x.py", "test"),
        ("app/test_x.py", "test"),
        ("app/x_test.py", "test"),
        ("app/test_x.ipynb", "test"),
        ("conftest.py", "test"),
        ("app/contest.py", "source"),
        ("app/latest.py", "source"),
        ("app/testimony.py", "source"),
        ("examples/demo.py", "example"),
        ("example/demo/run.py", "example"),
        ("libs/a/examples/demo.py", "example"),
        ("examples/tests/x.py", "test"),
        ("docs/conf.py", "docs"),
        ("docs/examples/x.py", "example"),
    ],
)
def test_the_role_of_a_file_beside_a_package(path: str, role: str) -> None:
    assert judged("pkg/__init__.py=", "pkg/core.py", path)[path] == role


def test_examples_and_docs_inside_a_package_ship_with_it() -> None:
    found = judged("pkg/__init__.py", "pkg/examples/few_shot.py", "pkg/docs/__init__.py", "pkg/docs/x.py", "docs/y.py")
    assert found == {
        "pkg/__init__.py": "source",
        "pkg/examples/few_shot.py": "source",
        "pkg/docs/__init__.py": "source",
        "pkg/docs/x.py": "source",
        "docs/y.py": "docs",
    }


def test_a_root_that_is_a_package_itself_still_has_its_examples_beside() -> None:
    assert judged("__init__.py", "core.py", "examples/demo.py")["examples/demo.py"] == "example"


@pytest.mark.parametrize(
    "other",
    [
        ("setup.py",),
        ("__init__.py=",),
        ("tests/test_all.py", "conftest.py"),
        ("scripts/check_links.py", "docs/conf.py"),
        ("demo.ipynb",),
    ],
)
def test_a_repository_that_is_examples_keeps_them(other: tuple[str, ...]) -> None:
    assert judged("examples/chat/app.py", *other)["examples/chat/app.py"] == "source"


@pytest.mark.parametrize("other", ["main.py", "pkg/core.py", "tools/gen/__init__.py", "src/core.py"])
def test_any_code_outside_makes_examples_examples(other: str) -> None:
    assert judged("examples/chat/app.py", other)["examples/chat/app.py"] == "example"


def by_path(*arguments: Path) -> list[tuple[str, str]]:
    return [(file[0], file[3]) for file in listing(arguments).files]


def test_only_folders_below_the_argument_count(tmp_path: Path) -> None:
    root = tmp_path / "tests" / "examples" / "project"
    (root / "pkg").mkdir(parents=True)
    (root / "pkg/core.py").write_text("x = 1\n")
    assert by_path(root) == [("pkg/core.py", "source")]


def test_an_example_named_as_argument_is_audited_with_everything_else(tmp_path: Path) -> None:
    for name in ("src/core.py", "examples/app/main.py", "examples/other/main.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x = 1\n")
    assert by_path(tmp_path / "examples/app") == [("main.py", "source")]
    assert by_path(tmp_path / "src", tmp_path / "examples/app") == [
        ("examples/app/main.py", "source"),
        ("src/core.py", "source"),
    ]
    assert by_path(tmp_path, tmp_path / "examples/app") == [
        ("examples/app/main.py", "source"),
        ("examples/other/main.py", "example"),
        ("src/core.py", "source"),
    ]
