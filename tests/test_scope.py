"""`--scope all` reads every definition of every file and finds the same as the default, which leaves most unread."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from aiready.checks.model import Audit
from aiready.checks.options import Options
from aiready.checks.pipeline import run
from aiready.checks.shards import AMPLE

CALL = 'chat.completions.create(model="m", messages=[])'
PLAIN = f"import openai\n\ndef ask():\n    return openai.OpenAI().{CALL}\n"


def notebook(*cells: str) -> str:
    made = [{"cell_type": "code", "source": cell, "metadata": {}, "outputs": []} for cell in cells]
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


PROJECTS: dict[str, tuple[dict[str, str], list[tuple[str, int]]]] = {
    "modules imported by name": (
        {
            "a.py": f'import importlib\nsdk = importlib.import_module("openai")\nr = sdk.OpenAI().{CALL}\n',
            "b.py": f'sdk = __import__("openai")\n\ndef ask():\n    return sdk.OpenAI().{CALL}\n',
            "c.py": f'from importlib import import_module as load\nr = load(name="openai").OpenAI().{CALL}\n',
            "d.py": f"from a import sdk as other\nr = other.AsyncOpenAI().{CALL}\n",
        },
        [("a.py", 3), ("b.py", 4), ("c.py", 2), ("d.py", 2)],
    ),
    "a client handed through files without an SDK": (
        {
            "main.py": "import openai\nfrom app.service import Service\n\nService(openai.OpenAI()).run()\n",
            "app/__init__.py": "",
            "app/service.py": "from .worker import Worker\n\nclass Service:\n    def __init__(self, llm):\n"
                              "        self.worker = Worker(llm)\n"
                              "    def run(self):\n        return self.worker.work()\n",
            "app/worker.py": "class Worker:\n    def __init__(self, llm):\n        self.llm = llm\n"
                             f"    def work(self):\n        return self.llm.{CALL}\n",
        },
        [("app/worker.py", 5)],
    ),
    "re-exports through packages": (
        {
            "kit/__init__.py": "from .inner import *\n",
            "kit/inner/__init__.py": "from .made import client as llm\n__all__ = ['llm']\n",
            "kit/inner/made.py": "from openai import OpenAI\nclient = OpenAI()\n",
            "use.py": f"import kit\n\ndef ask():\n    return kit.llm.{CALL}\n",
            "more.py": f"from kit import llm as model\n\ndef ask():\n    return model.{CALL}\n",
        },
        [("more.py", 4), ("use.py", 4)],
    ),
    "getattr with a literal": (
        {
            "a.py": "import openai\nclient = openai.OpenAI()\ncreate = getattr(client.chat.completions, 'create')\n",
            "b.py": "from a import create\n\ndef ask():\n    return create(model='m', messages=[])\n",
            "c.py": "from a import client\n\ndef ask():\n"
                    "    return getattr(client, 'chat').completions.create(model='m', messages=[])\n",
        },
        [("b.py", 4), ("c.py", 4)],
    ),
    "names given on from file to file": (
        {
            "a.py": "import openai as one\ntwo = one\nmake = two.OpenAI\n",
            "b.py": "from a import make as built\nthree = built()\nsend = three.chat.completions.create\n",
            "c.py": "import b\nfour = b.three.chat\nfive = b.send\n",
            "d.py": "from c import four, five\n\ndef ask():\n    five(model='m', messages=[])\n"
                    "    return four.completions.create(model='m', messages=[])\n",
        },
        [("d.py", 4), ("d.py", 5)],
    ),
    "notebooks": (
        {
            "n.ipynb": notebook("import openai\nfrom lib import wrap", f"c = wrap(openai.OpenAI())\nc.{CALL}"),
            "lib.py": "def wrap(client):\n    return client\n",
        },
        [("n.ipynb", 2)],
    ),
    "a request put together over files": (
        {
            "settings.py": "HOST = 'https://api.openai.com'\nPATHS = {'chat': '/v1/chat/completions'}\n",
            "send.py": "import requests\n\ndef send(url, body):\n    return requests.post(url, json=body)\n",
            "use.py": "from settings import HOST, PATHS\nfrom send import send\n\ndef ask():\n"
                      "    return send(HOST + PATHS['chat'], {'model': 'gpt-4o'})\n",
        },
        [("send.py", 4)],
    ),
    "an SDK named only in a string": (
        {
            "a.py": "@tool(imports=['litellm'])\ndef ask():\n    return litellm.completion(model='m', messages=[])\n",
            "b.py": "def ask():\n    return litellm.completion(model='m', messages=[])\n",
        },
        [("a.py", 3)],
    ),
    "code that has nothing to do with models": (
        {
            "a.py": "class Chat:\n    def create(self, **k):\n        return k\n\n"
                    "r = Chat().create(model='m', messages=[])\n",
            "b.py": PLAIN,
            "c.py": "def create(x):\n    return create(x)\n\nclient = object()\nclient.chat.completions.create()\n",
        },
        [("b.py", 4)],
    ),
}  # fmt: skip


def audit(folder: Path, scope: str) -> Audit:
    return run([folder], Options(scope, persona="auditor"))


@pytest.mark.parametrize("name", PROJECTS)
def test_every_scope_finds_what_is_handed_from_file_to_file(name: str, tmp_path: Path) -> None:
    files, calls = PROJECTS[name]
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    every, chosen = audit(tmp_path, "all"), audit(tmp_path, "auto")
    assert [(call.place.path, call.place.line) for call in every.calls] == calls
    assert (every.calls, every.findings) == (chosen.calls, chosen.findings)


def projects() -> list[Path]:
    """The example, and the projects in the folder that AIREADY_CORPUS names."""
    example = Path(__file__).resolve().parent.parent / "examples" / "support_desk"
    corpus = os.environ.get("AIREADY_CORPUS")
    return [example, *(sorted(path for path in Path(corpus).iterdir() if path.is_dir()) if corpus else [])]


@pytest.mark.parametrize("folder", projects(), ids=lambda folder: folder.name)
def test_every_scope_finds_the_same_in_whole_projects(folder: Path) -> None:
    every, chosen = audit(folder, "all"), audit(folder, "auto")
    assert every.calls == chosen.calls
    assert every.findings == chosen.findings


def test_a_broken_file_beside_an_sdk_is_told_by_default(tmp_path: Path) -> None:
    (tmp_path / "good.py").write_text(PLAIN)
    (tmp_path / "bad.py").write_text("import openai\n\ndef f():\n    return (:\n")
    every, chosen = audit(tmp_path, "all"), audit(tmp_path, "auto")
    assert [(each.path, each.reason) for each in chosen.skipped] == [("bad.py", "syntax-error")]
    assert (chosen.skipped, chosen.counts.audited) == (every.skipped, every.counts.audited)


@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_the_number_of_processes_changes_nothing(jobs: int, tmp_path: Path) -> None:
    for at in range(40):
        other = f"from mod{(at + 1) % 40} import ask as after\nfrom mod{(at + 7) % 40} import client as near\n"
        body = (
            f"client = openai.OpenAI(timeout={at + 1})\n\ndef ask(n):\n    near.{CALL}\n    return n and after(n - 1)\n"
        )
        (tmp_path / f"mod{at}.py").write_text(f"import openai\n{other}{body}" + "# filler\n" * 1200)
    one, several = (run([tmp_path], Options(jobs=count, persona="auditor")) for count in (1, jobs))
    assert len(one.calls) == 40
    assert (several.calls, several.findings, several.skipped) == (one.calls, one.findings, one.skipped)


@pytest.mark.parametrize("jobs", [2, 5])
def test_programs_that_are_worked_out_one_after_the_other_say_the_same(jobs: int, tmp_path: Path) -> None:
    for name in ("desk", "shop", "news", "mail", "play"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "made.py").write_text(f"import openai\n\n{name} = openai.OpenAI(timeout={len(name)})\n")
        body = f"from .made import {name}\n\ndef ask(q):\n    return {name}.{CALL}\n"
        (tmp_path / name / "main.py").write_text(body + "# filler\n" * (AMPLE // 9))
        (tmp_path / name / "__init__.py").write_text("")
    (tmp_path / "mail" / "broken.py").write_text("import openai\n\ndef f():\n    return (:\n")
    told: list[tuple[int, int]] = []
    one = run([tmp_path], Options(jobs=1, persona="auditor"))
    several = run([tmp_path], Options(jobs=jobs, persona="auditor"), lambda done, files: told.append((done, files)))
    assert [call.place.path for call in one.calls] == [
        f"{name}/main.py" for name in ("desk", "mail", "news", "play", "shop")
    ]
    assert (several.calls, several.findings, several.skipped) == (one.calls, one.findings, one.skipped)
    assert several.counts == one.counts
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1] > 0
