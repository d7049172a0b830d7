"""`aiready audit --call path:line`: everything that is known of one call."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from aiready.checks.catalogue import load
from aiready.checks.errors import UsageError
from aiready.checks.model import Audit
from aiready.checks.options import Options
from aiready.checks.pipeline import run
from aiready.report.interface import ONE_CALL_FORMATS
from aiready.report.look import Look
from aiready.report.one_call import find as find_call

APP = """from fastapi import FastAPI
from openai import OpenAI

app = FastAPI()
client = OpenAI(timeout=20)


@app.post("/ask")
def ask(text: str):
    return answer(text)


def answer(text):
    return client.chat.completions.create(
        model="gpt-4o", messages=[{"role": "user", "content": text}]
    )
"""


@pytest.fixture
def audit(tmp_path: Path) -> Audit:
    (tmp_path / "desk").mkdir()
    (tmp_path / "desk" / "app.py").write_text(APP)
    return run([tmp_path], Options(persona="auditor"))


@pytest.mark.parametrize("where", ["desk/app.py:14", "app.py:16", "./desk/app.py:15", "project/desk/app.py:14"])
def test_a_call_is_named_by_any_of_its_lines(audit: Audit, where: str) -> None:
    assert find_call(audit, where) == 0


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("app.py:3", "no call to a model at app.py:3; calls of that file begin on lines 14"),
        ("other.py:3", "no call to a model at other.py:3; `aiready calls` lists them all"),
        ("app.py", "--call wants PATH:LINE, such as app/llm.py:14, not 'app.py'"),
        ("app.py:x", "--call wants PATH:LINE, such as app/llm.py:14, not 'app.py:x'"),
    ],
)
def test_where_there_is_no_call_it_says_where_some_are(audit: Audit, where: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        find_call(audit, where)
    assert str(caught.value) == said


def test_the_text_tells_ways_facts_and_rules(audit: Audit, tmp_path: Path) -> None:
    text = ONE_CALL_FORMATS["text"](audit, 0, load(), Look(80, here=str(tmp_path)))
    assert text.startswith(
        """desk/app.py:14:12  openai chat.completions.create
  a call of kind chat in answer, found with high confidence

Reached from
  desk/app.py:9:1: FastAPI route
    desk/app.py:10:12: calls answer
    desk/app.py:14:12: the call

In effect
  timeout            explicit     20 s, timeout= of the client, desk/app.py:5:1
  retry              sdk-default  3 requests at most, openai's default
                     sdk (3)      openai's default
  guard              unhandled    desk/app.py:9:1
"""
    )
    assert (
        "\n  error REL301 unguarded-call\n    its failure is caught nowhere on the way from FastAPI route ask" in text
    )
    assert "\nRules that have nothing to say\n  call-without-timeout, disabled-timeout" in text
    assert max(map(len, text.splitlines())) <= 80


def test_the_json_holds_the_same(audit: Audit) -> None:
    document = json.loads(ONE_CALL_FORMATS["json"](audit, 0, load(), Look(80)))
    assert (document["schema"], document["call"]["line"]) == ("aiready.call/1", 14)
    assert [[step["line"] for step in way] for way in document["ways"]] == [[9, 10, 14]]
    spoke = {each["rule"] for each in document["findings"]}
    assert {"REL301", "COST101"} <= spoke
    assert spoke | set(document["silent"]) == {rule.id for rule in load().rules}
