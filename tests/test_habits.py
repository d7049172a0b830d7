"""What the checklist makes of code around the calls, by small whole projects: bad and good ones."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from aiready.checks.model import Audit, Verdict
from aiready.checks.options import Options
from aiready.checks.pipeline import run

ROUTE = """
from fastapi import FastAPI
from openai import AsyncOpenAI

app = FastAPI()
client = AsyncOpenAI(timeout=20)


@app.post("/ask")
async def ask(text: str):
    return await client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": text}])
"""


def audited(root: Path, **files: str) -> Audit:
    for name, text in files.items():
        path = root / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_suffix(".py").write_text(textwrap.dedent(text), encoding="utf-8")
    return run([root], Options(persona="auditor"))


def verdict(root: Path, item: str, **files: str) -> Verdict:
    found = {each.item: each for each in audited(root, **files).checklist}
    return found[item]


BREAKER = """
class CircuitBreaker:
    def __init__(self):
        self.failures = 0
        self.reset_at = 0.0
"""
OWN = ROUTE.replace("app = ", "from breaker import CircuitBreaker\n\nguard = CircuitBreaker()\napp = ")
GUARDED = ROUTE.replace("@app.post", "breaker = CircuitBreaker(fail_max=5)\n\n\n@app.post").replace(
    "from fastapi", "from pybreaker import CircuitBreaker\nfrom fastapi"
)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"app": ROUTE}, "fail"),
        ({"app": "import pybreaker\n" + ROUTE}, "fail"),
        ({"app": GUARDED}, "pass"),
        ({"app": ROUTE, "web": BREAKER + "\nfetch = CircuitBreaker()\n"}, "fail"),
        ({"app": OWN, "breaker": BREAKER}, "pass"),
    ],
    ids=["none", "imported only", "of a library", "of something else", "own"],
)  # fmt: skip
def test_breakers(files: dict[str, str], expected: str, tmp_path: Path) -> None:
    found = audited(tmp_path, **files)
    assert {each.item: each.verdict for each in found.checklist}["reliability.circuit_breaker"] == expected
    assert any(each.rule == "REL402" for each in found.findings) == (expected == "fail")  # the rule says the same


ANSWER = "    return await client.chat"
MODERATED = ROUTE.replace(ANSWER, f"    await client.moderations.create(input=text)\n{ANSWER}")
TOXIC = ROUTE.replace(ANSWER, f"    if is_toxic(text):\n        return None\n{ANSWER}")


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"app": ROUTE}, "fail"),
        ({"app": MODERATED}, "pass"),
        ({"app": ROUTE + "\n\nprint('Latency is moderate (100 ms)')\n"}, "fail"),
        ({"app": TOXIC}, "pass"),
        ({"app": ROUTE.replace("messages=[", "safety_settings={'threshold': 'BLOCK_NONE'}, messages=[")}, "fail"),
    ],
    ids=["none", "endpoint", "a word in a text", "own function", "switched off"],
)  # fmt: skip
def test_moderation(files: dict[str, str], expected: str, tmp_path: Path) -> None:
    assert verdict(tmp_path, "safety.moderation", **files).verdict == expected


PLAIN = """import requests


def ask(text):
    return requests.post("HOST/v1/chat/completions", json={"model": "llama3", "messages": text}, timeout=9).json()
"""


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (ROUTE, "attest"),
        ("import litellm\n\nlitellm.max_budget = 10\n" + ROUTE, "pass"),
        ("# max_budget = 10 would be nice\n" + ROUTE, "attest"),
        ("import litellm\n\nlitellm.max_budget = None\n" + ROUTE, "attest"),
        ('"""Ask.\n\n    router.decide("a task", budget_usd=0.5)\n"""\n' + ROUTE, "attest"),
        (ROUTE + "\n\nrouter.decide('a task', budget_usd=0.5)\n", "pass"),
        (ROUTE + "\n\nHELP = 'Ask with /quote <topic> | <budget_usd>'\n", "attest"),
        (ROUTE + "\n\npack(chunks, max_budget=4000, reserve=500)\n", "attest"),
        (ROUTE + "\n\nlimit(max_budget=40, cost=price(model))\n", "pass"),
        (ROUTE + "\n\nclass Task(Model):\n    budget_per_day = Decimal(help_text='Most USD a day.')\n", "pass"),
        (ROUTE + "\n\nclass Limits(Settings):\n    cost_limit_usd: float = 1.0\n", "pass"),
        (ROUTE + "\n\nclass Limits(Settings):\n    cost_limit_usd: float | None = None\n", "attest"),
        (ROUTE + "\n\nif total_cost > self.max_cost_per_run:\n    raise SystemExit\n", "pass"),
        (ROUTE + "\n\nclass Report(Model):\n    daily_cost: float = 0.0\n    cost_per_day: float = 0.0\n", "attest"),
        (ROUTE + "\n\nclass Limits(Settings):\n    token_budget_per_day: int = 9\n    cost: float = 0.0\n", "attest"),
        ("import ollama\n\n\ndef ask(text):\n    return ollama.chat(model='llama3', messages=text)\n", "n/a"),
        (PLAIN.replace("HOST", "https://api.groq.com/openai"), "attest"),
        (PLAIN.replace("HOST", "http://localhost:11434"), "n/a"),
    ],
    ids=[
        "none",
        "set",
        "in a comment",
        "set to none",
        "in a docstring",
        "given to a call",
        "in a text",
        "of tokens",
        "of money",
        "for each day",
        "a setting",
        "a setting of nothing",
        "compared with",
        "only counted",
        "of tokens for each day",
        "nothing to pay",
        "paid over plain HTTP",
        "a local server over plain HTTP",
    ],
)
def test_budgets(code: str, expected: str, tmp_path: Path) -> None:
    assert verdict(tmp_path, "cost.alerts", app=code).verdict == expected


TABLE = """

