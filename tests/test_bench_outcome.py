"""What a run's files come to: computed by hand from samples made by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from aiready.bench.mistakes import KeptError, SloError
from aiready.bench.outcome import (
    Allowance,
    Client,
    Connections,
    Failed,
    Outcome,
    Through,
    Totals,
    Waits,
    baseline_files,
    comparison,
    keep_evidence,
    keep_result,
    outcome,
    run_files,
    save_baseline,
)
from aiready.bench.outcome.limits import LimitWatch
from aiready.bench.prices import Band, Price
from aiready.bench.samples import Clock, End, Header, Reply, Sample, Times, Tokens, Writer
from aiready.bench.slo import parse

BenchRuns = Any
"""The one of conftest, which can't be imported by name."""

MS = 1_000_000
CLOCK = Clock(0, 1_700_000_000_000_000_000)
START = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)


def ended(reason: str = "requests", **client: Any) -> End:
    return End(reason, CLOCK, {"verdict": "ok", **client})


def test_a_run_is_told_whole(runs: BenchRuns) -> None:
    samples = [
        runs.stream(0, 0, tags=("a",), reply=Reply(200, model="m-1", new_connection=True)),
        runs.stream(1, 100, 300, 700, reply=Reply(200, model="m-1", new_connection=False)),
        runs.failed(2, 900, message="broken", reply=Reply(new_connection=False)),
    ]
    folder = runs.made(samples, slo=["p95_ttft<1.5s", "error_rate<1%"])
    of = outcome(folder)
    assert (of.run, of.paths, of.ending) == ("run-1", (folder / "worker-0.jsonl",), "requests")
    assert (of.started, of.ended) == (START, START.replace(microsecond=910_000))
    assert (of.figures.attempted, of.figures.succeeded) == (3, 2)
    assert of.client == Client("ok", {"cpu_share": 0.25})
    assert of.tokens == Totals(20, 22, 0, 0, {"provider": 2})
    assert of.errors == (Failed("reset", 1, (("broken", 1),)),)
    assert of.connections == Connections(opened=1, reused=2, stale=1)
    assert (of.models, list(of.tags), of.levels, of.capacity) == ({"m-1": 2}, ["a"], (), None)
    assert [(each.slo.text, each.verdict) for each in of.judgements] == [
        ("p95_ttft<1.5s", "inconclusive"),
        ("error_rate<1%", "fail"),
    ]
    assert of.verdict == "fail"
    assert of.target["model"] == "gpt-4o-mini"


def test_the_course_of_a_run_is_told_in_slots(runs: BenchRuns) -> None:
    samples = [runs.stream(0, 0, 200, 1000), runs.stream(1, 3000, 400, 1000), runs.failed(2, 0)]
    course = outcome(runs.made(samples)).course
    assert course is not None
    assert (course.seconds, course.metric, course.latency[0], course.latency[30]) == (0.1, "ttft", 0.2, 0.4)
    assert [place for place, count in enumerate(course.succeeded) if count] == [10, 39]
    assert [place for place, count in enumerate(course.failed) if count] == [0]


@pytest.mark.parametrize(
    ("slos", "samples", "client", "verdict"),
    [
        ([], 5, {}, "pass"),
        ([], 0, {}, "inconclusive"),
        (["p50_ttft<1s"], 20, {}, "pass"),
        (["p50_ttft<0.1s"], 20, {}, "fail"),
        (["p99_ttft<1s"], 20, {}, "inconclusive"),
        (["p50_ttft<1s"], 20, {"verdict": "a worker kept its core busy"}, "invalid"),
        (["p50_ttft<0.1s"], 20, {"verdict": "too slow"}, "invalid"),
        (["cost_per_1k<$2"], 20, {}, "inconclusive"),
    ],
)
def test_the_verdict_of_a_run(
    slos: list[str], samples: int, client: dict[str, str], verdict: str, runs: BenchRuns
) -> None:
    folder = runs.made(runs.steady(samples), end=ended(**client), slo=slos)
    assert outcome(folder).verdict == verdict


def test_a_run_that_its_errors_ended_fails(runs: BenchRuns) -> None:
    folder = runs.made([*runs.steady(20), runs.failed(99, 0)], end=ended("errors"), slo=["p50_ttft<1s"])
    of = outcome(folder)
    assert ([each.verdict for each in of.judgements], of.verdict) == (["pass"], "fail")


