"""What CI systems read of load tests: a case a threshold, a regression, a run; only what is shown to hold passes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from junitparser import Error, Failure, JUnitXml
from workflow_commands import Command, commands

from aiready.bench.outcome import comparison, outcome
from aiready.bench.samples import Clock, End
from aiready.report.bench_interface import BENCH_FORMATS, COMPARE_FORMATS, with_baseline
from aiready.report.look import Look
from aiready.report.terminal import safe

BenchRuns = Any
"""The one of conftest, which can't be imported by name."""
FORMATS = ("sarif", "junit", "github", "gitlab")
SLOS = ["p50_ttft<1s", "p50_e2e<1ms", "p99_ttft<1s"]
"""One is met, one is missed, of one too few requests tell."""
NAMES = ["run", *SLOS]
GROUP = "openai gpt-4o-mini, closed:8"
MISSED = "p50_e2e<1ms: fail, observed 500 ms, [500, 500] ms"
HARM = "evil\x1b[2J\r\n::error::x,y:z%0A <b>[a](javascript:b) \u202e\ud800.yaml"


def told(runs: BenchRuns, form: str, **plan: object) -> str:
    found = outcome(runs.made(runs.steady(120), slo=SLOS, **plan))
    return BENCH_FORMATS[form](found, Look())


def results(text: str) -> list[tuple[str, str, list[type]]]:
    found = JUnitXml.fromstring(text.encode())
    return [(suite.name, case.name, [type(each) for each in case.result]) for suite in found for case in suite]


def run_of(text: str) -> dict[str, Any]:
    (run,) = json.loads(text)["runs"]
    return cast("dict[str, Any]", run)


def test_junit_has_a_test_for_the_run_and_for_each_threshold(runs: BenchRuns) -> None:
    results_of = [[], [], [Failure], [Error]]
    assert results(told(runs, "junit")) == [
        (GROUP, name, result) for name, result in zip(NAMES, results_of, strict=True)
    ]


def test_sarif_has_a_result_for_what_is_not_shown_and_lists_all(runs: BenchRuns) -> None:
    run = run_of(told(runs, "sarif"))
    assert [(each["name"], each["verdict"]) for each in run["properties"]["cases"]] == [
        ("run", "pass"), ("p50_ttft<1s", "pass"), ("p50_e2e<1ms", "fail"), ("p99_ttft<1s", "inconclusive"),
    ]  # fmt: skip
    assert [(each["ruleId"], each["level"]) for each in run["results"]] == [
        ("BENCH102", "error"),
        ("BENCH102", "warning"),
    ]
    assert [run["tool"]["driver"]["rules"][each["ruleIndex"]]["id"] for each in run["results"]] == ["BENCH102"] * 2
    assert run["results"][0]["message"]["text"] == f"{GROUP}: {MISSED}."
    assert run["invocations"] == [{"executionSuccessful": True}]


def test_github_and_gitlab_get_what_is_not_shown(runs: BenchRuns) -> None:
    found = outcome(runs.made(runs.steady(120), slo=SLOS))
    first, second = commands(BENCH_FORMATS["github"](found, Look()))
    spot = {"file": "aiready.yaml", "line": "1"}
    assert first == Command("error", {**spot, "title": "aiready bench fail: p50_e2e<1ms"}, f"{GROUP}: {MISSED}")
    assert (second.name, second.properties["title"]) == ("warning", "aiready bench inconclusive: p99_ttft<1s")
    issues = json.loads(BENCH_FORMATS["gitlab"](found, Look()))
    assert [(each["check_name"], each["severity"]) for each in issues] == [
        ("bench p50_e2e<1ms", "critical"),
        ("bench p99_ttft<1s", "major"),
    ]
    assert issues[0]["location"] == {"path": "aiready.yaml", "lines": {"begin": 1, "end": 1}}


def test_a_case_has_the_same_name_in_the_next_run(runs: BenchRuns) -> None:
    one, two = (
        json.loads(BENCH_FORMATS["gitlab"](outcome(runs.made(runs.steady(n), f"run-{n}", slo=SLOS)), Look()))
        for n in (100, 120)
    )
    assert [each["fingerprint"] for each in one] == [each["fingerprint"] for each in two]
    assert len({each["fingerprint"] for each in one}) == 2


