"""The audit judged by small projects written from the specification alone: `tests/shapes/*.md`.

A `## heading` and one fenced python block are a case. `# file: NAME` starts a file (`app.py` when none is named; a
notebook is written with `# %%` between its cells). A comment after the first line of a call says what must be reported:

    # call: SDK KIND fact=state ...     this call, with these facts; facts not named are not checked
    # maybe: SDK KIND                   a call that may be reported or not
    # mark: NAME                        names the line, so that a fact can say which place decides it

`a|b` accepts either; `_` as SDK or kind accepts any. `timeout=explicit:30` also checks the seconds,
`retry=explicit:4` the requests at most, `layer=KIND:BACKOFF` the last of what repeats it (`:all`: permanent errors,
too; `:idle`: it can't fire), `bounded=no` whether something ends its repetitions, `trap=NAME` what
looks like a timeout and is none, `output=STATE` the worst use, `timeout=explicit@NAME` the line that decides.

The comments are taken out before the audit sees them.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from aiready.checks.options import Options
from aiready.checks.pipeline import run

SHAPES = Path(__file__).parent / "shapes"
NOTE = re.compile(r"\s*# (call|maybe|mark): ")
NUMBERS = {"timeout": "seconds", "retry": "attempts"}
PLAIN = ("method", "function", "confidence")


@dataclass(frozen=True, slots=True)
class Expected:
    """One annotated call: where it stands and what must be said of it."""

    place: str
    line: int
    sdk: str
    kind: str
    facts: dict[str, str]
    required: bool


@dataclass(frozen=True, slots=True)
class Case:
    """A whole fixture project: its files as they are written to disk, and every call in them."""

    files: dict[str, str]
    cells: dict[str, list[str]]
    calls: list[Expected]
    marks: dict[str, tuple[str, int]]


def blocks(path: Path) -> Iterator[tuple[str, list[str]]]:
    """The headings of a page with the lines of the one block under each."""
    name, inside = "", False
    lines: list[str] = []
    for text in path.read_text(encoding="utf-8").splitlines():
        if text.startswith("```"):
            if inside:
                yield name, lines
            inside, lines = not inside, []
        elif inside:
            lines.append(text)
        elif text.startswith("## "):
            name = text[3:].strip()


def split_files(lines: list[str]) -> dict[str, list[str]]:
    """File name (for a notebook: name and cell, `nb.ipynb[0]`) -> its lines, annotations still on them."""
    parts: dict[str, list[str]] = {}
    name, part = "app.py", "app.py"
    for text in lines:
        if text.startswith("# file: "):
            name = part = text.removeprefix("# file: ").strip()
            if not name.endswith(".ipynb"):
                parts[part] = []
        elif name.endswith(".ipynb") and text.startswith("# %%"):
            part = f"{name}[{sum(other.startswith(name) for other in parts)}]"
            parts[part] = ["%%markdown"] if "[markdown]" in text else []
        else:
            parts.setdefault(part, []).append(text)
    return parts


def notebook(cells: list[str]) -> str:
    """Cells as the JSON that Jupyter writes."""
    kinds = [("markdown" if cell.startswith("%%markdown") else "code", cell) for cell in cells]
    extra: dict[str, dict[str, Any]] = {"code": {"outputs": [], "execution_count": None}, "markdown": {}}
    body = [
        {"cell_type": kind, "metadata": {}, "source": cell.splitlines(keepends=True), **extra[kind]}
        for kind, cell in kinds
    ]
    return json.dumps({"cells": body, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)


def parse(lines: list[str]) -> Case:
    """A block as a case: annotations read and removed, notebooks assembled."""
    case = Case({}, {}, [], {})
    for place, texts in split_files(lines).items():
        plain = []
        for number, text in enumerate(texts, 1):
            code, *notes = NOTE.split(text)
            for word, note in zip(notes[::2], notes[1::2], strict=True):
                annotate(case, word, note.split(), (place, number))
            plain.append(code)
        if place.endswith("]"):
            case.cells.setdefault(place.split("[")[0], []).append("\n".join(plain).strip("\n"))
        else:
            case.files[place] = "\n".join(plain) + "\n"
    case.files.update({name: notebook(cells) for name, cells in case.cells.items()})
    return case


def annotate(case: Case, word: str, parts: list[str], at: tuple[str, int]) -> None:
    """Put one annotation into the case."""
    if word == "mark":
        case.marks[parts[0]] = at
        return
    facts = dict(part.split("=", 1) for part in parts[2:])
    case.calls.append(Expected(*at, parts[0], parts[1], facts, word == "call"))


CASES = {f"{path.stem}: {name}": parse(lines) for path in sorted(SHAPES.glob("*.md")) for name, lines in blocks(path)}


def state_text(call: Any, fact: str, wanted: str, case: Case) -> str:
    """A fact of a reported call, as precisely as the annotation asks."""
    if fact in PLAIN:
        return str(getattr(call, fact))
    if fact == "layer":
        return layer_text(call)
    if fact == "trap":
        return (call.facts.timeout.trap or "no").partition("=")[0]
    if fact == "bounded":
        return "yes" if all(each.bounded for each in call.facts.retry.layers) else "no"
    value = getattr(call.facts, fact)
    text = str(value.state)
    number = getattr(value, NUMBERS.get(fact, ""), None)
    if fact in NUMBERS and ":" in wanted and number is not None:
        text += f":{number:g}"
    mark = wanted.rpartition("@")[2]
    if mark in case.marks:
        place, line = (value.where.path, value.where.line) if value.where else ("nowhere", 0)
        text += f"@{mark}" if (place, line) == case.marks[mark] else f"@{place}:{line}"
    return text


def layer_text(call: Any) -> str:
    """The last layer that repeats a reported call."""
    if not call.facts.retry.layers:
        return "none"
    layer = call.facts.retry.layers[-1]
    ends = (":all" if layer.permanent_errors else "") + (":idle" if layer.without_effect else "")
    return f"{layer.kind}:{layer.backoff}{ends}"


def said(call: Any, fact: str, wanted: str, case: Case) -> str:
    """The annotation itself when the reported fact is one of its alternatives, else what is reported."""
    texts = {one: state_text(call, fact, one, case) for one in wanted.split("|")}
    return wanted if any(one == text for one, text in texts.items()) else " or ".join(sorted(set(texts.values())))


def place_of(call: Any) -> tuple[str, int]:
    """Where a reported call stands, in the words of the annotations."""
    cell = "" if call.place.cell is None else f"[{call.place.cell}]"
    return call.place.path + cell, call.place.line


def fits(call: Any, expected: Expected) -> bool:
    """Whether a reported call is the annotated one."""
    sdks, kinds = expected.sdk.split("|"), expected.kind.split("|")
    same = ("_" in sdks or call.sdk in sdks) and ("_" in kinds or call.kind in kinds)
    return same and place_of(call) == (expected.place, expected.line)


def describe(expected: Expected, facts: dict[str, str]) -> str:
    """One line for one call, equal for what is wanted and what is reported when they agree."""
    words = [f"{expected.place}:{expected.line}", expected.sdk, expected.kind]
    return " ".join(words + [f"{fact}={state}" for fact, state in facts.items()])


def compare(case: Case, calls: list[Any]) -> tuple[list[str], list[str]]:
    """What is reported and what was wanted, as lines."""
    got: list[str] = []
    want: list[str] = []
    left = list(calls)
    for expected in case.calls:
        found = next((call for call in left if fits(call, expected)), None)
        if found is not None:
            left.remove(found)
        if not expected.required:
            continue
        want.append(describe(expected, expected.facts))
        if found is not None:
            states = {fact: said(found, fact, wanted, case) for fact, wanted in expected.facts.items()}
            got.append(describe(expected, states))
    got += [f"{place_of(call)[0]}:{call.place.line} {call.sdk} {call.kind} is none" for call in left]
    return got, want


def write(case: Case, root: Path) -> None:
    """Lay the project out on disk."""
    for name, text in case.files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("name", CASES)
def test_calls_and_facts_are_what_a_reviewer_reads(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    write(case, tmp_path)
    got, want = compare(case, list(run([tmp_path], Options()).calls))
    assert got == want


@pytest.mark.parametrize("name", CASES)
def test_reading_every_definition_finds_the_same(name: str, tmp_path: Path) -> None:
    write(CASES[name], tmp_path)
    every, chosen = (run([tmp_path], Options(scope, jobs=1, persona="auditor")) for scope in ("all", "auto"))
    assert (every.calls, every.findings) == (chosen.calls, chosen.findings)


@pytest.mark.parametrize("name", CASES)
def test_annotations_stand_on_calls(name: str) -> None:
    """A fixture that isn't Python, or marks a line on which no call begins, would test nothing."""
    case = CASES[name]
    starts: dict[str, set[int]] = {}
    for place, text in case.files.items():
        if place.endswith(".py"):
            tree = ast.parse(text)
            starts[place] = {
                node.lineno for node in ast.walk(tree) if isinstance(node, (ast.Call, ast.BinOp, ast.AugAssign))
            }
    wrong = [
        (each.place, each.line) for each in case.calls if each.place in starts and each.line not in starts[each.place]
    ]
    assert wrong == []


def test_every_case_has_its_own_name() -> None:
    names = [f"{path.stem}: {name}" for path in sorted(SHAPES.glob("*.md")) for name, _ in blocks(path)]
    assert sorted(names) == sorted(CASES)
    assert len(names) > 250
