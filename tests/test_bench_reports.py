"""What people and programs read of a run: snapshots, the documented schema, and nothing that does harm."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiready.bench.cost import Alternative
from aiready.bench.metrics import Observed, distribution
from aiready.bench.mistakes import BenchMistake, KeptError, RunError, SloError
from aiready.bench.outcome import Outcome, comparison, outcome
from aiready.bench.prices import Band, Price
from aiready.bench.samples import Clock, End, Reply, Sample, Times, Tokens
from aiready.cli.ending import finished
from aiready.report.bench_blocks import bar, fitted, histogram, sparkline
from aiready.report.bench_interface import BENCH_FORMATS, COMPARE_FORMATS, as_evidence, with_baseline
from aiready.report.bench_words import figure, interval, number, seconds, shown
from aiready.report.compare_rows import ratio
from aiready.report.look import Look
from aiready.report.terminal import cells

BenchRuns = Any
"""The one of conftest, which can't be imported by name."""
Run = Callable[..., "CompletedProcess[str]"]

CLOCK = Clock(0, 1_700_000_000_000_000_000)
HOSTILE = "\x1b[2J|<img src=x>@team [a](http://evil.example) `=cmd`"


def refused(constant: str) -> float:
    raise AssertionError(f"JSON has no {constant}")


def full(runs: BenchRuns, name: str = "full", first: int = 200) -> Outcome:
    """Something of everything."""
    headers = (
        ("x-ratelimit-limit-requests", "500"),
        ("x-ratelimit-remaining-requests", "490"),
        ("x-ratelimit-reset-requests", "1.2s"),
    )
    timings = {"load": 5_000_000, "prompt_eval": 80_000_000, "eval": 300_000_000, "total": 390_000_000}
    reply = Reply(200, headers, model="gpt-4o-mini-2024", new_connection=False, timings=timings)
    samples = [
        runs.stream(number, number * 100, first + number % 50, tags=("long" if number % 3 else "short",), reply=reply)
        for number in range(100)
    ]
    samples += [
        runs.failed(100, 2000, "rate_limited", message="slow down", reply=Reply(429, (("retry-after", "2"),))),
        runs.failed(101, 4000, "rate_limited", message="slow down", reply=Reply(429, (("retry-after", "4"),))),
        runs.failed(102, 4000, "server_error", message=HOSTILE, tags=(HOSTILE,)),
        runs.failed(103, 5000, reply=Reply(new_connection=False)),
    ]
    client = {"verdict": "ok", "cpu_share": 0.31, "loop_lag": {"p50": 0.0001, "p99": 0.002}, "stamps": "kernel"}
    plan = {"slo": ["p95_ttft<1.5s", "p50_e2e<1s", "error_rate<1%"], "prompts": {"source": "default", "count": 24}}
    plan |= {"price": PRICE.as_json(), "users": {"daily": 1000, "calls": 5}}
    folder = runs.made(samples, name, End("requests", CLOCK, client), **plan)
    return outcome(folder)


PRICE = Price(
    "openai",
    "gpt-4o-mini",
    "gpt-4o-mini",
    "configuration",
    date(2023, 11, 1),
    (Band(input=Decimal("0.15"), output=Decimal("0.6"), cache_read=Decimal("0.075")),),
)
TEXT = """\
openai gpt-4o-mini at https://api.example.com/v1
closed:8; stop at 20 requests; 24 prompts of default; streamed; seed 1
2023-11-14 22:13:20 UTC, 10.4 s, all requests sent
104 requests: 100 succeeded, 4 failed

FAIL: 1 of 3 thresholds met
"""


def without_others(text: str) -> str:
    """Without what other models would cost, which changes with the price list."""
    return "\n\n".join(each for each in text.split("\n\n") if not each.startswith("The same tokens"))


def test_other_models_are_told_of_beside_the_one_that_was_measured(run: Outcome) -> None:
    text = BENCH_FORMATS["text"](run, Look())
    (section,) = [each for each in text.split("\n\n") if each.startswith("The same tokens on other models\n")]
    assert [line.split()[-1] for line in section.splitlines() if "gpt-4o-mini" in line] == ["measured"]
    assert 3 <= len(section.splitlines()) <= 14
    raw = json.loads(BENCH_FORMATS["json"](run, Look()))["cost"]["what_if"]["models"]
    assert [each["total"] for each in raw if each["measured"]] == [0.00081]