MODELS = {
    "main": {
        "id": "gpt-4o",
        "name": "GPT-4o",
        "strength": "reasoning",
        "role": "proposer",
        "key": "OPENAI_API_KEY",
    },
    "other": {
        "id": "gemini/gemini-2.0-flash",
        "name": "Gemini",
    },
}
"""
LONG = '''

ask("""
    Answer in one line.
    """)

'''


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (ROUTE, "fail"),
        (ROUTE.replace("gpt-4o", "gpt-4o-mini"), "pass"),
        (ROUTE + "\n\nSMALL_MODEL = 'gpt-4o-mini'\n", "pass"),
        (ROUTE + "\n\nPRICES = {\n    # model prices\n    'gpt-4o-mini': 0.1,\n}\n", "fail"),
        (ROUTE.replace('"gpt-4o"', "settings.model"), "partial"),
        (ROUTE.replace("gpt-4o", "gpt-5.6-luna"), "pass"),
        (ROUTE.replace("gpt-4o", "gpt-6-sol"), "fail"),
        (ROUTE + "\n\nBIG_MODEL = os.getenv('MODEL', 'global.anthropic.claude-haiku-4-5')\n", "pass"),
        (ROUTE + TABLE, "pass"),
        (ROUTE + TABLE.replace("MODELS =", "MODEL_PRICES ="), "fail"),
        (ROUTE + "\n\ndef show(table):\n    # models\n    table.add_row('gpt-4o-mini')\n", "fail"),
        (ROUTE + '\n\ndef other():\n    """Another way.\n\n    >>> ask(model="gpt-4o-mini")\n    """\n', "fail"),
        (ROUTE + "\n\n# the models\n__all__ = ['Model', 'Command']\n", "fail"),
        (ROUTE + "\n\nLOCAL_MODEL = 'gemma'\n", "pass"),
        (ROUTE + "\n\nMODEL_EVENTS = ['gpt-4o-mini', 'command.run']\n", "pass"),
        (ROUTE + "\n\nMODEL_EVENTS = ['command.execute.before', 'nova.started']\n", "fail"),
        (ROUTE + "\n\nMODEL_KEYS = [os.getenv('KIMI_API_KEY'), 'DeepSeekModel', 'llama_cpp']\n", "fail"),
        (ROUTE + "\n\nMODEL_METRICS = ['granite_guardian_3_2', 'llama_guard_3_safety']\n", "fail"),
        (ROUTE + "\n\nMODEL_METRICS = ['granite-guardian-3-2', 'llama_guard_3_safety']\n", "pass"),
        (ROUTE + "\n\nMODEL_PROVIDERS = ['openai', 'deepseek', 'moonshot']\n", "fail"),
        (ROUTE + "\n\nMODEL_PROVIDERS = ['deepseek-chat', 'deepseek', 'openai']\n", "pass"),
        (ROUTE + "\n\ndef count_tokens(text, model='gpt-4o-mini'):\n    return len(text)\n", "fail"),
        (ROUTE + "\n\ndef count_words(text, model='gpt-4o-mini'):\n    return len(text)\n", "pass"),
        (ROUTE + LONG + "SMALL_MODEL = 'gpt-4o-mini'\n" + LONG, "pass"),
        (ROUTE + LONG + 'def other():\n    """ask(model="gpt-4o-mini")"""\n' + LONG, "fail"),
    ],
    ids=[
        "frontier only",
        "small",
        "two tiers",
        "a table of prices",
        "configured",
        "luna",
        "sol",
        "inference profile",
        "a table of models",
        "a table of models by price",
        "only shown",
        "in a docstring",
        "a word",
        "a family",
        "an event beside a model",
        "events alone",
        "names of variables and classes",
        "names with numbers in them",
        "a model among names with numbers in them",
        "providers",
        "a model among providers",
        "the default of a tokenizer",
        "the default of a function",
        "between long texts",
        "in a docstring between long texts",
    ],
)
def test_tiers(code: str, expected: str, tmp_path: Path) -> None:
    assert verdict(tmp_path, "cost.model_tier", app=code).verdict == expected


AGENT = """
import subprocess

from agents import Agent, Runner, function_tool


@function_tool
def run_command(command: str) -> str:
    BODY


agent = Agent(name="a", tools=[run_command])


def main(text):
    return Runner.run_sync(agent, text)
"""
HELPERS = """

def git(args, folder):
    return subprocess.run(["git", *args], cwd=folder, capture_output=True).stdout


def each_word(*words):
    return subprocess.run(words, capture_output=True).stdout


def shell(line):
    return subprocess.run(line, shell=True, capture_output=True).stdout
