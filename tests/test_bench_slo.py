"""Thresholds are checked whole before a run, and judged by intervals after it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiready.bench.metrics import COSTS, METRICS, NOTHING, RATES, Objective, Observed, figures
from aiready.bench.mistakes import SloError
from aiready.bench.samples import FAILURES, Sample, Times, Tokens, columns
from aiready.bench.slo import Slo, compare, compared, foreseen, judge, judged, objectives, parse, verdict

if TYPE_CHECKING:
    from aiready.bench.metrics import Figures
    from aiready.bench.slo import Comparison, Verdict

READ: dict[str, tuple[str, str, str, float]] = {
    "p95_ttft<1.5s": ("p95", "ttft", "<", 1.5),
    " p99.9_e2e <= 8 s ": ("p99.9", "e2e", "<=", 8.0),
    "mean_tpot<40ms": ("mean", "tpot", "<", 0.04),
    "p99_itl<0.1s": ("p99", "itl", "<", 0.1),
    "p50_output_tokens>100": ("p50", "output_tokens", ">", 100.0),
    "p50_output_tokens<100": ("p50", "output_tokens", "<", 100.0),
    "error_rate<1%": ("", "error_rate", "<", 0.01),
    "error_rate<=0%": ("", "error_rate", "<=", 0.0),
    "error_rate<0.01": ("", "error_rate", "<", 0.01),
    "error_rate.rate_limited<=0.5%": ("", "error_rate.rate_limited", "<=", 0.005),
    "cost_per_1k<$2": ("", "cost_per_1k", "<", 2.0),
    "cost_per_1k<2.50 usd": ("", "cost_per_1k", "<", 2.5),
    "goodput>=300/min": ("", "goodput", ">=", 5.0),
    "attainment>95%": ("", "attainment", ">", 0.95),
    "output_tps>100/s": ("", "output_tps", ">", 100.0),
    "output_tps_steady>100": ("", "output_tps_steady", ">", 100.0),
}

REFUSED: dict[str, str] = {
    "": "an empty threshold: no comparison: write it like p95_ttft<1.5s or error_rate<1%",
    "p95_ttft 1.5s": "p95_ttft 1.5s: no comparison: write it like p95_ttft<1.5s or error_rate<1%",
    "p95_ttft<1.5": "p95_ttft<1.5: 1.5: a time needs its unit: 1.5s or 1.5ms",
    "p95_ttft<0s": "p95_ttft<0s: 0s: must be more than 0",
    "p95_ttft<": "p95_ttft<: nothing: a time is needed here",
    "ttft>1.5": "ttft>1.5: which of its values? write p95_ttft or mean_ttft; "
    "ttft is better when lower: write ttft<; 1.5: a time needs its unit: 1.5s or 1.5ms",
    "p95_tttf<1s": "p95_tttf<1s: p95_tttf is no metric; did you mean p95_ttft?",
    "latency<1s": "latency<1s: latency is no metric; did you mean p95_e2e?",
    "max_ttft<1s": "max_ttft<1s: max_ttft is no metric: write p50_ttft, p99_ttft or mean_ttft",
    "eror_rate<1%": "eror_rate<1%: eror_rate is no metric; did you mean error_rate?",
    "error_rate.rate_limit<1%": "error_rate.rate_limit<1%: error_rate.rate_limit is no metric; "
    "did you mean error_rate.rate_limited?",
    "rps.tls>1/s": "rps.tls>1/s: rps.tls is no metric; did you mean rps?",
    "zzz<1s": f"zzz<1s: zzz is no metric: there are {', '.join([*METRICS, *RATES, *COSTS])}",
    "p95_zzz<1s": f"p95_zzz<1s: p95_zzz is no metric: there are {', '.join(METRICS)}",
    "p95_rps>1/s": "p95_rps>1/s: rps is one figure a run: write it without p95_",
    "p999_ttft<1s": "p999_ttft<1s: percentiles lie between 0 and 100, neither of them: write p99.9",
    "p100_ttft<1s": "p100_ttft<1s: percentiles lie between 0 and 100, neither of them",
    "p95_ttft=1s": "p95_ttft=1s: no figure is the same twice: write p95_ttft<",
    "goodput<5/s": "goodput<5/s: goodput is better when higher: write goodput>",
    "goodput>5": "goodput>5: 5: a rate needs its unit: 5/s or 5/min",
    "error_rate<5": "error_rate<5: 5: a share lies between 0% and 100%: write 5%",
    "error_rate<1": "error_rate<1: 1: a share needs its unit: 1% or 100%",  # it once meant all of them
    "cost_per_1k<2": "cost_per_1k<2: 2: an amount of money needs its currency: $2",
    "p50_output_tokens>5s": "p50_output_tokens>5s: 5s: it has no unit: write 5",
}


@pytest.mark.parametrize("text", READ)
def test_a_threshold_is_read(text: str) -> None:
    statistic, name, op, bound = READ[text]
    assert parse([text]) == (Slo(text.strip(), name, op, bound, statistic),)


@pytest.mark.parametrize("text", REFUSED)
def test_a_threshold_that_cannot_be_meant_is_refused(text: str) -> None:
    with pytest.raises(SloError) as raised:
        parse([text])
    assert str(raised.value) == REFUSED[text]


def test_all_mistakes_of_all_thresholds_are_told_at_once() -> None:
    with pytest.raises(SloError) as raised:
        parse(["p95_ttft<1.5s, p95_tpt<1s", "error_rate<2", "p95_ttft<=2s"])
    assert raised.value.mistakes == (
        "p95_tpt<1s: p95_tpt is no metric; did you mean p95_tpot?",
        "error_rate<2: 2: a share lies between 0% and 100%: write 2%",
        "p95_ttft<=2s: p95_ttft<1.5s says another bound of the same; keep one of them",
    )


NAMES = [
    *((f"{statistic}_{name}", METRICS[name]) for name in METRICS for statistic in ("p50", "p99.95", "mean")),
    *RATES.items(),
    *COSTS.items(),
    *((f"error_rate.{name}", RATES["error_rate"]) for name in FAILURES),
]


@given(st.sampled_from(NAMES), st.floats(1e-6, 1.0), st.booleans())
def test_the_text_of_a_threshold_reads_back_as_the_same(named: tuple[str, object], bound: float, equal: bool) -> None:  # noqa: FBT001 - drawn
    subject, about = named
    op = (">" if getattr(about, "better", None) == "higher" else "<") + "=" * equal
    unit = {"s": "s", "/s": "/s", "tokens/s": "/s"}.get(getattr(about, "unit", ""), "")
    money = "$" if getattr(about, "unit", "") == "$" else ""
    share = getattr(about, "unit", "") == "share"
    (slo,) = parse([f"{subject}{op}{money}{bound * 100:.9f}%" if share else f"{subject}{op}{money}{bound:.9f}{unit}"])
    (again,) = parse([str(slo)])
    assert (again.name, again.statistic, again.op, again.bound) == (slo.name, slo.statistic, slo.op, slo.bound)


def one(text: str) -> Slo:
    (slo,) = parse([text])
    return slo


@pytest.mark.parametrize(
    ("text", "observed", "told"),
    [
        ("p95_ttft<1.5s", Observed(1.2, 1.0, 1.4, 100), "pass"),
        ("p95_ttft<1.5s", Observed(1.2, 1.0, 1.6, 100), "inconclusive"),
        ("p95_ttft<1.5s", Observed(1.7, 1.6, 1.8, 100), "fail"),
        ("p95_ttft<1.5s", Observed(1.2, 1.0, 1.5, 100), "inconclusive"),  # 1.5 is not below 1.5
        ("p95_ttft<=1.5s", Observed(1.2, 1.0, 1.5, 100), "pass"),
        ("p95_ttft<1.5s", Observed(math.inf, 1.6, math.inf, 100), "fail"),
        ("p95_ttft<1.5s", Observed(9.9, n=71, why="n too small: 71 of 72"), "inconclusive"),
        ("goodput>5/s", Observed(6.0, 5.5, 6.5, 100), "pass"),
        ("goodput>5/s", Observed(4.0, 3.5, 4.5, 100), "fail"),
        ("goodput>5/s", NOTHING, "inconclusive"),
    ],
)
def test_the_interval_decides(text: str, observed: Observed, told: Verdict) -> None:
    assert judge(one(text), observed).verdict == told
    assert judge(one(text), observed, "the loop lagged by 90 ms").verdict == "invalid"


def test_what_is_not_decided_says_why() -> None:
    slo = one("p95_ttft<1.5s")
    whys = [
        judge(slo, Observed(9.9, n=71, why="n too small: 71 of 72")).why,
        judge(slo, Observed(1.2, 1.0, 1.6, 100)).why,
        judge(slo, Observed(1.2, 1.0, 1.4, 100), "the loop lagged by 90 ms").why,
        judge(slo, Observed(1.2, 1.0, 1.4, 100)).why,
    ]
    undecided = "the bound lies inside the interval: more requests may decide"
    assert whys == ["n too small: 71 of 72", undecided, "the loop lagged by 90 ms", ""]


@pytest.mark.parametrize(
    ("seen", "told"),
    [
        ([], "pass"),
        (["pass", "pass"], "pass"),
        (["pass", "inconclusive"], "inconclusive"),
        (["inconclusive", "fail", "pass"], "fail"),
        (["fail", "invalid"], "invalid"),
    ],
)
def test_a_run_is_what_its_gravest_threshold_is(seen: list[Verdict], told: Verdict) -> None:
    ends = {"pass": (1.0, 1.1), "inconclusive": (1.0, 2.0), "fail": (1.8, 2.0), "invalid": (1.0, 1.1)}
    slo = one("p95_ttft<1.5s")
    judgements = [
        judge(slo, Observed(1.5, *ends[each], n=9), "the client lagged" if each == "invalid" else "") for each in seen
    ]
    assert [each.verdict for each in judgements] == seen
    assert (verdict(judgements), verdict(judgements, "the client lagged")) == (told, "invalid")


def run(number: int, seconds: float, failed: int = 0) -> Figures:
    """Requests one after the other whose first token takes up to so long, evenly spread; the last of them fail."""
    firsts = (np.linspace(0.5, 1.0, number) * seconds * 1e9).astype(int).tolist()
    samples: list[Sample] = []
    for at, first in enumerate(firsts):
        t0, lost = at * 10_000_000_000, at >= number - failed
        end = t0 + int(first)
        times = Times(t0, end, chunks=(end,), t_answer=end, t_last=end)
        samples.append(Sample(at, times, Tokens(5, source="provider"), failure="reset" if lost else None))
    return figures(columns(samples), [Objective("ttft", "<", 1.0)])


@pytest.mark.parametrize(
    ("number", "failed", "told"),
    [
        (200, 0, ("pass", "pass", "pass", "inconclusive")),
        (200, 30, ("fail", "fail", "pass", "inconclusive")),
        (60, 0, ("inconclusive", "inconclusive", "pass", "inconclusive")),
    ],
)
def test_nothing_passes_because_its_slow_requests_failed(number: int, failed: int, told: tuple[Verdict, ...]) -> None:
    """With 15 % failed, 95 % of the others are quick, but not 95 % of all."""
    slos = parse(["p95_ttft<1.2s", "error_rate<2%", "error_rate.tls<10%", "cost_per_1k<$2"])
    found = judged(slos, run(number, 1.0, failed), {})
    assert tuple(each.verdict for each in found) == told
    assert found[-1].why == "no price is known for this model"


def test_a_cost_is_judged_where_it_is_known() -> None:
    (found,) = judged(parse(["cost_per_1k<$2"]), run(5, 1.0), {"cost_per_1k": Observed(1.5, 1.4, 1.6, 5)})
    assert found.verdict == "pass"


def test_a_good_request_meets_the_loosest_bound_of_each_time() -> None:
    slos = parse(["p50_ttft<0.5s", "p99_ttft<=3s", "mean_e2e<1s", "p95_itl<1s", "error_rate<1%", "p95_tpot<40ms"])
    assert objectives(slos) == (Objective("ttft", "<=", 3.0), Objective("tpot", "<", 0.04))


def test_what_a_run_cannot_decide_is_told_before_it() -> None:
    slos = parse(["p95_ttft<1s", "p99_ttft<2s", "p95_sched_latency<1s", "error_rate<1%"])
    few = "p99_ttft<2s: needs 368 requests, 100 are planned: it will be inconclusive"
    closed = "users of a closed loop have no schedule: it will be inconclusive; use a rate"
    assert foreseen(slos, 100, scheduled=True) == (few,)
    assert foreseen(slos, 100, scheduled=False) == (few, f"p95_sched_latency<1s: {closed}")
    assert foreseen(slos, None, scheduled=True) == ()
    assert (foreseen(slos[:1], 72, scheduled=True), len(foreseen(slos[:1], 71, scheduled=True))) == ((), 1)


@pytest.mark.parametrize(
    ("before", "after", "lower", "higher"),
    [
        ((1.0, 0.9, 1.1), (1.3, 1.2, 1.4), "worse", "better"),
        ((1.0, 0.9, 1.1), (1.25, 1.14, 1.4), "no difference shown", "no difference shown"),  # apart by 0.04 only
        ((1.0, 0.9, 1.1), (1.05, 0.95, 1.2), "no difference shown", "no difference shown"),
        ((1.3, 1.2, 1.4), (1.0, 0.9, 1.1), "better", "worse"),
        ((1.0, 0.9, 1.1), (math.inf, 1.5, math.inf), "worse", "better"),
        ((math.inf, math.inf, math.inf), (1.0, 0.9, 1.1), "better", "worse"),
        ((math.inf, math.inf, math.inf), (math.inf, math.inf, math.inf), "no difference shown", "no difference shown"),
        ((0.0, 0.0, 0.0), (0.0, 0.0, 0.0), "no difference shown", "no difference shown"),
        ((1.0, 0.9, 1.1), (9.0, None, None), "no difference shown", "no difference shown"),
    ],
)
def test_a_difference_is_shown_by_both_intervals(
    before: tuple[float, float, float], after: tuple[float, float, float], lower: str, higher: str
) -> None:
    assert compare(Observed(*before), Observed(*after), "lower") == lower
    assert compare(Observed(*before), Observed(*after), "higher") == higher


def changes(found: tuple[Comparison, ...]) -> dict[str, str]:
    return {
        f"{each.statistic} {each.name}".strip(): each.change for each in found if each.change != "no difference shown"
    }


def test_two_runs_are_compared_by_every_figure_with_a_direction() -> None:
    quick, slow = run(200, 1.0), run(200, 1.5, failed=60)
    found = compared(quick, slow, statistics=("p50", "p95"))
    names = [f"{each.statistic} {each.name}".strip() for each in found]
    assert names == [
        *(f"{statistic} {name}" for name in ("ttft", "ttfa", "e2e") for statistic in ("p50", "p95")),
        *("rps", "output_tps", "output_tps_steady", "error_rate", "goodput", "attainment"),
    ]
    assert changes(found) == {
        **{f"{statistic} {name}": "worse" for name in ("ttft", "ttfa", "e2e") for statistic in ("p50", "p95")},
        **dict.fromkeys(("rps", "error_rate", "goodput", "attainment"), "worse"),
    }
    assert changes(compared(quick, quick)) == {}
    assert changes(compared(run(5, 1.0), run(5, 1.5), statistics=("p95",))) == {}


def test_a_missing_interval_is_the_reason_that_nothing_is_shown() -> None:
    found = compared(run(5, 1.0), run(200, 1.5), statistics=("p95",))
    assert (found[0].name, found[0].why) == ("ttft", "n too small: 5 of 72")


def test_like_runs_seldom_differ() -> None:
    """The promise is one false alarm in 180; of 600 pairs that makes three, and more than eleven hardly ever."""
    chance = np.random.default_rng(1)
    alarms = 0
    for _ in range(600):
        both = [figures(columns(drawn(chance))).observed("ttft", "p50") for _ in range(2)]
        alarms += compare(both[0], both[1], "lower", tolerance=0.0) != "no difference shown"
    assert 0 < alarms <= 11


def drawn(chance: np.random.Generator) -> list[Sample]:
    firsts = [int(each * 1e9) for each in chance.exponential(size=60)]
    return [Sample(at, Times(0, first + 1, chunks=(first,), t_last=first)) for at, first in enumerate(firsts)]