@pytest.mark.parametrize(("cheaper", "dearer", "shown", "left"), [(9, 9, 12, 7), (6, 1, 8, 0), (3, 3, 7, 0)])
def test_the_cheapest_model_is_always_told_of_and_those_left_out_are_counted(
    cheaper: int, dearer: int, shown: int, left: int, run: Outcome
) -> None:
    """Five on either side were shown, and nothing said that there were others."""
    assert run.money
    lines = [
        Alternative("p", f"m{place}", PRICE, Decimal(place), 1.0, measured=place == cheaper + 1)
        for place in range(1, cheaper + dearer + 2)
    ]
    of = replace(run, money=replace(run.money, alternatives=tuple(lines)))
    told = f"and {left} more, dearer than the first of these (--format json has all)"
    (section,) = [each for each in BENCH_FORMATS["text"](of, Look()).split("\n\n") if each.startswith("The same")]
    rows = section.splitlines()[1:]
    assert (rows[0].split()[1], len(rows) - (rows[-1].strip() == told)) == ("m1", shown)
    assert [told in BENCH_FORMATS[name](of, Look()) for name in ("text", "markdown", "html")] == [left > 0] * 3


@pytest.fixture
def run(runs: BenchRuns, monkeypatch: pytest.MonkeyPatch) -> Outcome:
    monkeypatch.chdir(runs.home)
    return full(runs)


def test_no_line_is_wider_than_the_terminal_whatever_a_server_or_the_client_says(runs: BenchRuns) -> None:
    """The client's fault stood in one heading, and a line of 1 GB in one word."""
    fault = "; ".join(["the client's loop was up to 31 ms late (p99): more than 20 ms would be the server's"] * 3)
    samples = [
        *runs.steady(20),
        runs.failed(20, 100, "malformed", message=f"no JSON: {'x' * 280}\N{CJK UNIFIED IDEOGRAPH-4E00}"),
    ]
    of = outcome(runs.made(samples, end=End("requests", CLOCK, {"verdict": fault})))
    narrow = BENCH_FORMATS["text"](of, Look(width=72)).splitlines()
    lines = BENCH_FORMATS["text"](of, Look()).splitlines()
    told = [(each, width) for width, some in ((72, narrow), (80, lines)) for each in some]
    assert [each for each, width in told if cells(each) > width and not each.startswith("samples: ")] == []
    assert "x" * 280 in "".join(line.strip() for line in lines)


def test_failures_whose_messages_are_not_told_are_counted(runs: BenchRuns) -> None:
    """Three of five were shown, as if there were no more."""
    lost = [runs.failed(20 + number, 100, message=f"words {number}") for number in range(5)]
    of = outcome(runs.made([*runs.steady(20), *lost]))
    assert [(each.count, len(each.messages), each.others) for each in of.errors] == [(5, 3, 2)]
    told = "and 2 more, with other messages or none"
    assert [name for name in ("text", "markdown", "html") if told not in BENCH_FORMATS[name](of, Look())] == []
    assert [each["others"] for each in json.loads(BENCH_FORMATS["json"](of, Look()))["errors"]] == [2]


def heading(runs: BenchRuns, name: str, **plan: object) -> str:
    samples = [*runs.steady(20), *(runs.stream(20 + k, 3000 + k * 100, stage=1) for k in range(20))]
    return BENCH_FORMATS["text"](outcome(runs.made(samples, name, **plan)), Look())


def test_steps_are_called_by_their_rates_and_prompts_by_where_they_come_from(runs: BenchRuns) -> None:
    """They were step 0 and step 1, and "1 prompts of -"."""
    text = heading(runs, "one", shape="steps:9/s@10s,4.5/s@10s", prompts={"source": "-", "count": 1})
    rows = text.split("Levels\n")[1].split("\n\n")[0].splitlines()
    assert [row.split()[0] for row in rows[1:]] == ["9.00/s", "4.50/s"]
    assert "; 1 prompt of standard input; " in text.replace("\n", " ")
    users = heading(runs, "two", shape="closed:1@9s,8@9s", prompts={"source": "synthetic", "count": None})
    assert [row.strip()[:7].rstrip() for row in users.split("Levels\n")[1].splitlines()[1:3]] == ["1 user", "8 users"]
    assert "; prompts of synthetic; " in users.replace("\n", " ")


def test_the_stops_of_a_sweep_are_those_of_a_level(runs: BenchRuns) -> None:
    swept = heading(runs, "swept", shape="sweep:1-2,points=3", stops={"requests": 20})
    assert "; stop at 20 requests a level; " in swept.replace("\n", " ")
    assert "a level" not in heading(runs, "plain", shape="closed:2", stops={"requests": 20})


