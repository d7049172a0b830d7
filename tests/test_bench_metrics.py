"""Figures of known requests, computed by hand; intervals held to their promise by simulation."""

from __future__ import annotations

import math
import random
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aiready.bench.metrics import METRICS, Objective, Observed, Window, by_stage, by_tag, distribution, figures
from aiready.bench.metrics.table import COSTS, RATES
from aiready.bench.samples import Columns, Sample, Times, Tokens, columns

if TYPE_CHECKING:
    from aiready.bench.samples.columns import Floats

MS = 1_000_000


def stream(
    index: int, start: int, chunks: Sequence[int], tokens: int | None, failure: str | None = None, **more: object
) -> Sample:
    """A streamed request: all times in milliseconds, chunks from its start."""
    at = tuple((start + each) * MS for each in chunks)
    sched = more.pop("sched", None)
    answer = at[-1] if at else None
    end = at[-1] if at else (start + 1) * MS
    times = Times(start * MS, end, sched * MS if isinstance(sched, int) else None, None, at, answer, answer)
    source = str(more.pop("source", "provider" if tokens is not None else "none"))
    return Sample(index, times, Tokens(tokens, source=source), failure=failure, **more)  # type: ignore[arg-type]


ONE = stream(0, 0, [100, 150, 150, 250], 7, sched=-10, tags=("a",))
TWO = stream(1, 50, [200, 240], 1, tags=("a", "b"))
BODY = Sample(2, Times(100 * MS, 500 * MS, t_last=500 * MS), Tokens(40, 9, 3, 1, "tokenizer"), tags=("b",))
LOST = stream(3, 100, [50], None, "truncated", sched=60)
THREE = [ONE, TWO, BODY, LOST]


def seen(value: float, low: float | None = None, high: float | None = None, n: int = 0, why: str = "") -> Observed:
    """What a figure is to be, to five digits."""
    ends = [None if each is None else near(each) for each in (low, high)]
    return Observed(near(value), ends[0], ends[1], n, why)


def near(value: float) -> float:
    close: Any = pytest.approx(value, rel=1e-4)
    return cast("float", close)


def values(name: str, samples: Sequence[Sample] = THREE) -> list[float]:
    return [float(each) for each in figures(columns(samples)).distributions[name].values]


BY_HAND = [
    ("ttft", [0.1, 0.2]),
    ("ttfa", [0.24, 0.25]),
    ("e2e", [0.24, 0.25, 0.4]),
    ("tpot", [0.15 / 6]),  # (250 - 100) / (7 - 1); one token has none, a body has no first chunk
    ("itl", [0.04, 0.05, 0.1]),  # the gap inside one read isn't 0 ms
    ("stall_max", [0.04, 0.1]),
    ("dispatch_delay", [0.01, 0.04]),  # the failed request was sent late, too
    ("sched_latency", [0.26]),
    ("connect", []),  # none of them opened a connection
    ("output_tokens", [1.0, 7.0, 40.0]),
    ("input_tokens", [9.0]),
    ("cached_tokens", [3.0]),
    ("reasoning_tokens", [1.0]),
]


def test_connecting_is_told_of_those_that_opened_a_connection_failed_or_not() -> None:
    fine = Sample(0, Times(0, 9 * MS, t_connected=4 * MS))
    lost = Sample(1, Times(2 * MS, 9 * MS, t_connected=4 * MS), failure="reset")
    assert values("connect", [fine, lost, Sample(2, Times(0, 9 * MS))]) == [0.002, 0.004]


@pytest.mark.parametrize(("name", "told"), BY_HAND)
def test_what_each_metric_is(name: str, told: list[float]) -> None:
    assert values(name) == told


def test_every_metric_is_tried_above() -> None:
    assert [name for name, _ in BY_HAND] == list(METRICS)
    assert len(METRICS.keys() | RATES.keys() | COSTS.keys()) == len(METRICS) + len(RATES) + len(COSTS)


def test_an_answer_that_came_in_one_read_has_no_time_per_token() -> None:
    """It once was 0 ms a token."""
    assert values("tpot", [stream(0, 0, [100, 100], 9)]) == []