"""
RUNS = "return subprocess.run(command, shell=True, capture_output=True, text=True).stdout"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (RUNS, "fail"),
        (f'if input("run it? ") != "y":\n        return "no"\n    {RUNS}', "pass"),
        (f'command += input("which file? ")\n    {RUNS}', "fail"),
        (f'if not asyncio.run(asyncio.to_thread(allowed, command)):\n        return "no"\n    {RUNS}', "pass"),
        (f'if not asyncio.run(asyncio.to_thread(len, command)):\n        return "no"\n    {RUNS}', "fail"),
        ("return command.upper()", "n/a"),
    ],
    ids=["runs", "asks first", "asks for something else", "asks in a thread", "asks nobody in a thread", "only reads"],
)
def test_tools(body: str, expected: str, tmp_path: Path) -> None:
    app = AGENT.replace("BODY", body) + "\n\ndef allowed(command):\n    return ui.ask_choice('Run it?', command)\n"
    assert verdict(tmp_path, "safety.human_in_loop", app=app).verdict == expected


@pytest.mark.parametrize(
    ("body", "options", "expected"),
    [
        (RUNS, "", "fail"),
        ("return db.execute('insert into todo(title) values (?)', (command,))", "", "n/a"),
        ("return db.execute('delete from todo where title = ?', (command,))", "", "fail"),
        ("open('note.txt', 'w').write(command)", "", "n/a"),
        ("os.remove(command)", "", "fail"),
        ("os.remove(command)", "needs_approval=True", "pass"),
        ("shutil.move(command, 'done')", "", "n/a"),
        ("stripe.PaymentIntent.create(amount=int(command))", "", "fail"),
        ("requests.request('DELETE', command)", "", "fail"),
        ("requests.request('GET', command)", "", "n/a"),
        ("requests.post(URL, data={'q': command})", "", "n/a"),
        ("requests.post(URL, data={'text': command})", "", "fail"),
        ("subprocess.run(['rg', '-e', command, '--', '.'])", "", "n/a"),
        ("subprocess.run(['git', '-C', command, 'log', '--oneline'])", "", "n/a"),
        ("subprocess.run(['git', 'push', command])", "", "fail"),
        ("subprocess.run(f'rg {command}', shell=True)", "", "fail"),
        ("words = [shutil.which('rg') or 'grep', command]\n    subprocess.run(words)", "", "n/a"),
        ("words = [shutil.which(command) or 'grep', command]\n    subprocess.run(words)", "", "fail"),
        ("words = ['rg', command] if command else ['rm', command]\n    subprocess.run(words)", "", "fail"),
        ("requests.post('https://example.org/find', json={'q': command}, timeout=9)", "", "n/a"),
        ("requests.post('https://example.org/find', json={'title': command}, timeout=9)", "", "fail"),
        ("requests.post('https://example.org/api', json={'query': f'mutation {command}'}, timeout=9)", "", "fail"),
        ("requests.delete('https://example.org/api', params={'q': command})", "", "fail"),
        ("requests.request('PATCH', 'https://example.org/search', json={'query': command})", "", "fail"),
        ("q = 'mutation {a}'\n    requests.post('https://example.org/api', json={'query': q})", "", "fail"),
        ("q = 'mutation {a}'\n    requests.post('https://example.org/graphql', json={'query': q})", "", "fail"),
        (
            "q = 'query {a}'\n    requests.post('https://example.org/api', json={'query': q, 'variables': {}})",
            "",
            "n/a",
        ),
        ("requests.post('https://example.org/api', json={'query': command, 'variables': {}})", "", "fail"),
        ("requests.post('https://example.org/graphql', json={'query': command, 'variables': {}})", "", "fail"),
        ("return subprocess.run(['git', '-C', command, 'diff', command], capture_output=True).stdout", "", "n/a"),
        ("return subprocess.run(['git', '-C', command, 'push', command], capture_output=True).stdout", "", "fail"),
        ("return subprocess.run(['git', command], capture_output=True).stdout", "", "fail"),
        ("return subprocess.run('git status --short', shell=True).stdout", "", "n/a"),
        ("return subprocess.run('git status; rm -r .', shell=True).stdout", "", "fail"),
        ("return subprocess.run(f'git log {command}', shell=True).stdout", "", "fail"),
        ("return subprocess.run(['find', command, '-name', '*.py']).stdout", "", "n/a"),
        ("return subprocess.run(['find', command, '-delete']).stdout", "", "fail"),
        ("return subprocess.run(['gh', 'api', f'users/{command}']).stdout", "", "n/a"),
        ("return subprocess.run(['gh', 'api', '-X', 'DELETE', f'users/{command}']).stdout", "", "fail"),
        ("return subprocess.run([shutil.which('rg'), command]).stdout", "", "n/a"),
        ("return subprocess.run([shutil.which('psql'), command]).stdout", "", "fail"),
        ("command = shutil.which(command)\n    return subprocess.run([command, 'log']).stdout", "", "fail"),
        ("args = ['log']\n    args.append(command)\n    return git(args, '.')", "", "n/a"),
        ("args = ['push'] if command else ['log']\n    return git(args, '.')", "", "fail"),
        ("git(['status'], '.')\n    return git(['commit', '-m', command], '.')", "", "fail"),
        ("return asyncio.run(asyncio.to_thread(git, ['log'], '.'))", "", "fail"),
        ("return each_word('git', 'show', command)", "", "n/a"),
        ("return each_word('git', 'clean', command)", "", "fail"),
        ("shell('pip list')\n    return shell('pip install ' + command)", "", "fail"),
        ("git(['status'], '.')\n    return git(command, '.')", "", "fail"),
        ("cmd = 'ls -la'\n    if command:\n        cmd = command\n    subprocess.run(cmd, shell=True)", "", "fail"),
        ("cmd = ['git', 'log'] if len(command) > 3 else command\n    subprocess.run(cmd)", "", "fail"),
        ("shell('pip list')", "", "n/a"),
        ("cmd = ['find', '.']\n    cmd.append('-delete')\n    subprocess.run(cmd)", "", "fail"),
        ("cmd = ['find', '.']\n    cmd.append('-ls')\n    subprocess.run(cmd)", "", "n/a"),
        ("cmd = ['find', '.']\n    cmd.extend(command)\n    subprocess.run(cmd)", "", "fail"),
        ("cmd = ['find', '.']\n    cmd.extend(['-name', command])\n    subprocess.run(cmd)", "", "n/a"),
        ("cmd = ['git', 'log']\n    cmd += command\n    subprocess.run(cmd)", "", "fail"),
        ("cmd = ['git', 'log']\n    cmd += ['--', command]\n    subprocess.run(cmd)", "", "n/a"),
        ("cmd = ['git', 'status']\n    cmd[1] = command\n    subprocess.run(cmd)", "", "fail"),
        ("cmd = ['git', 'status']\n    cmd.insert(1, command)\n    subprocess.run(cmd)", "", "fail"),
        ("subprocess.run(['git', 'log', *command.split()])", "", "fail"),
        ("subprocess.run(['grep', *[f'--include={each}' for each in command.split()], 'x'])", "", "n/a"),
        ("subprocess.run(['rg', *[f'--pre={each}' for each in command.split()], 'x'])", "", "fail"),
        ("cmd = ['git', 'log']\n    cmd = cmd + ['-3']\n    subprocess.run(args=cmd)", "", "n/a"),
        ("cmd = ['find', '.']\n    cmd = cmd + [command, '-delete']\n    subprocess.run(args=cmd)", "", "fail"),
        (
            "cmd = ['git']\n    if command: cmd += ['log']\n    else: cmd += ['push']\n    subprocess.run(cmd)",
            "",
            "fail",
        ),
        ("word = 'log'\n    if command:\n        word = 'push'\n    subprocess.run(['git', word])", "", "fail"),
        ("subprocess.run(['git', 'diff', '--output=' + command])", "", "fail"),
        ("subprocess.run(['git', 'diff', f'--output={command}'])", "", "fail"),
        ("subprocess.run(['gh', 'api', '--method=DELETE', command])", "", "fail"),
        ("subprocess.run(['gh', 'api', 'graphql', '-f', command])", "", "fail"),
        ("subprocess.run(['gh', 'api', 'graphql', '-f', 'query={viewer{id}}', '-f', f'a={command}'])", "", "n/a"),
        ("subprocess.run(['date', '-s', command])", "", "fail"),
        ("subprocess.run(['date', '+%F'])", "", "n/a"),
        ("subprocess.run(['hostname', command])", "", "fail"),
        ("subprocess.run(['hostname'])", "", "n/a"),
        ("subprocess.run(['rg', '--pre', command, '.'])", "", "fail"),
        ("subprocess.run(['find', '.', '-fprintf', command, '%p'])", "", "fail"),
        ("subprocess.run(['git', 'branch', '-a', '-D', command])", "", "fail"),
        ("subprocess.run(['git', 'branch', '--list', command])", "", "n/a"),
        ("subprocess.run(['find', '--', '.', '-delete'])", "", "fail"),
        ("subprocess.run(['rg', '-e', command, '--', *command.split()])", "", "n/a"),
        ("subprocess.run(['grep', 'x', command], shell=True)", "", "fail"),
        ("subprocess.run(['grep', 'x', command], shell=False)", "", "n/a"),
    ],
)
def test_tools_agree_with_their_rule(body: str, options: str, expected: str, tmp_path: Path) -> None:
    app = AGENT.replace("BODY", body).replace(
        "import subprocess", "import os, shutil, stripe, requests, subprocess, asyncio"
    )
    app += HELPERS
    found = audited(
        tmp_path, app=app.replace("@function_tool", f"@function_tool({options})" if options else "@function_tool")
    )
    told = any(each.rule == "SAFE301" for each in found.findings)
    assert (next(each.verdict for each in found.checklist if each.item == "safety.human_in_loop"), told) == (
        expected,
        expected == "fail",
    )


@pytest.mark.parametrize(
    ("tools", "expected"),
    [("[run_command]", "fail"), ("{'run': run_command}", "fail"), ("TABLE", "fail"), ("{'run': 'run_command'}", "n/a")],
)
def test_tools_are_handed_over_in_lists_and_tables(tools: str, expected: str, tmp_path: Path) -> None:
    app = AGENT.replace("BODY", RUNS).replace("@function_tool\n", "").replace("[run_command]", tools)
    app = app.replace("agent = Agent", "TABLE = {'run': run_command}\nagent = Agent")
    assert verdict(tmp_path, "safety.human_in_loop", app=app).verdict == expected


@pytest.mark.parametrize(
    ("does", "expected"),
    [("create_review(command, 'APPROVE')", "fail"), ("get_reviews()", "n/a")],
)
def test_reviews_are_published(does: str, expected: str, tmp_path: Path) -> None:
    app = AGENT.replace("BODY", f"return github.get_repo('a/b').get_pull(1).{does}")
    assert verdict(tmp_path, "safety.human_in_loop", app=app).verdict == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://api.openai.com/v1/chat/completions", "n/a"),
        ("https://models.example.com/v1/images/generations", "n/a"),
        ("https://api.example.com/v1/orders", "fail"),
    ],
)
def test_a_tool_that_asks_a_model_only_asks(url: str, expected: str, tmp_path: Path) -> None:
    client = f"\n\nclass Client:\n    def __init__(self):\n        self.url = '{url}'\n\n"
    client += "    def ask(self, body):\n        return requests.post(self.url, json=body).json()\n\n"
    app = f"import requests\n{client}" + AGENT.replace("BODY", "return Client().ask({'model': 'm', 'prompt': command})")
    assert verdict(tmp_path, "safety.human_in_loop", app=app).verdict == expected


DESCRIBED = """
import json
import smtplib