@pytest.mark.parametrize(
    ("shape", "known"),
    [("sweep:1-8,points=4", "where the knee is"), ("search:1-8", "what the thresholds hold up to")],
)
def test_a_client_that_gives_out_at_the_first_level_leaves_no_question_mark(
    shape: str, known: str, runs: BenchRuns
) -> None:
    """It once said: the thresholds hold up to ?"""
    end = End("requests", CLOCK, {"verdict": "too slow", "levels": {"0": 1}})
    of = outcome(runs.made(runs.steady(20), end=end, shape=shape, slo=["p50_ttft<1s"]))
    text = BENCH_FORMATS["text"](of, Look()).replace("\n  ", " ")
    assert f"the client gave out at the first level, before the server: {known} isn't known" in text
    assert "?" not in text.split("samples:")[0].split("Latency")[0]


def test_the_text_of_a_run(run: Outcome, root: Path) -> None:
    text = without_others(BENCH_FORMATS["text"](run, Look()))
    held = (root / "tests/bench/outcome.txt").read_text(encoding="utf-8")
    assert text.replace(str(run.paths[0].parent.parent), "RUNS") == held
    assert text.startswith(TEXT)


def test_the_text_of_a_comparison(runs: BenchRuns, root: Path) -> None:
    found = comparison([full(runs, "before"), full(runs, "after", 300)])
    assert COMPARE_FORMATS["text"](found, Look()) == (root / "tests/bench/compare.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("width", [40, 60, 80])
def test_text_keeps_to_the_width_where_words_allow_it(width: int, run: Outcome) -> None:
    lines = BENCH_FORMATS["text"](run, Look(width=80)).splitlines()
    assert [line for line in lines if cells(line) > 80 and "samples:" not in line] == []
    assert BENCH_FORMATS["text"](run, Look(width=width, blocks=False)).isascii()


def test_colour_changes_no_word(run: Outcome) -> None:
    import re

    painted = BENCH_FORMATS["text"](run, Look(colour=True))
    assert "\x1b[1;31mFAIL\x1b[0m" in painted
    assert re.sub(r"\x1b\[[\d;]*m", "", painted) == BENCH_FORMATS["text"](run, Look())


def test_quiet_text_is_the_verdict(run: Outcome) -> None:
    text = BENCH_FORMATS["text"](run, Look(quiet=True))
    firsts = [line.split()[0] for line in text.splitlines() if not line.startswith("    ")]
    assert firsts == [
        "FAIL:",
        "inconclusive",
        "pass",
        "fail",
    ]


@pytest.mark.parametrize("name", ["text", "markdown"])
def test_what_a_server_says_is_inert(name: str, run: Outcome) -> None:
    text = BENCH_FORMATS[name](run, Look())
    assert "\x1b" not in text
    if name == "markdown":
        assert [bad for bad in ("<img", "@team", "[a](", "://evil", "`=cmd`") if bad in text] == []


def test_the_json_of_a_run_has_the_documented_fields(run: Outcome) -> None:
    raw = json.loads(BENCH_FORMATS["json"](run, Look()), parse_constant=refused)
    assert (raw["schema"], raw["verdict"], raw["run"]) == ("aiready.bench/1", "fail", "full")
    assert raw["target"] == {
        "name": "openai",
        "protocol": "openai-chat",
        "url": "https://api.example.com/v1",
        "model": "gpt-4o-mini",
    }
    assert (raw["plan"]["shape"], raw["plan"]["seed"], "target" in raw["plan"]) == ("closed:8", 1, False)
    assert raw["window"] == {
        "start": "2023-11-14T22:13:20.000+00:00",
        "end": "2023-11-14T22:13:30.400+00:00",
        "seconds": 10.4,
        "steady_seconds": raw["window"]["steady_seconds"],
    }
    assert (raw["client"]["verdict"], raw["client"]["cpu_share"]) == ("ok", 0.31)
    by_class = {"rate_limited": 2, "reset": 1, "server_error": 1}
    assert {key: raw["requests"][key] for key in ("attempted", "succeeded", "failed", "by_class")} == {
        "attempted": 104,
        "succeeded": 100,
        "failed": 4,
        "by_class": by_class,
    }
    ttft = raw["metrics"]["ttft"]
    assert set(ttft) >= {"unit", "n", "mean", "min", "max", "p50", "p90", "p95", "p99", "p99.9", "interval"}
    assert (ttft["unit"], ttft["n"], ttft["min"], ttft["max"]) == ("s", 100, 0.2, 0.249)
    assert (sorted(ttft["interval"]), ttft["why"]["p99"]) == (["p50", "p90", "p95"], "n too small: 100 of 368")
    assert (ttft["with_failures"]["p99"], ttft["with_failures"]["n"]) == (None, 104)
    assert ttft["with_failures"]["infinite"] == ["p95.high", "p99", "p99.9"]
    assert set(raw["throughput"]) >= {"rps", "output_tps", "goodput", "attainment"}
    tokens = {"input": 1000, "output": 1100, "cached": 0, "reasoning": 0, "source": "provider"}
    assert {key: raw["tokens"][key] for key in tokens} == tokens
    cost = raw["cost"]
    assert (cost["currency"], cost["exact"]["total"], cost["price"]["as_of"]) == ("USD", "0.00081", "2023-11-01")
    assert (cost["per_1k_requests"], cost["per_request"]) == (pytest.approx(0.00786408), pytest.approx(0.00000786408))
    assert (cost["projection"]["calls_per_month"], sorted(cost["interval"])) == (
        152_000,
        ["per_1k_requests", "per_1m_output", "per_good_request", "per_request"],
    )
    assert (raw["rate_limits"]["refused"], raw["rate_limits"]["retry_after"]["max"]) == (2, 4.0)
    assert raw["errors"][0] == {
        "class": "rate_limited",
        "meaning": "429",
        "count": 2,
        "sample": "slow down",
        "messages": [{"message": "slow down", "count": 2}],
        "others": 0,
    }
    assert [(each["expression"], each["verdict"]) for each in raw["gates"]] == [
        ("p95_ttft<1.5s", "inconclusive"),
        ("p50_e2e<1s", "pass"),
        ("error_rate<1%", "fail"),
    ]
    assert raw["gates"][1]["interval"] == [0.5, 0.5]
    assert raw["samples"].endswith("full/worker-0.jsonl")
    assert sum(raw["timeline"]["succeeded"]) == 100
    assert sorted(raw["by_tag"]) == sorted({"long", "short", HOSTILE})


def test_a_run_without_anything_is_a_document_in_every_format(runs: BenchRuns) -> None:
    empty = outcome(runs.made([], killed=True))
    raw = json.loads(BENCH_FORMATS["json"](empty, Look()), parse_constant=refused)
    assert (raw["metrics"], raw["window"]["seconds"], raw["verdict"]) == ({}, None, "inconclusive")
    assert raw["throughput"]["rps"] is None
    assert "INCONCLUSIVE: no threshold was set" in BENCH_FORMATS["text"](empty, Look())
    assert BENCH_FORMATS["markdown"](empty, Look()).startswith("### :grey_question: aiready bench: inconclusive\n")
    assert len(BENCH_FORMATS["csv"](empty, Look()).splitlines()) > 1


def test_figures_that_a_plan_or_an_engine_brings_are_json(runs: BenchRuns) -> None:
    client = {"verdict": "ok", "loop_lag": {"p99": 1e308}}
    empty = outcome(runs.made([], end=End("requests", CLOCK, client)))
    assert json.loads(BENCH_FORMATS["json"](empty, Look()), parse_constant=refused)["client"] == client


def test_the_csv_of_a_run_has_a_row_a_statistic(run: Outcome) -> None:
    rows = list(csv.DictReader(io.StringIO(BENCH_FORMATS["csv"](run, Look()))))
    found = {(row["part"], row["metric"], row["statistic"]): row for row in rows}
    assert len(found) == len(rows)
    assert found["", "ttft", "p50"]["value"] == "0.2245"
    assert found["", "ttft", "p99 with failures"]["value"] == "inf"
    assert found["", "error_rate.rate_limited", ""]["value"] == str(2 / 104)
    assert (found["", "cost_per_1k", ""]["unit"], found["", "cost_per_1k", ""]["note"]) == ("$", "")
    assert float(found["", "cost_per_1k", ""]["value"]) == pytest.approx(0.00786408)
    assert ("tag:short", "ttft", "p50") in found


def test_what_is_kept_as_evidence_stays_small(runs: BenchRuns) -> None:
    samples = [runs.stream(number, number, tags=(f"t{number:03}",)) for number in range(300)]
    found = outcome(runs.made(samples))
    text = as_evidence(found)
    assert (len(json.loads(text)["by_tag"]), len(found.tags), len(text) < 400_000) == (20, 300, True)


# ---- comparison


def test_the_json_of_a_comparison(runs: BenchRuns) -> None:
    found = comparison([full(runs, "before"), full(runs, "after", 300)])
    raw = json.loads(COMPARE_FORMATS["json"](found, Look()), parse_constant=refused)
    assert (raw["schema"], raw["regressed"], raw["tolerance"]) == ("aiready.compare/1", True, 0.05)
    assert raw["regressions"] == ["p50_ttft"]  # p95 may be that of a request that failed
    assert [each["run"] for each in raw["runs"]] == ["before", "after"]
    first = raw["figures"][0]
    assert (first["name"], first["changes"], first["better"]) == ("p50_ttft", ["worse"], "lower")


def test_the_csv_of_a_comparison_has_a_row_a_figure_and_run(runs: BenchRuns) -> None:
    found = comparison([full(runs, "before"), full(runs, "after", 300)])
    rows = list(csv.DictReader(io.StringIO(COMPARE_FORMATS["csv"](found, Look()))))
    assert len(rows) == 2 * len(found.rows)
    assert [(row["run"], row["metric"], row["statistic"], row["change"]) for row in rows[:2]] == [
        ("before", "ttft", "p50", ""),
        ("after", "ttft", "p50", "worse"),
    ]


def test_the_markdown_of_a_comparison(runs: BenchRuns) -> None:
    found = comparison([full(runs, "before"), full(runs, "after", 300)])
    lines = COMPARE_FORMATS["markdown"](found, Look()).splitlines()
    assert lines[0] == "### :x: aiready compare"
    assert lines[2].startswith(r"regressed: p50\_ttft (")
    assert next(line for line in lines if line.startswith(r"| p50\_ttft")).endswith("| WORSE |")


@pytest.mark.parametrize("n", [3, 7, 30])
def test_many_runs_stand_side_by_side_in_the_width(n: int, runs: BenchRuns) -> None:
    many = [outcome(runs.made(runs.steady(20, 200 + 40 * place), f"r{place}")) for place in range(n)]
    text = COMPARE_FORMATS["text"](comparison(many), Look())
    assert [line for line in text.splitlines() if cells(line) > 80] == []
    heads = [word for line in text.splitlines() if line.startswith("   ") for word in line.split() if word.isupper()]
    assert {"B", "C"} <= set(heads)


def test_a_baseline_stands_in_the_document_of_the_run(runs: BenchRuns) -> None:
    before, after = full(runs, "before"), full(runs, "after", 300)
    found = comparison([before, after])
    raw = json.loads(with_baseline("json", after, found, Look()))
    assert (raw["schema"], raw["baseline"]["regressed"]) == ("aiready.bench/1", True)
    assert raw["verdict"] == "fail"
    for name, first in (("text", "REGRESSED against the baseline: p50_ttft\n\n"), ("markdown", "")):
        whole = with_baseline(name, after, found, Look())
        assert whole == first + BENCH_FORMATS[name](after, Look()) + "\n" + COMPARE_FORMATS[name](found, Look())
    assert with_baseline("csv", after, found, Look()) == BENCH_FORMATS["csv"](after, Look())


@pytest.mark.parametrize(
    ("one", "two", "told"),
    [
        (1.0, 1.1, "+10 %"),
        (1.0, 0.5, "-50 %"),
        (1.0, 4.0, "x4.0"),
        (1.0, 1.0, "+0 %"),
        (0.0, 1.0, ""),
        (1.0, None, ""),
        (None, 1.0, ""),
        (1.0, float("inf"), ""),
    ],
)
def test_how_far_two_figures_are_apart(one: float | None, two: float | None, told: str) -> None:
    assert ratio(Observed(one), Observed(two)) == told


# ---- words and pictures


@pytest.mark.parametrize(
    ("value", "unit", "told"),
    [
        (0.2123, "s", "212 ms"),
        (0.00021, "s", "0.210 ms"),
        (1.2345, "s", "1.23 s"),
        (0.9996, "s", "1.00 s"),
        (123.4, "s", "123 s"),
        (1234.0, "s", "21 min"),
        (0.0, "s", "0 ms"),
        (float("inf"), "s", "never"),
        (0.0204, "share", "2.04 %"),
        (0.00123, "$", "$0.00123"),
        (12.0, "/s", "12.0/s"),
        (1204.4, "tokens/s", "1,204 tok/s"),
        (64.0, "tokens", "64.0"),
        (float("inf"), "$", "infinite"),
        (None, "s", "-"),
    ],
)
def test_figures_have_three_digits_and_a_unit(value: float | None, unit: str, told: str) -> None:
    assert shown(value, unit) == told


@pytest.mark.parametrize(
    ("low", "high", "unit", "told"),
    [
        (0.21, 0.243, "s", "[210, 243] ms"),
        (0.21, 1.2, "s", "[210 ms, 1.20 s]"),
        (0.21, float("inf"), "s", "[210 ms, never]"),
        (1.0, 2.0, "/s", "[1.00, 2.00]/s"),
        (1.0, 2.0, "$", "[$1.00, $2.00]"),
    ],
)
def test_an_interval_tells_its_unit_once(low: float, high: float, unit: str, told: str) -> None:
    assert interval(Observed(1, low, high), unit) == told


def test_a_figure_without_an_interval_says_why() -> None:
    assert figure(Observed(0.2, n=5, why="n too small: 5 of 72"), "s") == "200 ms (n too small: 5 of 72)"
    assert figure(Observed(None, why="no price is known"), "$") == "- (no price is known)"


@given(st.floats(-1e12, 1e12, allow_nan=False).filter(lambda value: abs(value) > 1e-9))
def test_a_number_is_as_large_as_it_was(value: float) -> None:
    assert float(number(value).replace(",", "")) == pytest.approx(value, rel=0.006)


@given(st.lists(st.floats(1e-5, 1e4), min_size=1, max_size=50), st.booleans())
def test_a_histogram_counts_every_value_once_in_its_width(values: list[float], blocks: bool) -> None:  # noqa: FBT001
    rows = list(histogram(distribution(np.array(values)), 76, blocks=blocks))
    counts = [int(row.split("  ")[1].strip().replace(",", "")) for row in (each.strip() for each in rows)]
    assert (sum(counts), len(rows) <= 10, max(map(cells, rows)) <= 76) == (len(values), True, True)


def test_pictures() -> None:
    assert [bar(part, 4) for part in (0, 0.001, 0.5, 0.53, 1)] == ["", "▏", "██", "██▏", "████"]
    assert [bar(part, 4, blocks=False) for part in (0, 0.001, 0.5, 1)] == ["", "#", "##", "####"]
    assert sparkline([1, None, 2, 3]) == "▁ ▅█"
    assert sparkline([1, None, 2, 3], blocks=False) == "_ =#"
    assert [sparkline([]), sparkline([0, 0]), sparkline([5, 5])] == ["", "▁▁", "▅▅"]
    assert [fitted([1, None, 2, 3, None], room) for room in (9, 3, 1, -4)] == [
        [1, None, 2, 3, None],
        [1, 3, None],
        [3],
        [3],
    ]
    assert list(histogram(distribution(np.array([])), 76)) == []


def test_seconds_of_a_histogram_are_told_once() -> None:
    rows = list(histogram(distribution(np.array([0.1, 0.11, 0.12, 0.2, 5.0])), 60))
    assert rows[-1].strip().split("  ")[0] == "up to 5.00 s"
    assert seconds(0.1) == "100 ms"


# ---- as evidence, and on the command line

CALL = "import openai\n\ndef ask(q):\n    return openai.OpenAI().chat.completions.create(model='m', messages=[q])\n"


@pytest.mark.parametrize(
    ("slo", "item"),
    [
        ("p50_ttft<1s", ("pass", "a bench result is recorded")),
        ("p50_ttft<0.1s", ("fail", "the recorded bench result did not pass")),
    ],
)
def test_an_audit_takes_a_run_as_evidence(
    slo: str, item: tuple[str, str], runs: BenchRuns, aiready: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from aiready.cli.results_end import recorded

    project = tmp_path / "project"
    project.mkdir()
    (project / "app.py").write_text(CALL)
    monkeypatch.chdir(project)
    runs.wall = int(datetime.now().astimezone().timestamp()) * 10**9
    folder = runs.made(runs.steady(20), slo=[slo])
    recorded(outcome(folder), folder)
    assert (folder / "result.json").read_text().startswith('{\n  "schema": "aiready.bench/1"')
    told = aiready("audit", ".", "--format", "json", "--no-cache", cwd=project)
    (found,) = [each for each in json.loads(told.stdout)["checklist"] if each["item"] == "latency.benchmarked"]
    assert (found["verdict"], found["reason"]) == item
    assert [each["path"] for each in found["evidence"]] == [".aiready/bench.json"]


def test_lines_of_json_hold_a_figure_each(runs: BenchRuns) -> None:
    of = full(runs)
    lines = [json.loads(each) for each in BENCH_FORMATS["jsonl"](of, Look()).splitlines()]
    whole = json.loads(BENCH_FORMATS["json"](of, Look()))
    assert {each["run"] for each in lines} == {"full"}
    metrics = {each["name"]: each for each in lines if each["kind"] == "metric"}
    assert set(metrics) == set(whole["metrics"])
    assert {name: metrics["ttft"][name] for name in whole["metrics"]["ttft"]} == whole["metrics"]["ttft"]
    gates = [each["expression"] for each in lines if each["kind"] == "gate"]
    assert gates == [each["expression"] for each in whole["gates"]]
    compared = [json.loads(each) for each in COMPARE_FORMATS["jsonl"](comparison([of, of]), Look()).splitlines()]
    assert compared == json.loads(COMPARE_FORMATS["json"](comparison([of, of]), Look()))["figures"]


def test_the_simulator_is_no_evidence(runs: BenchRuns, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from aiready.cli.results_end import recorded

    monkeypatch.chdir(tmp_path)
    folder = runs.made(runs.steady(3), target={"name": "simulator"})
    recorded(outcome(folder), folder)
    assert ((folder / "result.json").exists(), (tmp_path / ".aiready").exists()) == (True, False)


def test_a_run_that_measured_nothing_takes_no_evidence_away(
    runs: BenchRuns, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mistyped port once took the place of what had been measured."""
    from aiready.cli.results_end import recorded
    from aiready.history.reading import trend_of

    monkeypatch.chdir(tmp_path)
    good, lost = runs.made(runs.steady(20), "good"), runs.made([runs.failed(0, 0, "connect")], "lost")
    recorded(outcome(good), good)
    recorded(outcome(lost), lost)
    assert json.loads((tmp_path / ".aiready/bench.json").read_text())["run"] == "good"
    (track,) = trend_of(Path(".aiready")).tracks
    assert [each.figures["error_rate"] for each in track.points] == [0, 1]
    assert (lost / "result.json").exists()


SLOW = End("requests", CLOCK, {"verdict": "too slow"})


@pytest.mark.parametrize(
    ("samples", "slo", "end", "status"),
    [
        (20, "p50_ttft<1s", None, 0),
        (20, "p50_ttft<0.1s", None, 1),
        (20, "p99_ttft<1s", None, 4),
        (20, "p50_ttft<1s", SLOW, 4),
        (0, "p50_ttft<1s", None, 3),
        (0, "p50_ttft<1s", SLOW, 3),
    ],
)
def test_a_run_s_verdict_is_the_exit_status(
    samples: int, slo: str, end: End | None, status: int, runs: BenchRuns, aiready: Run
) -> None:
    folder = runs.made([*runs.steady(samples), runs.failed(99, 0)], end=end, slo=[slo])
    assert aiready("report", str(folder)).returncode == status
    assert aiready("report", str(folder), "--exit-zero", "-q").returncode == 0


def test_a_run_is_told_on_the_command_line_by_its_id(runs: BenchRuns, aiready: Run, tmp_path: Path) -> None:
    (tmp_path / ".aiready").mkdir()
    folder = runs.made(runs.steady(20), slo=["p50_ttft<0.1s"])
    runs.home.rename(tmp_path / ".aiready" / "runs")
    told = aiready("report", "run-1", "--slo", "p50_ttft<1s", "--format", "json", cwd=tmp_path)
    assert (told.returncode, told.stderr, json.loads(told.stdout)["gates"][0]["expression"]) == (0, "", "p50_ttft<1s")
    assert folder.name == "run-1"


def test_a_baseline_is_kept_and_compared_with(runs: BenchRuns, aiready: Run, tmp_path: Path) -> None:
    one, two = runs.made(runs.steady(100), "one"), runs.made(runs.steady(100, 400), "two")
    saved = aiready("report", str(one), "--save-baseline", "main", "-q", cwd=tmp_path)
    assert (saved.returncode, saved.stderr) == (0, "aiready: kept as .aiready/baselines/main\n")
    worse = aiready("report", str(two), "--baseline", "main", cwd=tmp_path)
    assert (worse.returncode, worse.stderr) == (1, "aiready: against the baseline: regressed: p50_ttft, p95_ttft\n")
    same = aiready("report", str(one), "--baseline", "main", "--output", "r.txt", cwd=tmp_path)
    assert (same.returncode, same.stdout) == (0, "")
    assert "no regression shown" in (tmp_path / "r.txt").read_text(encoding="utf-8")
    wide = aiready("report", str(two), "--baseline", "main", "--tolerance", "200%", cwd=tmp_path)
    assert (wide.returncode, wide.stderr.splitlines()[0]) == (
        2,
        "aiready: --tolerance: 200%: a share lies between 0% and 100%",
    )


def test_runs_are_compared_on_the_command_line(runs: BenchRuns, aiready: Run) -> None:
    one, two = runs.made(runs.steady(100), "one"), runs.made(runs.steady(100, 400), "two")
    slow = runs.made(runs.steady(100), "slow", SLOW)
    asked = [(one, one), (one, two), (two, one), (one, slow)]
    told = [aiready("compare", *map(str, pair)).returncode for pair in asked]
    assert told == [0, 1, 1, 4]  # the last token comes at the same time: a later first one is a faster rest
    assert aiready("compare", str(one), str(two), "--exit-zero").returncode == 0


@pytest.mark.parametrize(
    ("words", "status", "line"),
    [
        (
            ("report", "nothing"),
            2,
            "aiready: nothing: no run: neither a folder, nor a file, nor a run in .aiready/runs",
        ),
        (("compare",), 2, "aiready: one run alone can't be compared: name two or more"),
        (("report", "."), 2, "aiready: .: no run: no file in it is called worker-0.jsonl or like it"),
    ],
)
def test_mistakes_are_told_in_a_line(
    words: tuple[str, ...], status: int, line: str, aiready: Run, tmp_path: Path
) -> None:
    told = aiready(*words, cwd=tmp_path)
    assert (told.returncode, told.stdout, told.stderr) == (status, "", line + "\n")


def test_a_day_that_is_told_is_the_day_of_the_run(runs: BenchRuns) -> None:
    found = outcome(runs.made([Sample(0, Times(0, 9, t_last=9), Tokens(1))]))
    assert found.started is not None
    assert found.started.date() == date(2023, 11, 14)


def test_a_search_is_told_with_its_levels(runs: BenchRuns) -> None:
    samples: list[Sample] = []
    for stage, fine in enumerate((100, 100, 10, 20)):
        for place in range(100):
            index, start = len(samples), stage * 100_000 + place * 10
            good = runs.stream(index, start, 50, 150, stage=stage)
            samples.append(good if place < fine else runs.failed(index, start, stage=stage))
    end = End("shape", CLOCK, {"verdict": "ok", "levels": {"0": 1.0, "1": 2.0, "2": 4.0, "3": 3.0}})
    folder = runs.made(samples, end=end, shape="search:1-8,attainment=0.9", slo=["p50_ttft<1s"])
    text = BENCH_FORMATS["text"](outcome(folder), Look())
    assert "PASS: 1 of 1 threshold met at 2 users\n" in text
    assert "Search\n  the thresholds hold up to 2 users and fail at 3 users\n" in text
    (levels,) = [each.splitlines() for each in text.split("\n\n") if each.startswith("Levels\n")]
    assert [line.split()[:4] for line in levels[2:]] == [
        ["1", "user", "100", "0"],
        ["2", "users", "100", "0"],
        ["3", "users", "100", "80.0"],
        ["4", "users", "100", "90.0"],
    ]
    raw = json.loads(BENCH_FORMATS["json"](outcome(folder), Look()))
    assert (raw["capacity"]["best"], raw["gates_at"], raw["by_stage"][2]["level"]) == (2.0, 2.0, 4.0)


@pytest.mark.parametrize(
    ("encoding", "able"), [("utf-8", True), ("ascii", False), ("cp1252", False), ("none-such", False)]
)
def test_pictures_are_drawn_in_what_the_reader_s_encoding_has(encoding: str, able: bool) -> None:  # noqa: FBT001
    from aiready.cli.surroundings import blocks

    class Stream(io.StringIO):
        @property
        def encoding(self) -> str:  # type: ignore[override]
            return encoding

    assert blocks(Stream()) is able


def test_a_bad_name_for_a_baseline_is_told_before_anything_is_written(runs: BenchRuns, aiready: Run) -> None:
    told = aiready("report", str(runs.made(runs.steady(3))), "--save-baseline", "../x")
    line = "aiready: ../x: no name for a baseline: use letters, digits, dots and dashes\n"
    assert (told.returncode, told.stdout, told.stderr) == (2, "", line)


@pytest.mark.parametrize(("mistake", "status"), [(RunError, 3), (KeptError, 2), (SloError, 2)])
def test_what_could_not_be_carried_out_is_no_mistake_of_the_user(
    mistake: type[BenchMistake], status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    def command() -> int:
        raise mistake(["one: \x1b", "two"])

    assert finished(command, {}) == status
    assert capsys.readouterr().err == "aiready: one: \\x1b\naiready: two\n"
