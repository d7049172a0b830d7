"""Load shapes are read from text, say when to send, and are held to their rate without a clock."""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aiready.bench.mistakes import ShapeError
from aiready.bench.shapes import (
    EXAMPLES,
    Closed,
    ClosedSteps,
    Open,
    Progress,
    Ramp,
    Search,
    Shape,
    Steady,
    Step,
    Steps,
    Stop,
    Stops,
    Sweep,
    Trace,
    at_level,
    checked,
    length,
    offsets,
    parse,
    stopped,
    users,
)

READ: dict[str, Shape] = {
    "constant:20/s": Steady(20.0),
    "constant:600/min": Steady(10.0),
    " poisson:20/s ": Steady(20.0, 1.0),
    "gamma:20/s,cv=2": Steady(20.0, 2.0),
    "gamma:20/s,cv=1": Steady(20.0, 1.0),
    "ramp:1-50/s,60s": Ramp(1.0, 50.0, 60.0),
    "ramp:60/min-50/s,1min,cv=1": Ramp(1.0, 50.0, 60.0, 1.0),
    "ramp:0-2.5/s,500ms": Ramp(0.0, 2.5, 0.5),
    "steps:5/s@30s, 0/s@1m, 20/s@30s": Steps((Step(5.0, 30.0), Step(0.0, 60.0), Step(20.0, 30.0))),
    "trace": Trace(),
    "trace:speed=2": Trace(2.0),
    "closed:32": Closed(32, 32),
    "closed:1-32,60s": Closed(1, 32, 60.0),
    "closed:1@30s,8@30s": ClosedSteps((Step(1, 30.0), Step(8, 30.0))),
    "sweep:1-64/s": Sweep(1.0, 64.0),
    "sweep:1-64,points=7": Sweep(1, 64, 7, users=True),
    "search:1-200/s,attainment=99%,precision=10%": Search(1.0, 200.0, 0.99, 0.1),
    "search:1-256": Search(1, 256, users=True),
}

REFUSED: dict[str, list[str]] = {
    "": [
        f"nothing is no load shape: write one of {', '.join(EXAMPLES.values())}",
    ],
    "constnt:20,cv=2": [
        "constnt is no load shape; did you mean constant?",
        "20: a rate needs its unit: 20/s or 20/min",
        "cv= is no option of this shape: it takes no option",
    ],
    "constant": ["the rate is missing"],
    "constant:0/s": ["0/s: a rate must be more than 0"],
    "constant:-1/s": ["-1/s: must not be below 0"],
    "constant:1e999/s": ["1e999/s: too large a number"],
    "poisson:x/s,": ["x/s: a rate is needed here", "an empty part has no meaning here: write it like poisson:20/s"],
    "gamma:20/s": ["how uneven the gaps are is missing: write cv=2 for bursts (cv=1 is poisson)"],
    "gamma:20/s,cv=21": ["cv=21: lies between 0.01 and 20, or is 0 for even gaps"],
    "gamma:20/s,cv=2,cv=3": ["cv is given twice"],
    "gamma:20/s,cw=2": [
        "how uneven the gaps are is missing: write cv=2 for bursts (cv=1 is poisson)",
        "cw= is no option of this shape: it takes cv=",
    ],
    "ramp:1-50,60,cv=-1": [
        "1-50: a rate needs its unit: write 1-50/s",
        "60: a time needs its unit: 60s or 60ms",
        "cv=-1: must not be below 0",
    ],
    "ramp:0-0/s,5s": ["0-0/s: nothing would ever be sent"],
    "ramp:20/s": ["20/s: from where to where is needed here, such as 1-50/s", "how long it takes is missing"],
    "steps": ["the steps are missing: write it like steps:5/s@30s,20/s@60s"],
    "steps:5/s,6@1s": [
        "5/s: how long it holds is missing: write it like 5/s@30s",
        "6: a rate needs its unit: 6/s or 6/min",
    ],
    "steps:0/s@1s": ["nothing would ever be sent: every rate is 0"],
    "trace:speed=0,times.txt": [
        "speed=0: must be more than 0",
        "times.txt has no meaning here: write it like trace:speed=2",
    ],
    "closed": ["the number of users is missing: write closed:32, closed:1-32,60s or closed:1@30s,8@30s"],
    "closed:0": ["0: a whole number from 1 on is needed, such as 32"],
    "closed:1-32": ["1-32: how long it takes is missing: write 1-32,60s"],
    "closed:1-32/s,5s": ["1-32/s: users have no rate: write it like closed:1-32,60s"],
    "sweep:8-1/s,points=2": [
        "8-1/s: goes from a low level, more than 0, up to a higher one",
        "points=2: 3 to 100 levels show where the knee is",
    ],
    "search:1-9/s,attainment=100%": [
        "attainment=100%: must lie between 0% and 100%, neither of them: no number of requests shows those"
    ],
    "search:1-9/s,attainment=95": ["attainment=95: a share lies between 0% and 100%: write 95%"],
}