from openai import OpenAI

client = OpenAI()
SCHEMAS = [
    {"type": "function", "function": {"name": "send", "parameters": {}}},
    {"type": "function", "function": {"name": "count", "parameters": {}}},
]


def send_mail(to, text):
    ASKED
    smtplib.SMTP("localhost").sendmail("me", to, text)


def count_words(text):
    return len(text.split())


TABLE = {"send": SENDS, "count": count_words}


def by_name(name, given):
    if name == "send":
        return SENDS(**given)
    if name == "count":
        return count_words(**given)


def main(text):
    options = {"model": "gpt-4o", "messages": [{"role": "user", "content": text}]}
    HANDED
    answer = client.chat.completions.create(**options).choices[0].message
    for call in answer.tool_calls or ():
        RUN


def remind(to):
    send_mail(to, "Please pay.")
"""
BY_TABLE = "TABLE[call.function.name](**json.loads(call.function.arguments))"
BY_TEST = "by_name(call.function.name, json.loads(call.function.arguments))"
HANDED = 'options["tools"] = SCHEMAS'
GOOGLE = "options['tools'] = [types.Tool(function_declarations=[types.FunctionDeclaration(name='send')])]"
ENDLESS = "SCHEMAS = [SCHEMAS]\n    " + HANDED
NAMELESS = HANDED.replace("SCHEMAS", '[{"type": "web_search"}]')


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"RUN": BY_TABLE}, "fail"),
        ({"RUN": BY_TEST, "TABLE = ": "OTHER = ", '"send": SENDS': '"other": SENDS'}, "fail"),
        ({"RUN": BY_TABLE, "ASKED": "if input('Send it? ') != 'y': return"}, "pass"),
        ({"RUN": BY_TABLE, "SENDS": "count_words"}, "n/a"),
        ({"RUN": BY_TABLE, "HANDED": "pass"}, "n/a"),
        ({"RUN": BY_TABLE, "HANDED": NAMELESS}, "n/a"),
        ({"RUN": BY_TABLE, "HANDED": GOOGLE, "import json": "import json\n\nfrom google.genai import types"}, "fail"),
        ({"RUN": BY_TABLE, "HANDED": ENDLESS}, "n/a"),
    ],
    ids=["by a table", "by a test", "asked", "only counts", "not handed over", "not described", "declared", "endless"],
)
def test_tools_that_schemas_describe(change: dict[str, str], expected: str, tmp_path: Path) -> None:
    app = DESCRIBED
    for old, new in (change | {"ASKED": change.get("ASKED", "pass"), "HANDED": change.get("HANDED", HANDED)}).items():
        app = app.replace(old, new)
    assert verdict(tmp_path, "safety.human_in_loop", app=app.replace("SENDS", "send_mail")).verdict == expected


@pytest.mark.parametrize(("word", "expected"), [("COMMANDS", "n/a"), ("TOOLS", "fail")])
def test_a_command_that_has_the_name_of_a_tool_is_another_thing(word: str, expected: str, tmp_path: Path) -> None:
    changes = {"SENDS": "count_words", "RUN": BY_TABLE, "HANDED": HANDED, "ASKED": "pass"}
    app = DESCRIBED
    for old, new in changes.items():
        app = app.replace(old, new)
    cli = f"from app import main, send_mail\n\n{word} = {{'send': send_mail, 'ask': main}}\n"
    assert verdict(tmp_path, "safety.human_in_loop", app=app, cli=cli).verdict == expected


def own_code(made: str) -> str:
    app = f"import smolagents\n\nmodel = smolagents.LiteLLMModel(model_id='gpt-4o')\nagent = smolagents.{made}\n"
    return app + "\n\ndef ask(text):\n    return agent.run(text)\n"


def proxy(options: str) -> str:
    app = "import autogen\n\nagent = autogen.AssistantAgent('a', llm_config={'model': 'gpt-4o'})\n"
    app += f"user = autogen.UserProxyAgent('u', code_execution_config={options})\n"
    return app + "\n\ndef ask(text):\n    return user.initiate_chat(agent, message=text)\n"


def ready_made(tool: str) -> str:
    app = "import langchain_community.tools as ready\nfrom langchain_openai import ChatOpenAI\n"
    app += "from langgraph.prebuilt import create_react_agent\n\n"
    app += f"agent = create_react_agent(ChatOpenAI(), [ready.{tool}])\n"
    return app + "\n\ndef ask(text):\n    return agent.invoke({'messages': [('user', text)]})\n"


def phidata(made: str) -> str:
    app = "from phi.assistant import Assistant\nfrom phi.assistant.python import PythonAssistant\n\n"
    return f"{app}assistant = {made}\n\n\ndef ask(text):\n    return assistant.run(text)\n"


def claude(options: str) -> str:
    app = f"from claude_agent_sdk import ClaudeAgentOptions, query\n\noptions = ClaudeAgentOptions({options})\n"
    return app + "\n\nasync def ask(text):\n    return [each async for each in query(prompt=text, options=options)]\n"


@pytest.mark.parametrize(
    ("app", "expected"),
    [
        (claude("permission_mode='bypassPermissions'"), "fail"),
        (claude("permission_mode='plan', allowed_tools=['Read']"), "n/a"),
        (phidata("PythonAssistant()"), "fail"),
        (phidata("PythonAssistant(save_and_run=False)"), "n/a"),
        (phidata("Assistant()"), "n/a"),
        (own_code("CodeAgent(tools=[], model=model, additional_authorized_imports=['os'])"), "fail"),
        (own_code("CodeAgent(tools=[], model=model, executor_type='e2b')"), "n/a"),
        (own_code("ToolCallingAgent(tools=[], model=model)"), "n/a"),
        (proxy("{'use_docker': False}"), "pass"),
        (proxy("{'use_docker': False}, human_input_mode='NEVER'"), "fail"),
        (proxy("{'use_docker': False}, human_input_mode='TERMINATE'"), "fail"),
        (proxy("{'use_docker': True}, human_input_mode='NEVER'"), "n/a"),
        (proxy("False, human_input_mode='NEVER'"), "n/a"),
        (ready_made("ShellTool()"), "fail"),
        (ready_made("ShellTool(ask_human_input=True)"), "pass"),
        (ready_made("ShellTool(ask_human_input=False)"), "fail"),
        (ready_made("WikipediaQueryRun()"), "n/a"),
    ],
)
def test_code_that_a_model_writes_needs_somebody_who_agrees(app: str, expected: str, tmp_path: Path) -> None:
    assert verdict(tmp_path, "safety.human_in_loop", app=app).verdict == expected


TALK = """
import streamlit as st
from openai import OpenAI