def test_a_run_in_which_nothing_succeeded_passes_nothing(runs: BenchRuns) -> None:
    assert outcome(runs.made([runs.failed(0, 0)])).verdict == "fail"


def test_a_run_in_which_nothing_succeeded_is_not_the_clients_fault(runs: BenchRuns) -> None:
    """It was invalid with the exit status of one that could not be done: refusals keep a core busy."""
    of = outcome(
        runs.made([runs.failed(k, k) for k in range(40)], end=ended(verdict="too slow"), slo=["error_rate<5%"])
    )
    assert ([each.verdict for each in of.judgements], of.verdict, of.client.fault) == (["fail"], "fail", "")
    assert [each for each in of.notices if "invalid" in each] == []


def test_thresholds_that_are_given_count_instead_of_the_plan_s(runs: BenchRuns) -> None:
    folder = runs.made(runs.steady(20), slo=["p50_ttft<0.1s"])
    of = outcome(folder, parse(["p50_ttft<1s"]))
    assert ([each.slo.text for each in of.judgements], of.verdict) == (["p50_ttft<1s"], "pass")
    assert of.figures.rates["attainment"].value == 1


def test_thresholds_of_a_plan_that_can_not_be_judged_are_told(runs: BenchRuns) -> None:
    with pytest.raises(SloError, match=r"p95_tft<1s: p95_tft is no metric"):
        outcome(runs.made([], slo=["p95_tft<1s"]))


def test_a_killed_run_is_told_as_far_as_it_came(runs: BenchRuns) -> None:
    folder = runs.made(runs.steady(3), killed=True)
    path = folder / "worker-0.jsonl"
    path.write_bytes(path.read_bytes()[:-5])
    of = outcome(folder)
    assert (of.ending, of.figures.attempted, of.client) == ("killed", 2, Client("unknown"))
    assert of.verdict == "pass"
    assert [each.removeprefix(f"{path}: ")[:30] for each in of.notices] == [
        "the last line was cut off (188",
        "how our own side did isn't kno",
    ]


@pytest.mark.parametrize(
    ("plan", "samples", "end", "notice"),
    [
        ({}, [], ended(), "no request was measured"),
        ({}, [], ended(verdict="too slow"), "invalid: too slow; these figures are the client's, not the server's"),
        ({}, [], ended("interrupted"), "interrupted: what had been measured by then is told"),
        ({"workers": 3}, [], ended(), "the files of 1 of 3 workers: rates are those of these workers only"),
        ({"target": {"name": "simulator"}}, [], ended(), "the target is the built-in simulator: these figures are of"),
        (
            {},
            [],
            ended(transport="httpx", why="a proxy"),
            "httpx's own transport was used (a proxy): under load its times are less exact",
        ),
        (
            {"prompts": {"nonce": False}},
            [Sample(0, Times(0, 9, t_last=9), Tokens(1, 8, 2))],
            ended(),
            "25% of the prompts' tokens came from the provider's cache: a warm cache was measured",
        ),
        ({}, [Sample(0, Times(0, 9, t_last=9), correct=False)], ended(), "1 of 1 answers isn't what was expected"),
        (
            {},
            [Sample(0, Times(0, 9, t_last=9), Tokens(4, source="chunks"))],
            ended(),
            "tokens of answers without usage",
        ),
        (
            {"slo": ["p95_ttft<1s"]},
            [Sample(0, Times(0, 9, t_last=9))],
            ended(),
            "1 success has no ttft: the threshold on that is skipped for it",
        ),
        (
            {},
            [Sample(0, Times(0, 9), reply=Reply(new_connection=False), failure="reset")],
            ended(),
            "1 request was lost on a reused connection that broke before a byte came",
        ),
    ],
)
def test_what_a_reader_must_know_is_told(
    plan: dict[str, object], samples: list[Sample], end: End, notice: str, runs: BenchRuns
) -> None:
    told = outcome(runs.made(samples, end=end, **plan)).notices
    assert [each[: len(notice)] for each in told if each.startswith(notice)] == [notice]


def test_a_plain_run_has_nothing_to_note(runs: BenchRuns) -> None:
    fine = [
        Sample(0, Times(0, 9, t_last=9), Tokens(4, 8, 2, source="provider"), correct=True),  # a nonce was asked for
        Sample(1, Times(0, 9), reply=Reply(new_connection=True), failure="reset"),
        Sample(2, Times(0, 9), reply=Reply(new_connection=False, received=3), failure="reset"),
    ]
    of = outcome(runs.made(fine))
    assert (of.notices, of.connections) == ((), Connections(opened=1, reused=1))