@pytest.mark.parametrize("text", READ)
def test_a_text_is_read(text: str) -> None:
    assert parse(text) == READ[text]


@pytest.mark.parametrize("text", EXAMPLES.values())
def test_examples_are_read(text: str) -> None:
    assert parse(text).__class__.__name__


@pytest.mark.parametrize("text", REFUSED)
def test_all_mistakes_are_told_at_once(text: str) -> None:
    with pytest.raises(ShapeError) as raised:
        parse(text)
    assert raised.value.mistakes == tuple(f"{text}: {each}" for each in REFUSED[text])
    assert str(raised.value) == "\n".join(raised.value.mistakes)


def reals(low: float, high: float) -> st.SearchStrategy[float]:
    return st.floats(low, high, allow_subnormal=False)


RATES, TIMES, CVS = reals(1e-3, 1e4), reals(1e-3, 1e4), st.just(0.0) | reals(0.01, 20)
COUNTS = st.integers(1, 10_000)
PARTS = reals(0.001, 0.999)
RISING = st.tuples(RATES, reals(1.1, 50)).map(lambda pair: (pair[0], pair[0] * pair[1]))
RISING_COUNTS = st.tuples(COUNTS, COUNTS).map(lambda pair: (pair[0], pair[0] + pair[1]))
OPEN: st.SearchStrategy[Steady | Ramp | Steps] = st.one_of(
    st.builds(Steady, RATES, CVS),
    st.builds(Ramp, RATES, RATES, TIMES, CVS),
    st.builds(Steps, st.lists(st.builds(Step, RATES, TIMES), min_size=1, max_size=5).map(tuple), CVS),
)
SHAPES: st.SearchStrategy[Shape] = st.one_of(
    OPEN,
    st.builds(Trace, reals(1e-3, 1e3)),
    st.builds(lambda ends, time: Closed(ends[0], ends[1], time), RISING_COUNTS, TIMES),
    st.builds(lambda number: Closed(number, number), COUNTS),
    st.builds(ClosedSteps, st.lists(st.builds(Step, COUNTS, TIMES), min_size=1, max_size=5).map(tuple)),
    st.builds(lambda ends, points: Sweep(ends[0], ends[1], points), RISING, st.integers(3, 100)),
    st.builds(lambda ends, points: Sweep(ends[0], ends[1], points, users=True), RISING_COUNTS, st.integers(3, 100)),
    st.builds(lambda ends, part, near: Search(ends[0], ends[1], part, near), RISING, PARTS, PARTS),
    st.builds(lambda ends, part: Search(ends[0], ends[1], part, users=True), RISING_COUNTS, PARTS),
)


@given(SHAPES)
def test_the_text_of_a_shape_reads_back_as_the_same_shape(shape: Shape) -> None:
    assert parse(str(shape)) == shape


@given(
    st.text(max_size=30)
    | st.sampled_from(sorted(EXAMPLES)).flatmap(
        lambda kind: st.text("0123/s-@,.=cv", max_size=15).map(lambda rest: f"{kind}:{rest}")
    )
)
def test_any_other_text_is_a_mistake_and_no_crash(text: str) -> None:
    try:
        shape = parse(text)
    except ShapeError as error:
        assert error.mistakes  # noqa: PT017 - either outcome is right, and each says something
    else:
        assert parse(str(shape)) == shape


