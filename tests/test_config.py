"""A project's own words: found, checked whole, and heard."""

from __future__ import annotations

from pathlib import Path

import pytest

from aiready.checks.config import Declared, configured, section
from aiready.checks.config.find import seen_from
from aiready.checks.config.schema import SHIPPED, schema
from aiready.checks.errors import ConfigError, UsageError
from aiready.checks.model import Call
from aiready.checks.options import Options
from aiready.checks.pipeline import run

CALL = (
    "import openai\nclient = openai.OpenAI()\n"
    "def ask(text):\n    return client.chat.completions.create(model='m', messages=text)\n"
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "app.py").write_text(CALL)
    return tmp_path


def calls(project: Path) -> tuple[Call, ...]:
    config = configured((str(project),))
    return run([project], Options(exclude=config.exclude, config=config)).calls


def mistakes(project: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        configured((str(project),))
    return [f"{each.line}:{each.column}: {each.why}" for each in caught.value.mistakes]


def test_the_shipped_schema_is_the_form() -> None:
    assert SHIPPED.read_text() == schema()


def test_no_configuration_says_nothing(project: Path) -> None:
    assert configured((str(project / "src"),)).path == ""


@pytest.mark.parametrize(
    ("name", "text", "spots"),
    [
        ("aiready.yaml", "persona: pedantic\nbench:\n  seed: 5\n", {("bench",): (2, 1), ("bench", "seed"): (3, 3)}),
        ("pyproject.toml", "[tool.aiready]\n[tool.aiready.bench]\nseed = 5\n",
         {("tool", "aiready", "bench"): (2, 1), ("tool", "aiready", "bench", "seed"): (3, 1)}),
    ],
)  # fmt: skip
def test_the_part_of_the_bench_is_left_to_it(
    name: str, text: str, spots: dict[tuple[str, ...], tuple[int, int]], project: Path
) -> None:
    (project / name).write_text(text)
    assert configured((str(project),)).path == str(project / name)
    found = section("bench", (str(project / "src"),))
    assert found is not None
    assert (found.value, found.path, found.prefix) == ({"seed": 5}, str(project / name), next(iter(spots)))
    assert {place: found.spots[place] for place in spots} == spots


def test_where_nothing_is_said_of_the_bench_there_is_no_part_of_it(project: Path) -> None:
    assert section("bench", (str(project),)) is None
    (project / "aiready.yaml").write_text("persona: pedantic\n")
    assert section("bench", (str(project),)) is None
    (project / "aiready.yaml").write_text("persona: [\n")
    with pytest.raises(ConfigError):
        section("bench", (str(project),))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("aiready.yaml", "persona: pedantic\nlimits: {REL105: {remote_seconds: 30}}\n"),
        ("pyproject.toml", "[tool.aiready]\npersona = 'pedantic'\nlimits.worst-case-over-budget.remote_seconds = 30\n"),
    ],
)
def test_it_is_found_from_below(project: Path, name: str, text: str) -> None:
    (project / name).write_text(text)
    found = configured((str(project / "src"),))
    assert found.persona == "pedantic"
    assert found.limits == {"REL105": {"remote_seconds": 30}}


def test_two_configurations_side_by_side_are_refused(project: Path) -> None:
    (project / "aiready.yaml").write_text("persona: regular\n")
    (project / "pyproject.toml").write_text("[tool.aiready]\n")
    with pytest.raises(UsageError, match=r"aiready.yaml and pyproject.toml both hold a configuration"):
        configured((str(project),))


def test_every_mistake_of_yaml_is_told_with_its_place(project: Path) -> None:
    (project / "aiready.yaml").write_text(
        "persona: foo\nselct: [REL]\nlimits:\n  REL105: {remote_seconds: x}\n"
        "attestations:\n- item: cost.alerts\n  statement: s\n  by: me\n  on: 2026-01-01\ncalls: {ask: chat}\n"
    )
    assert mistakes(project) == [
        "1:1: persona: 'foo' is none of regular, pedantic or auditor",
        "2:1: selct: unknown key; did you mean select?",
        "4:12: limits.REL105.remote_seconds: input should be a valid number",
        "6:3: attestations.0.expires: missing",
        "10:9: calls.ask: no dotted name such as `package.module.function`",
    ]