def test_errors_are_told_by_class_with_what_they_said(runs: BenchRuns) -> None:
    said = ["no", "slow down", "slow down", "later", "other"]
    samples = [runs.failed(number, 0, "rate_limited", message=each) for number, each in enumerate(said)]
    samples += [runs.failed(9, 0, "reset"), runs.failed(10, 0, "server_error", message="warm", warmup=True)]
    assert outcome(runs.made(samples)).errors == (
        Failed("rate_limited", 5, (("slow down", 2), ("later", 1), ("no", 1))),
        Failed("reset", 1, ()),
    )


def test_the_worst_of_several_workers_is_told_of_the_client(tmp_path: Path) -> None:
    told: list[dict[str, Any]] = [
        {"verdict": "ok", "cpu_share": 0.2, "loop_lag": {"p99": 0.004}, "warnings": ["a"], "stamps": "kernel"},
        {
            "verdict": "slow",
            "cpu_share": 0.9,
            "loop_lag": {"p99": 0.001, "max": 1},
            "warnings": ["a", "b"],
            "stamps": "user",
        },
    ]
    for worker, client in enumerate(told):
        header = Header("r", {"shape": "closed:2"}, {}, CLOCK, worker)
        with Writer(tmp_path / f"worker-{worker}.jsonl", header) as writer:
            writer.close(End(("requests", "errors")[worker], CLOCK, client))
    of = outcome(tmp_path)
    assert of.client == Client(
        "slow",
        {"cpu_share": 0.9, "loop_lag": {"p99": 0.004, "max": 1}, "warnings": ["a", "b"], "stamps": "kernel, user"},
    )
    assert (of.ending, of.verdict) == ("errors", "invalid")


def test_what_the_server_spent_explains_the_first_token(runs: BenchRuns) -> None:
    timings = {"load": 20 * MS, "prompt_eval": 100 * MS, "eval": 250 * MS, "total": 380 * MS}
    samples = [runs.stream(0, 0, 200, reply=Reply(timings=timings)), runs.stream(1, 0)]
    server = outcome(runs.made(samples)).server
    assert {name: each.values.tolist() for name, each in server.items()} == {
        "load": [0.02],
        "prompt_eval": [0.1],
        "eval": [0.25],
        "total": [0.38],
        "rest": [pytest.approx(0.08)],
    }


PRICE = Price("openai", "m", "m", "configuration", None, (Band(Decimal(1), Decimal(2)),))


def test_costs_come_from_the_price_in_the_plan(runs: BenchRuns) -> None:
    """Ten tokens in at $1, eleven out at $2 a million: $0.000032 a request."""
    folder = runs.made(runs.steady(40), slo=["cost_per_1k<$2"], price=PRICE.as_json(), users={"daily": 10, "calls": 2})
    of = outcome(folder)
    assert of.money is not None
    assert of.money.projection is not None
    assert (of.verdict, of.unpriced, of.money.costs.total) == ("pass", "", Decimal("0.00128"))
    assert of.costs["cost_per_1k"].value == pytest.approx(0.032)
    assert of.money.projection.per_month.value == pytest.approx(0.000032 * 20 * 30.4)
    (ours,) = [each for each in of.money.alternatives if each.measured]
    assert ours.total == Decimal("0.00128")


@pytest.mark.parametrize(
    ("plan", "why"),
    [
        ({}, "no price was known for this model when it ran; give prices in the configuration"),
        ({"price_unknown": "llama3 runs on a server of your own"}, "llama3 runs on a server of your own"),
        (
            {"price": {"currency": "EUR"}},
            "the price that was recorded can't be read: unit is missing; give prices in the",
        ),
    ],
)
def test_without_a_price_nothing_is_told_of_costs(plan: dict[str, Any], why: str, runs: BenchRuns) -> None:
    of = outcome(runs.made(runs.steady(20), slo=["cost_per_1k<$2"], **plan))
    assert (of.money, of.costs, of.unpriced[: len(why)]) == (None, {}, why)
    assert [(each.verdict, each.why) for each in of.judgements] == [
        ("inconclusive", "no price is known for this model")
    ]


# ---- limits


