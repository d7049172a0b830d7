"""Intervals hold as often as they say, and are as narrow as that allows."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiready.bench.intervals import TAIL, events, least, ranks, wilson


@pytest.mark.parametrize(("p", "n"), [(0.5, 6), (0.9, 36), (0.95, 72), (0.99, 368), (0.999, 3688), (0.05, 72)])
def test_the_fewest_samples(p: float, n: int) -> None:
    assert least(p) == n
    assert (ranks(n - 1, p), ranks(n, p) is None) == (None, False)


@pytest.mark.parametrize(
    ("n", "p", "told"),
    [
        (6, 0.5, (1, 6)),
        (10, 0.5, (2, 9)),  # the sign test's: 1 - 2 · 11 / 1024 = 0.979
        (20, 0.5, (6, 15)),
        (100, 0.5, (40, 61)),
        (72, 0.95, (64, 72)),
    ],
)
def test_ranks_of_published_tables(n: int, p: float, told: tuple[int, int]) -> None:
    assert ranks(n, p) == told


def below(k: int, n: int, p: float) -> float:
    """The chance of fewer than k hits, summed in whole numbers as far as that goes."""
    return math.fsum(math.comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(k))


@given(st.integers(1, 400), st.sampled_from([0.5, 0.9, 0.95, 0.975, 0.25]))
def test_ranks_are_the_innermost_that_are_sure_enough(n: int, p: float) -> None:
    found = ranks(n, p)
    assert (found is None) == (n < least(p))
    if found is not None:
        low, high = found
        assert below(low, n, p) <= TAIL < below(low + 1, n, p)
        assert 1 - below(high, n, p) <= TAIL + 1e-12
        assert 1 - below(high - 1, n, p) > TAIL


def test_many_samples_agree_with_the_normal_law() -> None:
    half = 1.959964 * math.sqrt(1_000_000 * 0.99 * 0.01)
    low, high = ranks(1_000_000, 0.99) or (0, 0)
    assert [low, high] == pytest.approx([990_000 - half, 990_000 + half], abs=2)


@pytest.mark.parametrize(
    ("hits", "of", "told"),
    [
        (0, 0, (0.0, 1.0)),
        (0, 10, (0.0, 0.2775)),
        (10, 10, (0.7225, 1.0)),
        (81, 263, (0.2553, 0.3662)),  # Newcombe (1998), table I
        (15, 148, (0.0624, 0.1605)),
        (1, 29, (0.0061, 0.1718)),
    ],
)
def test_wilson_intervals_as_published(hits: int, of: int, told: tuple[float, float]) -> None:
    assert tuple(round(each, 4) for each in wilson(hits, of)) == told


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_proportion_lies_in_its_interval(case: tuple[int, int]) -> None:
    hits, of = case
    low, high = wilson(hits, of)
    assert 0 <= low <= hits / of <= high <= 1
    assert list(wilson(of - hits, of)) == pytest.approx([1 - high, 1 - low])


@pytest.mark.parametrize(
    ("n", "p", "low", "high"), [(72, 0.95, 0.945, 0.995), (400, 0.99, 0.945, 0.995), (500, 0.5, 0.945, 0.975)]
)
def test_quantiles_are_held_as_often_as_said(n: int, p: float, low: float, high: float) -> None:
    """2,000 runs of a skewed law; at least 95 % by promise, less four standard errors of the simulation for n = 72."""
    chance = random.Random(11)
    true = -math.log(1 - p)
    first, last = ranks(n, p) or (0, 0)
    held = 0
    for _ in range(2000):
        drawn = sorted(chance.expovariate(1.0) for _ in range(n))
        held += drawn[first - 1] <= true <= drawn[last - 1]
    assert low <= held / 2000 <= high


@pytest.mark.parametrize(("k", "low", "high"), [(0, 0.0, 3.689), (1, 0.0253, 5.572), (10, 4.795, 18.390)])
def test_few_events_have_the_interval_of_poissons_law(k: int, low: float, high: float) -> None:
    """By the tables of the exact one (Garwood, 1936)."""
    assert events(k) == pytest.approx((low, high), abs=0.03)