def test_names_that_mean_nothing_are_told_too(project: Path) -> None:
    (project / "aiready.yaml").write_text(
        "ignore: [REL101, blocking-call-in-asyn]\nlimits:\n  REL105: {nope: 3}\n"
        "attestations:\n- {item: cost.cachin, statement: s, by: me, on: 2026-02-01, expires: 2026-01-01}\n"
        "- {item: cost.caching, statement: s, by: me, on: 2026-02-01, expires: 2026-03-01}\n"
    )
    assert mistakes(project) == [
        "1:18: ignore.1: no rule, area or item is called 'blocking-call-in-asyn'; did you mean blocking-call-in-async?",
        "3:12: limits.REL105.nope: worst-case-over-budget has no such limit; it has remote_seconds",
        "5:4: attestations.0.item: no rule, area or item is called 'cost.cachin'; did you mean cost.caching?",
        "5:61: attestations.0.expires: before the day it was looked at",
        (
            "6:4: attestations.1.item: cost.caching is judged by files, not by words; "
            "cost.alerts and observability.alerts can be attested"
        ),
    ]


def test_every_mistake_of_toml_is_told_with_its_place(project: Path) -> None:
    text = """[project]
name = 'x'

[tool.aiready]
persona = 'foo'

[[tool.aiready.attestations]]
item = 'cost.alerts'
statement = 's'
by = 'me'
on = 2026-01-01

[[tool.aiready.attestations]]
item = 1
statement = 's'
by = 'me'
on = 2026-01-01
expires = 2027-01-01
"""
    (project / "pyproject.toml").write_text(text)
    assert mistakes(project) == [
        "5:1: persona: 'foo' is none of regular, pedantic or auditor",
        "7:1: attestations.0.expires: missing",
        "14:1: attestations.1.item: input should be a valid string",
    ]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("aiready.yaml", "a: 1\na: 2\n", ["2:1: line 2: 'a' stands twice"]),
        ("aiready.yaml", "- a\n", ["1:1: the configuration: must be a table of keys and values"]),
        ("pyproject.toml", "[tool.aiready\n", ["1:14: Expected ']' at the end of a table declaration"]),
    ],
)
def test_what_is_no_configuration_at_all(project: Path, name: str, text: str, said: list[str]) -> None:
    (project / name).write_text(text)
    assert mistakes(project) == said


def test_what_can_not_be_read_is_one_line(project: Path) -> None:
    (project / "aiready.yaml").write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match="not UTF-8"):
        configured((str(project),))
    with pytest.raises(UsageError, match="No such file"):
        configured((str(project),), str(project / "nowhere.yaml"))


@pytest.mark.parametrize(
    ("below", "pattern", "seen"),
    [
        (".", "src/gen/", "src/gen/"),
        ("src", "gen", "gen"),
        ("src", "src/gen/", "/gen/"),
        ("src", "/src/gen", "/gen"),
        ("src", "lib/gen", ""),
        ("src", "!src/gen", "!/gen"),
    ],
)
def test_patterns_are_those_of_the_configurations_folder(below: str, pattern: str, seen: str) -> None:
    assert seen_from(below, pattern) == seen


def test_excluded_files_are_left_out(project: Path) -> None:
    (project / "aiready.yaml").write_text("exclude: [src/app.py]\n")
    (project / "other.py").write_text(CALL)
    assert [call.place.path for call in calls(project)] == ["other.py"]


def test_limits_and_rules_can_differ_by_path(project: Path) -> None:
    (project / "aiready.yaml").write_text("paths:\n  src/: {ignore: [COST101]}\n")
    (project / "other.py").write_text(CALL)
    config = configured((str(project),))
    found = run([project], Options(config=config, persona="auditor")).findings
    assert {each.place.path for each in found if each.rule == "COST101"} == {"other.py"}
    assert {each.place.path for each in found if each.rule == "REL101"} == {"other.py", "src/app.py"}


def test_the_kind_of_project_says_who_waits(project: Path) -> None:
    (project / "aiready.yaml").write_text("kind: service\n")
    assert [call.facts.audience.state for call in calls(project)] == ["remote"]


def verdicts(project: Path) -> dict[str, str]:
    config = configured((str(project),))
    return {each.item: each.verdict for each in run([project], Options(config=config)).checklist}


@pytest.mark.parametrize(
    ("kind", "needed"),
    [
        ("service", ["reliability.fallback", "reliability.circuit_breaker", "latency.async", "observability.alerts"]),
        ("worker", ["reliability.fallback", "observability.alerts"]),
        ("cli", []),
        ("library", []),
    ],
)
def test_the_kind_of_project_says_what_it_needs(project: Path, kind: str, needed: list[str]) -> None:
    asked = ("reliability.fallback", "reliability.circuit_breaker", "latency.async", "observability.alerts")
    (project / "aiready.yaml").write_text(f"kind: {kind}\n")
    found = verdicts(project)
    assert [item for item in asked if found[item] != "n/a"] == needed