client = OpenAI()


def send(messages):
    return client.chat.completions.create(model="gpt-4o", messages=messages).choices[0].message.content

BODY
"""
KEPT = """
class Chat:
    def __init__(self):
        self.said = [{"role": "system", "content": "Be short."}]

    def add(self, role, text):
        self.said.append({"role": role, "content": text})

    def ask(self, text):
        self.add("user", text)
        answer = send(self.said)
        self.add("assistant", answer)
        return answer
"""
CONSOLE = """
said = []
while True:
    said.append({"role": "user", "content": input("> ")})
    print(send(said))
"""
ONCE = """
def ask(text):
    said = [{"role": "system", "content": "Be short."}]
    said.append({"role": "user", "content": text})
    return send(said)
"""
EXAMPLES = """
class Judge:
    def __init__(self, examples):
        self.shots = []
        for question, label in examples:
            self.shots.append({"role": "user", "content": question})
            self.shots.append({"role": "assistant", "content": label})

    def judge(self, text):
        return send([*self.shots, {"role": "user", "content": text}])
"""
PAGE = """
st.session_state.messages.append({"role": "user", "content": st.chat_input()})
st.write(send([{"role": m["role"], "content": m["content"]} for m in st.session_state.messages]))
"""
ROOMS = """
rooms = {}


def ask(room, text):
    rooms.setdefault(room, []).append({"role": "user", "content": text})
    return send(rooms[room][-20:])
"""


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (KEPT, "n/a"),
        (KEPT.replace("answer = send", "self.said = []\n        answer = send"), "fail"),
        (KEPT.replace("return answer", "self.said = self.said[-20:]\n        return answer"), "n/a"),
        (CONSOLE, "n/a"),
        (CONSOLE.replace('input("> ")', "work.pop()"), "fail"),
        (CONSOLE.replace("while True:", "while True:\n    said = []"), "fail"),
        (ONCE, "fail"),
        (EXAMPLES, "fail"),
        (PAGE, "n/a"),
        (ROOMS, "n/a"),
        (KEPT + ONCE, "fail"),
    ],
    ids=[
        "kept",
        "begun anew",
        "cut",
        "console",
        "a worker",
        "new questions",
        "one shot",
        "examples",
        "page",
        "rooms",
        "both",
    ],
)
def test_turns_of_a_conversation(body: str, expected: str, tmp_path: Path) -> None:
    assert verdict(tmp_path, "cost.caching", app=TALK.replace("BODY", body)).verdict == expected


BY_HAND = """
import json
import urllib.request

import requests

URL = "https://api.openai.com/v1/chat/completions"


def send(messages):
    body = {"model": "m", "messages": messages}
    SENT

BODY
"""


@pytest.mark.parametrize(
    "sent",
    [
        "return requests.post(URL, json=body, timeout=5).json()",
        "return requests.post(URL, data=json.dumps(body), timeout=5).json()",
        "return urllib.request.urlopen(urllib.request.Request(URL, data=json.dumps(body).encode())).read()",
    ],
)
@pytest.mark.parametrize(("body", "expected"), [(KEPT, "n/a"), (ROOMS, "n/a"), (ONCE, "fail"), (EXAMPLES, "fail")])
def test_turns_that_are_sent_by_hand(sent: str, body: str, expected: str, tmp_path: Path) -> None:
    app = BY_HAND.replace("SENT", sent).replace("BODY", body)
    assert verdict(tmp_path, "cost.caching", app=app).verdict == expected


FORWARDED = """
import httpx
from pydantic_ai import Agent

agent = Agent(model="openai:gpt-4.1-mini")


class Desk:
    def __init__(self):
        self.agent = agent

    def add(self, function):
        return self.agent.tool_plain(function)

    def join(self):
        register_tool(self)

    def note(self, function):
        return print(function)


desk = Desk()


HOW
def delete_user(name: str) -> str:
    return httpx.delete(f"http://localhost:8000/users/{name}").text


AFTER


def main(text):
    return agent.run_sync(text)
"""


@pytest.mark.parametrize(
    ("how", "after", "expected"),
    [
        ("@desk.add", "", "fail"),
        ("", "desk.add(delete_user)", "fail"),
        ("", "agent.tool_plain(delete_user)", "fail"),
        ("@desk.note", "", "n/a"),
        ("", "desk.note(delete_user)", "n/a"),
        ("", "agent.tool_plain(delete_user.__name__)", "n/a"),
    ],
    ids=["decorated", "handed", "a plain call", "decorated by another", "handed to another", "its name"],
)
def test_forwarded_tools(how: str, after: str, expected: str, tmp_path: Path) -> None:
    app = FORWARDED.replace("HOW", how).replace("AFTER", after)
    assert verdict(tmp_path, "safety.human_in_loop", app=app).verdict == expected


RUN_ANSWER = """
import subprocess

from openai import OpenAI

client = OpenAI()


def complete(text):
    return client.responses.create(model="gpt-4o-mini", input=text).output_text


def title(text):
    if input("Run it? ") == "y":
        return complete(text)


def run(command):
    return subprocess.run(command, shell=True)


def work(text):
    BEFORE
    command = complete(text)
    return run(command)


AFTER


if __name__ == "__main__":
    print(title("a"))
    main("b")
"""
MAIN = "def main(text):\n    return work(text)"
OTHER = "def other(text):\n    return run(client.completions.create(model='gpt-4o-mini', prompt=text).choices[0].text)"
ASKED_MAIN = "def main(text):\n    if input('Run it? ') == 'y':\n        return work(text)"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", MAIN, "fail"),
        ("if input('Run it? ') != 'y': return", MAIN, "pass"),
        ("", ASKED_MAIN, "pass"),
        ("", f"{ASKED_MAIN}\n\n\nwork('c')", "fail"),
        ("if input('Run it? ') != 'y': return", f"{MAIN}\n\n\n{OTHER}", "fail"),
    ],
    ids=["elsewhere", "on the way", "before", "before one way in", "before one of two calls"],
)
def test_who_is_asked_before_an_answer_is_run(before: str, after: str, expected: str, tmp_path: Path) -> None:
    app = RUN_ANSWER.replace("BEFORE", before or "pass").replace("AFTER", after)
    assert verdict(tmp_path, "safety.human_in_loop", app=app).verdict == expected


KEPT_ANSWER = """
import subprocess

from openai import OpenAI

client = OpenAI()


class Agent:
    def plan(self, text):
        self.command = client.responses.create(model="gpt-4o-mini", input=text).output_text

    def run(self):
        subprocess.run(self.command, shell=True)


def main():
    agent = Agent()
    FIRST
    agent.plan("a")
    THEN
    agent.run()


