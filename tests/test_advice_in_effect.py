"""Advice is about what decides: the SDK, the argument and the place of the value that a message tells."""

from __future__ import annotations

from pathlib import Path

import pytest

from aiready.checks.options import Options
from aiready.checks.pipeline import run

ROUTE = """\
from flask import Flask

app = Flask(__name__)


@app.get("/")
def ask() -> str:
    return answer("Good morning")


"""


def told(project: Path, code: str, *rules: str) -> dict[str, tuple[str, str]]:
    """Message and help by rule."""
    (project / "app.py").write_text(ROUTE + code)
    findings = run([project], Options(select=frozenset(rules))).findings
    return {finding.rule: (finding.message, finding.help) for finding in findings}


TWO = """\
class Bot:
    def __init__(self, key: str) -> None:
        if key:
            import google.generativeai as genai

            self.model = genai.GenerativeModel("gemini-1.5-pro")
        else:
            from vertexai.generative_models import GenerativeModel

            self.model = GenerativeModel("gemini-1.5-pro")

    def ask(self, text: str) -> str:
        return self.model.generate_content(text).text


def answer(text: str) -> str:
    return Bot("").ask(text)
"""


def test_one_finding_speaks_of_one_sdk(tmp_path: Path) -> None:
    """The limit told was vertexai's, the parameter advised that of google-generativeai, which vertexai doesn't have."""
    found = told(tmp_path, TWO, "REL101", "REL201")
    assert found["REL101"] == (
        "waits for an answer without end: vertexai's default; client built at app.py:20",
        "Choose a limit the caller can live with: a deadline around the call (`asyncio.timeout(30)` in async code).",
    )
    assert found["REL201"][0] == (
        "gives up at the first failure: vertexai doesn't retry, and nothing around the call does;"
        " client built at app.py:20"
    )


@pytest.mark.parametrize(
    ("client", "source", "place"),
    [
        ("OpenAI(max_retries=0, timeout=None)", "of the client, app.py:14", "where the client is built (app.py:14)"),
        (
            "OpenAI().with_options(max_retries=0, timeout=None)",
            "of with_options(), app.py:14",
            "in `with_options()` (app.py:14)",
        ),
    ],
)
def test_help_names_the_argument_that_decides(client: str, source: str, place: str, tmp_path: Path) -> None:
    code = f"""\
from openai import OpenAI

client = OpenAI()
asked = {client}


def answer(text: str) -> str:
    return asked.responses.create(model="gpt-4o-mini", input=text).output_text
"""
    found = told(tmp_path, code, "REL102", "REL202")
    assert found["REL202"] == (
        f"gives up at the first failure: max_retries= {source}",
        f"Switch them on again, or retry around the call: `max_retries=2` {place}.",
    )
    assert found["REL102"][1] == f"Put a limit in its place: `timeout=30` {place}."


def test_help_names_the_http_client_that_decides(tmp_path: Path) -> None:
    code = """\
import httpx
from openai import OpenAI

client = OpenAI(http_client=httpx.Client(timeout=None))


def answer(text: str) -> str:
    return client.responses.create(model="gpt-4o-mini", input=text).output_text
"""
    found = told(tmp_path, code, "REL102")
    assert found["REL102"][1] == "Put a limit in its place: `timeout=30` in `http_client` (app.py:14)."