def limited(seconds: float, *, headers: dict[str, str] | None = None, tokens: Tokens | None = None) -> Sample:
    """The answer to a request that was sent after so many seconds: with tokens a success, else a 429."""
    at = round(seconds * 1e9)
    times, sent = Times(at, at + 1_000_000), tuple((headers or {}).items())
    if tokens:
        return Sample(0, times, tokens, Reply(200, sent))
    return Sample(0, times, reply=Reply(429, sent), failure="rate_limited")


def seen(*samples: Sample) -> Any:
    watch = LimitWatch()
    for each in samples:
        watch.see(each)
    return watch.found()


def quota(of: str, limit: int, remaining: int, reset: str) -> dict[str, str]:
    told = {"limit": str(limit), "remaining": str(remaining), "reset": reset}
    return {f"x-ratelimit-{name}-{of}": value for name, value in told.items()}


ASKED = Tokens(30, 70, source="provider")


@pytest.mark.parametrize(
    ("quotas", "told"),
    [
        # OpenAI: 10,000 a minute fill at 6 ms each
        ([(10_000, 9_999, "6ms"), (10_000, 9_900, "600ms"), (10_000, 9_990, "60ms")], (10_000, 9_900, 60.0, True)),
        # Groq: 14,400 a day, of which one comes back every 6 s
        ([(14_400, 14_399, "6s"), (14_400, 14_370, "3m0s"), (14_400, 14_390, "1m0s")], (14_400, 14_370, 86400.0, True)),
        # a window that starts anew says nothing by its end
        ([(60, 50, "50s"), (60, 30, "30s"), (60, 10, "10s")], (60, 10, 60.0, False)),
        # two answers are too few, and no reset is none
        ([(100, 99, "36s"), (100, 98, "72s")], (100, 98, 60.0, False)),
        ([(100, 100, "0s")], (100, 100, 60.0, False)),
    ],
)
def test_a_limit_s_period_is_worked_out_where_answers_agree(
    quotas: list[tuple[int, int, str]], told: tuple[int, int, float, bool]
) -> None:
    samples = [limited(at, headers=quota("requests", *each), tokens=ASKED) for at, each in enumerate(quotas)]
    found = seen(*reversed(samples))
    assert found.allowances == (Allowance("requests", *told),)
    assert (found.requests, found.how) == (told[0] * 60 / told[2], "told by the provider's headers; never met")


def test_the_smallest_limit_of_tokens_is_the_ceiling() -> None:
    headers = quota("input-tokens", 50_000, 1, "1s") | quota("output-tokens", 8_000, 1, "1s")
    found = seen(limited(0, headers=headers, tokens=ASKED))
    assert (found.requests, found.tokens) == (None, 8_000)


def test_what_goes_through_while_others_are_refused_is_the_ceiling() -> None:
    burst = [limited(0.5, tokens=ASKED) for _ in range(50)]  # a full quota is spent first: no rate that lasts
    refused = [limited(at, headers={"retry-after": str(at)}) for at in (1, 6, 21)]
    through = [limited(1 + number, tokens=ASKED) for number in range(1, 21)]
    found = seen(*burst, *refused, *through, limited(30, tokens=ASKED))
    assert (found.refused, found.waits) == (3, Waits(3, 1, 6, 21))
    assert found.through == Through(20, 60, 6000)
    assert (found.requests, found.tokens, found.how) == (
        60,
        6000,
        "what went through in 20 s while requests were refused",
    )


def test_the_fullest_minute_is_taken_of_a_longer_time() -> None:
    slow = [limited(10 * number, tokens=ASKED) for number in range(1, 10)]
    fast = [limited(100 + number, tokens=ASKED) for number in range(40)]
    found = seen(limited(0), limited(200), *slow, *fast)
    assert found.through == Through(60, 42, 4200)  # of (79, 139] s: 40 of the fast, and those of 80 and 90 s


def test_a_single_refusal_tells_no_rate() -> None:
    headers = quota("requests", 100, 0, "x")
    found = seen(limited(1, headers=headers), limited(2, tokens=ASKED))
    assert (found.through, found.requests, found.how) == (None, 100, "told by the provider's headers")


def test_nothing_is_known_of_limits_that_nobody_tells() -> None:
    found = seen(limited(1, tokens=ASKED))
    assert (found.refused, found.waits, found.allowances, found.requests, found.how) == (0, None, (), None, "")


# ---- levels


