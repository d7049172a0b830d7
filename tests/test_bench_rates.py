"""Rates have intervals that hold as often as they say: 95 runs of 100 of the same server."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from aiready.bench.metrics import figures
from aiready.bench.samples import Sample, Times, Tokens, columns
from aiready.bench.slo import compare

SECOND = 1_000_000_000
Chance = np.random.Generator
Drawn = Callable[[Chance], list[Sample]]


def sample(index: int, start: float, end: float, *, scheduled: bool, failure: str | None = None) -> Sample:
    """A streamed answer of a token every fifth of its time."""
    t0, t_end = round(start * SECOND), round(end * SECOND)
    chunks = () if failure else tuple(t0 + (t_end - t0) * part // 5 for part in range(1, 6))
    tokens = Tokens() if failure else Tokens(output=5, source="provider")
    times = Times(t0, t_end, t_sched=t0 if scheduled else None, chunks=chunks, t_last=None if failure else t_end)
    return Sample(index, times, failure=failure, tokens=tokens)


def at_random(rate: float, n: int, wait: float) -> Drawn:
    """What `poisson:RATE/s` sends."""

    def drawn(chance: Chance) -> list[Sample]:
        starts = np.cumsum(chance.exponential(1 / rate, n))
        ends = starts + chance.gamma(4, wait / 4, n)
        return [sample(k, *each, scheduled=True) for k, each in enumerate(zip(starts, ends, strict=True))]

    return drawn


def in_a_loop(users: int, n: int, spread: float) -> Drawn:
    """What `closed:USERS` sends, where answers take a second on average."""

    def drawn(chance: Chance) -> list[Sample]:
        free = np.zeros(users)
        found: list[Sample] = []
        for k in range(n):
            user = int(np.argmin(free))
            start = float(free[user])
            free[user] += chance.gamma(spread**-2, spread**2)
            found.append(sample(k, start, float(free[user]), scheduled=False))
        return found

    return drawn


SHAPES = {
    "poisson, answers short": (at_random(20, 100, 0.3), ("rps", "output_tps")),
    "poisson, answers long": (at_random(20, 100, 1.5), ("rps", "output_tps")),
    "poisson, many": (at_random(20, 400, 0.3), ("rps", "output_tps")),
    "closed, even answers": (in_a_loop(4, 100, 0.1), ("rps",)),
    "closed, uneven answers": (in_a_loop(4, 100, 1.0), ("rps", "output_tps")),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_interval_of_a_rate_holds_the_same_server_in_95_runs_of_100(shape: str) -> None:
    """It once ended at the figure itself, so that two runs of one server hardly ever agreed."""
    drawn, names = SHAPES[shape]
    chance = np.random.default_rng(5)
    runs = [figures(columns(drawn(chance))).rates for _ in range(300)]
    for name in names:
        seen = [run[name] for run in runs]
        mean = sum(each.value or 0.0 for each in seen) / len(seen)
        held = sum(low <= mean <= high for low, high in (each.interval or (0.0, 0.0) for each in seen))
        assert held >= 276, (name, held)  # 95 % of 300 is 285, less 2.4 standard deviations
        pairs = zip(seen[::2], seen[1::2], strict=True)
        alarms = sum(compare(*pair, "higher", tolerance=0.0) != "no difference shown" for pair in pairs)
        assert alarms <= 4, (name, alarms)


def test_a_rate_on_schedule_is_sure() -> None:
    run = [sample(k, k / 20, k / 20 + 0.1, scheduled=True) for k in range(200)]
    low, high = figures(columns(run)).rates["rps"].interval or (0.0, 0.0)
    assert 19 < low < high < 20.5


def test_a_rate_of_too_few_requests_has_no_interval() -> None:
    found = figures(columns(at_random(20, 29, 0.3)(np.random.default_rng(1)))).rates
    assert {found[name].why for name in ("rps", "goodput", "output_tps")} == {"n too small: 29 of 30"}
    assert {found[name].interval for name in ("rps", "goodput", "output_tps")} == {None}


def test_a_dead_target_has_no_rate_of_thousands() -> None:
    """It once was 0/s [0, 2,353]: the most that the quick refusals could have been."""
    refused = [sample(k, k * 0.0004, k * 0.0004 + 0.0003, scheduled=False, failure="connect") for k in range(100)]
    found = figures(columns(refused)).rates["rps"]
    assert (found.value, found.interval, found.why) == (0.0, None, "none came, in less than a second")


def test_a_server_that_answers_nothing_for_long_is_shown_to_be_slow() -> None:
    failed = [sample(k, k, k + 0.5, scheduled=False, failure="server_error") for k in range(100)]
    found = figures(columns(failed)).rates["rps"]
    assert (found.value, found.low) == (0.0, 0.0)
    assert 0.03 < (found.high or 0) < 0.04


def test_few_good_ones_of_many_have_an_interval() -> None:
    failed = [sample(k, k, k + 0.5, scheduled=False, failure="reset" if k % 25 else None) for k in range(100)]
    found = figures(columns(failed)).rates["rps"]
    assert (found.value, found.n) == (4 / 99.5, 100)
    assert found.interval == pytest.approx((0.0108, 0.103), abs=1e-3)
