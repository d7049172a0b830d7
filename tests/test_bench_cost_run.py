"""What a run cost, what it comes to in a month, and what it would have cost on other models."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiready.bench.cost import UNBILLED, CostError, Counted, charges, costs, costs_by_tag, projected, what_if
from aiready.bench.cost.alternatives import EMBEDDING, USUAL
from aiready.bench.cost.projection import BOOTSTRAPPED, bootstrapped
from aiready.bench.metrics import COSTS, Objective, Observed, figures
from aiready.bench.prices import Band, Counts, Price, PriceUnknown, price_from, price_of
from aiready.bench.samples import (
    FAILURES,
    Clock,
    Columns,
    End,
    Header,
    Sample,
    Times,
    Tokens,
    Writer,
    columns,
    load,
)
from aiready.bench.slo import judged, parse

D = Decimal
DAY = date(2026, 11, 20)
MS = 1_000_000
PRICE = Price("p", "m", "m", "s", None, (Band(D(2), D(8), D("0.5")), Band(D(4), D(12), D(1), above=1000)))


def sample(index: int, output: int | None = 5, given: int | None = 10, **more: Any) -> Sample:
    """A request of 100 ms, one every 100 ms."""
    tokens = Tokens(output, given, more.pop("cached", None), source=more.pop("source", "provider"))
    start = index * 100 * MS
    return Sample(index, Times(start, start + 100 * MS, t_last=start + 100 * MS), tokens, **more)


def ends(of: Observed) -> tuple[float, float, float, int]:
    """What there is of a figure with an interval."""
    assert of.value is not None
    assert of.interval is not None
    return (of.value, *of.interval, of.n)


def table(samples: Sequence[Sample]) -> Columns:
    return columns(samples)


COUNT = st.none() | st.integers(0, 3000) | st.integers(2**59, 2**61)
ROWS = st.lists(st.tuples(*[COUNT] * 6).map(lambda each: Counts(*each)), min_size=1, max_size=8)
RATE = st.none() | st.decimals(0, 100, places=12)


@given(ROWS, st.lists(st.builds(Band, *[RATE] * 6), max_size=2), st.decimals(0, 1, places=7))
def test_columns_cost_to_the_last_digit_what_requests_do(rows: list[Counts], bands: list[Band], each: Decimal) -> None:
    price = Price("p", "m", "m", "s", None, tuple(replace(band, above=k * 1000) for k, band in enumerate(bands)), each)
    of = columns(
        Sample(
            k,
            Times(0, 1),
            Tokens(c.output, c.input, c.cached, c.reasoning, "provider", c.cache_write, c.cache_write_1h),
        )
        for k, c in enumerate(rows)
    )
    charged = charges(of, price)
    told = [price.of(counts) for counts in rows]
    assert charged.priced.tolist() == [cost is not None for cost in told]
    exact = [Fraction(int(unit), 10**charged.scale) for unit in charged.units]
    assert exact == [Fraction(cost or 0) for cost in told]
    assert Fraction(charged.total(np.ones(len(rows), dtype=np.bool_))) == sum(exact)


def test_a_long_prompt_begins_after_its_length_in_columns_too() -> None:
    charged = charges(table([sample(0, 0, 0), sample(1, 0, 1000), sample(2, 0, 1001)]), PRICE)
    assert charged.dollars.tolist() == pytest.approx([0.0, 0.002, 0.004004])


def test_a_file_alone_gives_every_cost_again(tmp_path: Path) -> None:
    """What is cached for an hour included, and without the price list."""
    price = Price("p", "m", "m", "s", None, (Band(D(3), D(15), D("0.3"), D("3.75"), D(6)),))
    clock = Clock(0, 0)
    with Writer(tmp_path / "worker-0.jsonl", Header("r", {"price": price.as_json()}, {}, clock)) as writer:
        writer.add(Sample(0, Times(0, 1), Tokens(393, 765, 188, None, "provider", 556, 100)))
        writer.close(End("requests", clock))
    run = load([tmp_path / "worker-0.jsonl"])
    found = costs(run.columns, price_from(run.header.plan["price"]))
    by_hand = 21 * D(3) + 188 * D("0.3") + 456 * D("3.75") + 100 * D(6) + 393 * D(15)
    assert (found.price, found.total) == (price, by_hand / 1_000_000)


def test_the_figures_of_a_run() -> None:
    """Forty requests of 10 in, 5 out: 60 millionths each; one of 20 in a warm-up."""
    of = table([sample(0, 5, 20, warmup=True), *(sample(k) for k in range(1, 41))])
    found = costs(of, PRICE)
    assert (found.total, found.warmup, found.spent, found.server) == (D("0.0024"), D("0.00008"), D("0.00248"), D(0))
    assert found.counted == Counted(40, 0, 0, 0)
    assert set(found.observed) == set(COSTS)
    assert ends(found.observed["cost_per_request"]) == pytest.approx((6e-5, 6e-5, 6e-5, 40))
    assert found.observed["cost_per_1k"].value == pytest.approx(0.06)
    assert found.observed["cost_per_1m_output"].value == pytest.approx(12.0)
    assert found.per_request.at(50).value == pytest.approx(6e-5)
    assert (found.cached_share, found.told()) == (None, ())


def test_the_interval_of_a_mean_is_the_normal_one() -> None:
    sizes = [10 * k for k in range(1, 51)]
    found = costs(table([sample(k, 0, size) for k, size in enumerate(sizes)]), PRICE).observed["cost_per_request"]
    values = np.array(sizes) * 2e-6
    half = 1.959963984540054 * values.std(ddof=1) / math.sqrt(50)
    assert ends(found) == pytest.approx((values.mean(), values.mean() - half, values.mean() + half, 50))


def test_few_requests_have_a_figure_without_an_interval() -> None:
    found = costs(table([sample(k) for k in range(29)]), PRICE)
    told = {name: (each.interval, each.why) for name, each in found.observed.items()}
    assert told == dict.fromkeys(COSTS, (None, "n too small: 29 of 30"))
    assert found.observed["cost_per_1k"].value == pytest.approx(0.06)


def test_failures_cost_what_they_told_or_nothing_or_nobody_knows() -> None:
    """Every class of failure without usage, and one of each way with it."""
    failed = [sample(k, None, None, failure=each, source="none") for k, each in enumerate(sorted(FAILURES))]
    with_usage = [sample(50, failure="truncated"), sample(51, failure="server_error")]
    found = costs(table([*failed, *with_usage]), PRICE)
    assert {
        "rate_limited",
        "auth",
        "context_length",
        "bad_request",
        "server_error",
        "connect",
        "tls",
        "client",
    } == UNBILLED
    assert (found.counted, found.total) == (Counted(2, 0, 8, 7), D("0.00012"))
    assert found.told() == (
        "8 requests failed before anything was generated: free of cost",
        "7 requests told no tokens that can be priced and may have been billed: the total is the least",
    )


def test_what_is_not_known_widens_the_interval_and_lowers_nothing() -> None:
    """100 requests of 60 millionths, 25 of unknown cost: between all free and all like the dearest."""
    fine = [sample(k) for k in range(100)]
    lost = [sample(100 + k, None, None, failure="reset", source="none") for k in range(25)]
    sure, unsure = costs(table(fine), PRICE), costs(table([*fine, *lost]), PRICE)
    one, two = sure.observed["cost_per_request"], unsure.observed["cost_per_request"]
    assert [one.value, two.value, two.high] == pytest.approx([6e-5] * 3)
    assert two.low is not None
    assert two.low < 4.8e-5


def test_no_usage_is_no_cost_and_not_nothing() -> None:
    found = costs(table([sample(k, None, None, source="none") for k in range(40)]), PRICE)
    assert {each.value for each in found.observed.values()} == {None}
    assert found.observed["cost_per_1k"].why == "no request told the tokens that it is billed for"
    assert found.counted == Counted(0, 0, 0, 40)
    nothing = costs(table([]), PRICE)
    assert (nothing.total, nothing.observed["cost_per_1k"].value) == (D(0), None)


def test_tokens_that_were_counted_here_make_an_estimate() -> None:
    found = costs(table([sample(0), sample(1, source="tokenizer"), sample(2, source="chunks")]), PRICE)
    assert found.counted == Counted(3, 2, 0, 0)
    assert found.told() == ("2 requests priced by tokens that were counted here, since the provider told none",)


def test_what_good_requests_cost_bears_the_others() -> None:
    """40 answers, 30 of them right, and 10 refusals: the whole cost over 30."""
    right = [sample(k, correct=k >= 10) for k in range(40)]
    refused = [sample(40 + k, None, None, failure="rate_limited", source="none") for k in range(10)]
    found = costs(table([*right, *refused]), PRICE).observed["cost_per_good_request"]
    assert found.value == pytest.approx(40 * 6e-5 / 30)
    assert found.low is not None
    assert found.high is not None
    assert found.low < 40 * 6e-5 / 30 < found.high
    slow = costs(table(right), PRICE, [Objective("e2e", "<", 0.05)]).observed["cost_per_good_request"]
    assert (slow.value, slow.high) == (math.inf, math.inf)
    z = 2.241402727604947  # the normal quantile at 0.9875
    assert slow.low == pytest.approx(6e-5 * (40 + z * z) / (z * z))


def test_a_threshold_on_cost_is_judged() -> None:
    of = table([sample(k) for k in range(40)])
    found = judged(parse(["cost_per_1k<$0.07", "cost_per_1m_output<$11"]), figures(of), costs(of, PRICE).observed)
    assert [each.verdict for each in found] == ["pass", "fail"]


def test_a_server_by_the_hour_is_borne_by_its_requests() -> None:
    """Four seconds at $36 an hour are 4 cents, over 40 requests."""
    price = Price("own", "m", "m", "configuration", None, per_hour=D(36))
    tagged = [sample(k, None, None, tags=("a",) if k < 10 else ("b",), source="none") for k in range(40)]
    found = costs(table(tagged), price)
    assert (found.total, found.server, found.counted) == (D("0.04"), D("0.04"), Counted(40, 0, 0, 0))
    assert found.observed["cost_per_request"].value == pytest.approx(0.001)
    shares = {tag: each.total for tag, each in costs_by_tag(table(tagged), price).items()}
    assert shares == {"a": D("0.01"), "b": D("0.03")}
    assert costs(table([sample(0, None, None, failure="connect", source="none")]), price).counted == Counted(0, 0, 1, 0)


def test_tags_add_up_to_the_run() -> None:
    of = table([sample(k, k, 10 * k, tags=("long",) if k > 20 else ("short",)) for k in range(60)])
    by_tag = costs_by_tag(of, PRICE)
    assert sum((each.total for each in by_tag.values()), D(0)) == costs(of, PRICE).total
    assert list(by_tag) == ["long", "short"]


def test_the_cache_hit_share_is_of_those_that_told_it() -> None:
    rows = [sample(0, given=100, cached=80), sample(1, given=100, cached=0), sample(2, given=999)]
    assert costs(table(rows), PRICE).cached_share == 0.4


def test_a_projection_is_a_product_with_a_bootstrap_interval() -> None:
    sizes = np.random.default_rng(3).integers(10, 900, 200).tolist()
    found = costs(table([sample(k, 0, int(size), cached=int(size) // 2) for k, size in enumerate(sizes)]), PRICE)
    month = projected(found, 5, 1000, seed=7)
    assert month.calls == 5 * 1000 * 30.4
    mean = found.observed["cost_per_request"]
    assert month.per_month.value == pytest.approx((mean.value or 0) * 152_000)
    assert ends(month.per_call) == pytest.approx(ends(mean), rel=0.02)
    assert projected(found, 5, 1000, seed=7) == month
    assert projected(found, 5, 1000, seed=8).per_month.interval != month.per_month.interval
    assert month.cached_share == pytest.approx(0.499, abs=0.002)
    assert month.told()[0] == "prompts and answers as measured, 50% of the input from a cache"


def test_a_bootstrap_is_bounded() -> None:
    large = np.linspace(0, 1, BOOTSTRAPPED + 1)
    assert bootstrapped(large, 1) == bootstrapped(large, 2)
    small = np.linspace(0, 1, 29)
    assert (bootstrapped(small, 1).interval, bootstrapped(small, 1).why) == (None, "n too small: 29 of 30")
    near = bootstrapped(large[:BOOTSTRAPPED], 1)
    assert near.low is not None
    assert near.low == pytest.approx(bootstrapped(large, 1).low, rel=0.002)


@pytest.mark.parametrize(("calls", "users"), [(-1, 1), (1, -1), (math.nan, 1), (math.inf, 1)])
def test_nobody_calls_less_than_never(calls: float, users: float) -> None:
    with pytest.raises(CostError, match="a number from 0 on is needed"):
        projected(costs(table([sample(0)]), PRICE), calls, users)


def found_price(provider: str, model: str) -> Price:
    price = price_of(provider, model, DAY)
    assert isinstance(price, Price)
    return price


def test_the_same_tokens_on_other_models() -> None:
    of = table([sample(0, 9, 9, warmup=True), *(sample(k, 100, 1000, cached=500) for k in range(1, 11))])
    asked = [("openai", "gpt-4o"), ("openai", "gpt-99"), ("anthropic", "claude-haiku-4-5"), ("openai", "gpt-4o-mini")]
    lines = what_if(of, found_price("openai", "gpt-4o-mini"), DAY, models=asked)
    assert [(each.provider, each.model, each.total, each.measured) for each in lines] == [
        ("openai", "gpt-4o-mini", D("0.001725"), True),
        ("anthropic", "claude-haiku-4-5", D("0.0105"), False),
        ("openai", "gpt-4o", D("0.02875"), False),
        ("openai", "gpt-99", None, False),
    ]
    assert [each.times for each in lines] == [
        1.0,
        float(D("0.0105") / D("0.001725")),
        float(D("0.02875") / D("0.001725")),
        None,
    ]
    assert isinstance(lines[-1].price, PriceUnknown)


def test_tokens_that_contradict_one_another_are_compared_nowhere() -> None:
    """More cached than asked: a model without a rate for cached tokens could bill it, the one in use can't."""
    of = table([sample(0, 100, 1000), sample(1, 100, 5, cached=6)])
    plain = [("groq", "llama-3.1-8b-instant")]
    (other, ours) = what_if(of, found_price("openai", "gpt-4o-mini"), DAY, models=plain)
    assert (ours.total, other.total) == (D("0.00021"), D("0.000058"))