def at_levels(runs: BenchRuns, steps: list[tuple[int, int]], tries: int = 100) -> list[Sample]:
    """So many requests a stage, a second apart in each; of each stage how many are fine and their first token in ms."""
    samples: list[Sample] = []
    for stage, (fine, first) in enumerate(steps):
        for number in range(tries):
            start = stage * 1_000_000 + number * 10
            index = len(samples)
            good = runs.stream(index, start, first, first + 100, stage=stage)
            samples.append(good if number < fine else runs.failed(index, start, stage=stage))
    return samples


LEVELS = {"0": 1.0, "1": 2.0, "2": 4.0, "3": 3.0}


def test_a_search_is_worked_out_again_and_judged_where_it_holds(runs: BenchRuns) -> None:
    samples = at_levels(runs, [(100, 50), (100, 50), (10, 50), (20, 50)])
    plan = {"shape": "search:1-8,attainment=0.9,precision=0.05", "slo": ["p50_ttft<1s", "error_rate<10%"]}
    of = outcome(runs.made(samples, end=ended(levels=LEVELS), **plan))
    found = of.capacity
    assert found is not None
    assert (found.kind, found.unit, found.ending, found.best, found.fails) == ("search", "users", "found", 2.0, 3.0)
    assert [(each.stage, each.level, each.figures.attempted) for each in of.levels] == [
        (0, 1.0, 100),
        (1, 2.0, 100),
        (2, 4.0, 100),
        (3, 3.0, 100),
    ]
    assert (of.judged_at, of.verdict) == (2.0, "pass")


def test_a_search_that_was_cut_short_tells_what_it_showed(runs: BenchRuns) -> None:
    samples = at_levels(runs, [(100, 50), (100, 50)])
    of = outcome(runs.made(samples, end=ended("interrupted", levels=LEVELS), shape="search:1-8,attainment=0.9"))
    found = of.capacity
    assert found is not None
    assert (found.ending, found.best, found.unresolved) == ("unresolved", 2.0, (4.0,))


def test_a_sweep_finds_the_knee(runs: BenchRuns) -> None:
    steps = [(100, 50), (100, 50), (100, 2000), (100, 9000)]
    levels = {"0": 1.0, "1": 2.0, "2": 4.0, "3": 8.0}
    of = outcome(runs.made(at_levels(runs, steps), end=ended(levels=levels), shape="sweep:1-8,points=4"))
    found = of.capacity
    assert found is not None
    assert (found.kind, found.ending, found.best) == ("sweep", "failed", 1.0)


def test_the_client_gives_out_at_the_last_level(runs: BenchRuns) -> None:
    samples = at_levels(runs, [(100, 50), (100, 50)])
    of = outcome(runs.made(samples, end=ended(levels=LEVELS, verdict="slow"), shape="search:1-8,attainment=0.9"))
    found = of.capacity
    assert found is not None
    assert (found.ending, found.best, of.verdict) == ("client", 1.0, "invalid")


def test_steps_of_a_shape_are_told_without_a_plan(runs: BenchRuns) -> None:
    of = outcome(runs.made(at_levels(runs, [(2, 50), (1, 50)], tries=2), shape="steps:1/s@10s,2/s@10s"))
    assert ([(each.stage, each.level) for each in of.levels], of.capacity) == ([(0, 1.0), (1, 2.0)], None)


# ---- where runs are found and kept


def test_a_run_is_found_by_its_folder_its_file_and_its_id(runs: BenchRuns) -> None:
    folder = runs.made([])
    files = (folder / "worker-0.jsonl",)
    assert [run_files(folder), run_files(folder / "worker-0.jsonl"), run_files("run-1", runs.home)] == [files] * 3


def test_workers_stand_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    for name in ("worker-10.jsonl", "worker-2.jsonl", "result.json", "other.jsonl"):
        (tmp_path / name).touch()
    assert [each.name for each in run_files(tmp_path)] == ["worker-2.jsonl", "worker-10.jsonl"]


@pytest.mark.parametrize(
    ("word", "why"),
    [
        ("rum-1", "rum-1: no run: neither a folder, nor a file, nor a run in {home}; did you mean run-1?"),
        ("zzz", "zzz: no run: neither a folder, nor a file, nor a run in {home}: there are run-1"),
    ],
)
def test_a_run_that_is_not_there_is_told_with_those_that_are(word: str, why: str, runs: BenchRuns) -> None:
    runs.made([])
    with pytest.raises(KeptError) as told:
        run_files(word, runs.home)
    assert str(told.value) == why.format(home=runs.home)


