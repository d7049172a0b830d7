"""The measures of the house hold for every file of the program: CONTRIBUTING.md says which."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("cli", "checks", "report", "bench", "gate", "history", "adopt")
FILES = [ROOT / "keyforms.py", *sorted(path for name in ROOMS for path in (ROOT / name).rglob("*.py"))]
Function = ast.FunctionDef | ast.AsyncFunctionDef

LINES = 400
FUNCTION = 60
PARAMETERS = 5


def functions(path: Path) -> Iterator[Function]:
    return (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, Function))


def classes(path: Path) -> Iterator[ast.ClassDef]:
    return (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.ClassDef))


def length(node: Function) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def parameters(node: Function) -> int:
    given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    return len([each for each in given if each.arg not in ("self", "cls")])


def test_no_module_is_longer_than_a_sitting() -> None:
    long = {path.name: count for path in FILES if (count := len(path.read_text(encoding="utf-8").splitlines())) > LINES}
    assert long == {}


def test_no_function_is_longer_than_a_screen() -> None:
    assert [(path.name, node.name) for path in FILES for node in functions(path) if length(node) > FUNCTION] == []


def test_functions_take_few_parameters() -> None:
    outside = [path for path in FILES if path.parent.name != "cli"]  # a command has as many as it has options
    assert [
        (path.name, node.name) for path in outside for node in functions(path) if parameters(node) > PARAMETERS
    ] == []


def test_most_functions_are_short() -> None:
    lengths = sorted(length(node) for path in FILES for node in functions(path))
    assert (lengths[len(lengths) // 2] <= 10, lengths[len(lengths) * 9 // 10] <= 25) == (True, True)


def test_every_exception_to_a_lint_rule_has_its_reason() -> None:
    lines = [(path.name, line) for path in FILES for line in path.read_text(encoding="utf-8").splitlines()]
    bare = [
        (name, line.strip()) for name, line in lines if "# noqa" in line and line.count("#") < 2 and " - " not in line
    ]
    assert bare == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_dataclasses_are_frozen_or_slotted(path: Path) -> None:
    made = [(each.name, ast.unparse(mark)) for each in classes(path) for mark in each.decorator_list]
    bare = [name for name, mark in made if mark == "dataclass"]
    assert bare == []