def test_the_usual_comparison_is_short_and_all_of_it_is_known() -> None:
    of = table([sample(k, 100, 1000) for k in range(5)])
    lines = what_if(of, found_price("openai", "gpt-4o-mini"), DAY)
    names = [(each.provider, each.price.matched) for each in lines if isinstance(each.price, Price)]
    assert (len(lines), len(names), len(lines) < 30) == (len(names), len(lines), True)
    assert {provider for provider, _ in names} == set(USUAL)
    totals = [each.total for each in lines]
    assert totals == sorted(totals, key=lambda total: total or D(0))
    batch = [each.total for each in lines if isinstance(each.price, Price) and each.price.tier == "batch"]
    assert batch == [next(each.total or D(0) for each in lines if each.measured) / 2]


def test_models_of_a_provider_that_is_not_usual_are_those_nearest_in_cost() -> None:
    of = table([sample(k, 100, 1000) for k in range(5)])
    lines = what_if(of, found_price("together", "meta-llama/Llama-3.3-70B-Instruct-Turbo"), DAY)
    own = [each for each in lines if each.provider == "together" and not each.measured]
    assert len(own) == 6
    assert all(each.total is not None for each in own)


def test_embeddings_are_compared_with_embeddings() -> None:
    of = table([sample(k, 0, 1000) for k in range(5)])
    lines = what_if(of, found_price("openai", "text-embedding-3-small"), DAY)
    assert {(each.provider, each.model) for each in lines} >= {
        (p, m) for p, models in EMBEDDING.items() for m in models
    }
    assert all(isinstance(each.price, Price) and each.total is not None for each in lines)