@pytest.mark.parametrize(
    ("says", "verdict"),
    [
        ("kind: service", "pass"),
        ("kind: service\nlimits: {excessive-timeout: {remote_seconds: 30}}", "fail"),
        ("kind: worker\nlimits: {excessive-timeout: {remote_seconds: 30}}", "pass"),
        ("kind: service\npaths: {src/: {limits: {REL103: {remote_seconds: 30}}}}", "fail"),
        ("kind: service\npaths: {other/: {limits: {REL103: {remote_seconds: 30}}}}", "pass"),
    ],
)
def test_the_checklist_has_the_limits_of_the_rules(project: Path, says: str, verdict: str) -> None:
    (project / "aiready.yaml").write_text(f"{says}\n")
    (project / "src" / "app.py").write_text(CALL.replace("OpenAI()", "OpenAI(timeout=45)"))
    assert verdicts(project)["reliability.timeouts"] == verdict


def test_a_declared_entry_point_says_who_waits(project: Path) -> None:
    (project / "aiready.yaml").write_text("entry_points: {app.ask: background}\n")
    assert [call.facts.audience.state for call in calls(project)] == ["background"]


def test_a_declared_call_is_found_wherever_its_function_comes_from(project: Path) -> None:
    (project / "aiready.yaml").write_text(
        "calls: {corp.llm.ask: chat, app.Gateway.send: completion, app.local: chat}\n"
    )
    (project / "src" / "app.py").write_text(
        "from corp.llm import ask as question\n"
        "class Gateway:\n    def send(self, text): ...\n"
        "def local(text): ...\n"
        "def one(): return question('a')\n"
        "def two(): return Gateway().send('b')\n"
        "def three(): return local('c')\n"
    )
    assert [(call.place.line, call.kind, call.facts.timeout.state) for call in calls(project)] == [
        (5, "chat", "unknown"),
        (6, "completion", "unknown"),
        (7, "chat", "unknown"),
    ]


@pytest.mark.parametrize(
    ("says", "code", "fact"),
    [
        ("guards: [corp.guard.quiet]", "@quiet\ndef ask(): return CALL\n", ("guard", "handled")),
        ("guards: [corp.guard.quiet]", "def ask():\n    with quiet():\n        return CALL\n", ("guard", "handled")),
        ("retries: {corp.guard.quiet: 4}", "@quiet\ndef ask(): return CALL\n", ("retry", "explicit")),
        ("persona: regular", "@quiet\ndef ask(): return CALL\n", ("guard", "propagates")),
    ],
)
def test_declared_helpers_count(project: Path, says: str, code: str, fact: tuple[str, str]) -> None:
    (project / "aiready.yaml").write_text(f"{says}\n")
    call = "client.chat.completions.create(model='m', messages=[])"
    head = "import openai\nfrom corp.guard import quiet\nclient = openai.OpenAI(max_retries=0)\n"
    text = head + code.replace("CALL", call)
    (project / "src" / "app.py").write_text(text)
    [found] = calls(project)
    assert getattr(found.facts, fact[0]).state == fact[1]


ASKED = (
    "import json\nimport openai\nfrom corp import check, keep\nclient = openai.OpenAI()\n"
    "class Order:\n    def fits(self, data): ...\n"
    "def own(text): print(text)\n"
    "def ask(messages):\n    reply = client.chat.completions.create(model='m', messages=messages)\n"
    "    answer = reply.choices[0].message.content\n"
)


CHECKED = """
    try:
        data = json.loads(answer)
        {}(data)
    except ValueError:
        return None
    return data['x']
"""


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("corp.check", "    try:\n        return check(answer)\n    except ValueError:\n        return None\n"),
        ("corp.check", CHECKED.format("check")),
        ("app.Order.fits", CHECKED.format("Order().fits")),
        ("app.own", CHECKED.format("own")),
        (
            "corp.check",
            CHECKED.replace("        {}(data)\n", "").replace("        data", "        check(answer)\n        data"),
        ),
    ],
)
def test_a_declared_validator_makes_data_of_an_answer_checked(project: Path, name: str, code: str) -> None:
    (project / "src" / "app.py").write_text(ASKED + code)
    assert {each.facts.output.state for each in calls(project)} <= {"parsed-unvalidated", "text"}
    (project / "aiready.yaml").write_text(f"validators: [{name}]\n")
    assert [each.facts.output.state for each in calls(project)] == ["parsed-validated"]


