"""Expressions and statements nested by the thousand: no crash of the process, no RecursionError, no waiting."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from aiready.checks.options import Options
from aiready.checks.pipeline import run
from aiready.checks.read import UnreadableUnit, read, read_quickly
from aiready.checks.read.nesting import BRACKETS, BRANCHES, TOKENS, is_too_deep

Run = Callable[..., "subprocess.CompletedProcess[str]"]
MANY = 6_000
HEAD = "import openai\nclient = openai.OpenAI()\n"
CALL = 'r = client.chat.completions.create(model="m", messages=x)\n'


def nested(opening: str, closing: str = "", inner: str = "1", times: int = MANY) -> str:
    return f"x = {opening * times}{inner}{closing * times}\n"


def joined(between: str, piece: str, times: int = MANY) -> str:
    return between.join([piece] * times)


DEEP = {
    "parentheses": nested("(", ")"),
    "lists": nested("[", "]"),
    "dicts": nested("{1:", "}"),
    "calls": nested("f(", ")"),
    "walruses": nested("(y:=", ")"),
    "annotations": f"x: {'A[' * MANY}int{']' * MANY} = 1\n",
    "patterns": f"match x:\n    case {'[' * MANY}{']' * MANY}: pass\n",
    "never closed": "x = " + "(" * MANY + "\n",
    "f-strings": nested('f"{', '}"'),
    "formats of f-strings": 'x = f"' + "{a:" * MANY + "}" * MANY + '"\n',
    "attributes": f"x = client{'.a' * MANY}()\n",
    "calls of calls": f"x = f{'()' * MANY}\n",
    "methods": f"x = client{'.a()' * MANY}\n",
    "subscripts": f"x = a{'[0]' * MANY}\n",
    "sums": "x = " + joined("+", "a") + "\n",
    "sums of texts": "x = " + joined("+", '"a"') + "\n",
    "powers": "x = " + joined("**", "a") + "\n",
    "signs": nested("-"),
    "nots": nested("not "),
    "conditionals": nested("a if b else "),
    "lambdas": nested("lambda: "),
    "elifs": "if a: pass\n" + "elif a: pass\n" * MANY,
    "newer syntax with sums": "type X = int\nx = " + joined("+", "a") + "\n",
    "newer syntax with attributes": f"type X = int\nx = client{'.a' * MANY}\n",
    "newer syntax with elifs": "type X = int\nif a: pass\n" + "elif a: pass\n" * MANY,
}
"""Too deep for a parser that follows them on the machine's stack, or for those who ask about the tree."""
LONG = {
    "ands": "x = " + joined(" and ", "a") + "\n",
    "ors of a client": "x = " + joined(" or ", "client") + "\n",
    "comparisons": "x = " + joined(" < ", "a") + "\n",
    "strings side by side": "x = (" + joined(" ", '"a"') + ")\n",
    "f-strings side by side": "x = (" + joined(" ", 'f"{a}"') + ")\n",
    "targets": f"{'x = ' * MANY}1\n",
    "loops of a comprehension": f"x = [1 {'for a in b ' * MANY}]\n",
    "decorators": "@a\n" * MANY + "def x(): pass\n",
    "handlers": "try: x\n" + "except A: pass\n" * MANY,
    "parentheses as Python allows": nested("(", ")", times=150),
    "calls as Python allows": nested("f(a=", ")", times=150),
    "sums of 900": "x = " + joined("+", "a", 900) + "\n",
    "attributes of 900": f"x = a{'.b' * 900}\n",
    "elifs of 900": "x = 1\nif a: pass\n" + "elif a: pass\n" * 900,
    "names of names": "a0 = x = 1\n" + "".join(f"a{at + 1} = a{at}\n" for at in range(MANY)),
    "functions of functions": "x = 1\n" + "".join(f"def f{at}(): return f{at + 1}()\n" for at in range(1_200))
                              + "def f1200(): return client.chat.completions.create(model='m', messages=[])\n",
}  # fmt: skip
"""Long, or as deep as people write: audited as if they were short."""