main()
"""
ASKED = "if input(f'Run {agent.command}? ') != 'y': return"


@pytest.mark.parametrize(
    ("first", "then", "expected"),
    [("", "", "fail"), ("", ASKED, "pass"), ("agent.run()", ASKED, "fail")],
    ids=["never", "in between", "before one of two runs"],
)
def test_who_is_asked_before_an_answer_that_was_kept_is_run(
    first: str, then: str, expected: str, tmp_path: Path
) -> None:
    app = KEPT_ANSWER.replace("FIRST", first or "pass").replace("THEN", then or "pass")
    assert verdict(tmp_path, "safety.human_in_loop", app=app).verdict == expected


ADAPTER = """
from openai import OpenAI

client = OpenAI()


def complete(text):
    return client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": text}])
"""
CHAIN = """
from langchain_openai import ChatOpenAI

llm = ChatOpenAI(model="gpt-4o")


def ask(text):
    return llm.invoke(text)
"""


PROTOCOL = """
from typing import Protocol


class Speaker(Protocol):
    def say(self, text): ...
"""
SPEAKER = """
from openai import OpenAI


class Own:
    def __init__(self):
        self.client = OpenAI()

    def say(self, text):
        return self.client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": text}])
"""
SPEAKING = """
from one import Own as One
from speaker import Speaker
from two import Own as Two


def speak(speaker: Speaker, text):
    return speaker.say(text)


print(speak(One(), "a"), speak(Two(), "b"))
"""
SPEAKERS = {"speaker": PROTOCOL, "one": SPEAKER, "two": SPEAKER, "app": SPEAKING}
CLOSED = (
    SPEAKER
    + """
    def close(self):
        self.client.close()
"""
)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"app": ROUTE}, "fail"),
        (SPEAKERS, "pass"),
        (SPEAKERS | {"speaker": PROTOCOL.replace("say", "sing")}, "partial"),
        ({name: text.replace("say", "__call__") for name, text in SPEAKERS.items()}, "pass"),
        (SPEAKERS | {"speaker": PROTOCOL.replace("say", "close"), "one": CLOSED, "two": CLOSED}, "partial"),
        ({"llm": ADAPTER, "app": "from llm import complete\n\nprint(complete('a'))\n"}, "pass"),
        ({"llm": ADAPTER, "other": ADAPTER, "app": "from llm import complete\n\nprint(complete('a'))\n"}, "partial"),
        ({"app": CHAIN}, "pass"),
    ],
    ids=[
        "in a route",
        "a protocol",
        "another protocol",
        "a protocol of a call",
        "a protocol of something else",
        "one adapter",
        "adapter and another",
        "framework",
    ],
)
def test_adapters(files: dict[str, str], expected: str, tmp_path: Path) -> None:
    assert verdict(tmp_path, "multi_model.abstraction", **files).verdict == expected


BOT = """
import re

import discord
from openai import AsyncOpenAI

client = AsyncOpenAI()


class Bot(discord.Client):
    async def on_message(self, message):
        reply = await client.responses.create(model="gpt-4o-mini", input=message.content)
        for block in re.finditer("```(.*?)```", reply.output_text):
            self.note(block.group(1))
        SENDS
"""


@pytest.mark.parametrize(("last", "expected"), [("await message.channel.send(reply.output_text)", "fail"), ("", "n/a")])
def test_an_answer_that_is_taken_apart_and_sent_is_read_by_people(last: str, expected: str, tmp_path: Path) -> None:
    assert verdict(tmp_path, "latency.streaming", app=BOT.replace("SENDS", last)).verdict == expected


STREAMED = """
import json

from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from openai import OpenAI

app = FastAPI()
client = OpenAI()


def words(messages):
    response = client.chat.completions.create(model="gpt-4o-mini", messages=messages, stream=True)
    calls = []
    for chunk in response:
        delta = chunk.choices[0].delta
        if delta.content is not None:
            WORDS
        elif delta.tool_calls:
            calls += [each.function.arguments for each in delta.tool_calls]
    for each in calls:
        yield str(len(json.loads(each)["query"]))


@app.post("/talk")
def talk(body: dict):
    return StreamingResponse(words(body["messages"]))
"""


@pytest.mark.parametrize(("words", "expected"), [("yield delta.content", "pass"), ("pass", "n/a")])
def test_what_is_streamed_beside_calls_of_tools_is_read_by_people(words: str, expected: str, tmp_path: Path) -> None:
    assert verdict(tmp_path, "latency.streaming", app=STREAMED.replace("WORDS", words)).verdict == expected


SERVED = """
from http.server import BaseHTTPRequestHandler
from openai import OpenAI
from mlflow.pyfunc import PythonModel

client = OpenAI()


class Served(BASE):
    def METHOD:
        reply = client.responses.create(model="gpt-4o-mini", input="Say hello.")
        return self.write(reply.output_text)
"""


@pytest.mark.parametrize(
    ("base", "method", "expected"),
    [
        ("BaseHTTPRequestHandler", "do_POST(self)", "fail"),
        ("PythonModel", "predict(self, context, model_input)", "n/a"),
    ],
)
def test_people_read_what_a_plain_web_server_answers(base: str, method: str, expected: str, tmp_path: Path) -> None:
    app = SERVED.replace("BASE", base).replace("METHOD", method)
    assert verdict(tmp_path, "latency.streaming", app=app).verdict == expected


def test_select_shows_the_items_of_its_rules(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(ROUTE)
    found = run([tmp_path], Options(select=frozenset({"REL101", "OBS201"})))
    assert [each.item for each in found.checklist] == ["reliability.timeouts", "observability.evals"]
    assert run([tmp_path], Options(checklist=False)).checklist == ()


MANY_WAYS = """
import click
from fastapi import FastAPI
from openai import OpenAI, OpenAIError, RateLimitError

app = FastAPI()
client = OpenAI()


def answer(text):
    return client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": text}])


@app.get("/ask")
def ask(text: str):
    try:
        return answer(text)
    except {caught}:
        return "later"


@click.command()
def tell(text: str):
    click.echo(answer(text))
"""


@pytest.mark.parametrize(
    ("caught", "expected"),
    [
        ("OpenAIError", "warning REL301 click command tell"),  # only who sits at the terminal sees it fail
        ("RateLimitError", "error REL301 click command tell"),  # the route leaks, too
        ("ValueError", "error REL301 FastAPI route ask"),
    ],
)
def test_a_failure_is_as_bad_as_where_it_comes_out(caught: str, expected: str, tmp_path: Path) -> None:
    found = audited(tmp_path, app=MANY_WAYS.replace("{caught}", caught)).findings
    (told,) = [each for each in found if each.rule in ("REL301", "REL303")]
    assert expected == f"{told.severity} {told.rule} {told.message.partition(' from ')[2].partition(' (')[0]}"


READERS = """
from fastapi import FastAPI
from openai import OpenAI

app = FastAPI()
client = OpenAI()


def answer(text):
    reply = client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": text}])
    return reply.choices[0].message.content


@app.get("/score")
def score(text: str):
    return {"score": float(answer(text))}


@app.get("/ask")
def ask(text: str):
    return {"answer": answer(text)}