def test_a_folder_without_samples_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(KeptError, match=r"no run: no file in it is called worker-0\.jsonl or like it"):
        run_files(tmp_path)


def test_a_baseline_is_a_copy_with_its_result_and_replaces_the_one_before(runs: BenchRuns, tmp_path: Path) -> None:
    home = tmp_path / "kept"
    old, new = runs.made(runs.steady(1), "old"), runs.made(runs.steady(2), "new")
    keep_result("{}\n", new)
    save_baseline("main", run_files(old), home)
    place = save_baseline("main", run_files(new), home)
    assert place == home / "main"
    assert sorted(each.name for each in place.iterdir()) == ["result.json", "worker-0.jsonl"]
    assert outcome(baseline_files("main", home)).run == "new"
    assert [each.name for each in home.iterdir()] == ["main"]


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "a/b", "-x", "a" * 101])
def test_a_baseline_s_name_is_a_folder_s_name(name: str, tmp_path: Path) -> None:
    with pytest.raises(KeptError, match="no name for a baseline"):
        save_baseline(name, [], tmp_path)


def test_a_baseline_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(KeptError, match=r"main: no baseline in .*: there is none; --save-baseline main makes one"):
        baseline_files("main", tmp_path / "none")


def test_a_result_is_replaced_in_one_step(tmp_path: Path) -> None:
    place = tmp_path / "deep" / "bench.json"
    keep_evidence("old\n", place)
    keep_evidence("new\n", place)
    assert (place.read_text(), [each.name for each in place.parent.iterdir()]) == ("new\n", ["bench.json"])


def test_a_place_that_can_not_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(KeptError, match="the result can't be written"):
        keep_evidence("{}", tmp_path / "file" / "bench.json")
    with pytest.raises(KeptError, match="the baseline can't be saved"):
        save_baseline("main", [], tmp_path / "file")


# ---- comparison


def pair(runs: BenchRuns, before: int, after: int, n: int = 400) -> list[Outcome]:
    return [outcome(runs.made(runs.steady(n, first), name)) for name, first in (("a", before), ("b", after))]


@pytest.mark.parametrize(
    ("before", "after", "change"), [(200, 300, "worse"), (300, 200, "better"), (200, 203, "no difference shown")]
)
def test_runs_are_compared_by_their_intervals(before: int, after: int, change: str, runs: BenchRuns) -> None:
    found = comparison(pair(runs, before, after))
    rows = {each.subject: each for each in found.rows}
    assert [rows[f"{name}_ttft"].changes for name in ("p50", "p95", "p99")] == [(change,)] * 3
    assert rows["p50_e2e"].changes == ("no difference shown",)
    assert [each.subject for each in found.regressions if each.name == "ttft"] == (
        ["p50_ttft", "p95_ttft", "p99_ttft"] if change == "worse" else []
    )


def test_a_wide_tolerance_hides_a_difference(runs: BenchRuns) -> None:
    assert comparison(pair(runs, 200, 300), tolerance=0.6).regressions == ()


def test_every_later_run_is_compared_with_the_first(runs: BenchRuns) -> None:
    three = [*pair(runs, 200, 300), outcome(runs.made(runs.steady(400, 100), "c"))]
    found = next(each for each in comparison(three).rows if each.subject == "p50_ttft")
    assert (len(found.cells), found.changes) == (3, ("worse", "better"))


def test_a_client_at_fault_shows_no_difference(runs: BenchRuns) -> None:
    one = outcome(runs.made(runs.steady(400), "a"))
    two = outcome(runs.made(runs.steady(400, 400), "b", ended(verdict="slow")))
    found = comparison([one, two])
    assert {each.changes for each in found.rows} == {("no difference shown",)}
    assert {each.why for each in found.rows} == {"the client was the bottleneck in b"}


def test_plans_that_differ_are_told(runs: BenchRuns) -> None:
    one, two = runs.made(runs.steady(9), "a", slo=["p50_ttft<1s"]), runs.made(runs.steady(9), "b", shape="closed:2")
    assert comparison([outcome(one), outcome(two)]).differences == ("shape",)


def test_one_run_can_not_be_compared(runs: BenchRuns) -> None:
    with pytest.raises(KeptError, match="name two or more"):
        comparison([outcome(runs.made([]))])