def audit(aiready: Run, folder: Path, texts: dict[str, str], *words: str) -> tuple[int, dict[str, str], dict[str, int]]:
    """Status, reasons of what was skipped, and how many calls each file holds; the process is given 120 s."""
    for name, text in texts.items():
        (folder / f"{name}.py").write_text(HEAD + text + CALL)
    (folder / "good.py").write_text(HEAD + f"def ask(x):\n    {CALL}")
    done = aiready(*words, str(folder), "--format", "json", "--no-cache")
    assert done.stderr == ""
    document = json.loads(done.stdout)
    calls: dict[str, int] = {}
    for call in document["calls"]:
        calls[call["path"]] = calls.get(call["path"], 0) + 1
    return done.returncode, {each["path"]: each["reason"] for each in document["files"]["skipped"]}, calls


@pytest.mark.parametrize("command", ["audit", "calls"])
def test_what_nests_too_deeply_is_listed_and_the_rest_audited(command: str, tmp_path: Path, aiready: Run) -> None:
    project = tmp_path / "project"
    project.mkdir()
    reasons = {f"{name}.py": "too-deep" for name in DEEP}
    assert audit(aiready, project, DEEP, command) == (0, reasons, {"good.py": 1})


def test_what_is_long_but_not_deep_is_audited(tmp_path: Path, aiready: Run) -> None:
    project = tmp_path / "project"
    project.mkdir()
    calls = {f"{name}.py": 1 for name in LONG} | {"functions of functions.py": 2, "good.py": 1}
    assert audit(aiready, project, LONG, "audit") == (1, {}, calls)


@pytest.mark.parametrize(
    ("text", "deep"),
    [
        ("(" * BRACKETS, True),
        ("(" * (BRACKETS - 1), False),
        ("(])" * BRACKETS, False),
        ("'" + "(" * 2 * BRACKETS + "'", False),
        ('"""' + "(\n" * 2 * BRACKETS + '\\"""" (', False),
        ("#" + "(" * 2 * BRACKETS, False),
        ("f'" + "{" * 4 * BRACKETS + "'", False),
        ("f'" + "{{(" * 2 * BRACKETS + "'", False),
        ("f'" + "{f'" * BRACKETS, True),
        ("f'{a[1:2]:{b}{c!r:>{d}}}' " * BRACKETS, False),
        ("rb'(' b'(' " * BRACKETS, False),
        ("a." * TOKENS, True),
        ("a.b, " * TOKENS, False),
        ("a.b\n" * TOKENS, False),
        ("a.b; " * TOKENS, False),
        ("(" + "a.b\n" * TOKENS, True),
        ("[" + "a, (b, c), " * TOKENS, False),
        ("'a' " * 2 * TOKENS, False),
        ("elif a: b\n" * (BRANCHES + 1), True),
        ("'a\n" + "b\n" * TOKENS, False),
        ("f'a\n" + "b\n" * TOKENS, False),
    ],
)
def test_nesting_is_measured_outside_of_strings(text: str, deep: object) -> None:
    assert is_too_deep(text) is deep


@pytest.mark.parametrize("reader", [read, read_quickly])
def test_a_definition_that_nests_too_deeply_says_where(reader: object) -> None:
    assert callable(reader)
    with pytest.raises(UnreadableUnit) as caught:
        reader(f"x = client{'.a' * MANY}\n", 40)
    assert (caught.value.reason, str(caught.value)) == ("too-deep", "nested too deeply near line 40")


def test_a_broken_file_that_is_named_is_told_though_it_shows_no_sign_of_a_model(tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text("def f(:\n")
    (tmp_path / "good.py").write_text("x = 1\n")
    named = run([tmp_path / "bad.py", tmp_path / "good.py"], Options())
    assert [(each.path, each.reason) for each in named.skipped] == [("bad.py", "syntax-error")]
    assert (named.counts.audited, named.nothing) == (1, "")
    assert run([tmp_path], Options()).skipped == ()