def first(shape: Open, number: int, seed: int = 0) -> list[float]:
    return list(islice(offsets(shape, seed), number))


def test_a_constant_rate_is_absolute() -> None:
    assert first(Steady(10.0), 5) == [0.0, 0.1, 0.2, 0.3, 0.4]
    late = next(islice(offsets(Steady(3.0)), 3_000_000, None))
    assert late == 1_000_000.0  # not a sum of three million thirds


def test_a_ramp_sends_as_many_as_lie_below_its_line() -> None:
    up = list(offsets(Ramp(0.0, 10.0, 10.0)))
    assert (len(up), up[:2], up[32]) == (50, [0.0, pytest.approx(math.sqrt(2))], 8.0)  # n = t² / 2
    down = list(offsets(Ramp(10.0, 0.0, 10.0)))
    assert (len(down), down[0], down[18]) == (50, 0.0, 2.0)  # n = 10 t - t² / 2


def test_steps_hold_their_rates_and_pause() -> None:
    shape = Steps((Step(2.0, 1.0), Step(0.0, 5.0), Step(4.0, 1.0)))
    assert list(offsets(shape)) == [0.0, 0.5, 6.0, 6.25, 6.5, 6.75]


def test_a_trace_begins_at_once_and_keeps_its_gaps() -> None:
    assert list(offsets(Trace(2.0, (100.0, 101.0, 101.0, 104.0)))) == [0.0, 0.5, 0.5, 2.0]


@pytest.mark.parametrize(
    ("times", "why"),
    [
        ((), "the prompts hold no times; give each the second at which it was sent"),
        ((2.0, 1.0), "entry 2 is before entry 1; sort the prompts by the time at which they were sent"),
        ((1.0, math.nan), "entry 2 is before entry 1; sort the prompts by the time at which they were sent"),
        ((1.0, math.inf), "a time is not finite; sort the prompts by the time at which they were sent"),
    ],
)
def test_a_trace_without_usable_times_is_refused(times: tuple[float, ...], why: str) -> None:
    with pytest.raises(ShapeError) as raised:
        offsets(Trace(1.0, times))
    assert str(raised.value) == f"trace: {why}"


@pytest.mark.parametrize("cv", [0.5, 1.0, 3.0])
def test_random_gaps_have_the_rate_and_the_spread_asked_for(cv: float) -> None:
    times = first(Steady(50.0, cv), 40_000, seed=7)
    gaps = [later - earlier for earlier, later in pairwise(times)]
    mean = sum(gaps) / len(gaps)
    spread = math.sqrt(sum((gap - mean) ** 2 for gap in gaps) / len(gaps)) / mean
    assert mean * 50 == pytest.approx(1.0, abs=4 * cv / math.sqrt(len(gaps)))  # four standard errors
    assert spread == pytest.approx(cv, rel=0.05)


def test_a_seed_gives_the_same_times_and_another_gives_others() -> None:
    assert first(Steady(5.0, 1.0), 3, seed=1) == first(Steady(5.0, 1.0), 3, seed=1)
    assert first(Steady(5.0, 1.0), 3, seed=1) != first(Steady(5.0, 1.0), 3, seed=2)
    drawn = (0.13436424411240122, 0.8474337369372327)  # what Python's generator gives for seed 1, in any version
    one, two = (-math.log(1 - each) for each in drawn)
    assert first(Steady(1.0, 1.0), 2, seed=1) == [one, one + two]


@settings(max_examples=60)
@given(OPEN, st.integers(0, 2**32))
def test_times_never_go_back_and_stay_inside(shape: Steady | Ramp | Steps, seed: int) -> None:
    times = first(shape, 500, seed)
    whole = length(shape)
    assert all(earlier <= later for earlier, later in pairwise(times))
    assert all(0 <= each <= (math.inf if whole is None else whole * (1 + 1e-12)) for each in times)