"""


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (READERS, ["FastAPI route ask (app.py:20)"]),
        (READERS.partition('@app.get("/ask")')[0] + "print(answer('a'))", []),
    ],
)
def test_who_reads_along_is_where_the_answer_comes_as_text(code: str, expected: list[str], tmp_path: Path) -> None:
    found = audited(tmp_path, app=code)
    said = [each.message.rpartition(": ")[2] for each in found.findings if each.rule == "LAT102"]
    assert said == expected


def test_an_open_way_from_an_agents_tool_is_told(tmp_path: Path) -> None:
    asked = 'client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": q}])'
    tool = f'@tool\ndef look(q: str) -> str:\n    """Looks."""\n    return {asked}\n'
    code = f"from langchain_core.tools import tool\nfrom openai import OpenAI\n\nclient = OpenAI()\n\n\n{tool}"
    (told,) = [each for each in audited(tmp_path, app=code).findings if each.rule == "REL301"]
    assert told.message == "its failure is caught nowhere on the way from agent tool look (app.py:8)"
    assert [step.place.line for step in told.trace] == [8, 10]


BOTH = """
import click
from fastapi import FastAPI
from openai import OpenAI

app = FastAPI()
client = OpenAI()


@click.command()
@app.post("/chat")
def chat(q: str):
    return client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": q}])
"""
LEAKING = (
    MANY_WAYS.replace("{caught}", "RateLimitError").partition("@click.command()")[0]
    + """\
if __name__ == "__main__":
    answer("x")
"""
)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (BOTH, "error its failure is caught nowhere on the way from FastAPI route chat (app.py:12)"),
        (LEAKING, "error its failure is caught nowhere on the way from script (app.py:23)"),  # the route leaks, too
    ],
)
def test_no_milder_way_hides_a_worse_one(code: str, expected: str, tmp_path: Path) -> None:
    (told,) = [each for each in audited(tmp_path, app=code).findings if each.rule == "REL301"]
    assert f"{told.severity} {told.message}" == expected


def test_a_route_that_other_code_calls_too_gets_the_text(tmp_path: Path) -> None:
    more = """
@app.get("/both")
def both(text: str):
    return {"length": len(json.loads(ask(text)))}
"""
    code = "import json\n" + READERS.replace('{"answer": answer(text)}', "answer(text)") + more
    found = audited(tmp_path, app=code)
    said = [each.message.rpartition(": ")[2] for each in found.findings if each.rule == "LAT102"]
    assert said == ["FastAPI route ask (app.py:21)"]


SERVER = """
from fastapi import FastAPI
from fastmcp import FastMCP
import litellm

app, server = FastAPI(), FastMCP("s")


HOW
async def ask(text: str) -> str:
    reply = await litellm.acompletion(model="gpt-4o-mini", messages=[{"role": "user", "content": text}])
    return reply.choices[0].message.content
"""


@pytest.mark.parametrize(("how", "expected"), [("@server.tool()", "n/a"), ('@app.post("/ask")', "fail")])
def test_moderation_agrees_with_its_rule(how: str, expected: str, tmp_path: Path) -> None:
    found = audited(tmp_path, app=SERVER.replace("HOW", how))
    told = any(each.rule == "SAFE401" for each in found.findings)
    said = {each.item: each for each in found.checklist}
    assert (said["safety.moderation"].verdict, told) == (expected, expected == "fail")
    assert said["cost.alerts"].reason == "set in the dashboard of OpenAI?"


COMMAND = """
import sys

import click
from openai import OpenAI


@click.command()
@click.argument("place")
def main(place):
    text = TEXT
    OpenAI().chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": text}])
"""


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("sys.stdin.read()", "standard input"),
        ("sys.argv[1]", "command-line argument"),
        ("open(sys.argv[1]).read()", "file named by command-line argument"),
        ("place.a_path", "click command parameter `place`"),
    ],
)
def test_sources_are_called_what_they_are(text: str, what: str, tmp_path: Path) -> None:
    (call,) = audited(tmp_path, app=COMMAND.replace("TEXT", text)).calls
    assert [flow.what for flow in call.facts.untrusted.found] == [what]


JUDGED = """
import re

from fastapi import FastAPI
from openai import OpenAI

app = FastAPI()
client = OpenAI()


def said(text):
    reply = client.responses.create(model="gpt-4o", input=text)
    text = "".join(part.text for part in reply.output)
    GIVEN


@app.get("/ask")
def ask(text: str):
    ANSWER
"""


@pytest.mark.parametrize(
    ("given", "answer", "expected"),
    [
        ('return bool(re.search("yes|true", text))', 'return "They fit" if said(text) else "They don\'t"', []),
        ("return text", "return said(text)", ["FastAPI route ask (app.py:18)"]),
    ],
)
def test_parts_of_an_answer_that_are_joined_to_be_judged_are_shown_to_nobody(
    given: str, answer: str, expected: list[str], tmp_path: Path
) -> None:
    found = audited(tmp_path, app=JUDGED.replace("GIVEN", given).replace("ANSWER", answer))
    told = [each.message.rpartition(": ")[2] for each in found.findings if each.rule == "LAT102"]
    assert told == expected


@pytest.mark.parametrize(
    ("made", "expected"),
    [("Ollama(model='m')", "n/a"), ("Llamafile()", "n/a"), ("AlephAlpha(model='luminous')", "attest")],
)
def test_servers_of_ones_own_send_no_bill(made: str, expected: str, tmp_path: Path) -> None:
    name = made.partition("(")[0]
    app = f"from langchain_community.llms import {name}\n\n\ndef ask(text):\n    return {made}.invoke(text)\n"
    assert verdict(tmp_path, "cost.alerts", app=app).verdict == expected


@pytest.mark.parametrize(
    ("shown", "expected"),
    [("st.write({'score': score, 'said': said})", "fail"), ("st.write(score)", "n/a"), ("print(said)", "n/a")],
)
def test_an_answer_that_is_read_and_drawn_is_shown(shown: str, expected: str, tmp_path: Path) -> None:
    app = f"""
    import streamlit as st
    from openai import OpenAI

    client = OpenAI()
    text = st.text_input("Text")
    said = client.responses.create(model="gpt-4o", input=text).output_text
    score = int(said.split("/100")[0])
    {shown}
    """
    found = {each.item: each.verdict for each in audited(tmp_path, app=app).checklist}
    assert [found["latency.streaming"], found["safety.moderation"]] == [expected, expected]


@pytest.mark.parametrize(
    ("start", "expected"), [('app.post("/ask")', "partial"), ("click.command()", "n/a"), ("staticmethod", "n/a")]
)
def test_what_a_tool_is_given_comes_from_whoever_runs_its_agent(start: str, expected: str, tmp_path: Path) -> None:
    app = f"""
    import click
    from agents import Agent, Runner, function_tool
    from fastapi import FastAPI
    from openai import OpenAI

    app = FastAPI()
    client = OpenAI()


    @function_tool
    def look_up(question: str) -> str:
        return client.responses.create(model="gpt-4o", input=question).output_text


    agent = Agent(name="a", tools=[look_up])


    @{start}
    def main(text: str):
        return Runner.run_sync(agent, text[:100])
    """
    assert verdict(tmp_path, "safety.input_validation", app=app).verdict == expected


@pytest.mark.parametrize(("other", "expected"), [("ChatOpenAI(model='gpt-4o')", "attest"), ("None", "n/a")])
def test_a_setting_may_choose_who_sends_the_bill(other: str, expected: str, tmp_path: Path) -> None:
    app = f"""
    from langchain_ollama import ChatOllama
    from langchain_openai import ChatOpenAI


    def model(settings):
        if settings.local:
            return ChatOllama(model="llama3")
        return {other}


    def ask(text, settings):
        return model(settings).invoke(text)
    """
    assert verdict(tmp_path, "cost.alerts", app=app).verdict == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("config = types.GenerateContentConfig(cached_content=cache.name)", "partial"),
        ("config = {'cached_content': cache.name}", "partial"),
        ("cached_content = files.get('a')", "fail"),
        ("kept = Block(cache_control={'type': 'ephemeral'})", "partial"),
        ("response.cache_control = 'no-store'", "fail"),
    ],
)
def test_prompt_caching(line: str, expected: str, tmp_path: Path) -> None:
    app = ROUTE.replace("text: str", "").replace('"content": text', '"content": "Hello."')
    assert verdict(tmp_path, "cost.caching", app=app + f"\n\n{line}\n").verdict == expected


KEEPS = """
from fastapi import FastAPI
from openai import OpenAI

