"""No valid program crashes the audit: programs made up by hypothesmith, with model calls inside and beside them."""

from __future__ import annotations

import ast
import tempfile
import textwrap
import warnings
from pathlib import Path

import hypothesmith
from hypothesis import HealthCheck, given, settings

from aiready.checks.model import Audit
from aiready.checks.options import Options
from aiready.checks.pipeline import run

HEAD = "import openai\nclient = openai.OpenAI()\n"
CALL = 'client.chat.completions.create(model="m", messages=[])\n'


def audit(text: str, *, scope: str = "all") -> Audit:
    """The audit of a project of two files, of which one imports from the other."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "made.py").write_text(text, encoding="utf-8")
        (Path(folder) / "other.py").write_text(f"from made import *\nfrom made import client, ask\n{CALL}ask()\n")
        return run([folder], Options(scope, jobs=1))


def is_python(text: str) -> bool:
    """Whether the program is still one once it stands between our lines."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "<made>", "exec", ast.PyCF_ONLY_AST)
    except (SyntaxError, ValueError):
        return False
    return "\0" not in text


def around(program: str) -> list[str]:
    """The program beside a call, and inside a function after one, where the evaluator walks what it binds."""
    beside = f"{HEAD}{program}\n\ndef ask(a=client):\n    return a.chat.completions.create(model='m', messages=[])\n"
    inside = f"{HEAD}def ask(self=client, *a, **A):\n{textwrap.indent(program, '    ')}\n    return {CALL}ask()\n"
    return [text for text in (beside, inside) if is_python(text)]


LENIENT = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


@LENIENT
@given(hypothesmith.from_node())
def test_no_valid_program_crashes_the_audit(program: str) -> None:
    for text in around(program):
        found = audit(text)
        assert (found.counts.found, found.counts.audited, found.skipped) == (2, 2, ())
        assert audit(text, scope="auto").calls == found.calls