@settings(max_examples=60)
@given(reals(0.1, 100), reals(0.1, 100), reals(1, 20))
def test_an_even_ramp_sends_its_mean_rate(low: float, high: float, seconds: float) -> None:
    due = (low + high) / 2 * seconds
    assert abs(sum(1 for _ in offsets(Ramp(low, high, seconds))) - due) <= 1 + 1e-9 * due


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("closed:8", [(0.0, 8)]),
        ("closed:1-3,10s", [(0.0, 1), (5.0, 2), (10.0, 3)]),
        ("closed:3-1,10s", [(0.0, 3), (5.0, 2), (10.0, 1)]),
        ("closed:4-4,10s", [(0.0, 4)]),
        ("closed:1@30s,8@15s,2@1s", [(0.0, 1), (30.0, 8), (45.0, 2)]),
    ],
)
def test_users_come_and_go(text: str, told: list[tuple[float, int]]) -> None:
    shape = parse(text)
    assert isinstance(shape, Closed | ClosedSteps)
    assert list(users(shape)) == told


def test_how_long_a_shape_lasts() -> None:
    told: Iterator[float | None] = (
        length(shape)
        for shape in (Ramp(1, 2, 9.0), Steps((Step(1, 2.0), Step(1, 3.0))), Trace(2.0, (1.0, 5.0)), Steady(1), Trace())
    )
    assert list(told) == [9.0, 5.0, 2.0, None, 0.0]
    assert (at_level(Sweep(1, 8), 4.0), at_level(Search(1, 8, users=True), 4.0)) == (Steady(4.0, 1.0), Closed(4, 4))


def test_stops_that_cannot_be_meant_are_refused_together() -> None:
    with pytest.raises(ShapeError) as raised:
        checked(Stops(requests=0, spend=Decimal(-1), error_rate=1.0, grace=-1.0), Steady(20.0))
    assert raised.value.mistakes == (
        "the number of requests must be more than 0",
        "the spend cap must be more than 0",
        "the error rate that ends the run must lie between 0% and 100%, neither of them",
        "the grace for errors must not be below 0 seconds",
    )
    with pytest.raises(ShapeError, match=r"^constant:20/s: nothing would end this run: give a number of requests"):
        checked(Stops(), Steady(20.0))
    assert checked(Stops(), Ramp(1, 2, 3.0)) == Stops()
    assert checked(Stops(tokens=5, grace=0.0), Closed(1, 1)) == Stops(tokens=5, grace=0.0)


ALL = Stops(requests=10, duration=60.0, spend=Decimal("0.50"), tokens=1000, error_rate=0.5, grace=5.0)


@pytest.mark.parametrize(
    ("at", "reason", "partial"),
    [
        (Progress(1, 1, 0, 0), None, None),
        (Progress(1, 9, 9, 9), None, None),  # in the grace
        (Progress(5, 9, 9, 9), "errors", True),
        (Progress(5, 9, 9, 5), None, None),  # 5 of 9 may be chance
        (Progress(1, 1, 0, 0, spent=Decimal("0.2"), reserved=Decimal("0.2999")), None, None),
        (Progress(1, 1, 0, 0, spent=Decimal("0.2"), reserved=Decimal("0.3")), "spend", True),
        (Progress(1, 1, 1, 0, tokens=1000), "tokens", True),
        (Progress(1, 10, 3, 0), "requests", False),
        (Progress(60, 1, 1, 0), "duration", False),
        (Progress(60, 10, 10, 10, interrupted=True), "interrupted", True),
    ],
)
def test_the_gravest_reason_ends_a_run(at: Progress, reason: str | None, partial: object) -> None:
    found = stopped(ALL, at)
    assert (found and found.reason, found and found.partial) == (reason, partial)


def test_a_stop_says_why() -> None:
    stops = Stops(error_rate=0.25, grace=0.0)
    told = "20 of 40 requests failed, surely more than 25%"
    assert stopped(stops, Progress(1, 40, 40, 20)) == Stop("errors", told, partial=True)
    assert stopped(Stops(), Progress(1e9, 10**9, 10**9, 10**9)) is None
