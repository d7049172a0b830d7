"""What files beside the code declare, and what they don't."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import pytest

from aiready.checks.errors import DataError
from aiready.checks.evidence import Evidence, marks
from aiready.checks.evidence.gather import MOST_BYTES, gather
from aiready.checks.files import listing

BENCH = '{"schema": "aiready.bench/1", "verdict": "pass", "metrics": {"ttft": {}}}'


def read(root: Path, files: dict[str, str], models: tuple[str, ...] = ()) -> Evidence:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    python = {name: text.encode() for name, text in files.items() if name.endswith(".py")}
    return gather(str(root), listing([root]).beside, python, models)


def topics(evidence: Evidence) -> list[tuple[str, str, int]]:
    return [(each.topic, each.place.path, each.place.line) for each in evidence.declared]


@pytest.mark.parametrize(
    ("name", "text", "topic", "line"),
    [
        ("ops/rules.yml", "groups:\n- name: llm\n  rules:\n  - alert: Errors\n", "alerts", 4),
        ("k8s/rule.yaml", "kind: PrometheusRule\n", "alerts", 1),
        ("infra/main.tf", '\nresource "datadog_monitor" "errors" {\n}\n', "alerts", 2),
        ("infra/stack.yaml", "Resources:\n  A:\n    Type: AWS::CloudWatch::Alarm\n", "alerts", 3),
        ("infra/budget.tf", 'resource "aws_budgets_budget" "b" {\n}\n', "budget", 1),
        ("litellm.yaml", "general_settings:\n  max_budget: 100\n", "budget", 2),
        ("config.yaml", "litellm_settings:\n  cache: true\n  cache_params:\n    type: redis\n", "cache", 2),
        ("config.yaml", 'router_settings:\n  fallbacks: [{"a": ["b"]}]\n', "chain", 2),
        ("config.yaml", "router_settings:\n  allowed_fails: 3\n", "breaker", 2),
        ("promptfooconfig.yaml", "prompts: [a]\ntests: []\n", "evals", 1),
        (".github/workflows/ci.yml", "jobs:\n  a:\n    steps:\n    - run: npx promptfoo eval\n", "evals-run", 4),
        (".gitlab-ci.yml", "evals:\n  script:\n  - deepeval test run evals\n", "evals-run", 3),
        (".github/workflows/n.yml", "steps:\n- run: python -m evals.run\n", "evals-run", 2),
        (".aiready/bench.json", BENCH, "bench", 1),
        ("evals/run.py", "import app\n\nexpected = 1\n", "evals", 1),
        ("quality/judge.py", "import app\nfrom deepeval import evaluate\n", "evals", 2),
        ("quality/judge.py", "import weave\n\nrun = weave.Evaluation(dataset=rows, scorers=[right])\n", "evals", 3),
        ("quality/judge.py", "from langsmith import Client, evaluate\n", "evals", 1),
        ("README.md", "# App\n\nThe `summary_model` is used for summaries of threads.\n", "routing", 3),
        ("README.md", "# App\n\n- **Summarization Model** (`small`): Summarizes search results\n", "routing", 3),
    ],
)  # fmt: skip
def test_what_is_declared(name: str, text: str, topic: str, line: int, tmp_path: Path) -> None:
    assert (topic, name, line) in topics(read(tmp_path, {name: text}))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("ops/prometheus.yml", "scrape_configs:\n- job_name: a\n"),
        ("requirements.txt", "deepeval\nprometheus-client\nsentry-sdk\npybreaker\n"),
        ("pyproject.toml", '[project]\ndependencies = ["deepeval", "litellm", "langfuse"]\n'),
        (".github/workflows/ci.yml", "jobs:\n  a:\n    steps:\n    - run: pytest tests\n"),
        (".github/workflows/ci.yml", "steps:\n# - run: npx promptfoo eval\n- name: promptfoo eval\n- run: 'true'\n"),
        ("tests/fixtures/rules.yml", "- alert: Errors\n"),
        ("infra/main.tf", 'resource "aws_instance" "a" {\n}\n'),
        (".aiready/bench.json", "{not json"),
        (".aiready/bench.json", '{"schema": "other/1", "verdict": "pass"}'),
        ("evals/__init__.py", ""),
        ("app.py", "import weave\n\nweave.init('app')  # no weave.Evaluation(rows) yet\n"),
        ("app.py", "from langsmith import traceable\n"),
        ("README.md", "# App\n\nIt calls the OpenAI API and answers questions.\n"),
    ],
)  # fmt: skip
def test_what_is_not_declared(name: str, text: str, tmp_path: Path) -> None:
    assert topics(read(tmp_path, {name: text})) == []


@pytest.mark.parametrize(
    ("window", "day"),
    [
        ('{"start": "2026-11-20T23:50:00+00:00", "end": "2026-11-21T00:10:00Z"}', "2026-11-21"),
        ('{"end": "2026-02-30T00:00:00Z"}', ""),
        ('{"end": 1764230400, "seconds": 60}', ""),
        ('"yesterday"', ""),
    ],
)
def test_a_bench_says_its_day(window: str, day: str, tmp_path: Path) -> None:
    text = BENCH.replace('"metrics"', f'"window": {window}, "metrics"')
    (bench,) = read(tmp_path, {".aiready/bench.json": text}).declared
    assert bench.on == day


def test_a_bench_that_did_not_pass_is_there_but_not_good(tmp_path: Path) -> None:
    text = '{"schema": "aiready.bench/1", "verdict": "fail", "metrics": {"ttft": {}}}'
    (bench,) = read(tmp_path, {".aiready/bench.json": text}).declared
    assert (bench.topic, bench.good, bench.what) == ("bench", False, "bench result: fail")


def test_models_named_without_tasks_are_half_of_it(tmp_path: Path) -> None:
    text = "| provider | model |\n| --- | --- |\n| a | gpt-4o |\n| b | claude-x |\n"
    (routing,) = read(tmp_path, {"README.md": text}, ("gpt-4o", "claude-x")).declared
    assert (routing.topic, routing.good, routing.place.line) == ("routing", False, 3)


def test_models_are_known_by_their_names_in_prose(tmp_path: Path) -> None:
    models = ("global.anthropic.claude-opus-5", "openai.gpt-5.6-luna", "phi")
    table = "| Task | Model |\n| --- | --- |\n| Translation | Claude Opus 5 |\n"
    (routing,) = read(tmp_path, {"README.md": table}, models).declared
    assert (routing.good, routing.place.line) == (True, 3)
    (routing,) = read(tmp_path, {"README.md": "Claude Opus 5 and\nGPT-5.6 Luna, by philosophers.\n"}, models).declared
    assert (routing.good, routing.place.line) == (False, 1)
    assert not read(tmp_path, {"README.md": "By philosophers.\nClaude is one, GPT-5.6 another.\n"}, models).declared


def test_two_models_on_one_line_are_two(tmp_path: Path) -> None:
    text = "# App\n\nWorks with `gpt-4o` and `claude-x`.\n"
    (routing,) = read(tmp_path, {"README.md": text}, ("gpt-4o", "claude-x")).declared
    assert (routing.topic, routing.good, routing.place.line) == ("routing", False, 3)


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    found = read(tmp_path, {"ops/alerts.yml": "- alert: A\n" + "#" * MOST_BYTES, "ops/b.tf": "\0"})
    assert found == Evidence((), (("ops/alerts.yml", "too large"), ("ops/b.tf", "unreadable")))


@pytest.mark.parametrize(
    "name", ["ops/alerts.yaml", "README.md", ".github/workflows/ci.yml", "infra/main.tf", "x/grafana.json"]
)
@pytest.mark.parametrize("text", ["\n", " ", "- ", "python ", "a-model for ", "alert", '"'], ids=repr)
def test_no_text_takes_long(name: str, text: str, tmp_path: Path) -> None:
    before = time.process_time()
    read(tmp_path, {name: text * (MOST_BYTES // len(text))})
    assert time.process_time() - before < 5


@pytest.mark.skipif(sys.platform == "win32", reason="needs links")
def test_links_lead_nowhere(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "alerts.yml").write_text("- alert: A\n")
    root = tmp_path / "root"
    root.mkdir()
    os.symlink(outside / "alerts.yml", root / "alerts.yml")
    os.symlink(outside, root / "ops")
    os.symlink(outside, root / ".github")
    assert read(root, {}) == Evidence()


def test_no_value_of_a_file_is_kept(tmp_path: Path) -> None:
    secret = "sk-proj-" + "a" * 24
    files = {
        "config.yaml": f"api_key: {secret}\nmax_budget: {secret}\n",
        ".aiready/bench.json": f'{{"schema": "aiready.bench/1", "verdict": "{secret}", "metrics": {{}}}}',
        "README.md": f"The summary model {secret} is used for summaries\n",
    }
    assert secret not in repr(read(tmp_path, files))


@pytest.mark.parametrize(
    ("name", "tier"),
    [
        ("gpt-4o", "frontier"), ("gpt-4o-mini", "small"), ("openai/gpt-oss-20b", "small"), ("o3", "frontier"),
        ("anthropic.claude-3-haiku-20240307-v1:0", "small"), ("claude-opus-4-1", "frontier"), ("whisper-1", "other"),
        ("ft:gpt-3.5-turbo-0613:personal::8", "small"), ("llama3.1:70b", "middle"), ("text-embedding-3-small", "other"),
        ("models/gemini-2.0-flash", "small"), ("qwen-plus", "middle"), ("something", ""),
    ],
)  # fmt: skip
def test_tiers_go_by_name(name: str, tier: str) -> None:
    assert marks.load().tier(name) == tier


def test_marks_are_checked() -> None:
    text = marks.SOURCE.read_text(encoding="utf-8")
    with pytest.raises(DataError, match="missing keys: extra"):
        marks.parse(text + "\nextra: 1\n")
    with pytest.raises(DataError, match="not known: smoke"):
        marks.parse(text.replace("topic: budget", "topic: smoke", 1))
    with pytest.raises(DataError, match=r"marks\.yaml"):
        marks.parse(text.replace("unsafe: '", "unsafe: '(", 1))


@pytest.mark.parametrize(
    ("tokens", "said"),
    [
        ({"input": 1000, "cached": 640}, ["bench result: 64% of the input came from the provider's cache"]),
        ({"input": 1000, "cached": 10}, ["bench result: 1% of the input came from the provider's cache"]),
        ({"input": 1000, "cached": 9}, []),
        ({"input": 1000, "cached": None}, []),
        ({"input": 0, "cached": 0}, []),
        ("many", []),
    ],
)
def test_a_bench_tells_of_the_providers_cache(tokens: object, said: list[str], tmp_path: Path) -> None:
    text = json.dumps({"schema": "aiready.bench/1", "verdict": "pass", "metrics": {"ttft": {}}, "tokens": tokens})
    found = read(tmp_path, {".aiready/bench.json": text})
    assert [each.what for each in found.of("cache")] == said


def test_a_setting_without_a_task_says_nothing(tmp_path: Path) -> None:
    text = "# App\n\n- **Summarization Model** (`small`): summaries\n- **Judge Model**: default gpt-4o\n"
    assert all(not each.good for each in read(tmp_path, {"README.md": text}, ("gpt-4o", "claude-x")).declared)
