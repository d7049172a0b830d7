"""What a run will cost, before it, and the most that one request can."""

from __future__ import annotations

import sys
from dataclasses import replace
from decimal import Decimal
from functools import partial
from pickle import dumps, loads
from types import ModuleType

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aiready.bench.cost import Load, estimate, tokens, worst_case
from aiready.bench.prices import Band, Counts, Price
from aiready.bench.prompts import Case
from aiready.bench.prompts import tokens as vocabularies
from aiready.bench.protocols import Message, asked

D = Decimal
PRICE = Price("openai", "m", "m", "s", None, (Band(D(2), D(8)),))
EMBEDDING = Price("p", "m", "m", "s", None, (Band(D(2)),))
CHARACTERS = "tokens of prompts estimated: 4 characters to a token, a token each in other scripts than Latin"
ANSWERS = "answers of 50, 300 and {} tokens, reasoning included: nobody can know before"
NO_CACHE = "nothing read from a cache"


@pytest.fixture(autouse=True)
def without_a_tokenizer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vocabularies, "find_spec", {}.get)


def figures(price: Price, cases: list[Case], load: Load) -> list[str]:
    found = estimate(price, cases, load)
    assert found is not None
    return [format(each.normalize(), "f") for each in (found.low, found.likely, found.high)]


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 0), ("a", 1), ("abcd", 1), ("abcde", 2), ("äöüß", 1), ("数学", 2), ("ab数学", 3), ("мир", 3), ("🙂", 1)],
)
def test_tokens_are_told_from_characters(text: str, count: int) -> None:
    assert tokens.by_characters(text) == count


def test_a_run_is_its_requests_times_the_mean_case() -> None:
    """400 characters are 100 tokens, and 4 for the turn: 104 in, 300 out likely; 74 and 144 in at the ends."""
    case = Case(asked("x" * 400))
    assert figures(PRICE, [case], Load(100)) == ["0.0548", "0.2608", "3.3056"]
    assert figures(PRICE, [case], Load(100, max_output=100)) == ["0.0548", "0.1008", "0.1088"]
    assert figures(PRICE, [case], Load(100, max_output=10)) == ["0.0228", "0.0288", "0.0368"]
    assert figures(PRICE, [Case(asked("x" * 400), max_output=100)], Load(100, max_output=10)) == [
        "0.0548",
        "0.1008",
        "0.1088",
    ]


def test_cases_are_asked_as_often_as_they_weigh() -> None:
    small, large = asked("x" * 384), asked("x" * 3984)
    two = [Case(small, weight=3), Case(large, weight=1)]
    assert figures(PRICE, two, Load(4, 1))[1] == "0.002632"
    assert figures(PRICE, [Case(small)] * 3 + [Case(large)], Load(4, 1))[1] == "0.002632"


def test_a_turn_brings_all_before_it() -> None:
    """Of 104 tokens; then of 104, the answer of 10, and 104 more with the marks of two turns."""
    case = Case(asked("x" * 400), then=(Message("user", "x" * 400),))
    alone, both = (104 * 2 + 10 * 8), ((104 + 10 + 100 + 8) * 2 + 10 * 8)
    assert figures(PRICE, [case], Load(2, 10))[1] == format(D(alone + both) / 10**6, "f")


def test_long_prompts_are_at_the_rates_of_long_prompts() -> None:
    price = Price("p", "m", "m", "s", None, (Band(D(2), D(8)), Band(D(4), D(16), above=100)))
    assert figures(price, [Case(asked("x" * 384))], Load(1, 1))[1] == "0.000208"
    assert figures(price, [Case(asked("x" * 388))], Load(1, 1))[1] == "0.00042"


def test_many_cases_are_looked_at_evenly() -> None:
    """Every tenth of five thousand; those between would cost a hundred times as much."""
    cases = [Case(asked("x" * 384 if k % 10 == 0 else "x" * 40_000)) for k in range(5000)]
    assert figures(PRICE, cases, Load(1000, 1))[1] == "0.208"


