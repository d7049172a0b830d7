from __future__ import annotations

import pickle
import subprocess
import sys
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiready.bench.prompts import Case, Deck, PromptsError, default, lengths, sizes, synthetic
from aiready.bench.prompts.passes import Passes
from aiready.bench.prompts.prose import block, corpus, passage, words
from aiready.bench.protocols import Message, Prompt, asked

WEIGHTS = st.lists(st.sampled_from([0.5, 1.0, 2.0, 3.0]), min_size=1, max_size=12)


@given(st.integers(1, 300), st.integers(), st.integers(0, 50))
def test_a_pass_has_each_once(count: int, seed: int, turn: int) -> None:
    passes = Passes.of([1.0] * count, seed)
    assert sorted(passes.at(turn * count + at) for at in range(count)) == list(range(count))


def test_passes_and_seeds_differ() -> None:
    def order(seed: int, turn: int) -> tuple[int, ...]:
        return tuple(Passes.of([3.0] * 20, seed).at(turn * 20 + at) for at in range(20))

    assert len({order(seed, turn) for seed in range(10) for turn in range(10)}) == 100


def test_every_place_of_a_pass_meets_every_prompt() -> None:
    passes = Passes.of([1.0] * 8, 5)
    met = Counter((at % 8, passes.at(at)) for at in range(8 * 2000))
    assert len(met) == 64
    assert (min(met.values()) > 170, max(met.values()) < 330) == (True, True)


@given(WEIGHTS, st.integers(0, 1000))
def test_weights_are_kept_to_exactly(weights: list[float], seed: int) -> None:
    passes = Passes.of(weights, seed)
    whole = round(sum(weights) * 2)  # halves: then each pass's points have all come
    counts = Counter(passes.at(at) for at in range(len(weights) * whole))
    share = len(weights) * whole / sum(weights)
    assert counts == {at: round(weight * share) for at, weight in enumerate(weights)}


@given(WEIGHTS, st.integers(0, 1000), st.integers(0, 100))
def test_in_one_pass_equal_weights_come_equally_often_but_for_one(weights: list[float], seed: int, turn: int) -> None:
    passes = Passes.of(weights, seed)
    size = len(weights)
    counts = Counter(passes.at(turn * size + at) for at in range(size))
    alike = {weight: [counts[at] for at in range(size) if weights[at] == weight] for weight in weights}
    assert [weight for weight, found in alike.items() if max(found) - min(found) > 1] == []


def test_odd_weights_come_close() -> None:
    weights = [0.123456789, 3.3333, 0.5, 77.7]
    passes = Passes.of(weights, 1)
    counts = Counter(passes.at(at) for at in range(40_000))
    assert [round(counts[at] / 40_000 * sum(weights) / weight, 1) for at, weight in enumerate(weights)] == [1.0] * 4


def some() -> list[Case]:
    return [Case(asked(f"number {at}"), tags=("even",) if at % 2 == 0 else ()) for at in range(9)]


@pytest.mark.parametrize(
    "deck", [default(seed=3), Deck.of(some(), seed=3, salt="s"), synthetic("normal:90,30", seed=3)]
)
def test_a_case_depends_on_nothing_but_its_index(deck: Deck) -> None:
    backwards = [deck.case(at) for at in reversed(range(50))]
    elsewhere: Deck = pickle.loads(pickle.dumps(deck))
    assert [elsewhere.case(at) for at in range(50)] == backwards[::-1]
    assert elsewhere.hash == deck.hash


def test_the_hash_is_one_of_content() -> None:
    deck = Deck.of(some())
    assert deck.hash == Deck.of(some(), seed=9, salt="x", source="y").hash
    assert deck.hash != Deck.of(some()[:-1]).hash
    assert deck.hash != Deck.of([*some()[:-1], Case(asked("number 8"), max_output=3)]).hash
    assert (deck.hash[:7], len(deck.hash)) == ("sha256:", 71)
    assert synthetic("500").hash != synthetic("500", seed=1).hash != synthetic("501").hash


def test_a_deck_of_nothing_is_none() -> None:
    with pytest.raises(PromptsError, match="there are no prompts in it"):
        Deck.of([])


def test_what_a_plan_says() -> None:
    deck = Deck.of(some(), source="a.jsonl", salt="s")
    assert deck.as_json() == {"source": "a.jsonl", "count": 9, "hash": deck.hash, "nonce": "s"}
    assert synthetic("uniform:5-9", output="20").as_json() == {
        "source": "synthetic uniform:5-9, answers const:20",
        "count": None,
        "hash": synthetic("uniform: 5-9", output="const:20").hash,
        "nonce": None,
    }


def test_nothing_heavy_is_loaded_before_it_is_needed() -> None:
    heavy = ("yaml", "jsonschema", "toktok", "pydantic_core", "numpy")
    use = "import sys, aiready.bench.prompts as p; p.inline('a').case(0)"
    look = f"{use}; print([name for name in {heavy} if name in sys.modules])"
    assert subprocess.check_output([sys.executable, "-c", look], text=True) == "[]\n"


# ---- nonces ---------------------------------------------------------------------------------------------------------