from store import kept, keep

app, client = FastAPI(), OpenAI()


def judged(text):
    return client.responses.create(model="gpt-4o", input="Judge: " + text).output_text


@app.post("/judge")
def judge(text: str):
    found = kept.get(text)
    if found is not None:
        return found
    found = judged(text)
    kept[text] = found
    return found
"""
FRESH = """

@app.post("/again")
def again(text: str):
    return judged(text)
"""


@pytest.mark.parametrize(
    ("app", "expected"),
    [
        (KEEPS, "pass"),
        (KEEPS + FRESH, "partial"),
        (KEEPS.replace("    kept[text] = found\n", "") + FRESH, "fail"),
        (KEEPS.replace("        return found\n", "        return None\n") + FRESH, "fail"),
    ],
    ids=["on all ways", "on one of two", "never filled", "never given back"],
)
def test_a_cache_on_some_ways(app: str, expected: str, tmp_path: Path) -> None:
    assert verdict(tmp_path, "cost.caching", app=app).verdict == expected


WRITES_SQL = """
import sqlite3

import click
from openai import OpenAI

client = OpenAI()


class Analyst:
    def ask(self, question):
        sql = client.responses.create(model="gpt-4o", input=question).output_text
        return sqlite3.connect("a.db").execute(sql).fetchall()


class Person:
    def ask(self, question):
        return input(question)


@click.command()
@click.argument("question")
def main(question):
    FIRST
    print(Analyst().ask(question))
"""


@pytest.mark.parametrize(
    ("first", "expected"), [("pass", "fail"), ("Person().ask(question)", "pass")], ids=["a model", "a person"]
)
def test_asking_a_model_asks_nobody_first(first: str, expected: str, tmp_path: Path) -> None:
    app = WRITES_SQL.replace("FIRST", first)
    assert verdict(tmp_path, "safety.human_in_loop", app=app).verdict == expected


def test_the_trace_of_an_answer_in_a_match_names_nothing_that_the_code_does_not(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(
        "import subprocess\nfrom openai import OpenAI\n\ndef run(q):\n"
        "    match OpenAI().responses.create(model='m', input=q).output_text.split():\n"
        "        case ['run', command]:\n            subprocess.run(command, shell=True)\n"
    )
    [call] = run([tmp_path], Options()).calls
    notes = [step.note for flow in call.facts.output.found for step in flow.trace if flow.state == "executed"]
    assert notes == ["the model answers", "goes into the `match`", "goes on as `command`"]


OWN_TOOL = """
import smtplib

from openai import OpenAI


class Tool:
    name: str
    description: str
    parameters: dict

    def execute(self, **arguments):
        raise NotImplementedError


class SendMail(Tool):
    name = "send_mail"
    description = "Sends a mail"
    parameters = {"type": "object", "properties": {"to": {"type": "string"}}}

    def execute(self, to):
        smtplib.SMTP("localhost").sendmail("me", to, "hello")


TOOLS = {each.name: each for each in (SendMail(),)}


def ask(text):
    given = [
        {"name": each.name, "description": each.description, "parameters": each.parameters}
        for each in TOOLS.values()
    ]
    answer = OpenAI().responses.create(model="m", input=text, tools=given)
    for call in answer.output:
        TOOLS[call.name].execute(**call.arguments)
"""


@pytest.mark.parametrize(
    ("app", "expected"),
    [
        (OWN_TOOL, "fail"),
        (OWN_TOOL.replace('smtplib.SMTP("localhost").sendmail("me", to, "hello")', "return to.upper()"), "n/a"),
        (
            OWN_TOOL.replace(
                "        smtplib", '        if input("Send? ") != "y":\n            return\n        smtplib'
            ),
            "pass",
        ),
        (OWN_TOOL.replace(", tools=given", ""), "n/a"),
        (
            OWN_TOOL.replace('    parameters = {"type": "object", "properties": {"to": {"type": "string"}}}\n', ""),
            "n/a",
        ),
        (
            OWN_TOOL.replace(
                '    name = "send_mail"\n', '    @property\n    def name(self):\n        return "send_mail"\n\n'
            ),
            "fail",
        ),
        (OWN_TOOL.replace('"parameters": each.parameters', '"parameters": {}'), "n/a"),
        (OWN_TOOL.replace('"description": each.', '"help": each.'), "n/a"),
        (
            OWN_TOOL.replace('"description": each.description, ', "").replace(
                "    answer =",
                "    parser.add(text, help=SendMail.description, args=SendMail.parameters)\n    answer =",
            ),
            "n/a",
        ),
        (
            OWN_TOOL.replace("tools=given", "tools=[each.schema() for each in TOOLS.values()]")
            .replace('"description": each.description, ', "")
            .replace(
                "        raise NotImplementedError\n",
                "        raise NotImplementedError\n\n"
                "    def schema(self):\n"
                "        return dict(name=self.name, description=self.description, input_schema=self.parameters)\n",
            ),
            "fail",
        ),
        (
            OWN_TOOL.replace('"description": each.description, ', "").replace(
                "    answer =",
                '    text += str([f"{each.description}, {each.parameters}" for each in TOOLS.values()])\n    answer =',
            ),
            "fail",
        ),
        (
            OWN_TOOL.replace('"description": each.description, ', "").replace(
                "class Tool:", "from smolagents import Tool\n\n\nclass Other:"
            ),
            "fail",
        ),
    ],
    ids=[
        *("sends", "only looks", "asks first", "handed to nobody", "no schema", "a property", "told of no schema"),
        *("told of no description", "told of a command", "told by itself", "told in a text", "told by a framework"),
    ],
)
def test_a_class_that_says_what_it_does_is_a_tool(app: str, expected: str, tmp_path: Path) -> None:
    assert verdict(tmp_path, "safety.human_in_loop", app=app).verdict == expected