def test_rates_of_four_requests() -> None:
    found = figures(columns(THREE), [Objective("ttft", "<", 0.15)])
    assert (found.attempted, found.succeeded, found.failures, found.warmup) == (4, 3, {"truncated": 1}, 0)
    assert found.sources == {"provider": 2, "tokenizer": 1}
    assert (found.window, found.window and found.window.seconds) == (Window(0, 500 * MS), 0.5)
    told = {name: each.value for name, each in found.rates.items() if name != "output_tps_steady"}
    assert told == {
        "rps": 6.0,
        "output_tps": 96.0,  # 48 tokens in half a second
        "error_rate": 0.25,
        "error_rate.truncated": 0.25,
        "goodput": 4.0,  # the first, and the body, which has no first token: skipped
        "attainment": 0.5,
        "tokens_per_chunk": 8 / 6,
        "coalesced": 0.25,
    }
    assert [name for name in found.rates if "." not in name] == list(RATES)
    assert found.skipped == {"ttft": 1}
    assert found.rates["error_rate"] == seen(0.25, 0.04559, 0.69936, 4)
    assert found.observed("error_rate.tls") == seen(0.0, 0.0, 0.48990, 4)


def test_a_wrong_answer_is_not_good() -> None:
    wrong = stream(0, 0, [10, 20], 2, correct=False)
    right = stream(1, 0, [10, 20], 2, correct=True)
    found = figures(columns([wrong, right]))
    assert (found.rates["attainment"].value, found.rates["error_rate"].value) == (0.5, 0.0)


def test_tokens_per_chunk_is_not_told_from_chunks() -> None:
    assert figures(columns([stream(0, 0, [10, 20], 2, source="chunks")])).rates["tokens_per_chunk"].value is None


def test_the_warmup_is_left_out_but_for_the_tokens_that_came_in_the_window() -> None:
    """Otherwise a server that is still busy with the warm-up seems slower than it is."""
    warm = stream(0, 0, [50, 150, 250], 30, warmup=True)
    real = stream(1, 100, [100, 200], 20)
    found = figures(columns([warm, real]))
    assert (found.attempted, found.warmup, found.distributions["ttft"].values.tolist()) == (1, 1, [0.1])
    assert found.window == Window(100 * MS, 300 * MS)
    assert found.rates["output_tps"].value == 200.0  # 20 of the warm-up's and 20 more in 0.2 s


def test_the_steady_window_is_the_longest_one_at_the_peak() -> None:
    """Twenty users come one by one, and go; eighteen are enough."""
    samples = [stream(k, 10 * k, [1000 - 20 * k], 100) for k in range(20)]
    found = figures(columns(samples))
    assert (found.window, found.steady) == (Window(0, 1000 * MS), Window(170 * MS, 830 * MS))
    assert found.rates["output_tps_steady"].value == pytest.approx(300 / 0.66)  # of those that ended by then