@pytest.mark.parametrize("error", ["corp.Invalid", "Broken", "ValueError"])
def test_a_declared_validator_raises_errors_of_its_own(project: Path, error: str) -> None:
    code = f"    try:\n        return check(answer)\n    except {error}:\n        return None\n"
    (project / "src" / "app.py").write_text(f"import corp\nclass Broken(Exception): ...\n{ASKED}{code}")
    (project / "aiready.yaml").write_text("validators: [corp.check]\n")
    assert [each.facts.output.state for each in calls(project)] == ["parsed-validated"]


@pytest.mark.parametrize(
    "code",
    [
        "    try:\n        if messages:\n            check(answer)\n        data = json.loads(answer)\n",
        "    try:\n        data = json.loads(answer)\n        check(answer)\n",
    ],
)
def test_a_check_that_comes_too_late_or_not_always_is_none(project: Path, code: str) -> None:
    text = f"{ASKED}{code}    except ValueError:\n        return None\n    return data['x']\n"
    (project / "src" / "app.py").write_text(text)
    (project / "aiready.yaml").write_text("validators: [corp.check]\n")
    assert [each.facts.output.state for each in calls(project)] == ["parsed-unvalidated"]


def test_a_declared_validator_whose_errors_nobody_catches_is_as_good_as_a_schema_in_that_case(project: Path) -> None:
    (project / "src" / "app.py").write_text(ASKED + "    return check(json.loads(answer))\n")
    (project / "aiready.yaml").write_text("validators: [corp.check]\n")
    assert [each.facts.output.state for each in calls(project)] == ["parsed-unvalidated"]


@pytest.mark.parametrize(
    ("name", "code", "facts"),
    [
        ("corp.keep", "    keep(reply)\n", ("yes", "read")),
        ("corp.keep", "    keep(prompt=messages, answer=answer)\n", ("yes", "unread")),
        ("corp.keep", "    keep(answer, reply.usage)\n", ("yes", "read")),
        ("app.own", "    own(answer)\n", ("partial", "unread")),
        ("app.Order.fits", "    Order().fits(answer)\n", ("partial", "unread")),
        ("corp.keep", "    from corp import keep as noted\n    noted(messages, answer)\n", ("yes", "unread")),
    ],
)
def test_a_declared_logger_records_what_it_is_given(
    project: Path, name: str, code: str, facts: tuple[str, str]
) -> None:
    (project / "src" / "app.py").write_text(ASKED + code)
    [before] = calls(project)
    assert before.facts.observed.state == "no"
    (project / "aiready.yaml").write_text(f"loggers: [{name}]\n")
    [found] = calls(project)
    assert (found.facts.observed.state, found.facts.usage.state) == facts


def test_a_declared_wrapper_gives_back_the_client(project: Path) -> None:
    (project / "aiready.yaml").write_text("wrappers: [corp.llm.traced]\n")
    (project / "src" / "app.py").write_text(
        "import openai\nfrom corp.llm import traced\nclient = traced(openai.OpenAI(timeout=5))\n"
        "def ask(): return client.chat.completions.create(model='m', messages=[])\n"
    )
    [found] = calls(project)
    assert (found.sdk, found.confidence, found.facts.timeout.seconds) == ("openai", "high", 5)


def test_declared_names_are_those_of_functions() -> None:
    said = Declared(calls={"a.b": "chat"}, entry_points={"c.d": "local"}, loggers=("e.f",))
    assert said.names() == {"a.b", "e.f"}


def test_declared_loggers_validators_and_sanitizers_are_heard(project: Path) -> None:
    (project / "src" / "app.py").write_text(
        "import json\nfrom flask import Flask, request\nfrom openai import OpenAI\n"
        "from corp.kit import check, clean, record\n"
        "app = Flask(__name__)\nclient = OpenAI()\n\n\n"
        "@app.route('/')\ndef ask():\n"
        "    text = clean(request.args['q'])\n"
        "    try:\n"
        "        reply = client.responses.create(model='m', input=f'Answer: {text} now')\n"
        "        record(text, reply.output_text)\n"
        "        return check(reply.output_text)\n"
        "    except Exception:\n        return 'none'\n"
    )
    [before] = calls(project)
    (project / "aiready.yaml").write_text(
        "loggers: [corp.kit.record]\nvalidators: [corp.kit.check]\nsanitizers: [corp.kit.clean]\n"
    )
    [after] = calls(project)
    states = [
        (each.facts.observed.state, each.facts.output.state, each.facts.untrusted.state) for each in (before, after)
    ]
    assert states == [("no", "text", "undelimited"), ("yes", "parsed-validated", "delimited")]