def test_nonces_stand_first_and_never_twice() -> None:
    talk = Case(
        Prompt((Message("system", "Be brief."), Message("user", "Hi")), {"a": 1}), then=(Message("user", "Ho"),)
    )
    deck = Deck.of([talk], salt="run-1")
    firsts = [deck.case(at).prompt.messages[0].text for at in range(3000)]
    assert {text[0] + text[13:] for text in firsts} == {"[] Be brief."}
    assert len({text[1:13] for text in firsts}) == 3000
    assert len({text[1] for text in firsts}) == 16
    case = deck.case(7)
    assert (case.prompt.messages[1:], case.prompt.fields, case.then) == (talk.prompt.messages[1:], {"a": 1}, talk.then)


def test_each_run_has_its_own_nonces() -> None:
    deck = Deck.of(some())
    one, other, again = deck.salted(), deck.salted(), deck.salted("a")
    assert (deck.nonce, one.nonce) == (False, True)
    assert one.case(0) != other.case(0)
    assert again.case(0) == deck.salted("a").case(0)
    assert deck.case(0).prompt.text == one.case(0).prompt.text[15:]


# ---- lengths and text -----------------------------------------------------------------------------------------------

PARTS = (0.001, 0.25, 0.5, 0.75, 0.999)


@pytest.mark.parametrize(
    ("spec", "expected", "shown"),
    [
        ("500", [500] * 5, "const:500"),
        ("const:1", [1] * 5, "const:1"),
        ("uniform:100-800", [100, 275, 450, 625, 800], "uniform:100-800"),
        ("Uniform: 3-3", [3] * 5, "uniform:3-3"),
        ("normal:500,100", [191, 433, 500, 567, 809], "normal:500,100"),
        ("normal:10,100", [1, 1, 10, 77, 319], "normal:10,100"),
        ("lognormal:500,300", [77, 295, 429, 623, 2379], "lognormal:500,300"),
    ],
)
def test_lengths(spec: str, expected: list[int], shown: str) -> None:
    found = lengths(spec)
    assert ([found.at(part) for part in PARTS], str(found)) == (expected, shown)


def test_lognormal_lengths_have_the_wanted_mean_and_deviation() -> None:
    found = lengths("lognormal:500,300")
    drawn = [found.at((at + 0.5) / 20_000) for at in range(20_000)]
    mean = sum(drawn) / len(drawn)
    deviation = (sum((each - mean) ** 2 for each in drawn) / len(drawn)) ** 0.5
    assert (round(mean), round(deviation, -1)) == (500, 300)


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ("", "nothing: write const:500"),
        ("unifrom:1-2", "unifrom:1-2: no length in tokens; did you mean uniform?; write"),
        ("uniform:800-100", "uniform:800-100: the longest comes behind the shortest"),
        ("uniform:100", "uniform:100: write uniform:100-800"),
        ("normal:500", "normal:500: write normal:500,100 (mean, standard deviation)"),
        ("normal:500,-1", "normal:500,-1: write normal:500,100 (mean, standard deviation)"),
        ("const:0", "const:0: a length lies between 1 and 10,000,000 tokens"),
        ("const:1.5", "const:1.5: tokens are whole"),
        ("1e9", "1e9: write const:500"),
        ("many", "many: write const:500"),
        ("a:b:c", "a:b:c: no length in tokens; write"),
    ],
)
def test_what_is_no_length(spec: str, told: str) -> None:
    with pytest.raises(PromptsError) as error:
        synthetic(spec)
    assert error.value.mistakes[0][: len(told)] == told


def test_synthetic_prompts_are_all_different_from_their_first_words_on() -> None:
    deck = synthetic("const:100", output="uniform:10-20", seed=4)
    found = [deck.case(at) for at in range(5000)]
    assert len({" ".join(case.prompt.text.split()[:4]) for case in found}) == 5000
    assert {case.max_output for case in found} == set(range(10, 21))
    assert found != [synthetic("const:100", output="uniform:10-20", seed=5).case(at) for at in range(5000)]


def test_a_text_is_of_many_words() -> None:
    text = synthetic("const:1000").case(0).prompt.text
    assert len(set(text.split())) > 200


def test_texts_have_the_wanted_length_by_each_vocabulary_that_is_known() -> None:
    toktok = pytest.importorskip("toktok")
    wanted = [*range(1, 130), 500, 2048, 40_000]
    texts = [passage(count, count * 7919, count * 31) for count in wanted]
    for vocabulary in ("cl100k_base", "o200k_base", "qwen3.5"):
        assert toktok.batch_count(texts, vocabulary) == wanted
        assert toktok.batch_count([block(at, 512) for at in range(50)], vocabulary) == [512] * 50


def test_a_text_may_be_longer_than_all_sentences_together() -> None:
    around = len(corpus().cuts) - 1
    assert corpus().slice(3, around * 2 + 1).count(corpus().slice(3, 400)) == 2
    assert len(words()["nouns"]) >= 256


def test_sizes_are_said_to_be_estimated_where_no_vocabulary_is_known() -> None:
    assert sizes(["12345678", "123456789", ""], "claude-sonnet-4-5") == ((2, 3, 0), True)
    assert (sizes([]).mean, sizes(["12345678", "1234"]).mean) == (0.0, 1.5)


def test_sizes_are_counted_where_it_is() -> None:
    pytest.importorskip("toktok")
    assert sizes(["hello world", "a \ud800"], "openai/gpt-4o-mini") == ((2, 2), False)
    assert synthetic("const:300").size("gpt-4.1", most=3) == ((300, 300, 300), False)
    assert len(default().size("gpt-4o").counts) == 28