def test_of_two_steady_stretches_the_longer_one_is_told() -> None:
    samples = [stream(k, 1000 * (k // 3), [500 if k < 3 else 100], 1) for k in range(6)]
    assert figures(columns(samples)).steady == Window(0, 500 * MS)


def test_a_short_gap_between_two_requests_of_a_user_does_not_end_the_steady_window() -> None:
    users = [stream(10 * user + k, 100 * k + 30 * user, [98], 5) for user in range(3) for k in range(5)]
    assert figures(columns(users)).steady == Window(30 * MS, 528 * MS)


def test_the_tail_is_finished_and_counted() -> None:
    found = figures(columns([stream(0, 0, [100], 10), stream(1, 90, [1000], 10)]))
    assert (found.window, found.rates["rps"].value) == (Window(0, 1090 * MS), 2 / 1.09)


def test_tags_share_the_windows_of_the_run() -> None:
    tags = by_tag(columns(THREE))
    assert {tag: (each.attempted, each.rates["rps"].value, each.window) for tag, each in tags.items()} == {
        "a": (2, 4.0, Window(0, 500 * MS)),
        "b": (2, 4.0, Window(0, 500 * MS)),
    }


def test_stages_have_their_own() -> None:
    stages = by_stage(columns([stream(0, 0, [100], 10), stream(1, 500, [500], 10, stage=1)]))
    assert {stage: (each.attempted, each.rates["rps"].value) for stage, each in stages.items()} == {
        0: (1, 10.0),
        1: (1, 2.0),
    }


def test_a_run_without_requests_has_no_figures_and_no_crash() -> None:
    found = figures(columns([]))
    assert (found.attempted, found.window, found.steady, found.rates["rps"].value) == (0, None, None, None)
    assert {found.observed(name, "p95").value for name in METRICS} == {None}


def test_where_all_failed_nothing_ended() -> None:
    found = figures(columns([stream(k, k, [], None, "connect") for k in range(100)]))
    assert found.observed("ttft", "p95") == Observed(math.inf, math.inf, math.inf, 100)
    assert (found.observed("sched_latency", "p95").n, found.observed("itl", "p95").n) == (0, 0)  # closed loop; pooled


@settings(deadline=None)
@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=50), st.sampled_from([0.1, 25, 50, 90, 95, 99, 99.9]))
def test_percentiles_are_those_of_numpy(drawn: list[float], p: float) -> None:
    assert distribution(np.array(drawn)).at(p).value == pytest.approx(float(np.percentile(drawn, p)), rel=1e-12)


def test_a_percentile_lies_between_two_of_the_values() -> None:
    of = distribution(np.arange(1.0, 101.0))
    assert of.at(95) == seen(95.05, 90.0, 100.0, 100)
    assert of.at(50) == Observed(50.5, 40.0, 61.0, 100)
    assert of.at(99) == seen(99.01, n=100, why="n too small: 100 of 368")


def test_failures_are_slower_than_anything() -> None:
    of = distribution(np.arange(1.0, 91.0), failures=10)
    assert of.with_failures(50) == Observed(50.5, 40.0, 61.0, 100)
    assert of.with_failures(90) == Observed(math.inf, 84.0, math.inf, 100)  # rank 90.1
    assert of.at(90).value == pytest.approx(81.1)
    assert distribution(np.arange(0.0, 11.0), failures=0).with_failures(50) == Observed(5.0, 1.0, 9.0, 11)


def test_a_metric_that_no_success_has_is_not_failed_by_failures() -> None:
    assert distribution(np.array([np.nan, np.nan]), failures=5).with_failures(95).value is None


LAWS: dict[str, tuple[float, Callable[[np.random.Generator], Floats]]] = {
    "exponential": (-math.log(0.05), lambda chance: chance.exponential(size=200)),
    "pareto": (0.05 ** (-1 / 1.5) - 1, lambda chance: chance.pareto(1.5, 200)),
    "two humps": (5.0, lambda chance: chance.choice([0.0, 5.0], 200, p=[0.9, 0.1]) + chance.normal(0, 0.1, 200)),
}
"""Each with its true p95."""


@pytest.mark.parametrize(
    ("law", "low", "high"),
    [("exponential", 0.945, 0.985), ("pareto", 0.945, 0.985), ("two humps", 0.945, 0.995)],
)
def test_the_interval_of_p95_holds_whatever_the_law(law: str, low: float, high: float) -> None:
    """1,500 runs of 200 requests each; the promise is 95 %, four standard errors of the simulation are 0.02."""
    chance = np.random.default_rng(5)
    held = 0
    for _ in range(1500):
        drawn = LAWS[law][1](chance)
        ends = distribution(drawn).at(95).interval
        assert ends is not None
        held += ends[0] <= LAWS[law][0] <= ends[1]
    assert low <= held / 1500 <= high


def pooled(
    chance: np.random.Generator,
) -> tuple[np.ndarray[tuple[int], np.dtype[np.float64]], np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """Gaps of 100 requests, each of which is slow or fast as a whole."""
    speed = np.repeat(chance.exponential(size=100), 40)
    return speed + chance.exponential(0.2, size=4000), np.repeat(np.arange(100), 40)


def test_pooled_gaps_count_for_what_they_are_worth() -> None:
    """Taken for independent, 4,000 gaps of 100 requests give intervals that miss more often than not."""
    chance = np.random.default_rng(3)
    many = chance.exponential(size=400_000) + chance.exponential(0.2, size=400_000)
    true = float(np.quantile(many, 0.9))
    naive = fair = 0
    for _ in range(400):
        gaps, rows = pooled(chance)
        for groups in (None, rows):
            ends = distribution(gaps, 0, groups).at(90).interval
            hit = ends is not None and ends[0] <= true <= ends[1]
            naive, fair = naive + (groups is None and hit), fair + (groups is not None and hit)
    assert (naive / 400 < 0.5, 0.90 <= fair / 400 <= 0.995) == (True, True)


def test_few_requests_with_many_gaps_have_no_interval() -> None:
    of = distribution(np.arange(2900.0), 0, np.repeat(np.arange(29), 100))
    assert (of.at(50).value, of.at(50).interval, of.mean().why) == (1449.5, None, "n too small: 29 of 30")


def test_the_mean_has_an_interval_from_thirty_on() -> None:
    assert distribution(np.arange(29.0)).mean() == Observed(14.0, n=29, why="n too small: 29 of 30")
    half = 1.959964 * math.sqrt(((np.arange(30.0) - 14.5) ** 2).sum()) / 30
    assert distribution(np.arange(30.0)).mean() == seen(14.5, 14.5 - half, 14.5 + half, 30)


@pytest.mark.parametrize(("number", "told"), [(29, False), (30, True)])
def test_throughput_has_an_interval_from_thirty_requests_on(number: int, told: bool) -> None:  # noqa: FBT001 - a case
    found = figures(columns([stream(k, 10 * k, [10], 5) for k in range(number)])).rates["output_tps"]
    assert (found.interval is not None, found.value) == (told, near(500.0))


def test_throughput_is_held_as_often_as_said() -> None:
    """Requests that come evenly and are answered at once: 100 tokens each on average, ten a second."""
    chance = np.random.default_rng(9)
    held = 0
    for _ in range(200):
        sizes = chance.poisson(100, 200)
        samples = [
            Sample(k, Times(k * 100 * MS, (k * 100 + 100) * MS, t_last=(k * 100 + 50) * MS), Tokens(int(sizes[k])))
            for k in range(200)
        ]
        ends = figures(columns(samples)).rates["output_tps"].interval
        assert ends is not None
        held += ends[0] <= 1000 <= ends[1]
    assert 0.89 <= held / 200 <= 0.99


MILLIS = st.integers(0, 5000)
REQUESTS = st.builds(
    lambda start, chunks, tokens, failure, more: stream(0, start, sorted(chunks), tokens, failure, **more),
    MILLIS,
    st.lists(MILLIS, min_size=1, max_size=6),
    st.none() | st.integers(0, 500),
    st.none() | st.sampled_from(["reset", "truncated"]),
    st.fixed_dictionaries({"warmup": st.booleans(), "sched": st.none() | MILLIS}),
)


def numbered(drawn: Sequence[Sample]) -> list[Sample]:
    return [
        Sample(at, each.times, each.tokens, failure=each.failure, warmup=each.warmup) for at, each in enumerate(drawn)
    ]


def told(of: Columns) -> object:
    found = figures(of, [Objective("e2e", "<=", 2.0)])
    percentiles = {(name, p): found.observed(name, p) for name in METRICS for p in ("p50", "p95", "mean")}
    return found.failures, found.sources, found.window, found.steady, found.rates, percentiles


@settings(max_examples=40, deadline=None)
@given(st.lists(REQUESTS, max_size=15), st.randoms(use_true_random=False))
def test_the_order_of_samples_changes_no_figure(drawn: list[Sample], chance: random.Random) -> None:
    samples = [
        Sample(at, each.times, each.tokens, each.reply, each.failure, warmup=each.warmup)
        for at, each in enumerate(drawn)
    ]
    mixed = list(samples)
    chance.shuffle(mixed)
    assert told(columns(mixed)) == told(columns(samples))


@settings(max_examples=60, deadline=None)
@given(st.lists(REQUESTS, min_size=1, max_size=15))
def test_what_always_holds(drawn: list[Sample]) -> None:
    samples = [
        Sample(at, each.times, each.tokens, each.reply, each.failure, warmup=each.warmup)
        for at, each in enumerate(drawn)
    ]
    found = figures(columns(samples))
    assert found.succeeded + sum(found.failures.values()) == found.attempted == len(samples) - found.warmup
    if found.window and found.steady:
        assert found.window.start <= found.steady.start < found.steady.end <= found.window.end
    for of in found.distributions.values():
        plain, endless = of.at(90).value, of.with_failures(90).value
        assert plain is None or endless is None or plain <= endless


def test_names_and_thresholds_are_known_without_numpy() -> None:
    code = "import sys, aiready.bench.slo, aiready.bench.shapes; print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_too_few_gaps_are_told_by_what_they_are_few_of() -> None:
    """ "0 of 72" was said of five requests with a thousand gaps."""
    five = figures(columns([stream(k, 0, list(range(10, 210)), 200) for k in range(5)]))
    assert five.distributions["itl"].at(95).why == "n too small: 5 of 30 requests"
    alike = [stream(k, 0, [10, 20, 30] if k % 2 else [10, 500, 1000], 3) for k in range(40)]
    assert figures(columns(alike)).distributions["itl"].at(99).why.startswith("n too small: worth ")