@pytest.mark.parametrize(
    ("scenario", "path"),
    [
        ("load/chat.yaml", "load/chat.yaml"),
        (".\\load\\chat.yaml", "load/chat.yaml"),
        ("", "aiready.yaml"),
        ("/etc/chat.yaml", "aiready.yaml"),
        ("../chat.yaml", "aiready.yaml"),
        ("C:\\chat.yaml", "aiready.yaml"),
        (3, "aiready.yaml"),
    ],
)
def test_a_threshold_is_shown_in_the_file_that_asks_for_it(scenario: object, path: str, runs: BenchRuns) -> None:
    issues = json.loads(told(runs, "gitlab", scenario=scenario))
    assert {each["location"]["path"] for each in issues} == {path}


def test_a_run_that_measured_nothing_is_no_passed_test(runs: BenchRuns) -> None:
    failed = outcome(runs.made([runs.failed(number, number * 10) for number in range(9)], "failed"))
    assert results(BENCH_FORMATS["junit"](failed, Look())) == [(GROUP, "run", [Failure])]
    empty = outcome(runs.made([], "empty", killed=True))
    assert results(BENCH_FORMATS["junit"](empty, Look())) == [(GROUP, "run", [Error])]
    busy = End("requests", Clock(0, runs.wall), {"verdict": "the client's loop was late"})
    late = outcome(runs.made(runs.steady(120), "late", busy, slo=SLOS[:1]))
    assert results(BENCH_FORMATS["junit"](late, Look())) == [
        (GROUP, "run", [Error]),
        (GROUP, SLOS[0], [Error]),
    ]
    assert run_of(BENCH_FORMATS["sarif"](late, Look()))["invocations"] == [{"executionSuccessful": False}]


def test_what_has_got_worse_is_a_failure(runs: BenchRuns) -> None:
    before = outcome(runs.made(runs.steady(120), "before"))
    after = outcome(runs.made(runs.steady(120, first=300), "after"))
    found = comparison([before, after])
    worse = [each.subject for each in found.regressions]
    assert "p50_ttft" in worse
    assert results(with_baseline("junit", after, found, Look())) == [
        (GROUP, "run", []),
        *((GROUP, name, [Failure]) for name in worse),
    ]
    assert results(COMPARE_FORMATS["junit"](found, Look()))[1:] == results(with_baseline("junit", after, found, Look()))
    first = commands(with_baseline("github", after, found, Look()))[0]
    assert first.text == f"{GROUP}: p50_ttft has got worse: 204 ms, 304 ms +49 % WORSE"


@pytest.mark.parametrize("form", FORMATS)
def test_what_a_plan_holds_does_no_harm(form: str, runs: BenchRuns) -> None:
    target = {"name": HARM, "protocol": "openai-chat", "url": "https://e.org", "model": HARM}
    text = told(runs, form, target=target, scenario=HARM, shape=HARM)
    assert [char for char in text if not char.isprintable() and char != "\n"] == []
    group = f"{safe(HARM)}, {safe(HARM)}"
    read: dict[str, Callable[[], str]] = {
        "sarif": lambda: cast("str", run_of(text)["properties"]["cases"][2]["target"]),
        "junit": lambda: results(text)[2][0],
        "github": lambda: commands(text)[0].text.removesuffix(f": {MISSED}"),
        "gitlab": lambda: cast("str", json.loads(text)[0]["description"]).removesuffix(f": {MISSED}"),
    }
    assert read[form]() == group
    assert len(commands(text)) == (2 if form == "github" else 0)


def test_a_run_remembers_which_file_asked_for_it(
    aiready: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario = "targets: [simulator]\nslo: [p50_e2e<0.01ms]\n"
    (tmp_path / "load.yaml").write_text(scenario)
    summary = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    settings = ("--requests", "20", "--quiet", "--format", "github")
    done = aiready("bench", "load.yaml", "--simulate", "ttft=1ms&itl=1ms&tokens=2", *settings, cwd=tmp_path)
    assert {each.properties["file"] for each in commands(done.stdout)} == {"load.yaml"}
    assert "aiready bench: " in summary.read_text().splitlines()[0]