def test_it_says_what_it_takes_for_granted() -> None:
    case = Case(asked("hello"))
    assumed = {
        Load(1): (CHARACTERS, ANSWERS.format("4,096"), NO_CACHE),
        Load(1, 9): (CHARACTERS, ANSWERS.format("the limit"), NO_CACHE),
    }
    assert {load: getattr(estimate(PRICE, [case], load), "assumptions", None) for load in assumed} == assumed
    mixed = estimate(PRICE, [case, Case(asked("a"), max_output=5)], Load(1))
    assert mixed is not None
    assert mixed.assumptions[1] == ANSWERS.format("the limit or 4,096")


def test_embeddings_answer_nothing() -> None:
    found = estimate(EMBEDDING, [Case(asked("x" * 384))], Load(10))
    assert found is not None
    assert (found.likely, found.assumptions) == (D("0.002"), (CHARACTERS, NO_CACHE))


def test_a_server_by_the_hour_costs_its_time() -> None:
    price = Price("p", "m", "m", "configuration", None, per_hour=D(36))
    one = estimate(price, [Case(asked("a"))], Load(10, seconds=60))
    assert one is not None
    assert (one.low, one.likely, one.high, one.assumptions) == (*[D("0.6")] * 3, ("the server held for 60 s",))
    two = estimate(price, [Case(asked("a"))], Load(10))
    assert two is not None
    assert (two.likely, two.assumptions) == (D(0), ("without the hours of the server",))


def test_what_cannot_be_estimated_is_none() -> None:
    unpriced = Price("p", "m", "m", "s", None, (Band(output=D(8)),))
    assert estimate(PRICE, [], Load(10)) is None
    assert estimate(PRICE, [Case(asked("a"), weight=0)], Load(10)) is None
    assert estimate(unpriced, [Case(asked("a"))], Load(10)) is None


def test_the_models_own_vocabulary_counts_where_it_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = ModuleType("toktok")
    fake.batch_count = lambda texts, *_, **__: [len(each) + 10 for each in texts]  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "toktok", fake)
    monkeypatch.setattr(vocabularies, "find_spec", str)
    known = replace(PRICE, matched="gpt-4o-mini")
    found = estimate(known, [Case(asked("x" * 86))], Load(10, 10))
    assert found is not None
    assert (found.low, found.likely, found.high) == (*[D("0.0028")] * 3,)
    assert found.assumptions[0] == "tokens of prompts counted by the model's vocabulary"
    other = estimate(replace(PRICE, matched="claude-haiku-4-5"), [Case(asked("x" * 86))], Load(10, 10))
    assert other is not None
    assert (other.low < other.likely < other.high, other.assumptions[0]) == (True, CHARACTERS)


RATE = st.none() | st.decimals(0, 100, places=4)
BANDS = st.lists(
    st.builds(Band, *[RATE] * 6, above=st.sampled_from([0, 50, 100])), max_size=3, unique_by=lambda b: b.above
)
COUNT = st.integers(0, 150)


@example([Band(reasoning=D("0.0001"), above=50)], Counts(0, 1, reasoning=1), 0, 0, D(0))
@given(BANDS, st.builds(Counts, *[COUNT] * 6), COUNT, COUNT, st.decimals(0, 1, places=3))
def test_no_request_costs_more_than_its_worst_case(
    bands: list[Band], counts: Counts, more: int, longer: int, each: Decimal
) -> None:
    price = Price("p", "m", "m", "s", None, tuple(sorted(bands, key=lambda band: band.above)), each)
    cost = price.of(counts)
    assert cost is None or cost <= worst_case(price, (counts.input or 0) + more, (counts.output or 0) + longer)


def test_the_worst_case_by_hand() -> None:
    price = Price("p", "m", "m", "s", None, (Band(D(2), D(8), D(1), D("2.5"), D(4), D(9)),), D("0.001"))
    assert worst_case(price, 1000, 100) == D("0.0059")
    tiers = Price("p", "m", "m", "s", None, (Band(D(2), D(8)), Band(D(4), D(12), above=1000)))
    assert (worst_case(tiers, 1000, 10), worst_case(tiers, 1001, 10)) == (D("0.00208"), D("0.004124"))
    assert worst_case(PRICE, 0, None) == 16_384 * D(8) / 1_000_000
    assert loads(dumps(partial(worst_case, PRICE)))(500, 10) == D("0.00108")
