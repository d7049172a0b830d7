"""Prices of one's own: what a configuration may say, and all that is wrong with it at once."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from aiready.bench.cost import CostError
from aiready.bench.prices import Band, OwnPrice, OwnPrices, Price, PriceUnknown, own_prices, price_of

DAY = date(2026, 11, 20)
D = Decimal


def test_all_that_can_be_said() -> None:
    raw: dict[str, Any] = {
        "llama3": {"per_hour": 1.2, "note": "one A10"},
        "gpt-4o*": {
            "input_per_1m": 2,
            "output_per_1m": "$8.00",
            "cache_read_per_1m": 0.1,
            "cache_write_per_1m": 2.5,
            "cache_write_1h_per_1m": 4,
            "reasoning_per_1m": 9,
            "per_request": "0.001",
            "as_of": date(2026, 10, 1),
            "above": {200000: {"input_per_1m": 4}, "100000": {"output_per_1m": 10}},
        },
        "azure:chat-prod": {"like": "azure:gpt-4o"},
    }
    base = Band(D(2), D("8.00"), D("0.1"), D("2.5"), D(4), D(9))
    longer = Band(D(2), D(10), D("0.1"), D("2.5"), D(4), D(9), 100_000)
    longest = Band(D(4), D("8.00"), D("0.1"), D("2.5"), D(4), D(9), 200_000)
    assert own_prices(raw).rows == (
        OwnPrice("llama3", per_hour=D("1.2"), note="one A10"),
        OwnPrice("gpt-4o*", (base, longer, longest), D("0.001"), as_of=date(2026, 10, 1)),
        OwnPrice("azure:chat-prod", like=("azure", "gpt-4o")),
    )


def test_nothing_is_no_prices() -> None:
    assert (own_prices(None), own_prices({})) == (OwnPrices(), OwnPrices())


@pytest.mark.parametrize("raw", ["2026-10-31", datetime(2026, 10, 31, 9), date(2026, 10, 31)])  # noqa: DTZ001 - as YAML reads it
def test_a_date_may_be_written_in_any_way(raw: object) -> None:
    (row,) = own_prices({"m": {"per_hour": 1, "as_of": raw}}).rows
    assert row.as_of == date(2026, 10, 31)


RANGE = "a price lies from 0 to 1000000000 and has up to 12 digits after the point"
DOLLARS = "is no amount of dollars: write a number, such as 0.15"
TOKENS = "input_per_1m, output_per_1m, cache_read_per_1m, cache_write_per_1m, cache_write_1h_per_1m, reasoning_per_1m"
NO_PRICE = "has no price: give input_per_1m and output_per_1m, per_request, per_hour or like"
WRONG: list[tuple[object, list[str]]] = [
    ([], ["prices: names of models with their rates are needed: MODEL: {input_per_1m: 0.15, …}"]),
    ({"m": 3}, ["prices: m: rates are needed, such as {input_per_1m: 0.15, output_per_1m: 0.60}"]),
    ({"m": {}}, ["prices: m: rates are needed, such as {input_per_1m: 0.15, output_per_1m: 0.60}"]),
    ({"m": {"note": "x"}}, [f"prices: m: {NO_PRICE}"]),
    ({"m": {"per_hour": 1, "input_1m": 2}}, ["prices: m: input_1m is no field; did you mean input_per_1m?"]),
    ({"m": {"per_hour": 1, "zzz": 2}},
     [f"prices: m: zzz is no field; known are {TOKENS}, per_request, per_hour, above, like, as_of, note"]),
    ({"m": {"output_per_1m": 1}}, ["prices: m: tokens are priced, but input_per_1m is missing; 0 is a price too"]),
    ({"m": {"per_hour": "dear"}}, [f"prices: m: per_hour: 'dear' {DOLLARS}"]),
    ({"m": {"per_hour": True}}, [f"prices: m: per_hour: True {DOLLARS}"]),
    ({"m": {"per_hour": [1]}}, [f"prices: m: per_hour: [1] {DOLLARS}"]),
    ({"m": {"per_hour": -1}}, [f"prices: m: per_hour: -1: {RANGE}"]),
    ({"m": {"per_hour": float("nan")}}, [f"prices: m: per_hour: nan: {RANGE}"]),
    ({"m": {"per_hour": "1e-13"}}, [f"prices: m: per_hour: '1e-13': {RANGE}"]),
    ({"m": {"like": "gpt-4o"}}, ["prices: m: like: a provider and a model are needed, such as openai:gpt-4o-mini"]),
    ({"m": {"like": "openai:gpt-4o", "per_hour": 1}},
     ["prices: m: like takes the rates of another model: leave out per_hour"]),
    ({"m": {"per_hour": 1, "as_of": "soon"}}, ["prices: m: as_of: 'soon' is no date: write it as 2026-10-31"]),
    ({"m": {"input_per_1m": 1, "above": 5}},
     ["prices: m: above: lengths of prompts with their rates are needed: {200000: {input_per_1m: 2.5}}"]),
    ({"m": {"input_per_1m": 1, "above": {"long": {"input_per_1m": 2}}}},
     ["prices: m: above long: a number of tokens from 1 on is needed"]),
    ({"m": {"input_per_1m": 1, "above": {9: {"per_hour": 2}}}},
     [f"prices: m: above 9: per_hour is no field; known are {TOKENS}"]),
    ({"a": {"per_hour": "x"}, "b": {"like": "y"}, "c": 0},
     [f"prices: a: per_hour: 'x' {DOLLARS}",
      "prices: b: like: a provider and a model are needed, such as openai:gpt-4o-mini",
      "prices: c: rates are needed, such as {input_per_1m: 0.15, output_per_1m: 0.60}"]),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "mistakes"), WRONG)
def test_all_mistakes_are_told_at_once(raw: object, mistakes: list[str]) -> None:
    with pytest.raises(CostError) as caught:
        own_prices(raw)
    assert list(caught.value.mistakes) == mistakes


HOURS = {"llama*": 1, "llama3*": 2, "llama3-8b": 3, "ollama:llama3-8b": 4, "gpu.lan:*": 5, "*": 6, "[[]::1]:8*": 7}


@pytest.mark.parametrize(
    ("target", "model", "hour"),
    [
        ("ollama", "llama3-8b", 4),
        ("ollama-chat", "llama3-8b", 4),
        ("http://[::1]:8080", "llama3", 7),
        ("http://127.0.0.1:8080", "llama3-8b", 3),
        ("http://127.0.0.1:8080", "LLAMA3-70b", 2),
        ("http://127.0.0.1:8080", "llama2", 1),
        ("http://gpu.lan:8000/v1", "qwen", 5),
        ("openai", "gpt-4o", 6),
    ],
)
def test_the_nearest_key_is_taken(target: str, model: str, hour: int) -> None:
    price = price_of(target, model, DAY, own_prices({key: {"per_hour": value} for key, value in HOURS.items()}))
    assert isinstance(price, Price)
    assert (price.per_hour, price.source) == (D(hour), "configuration")


def test_the_users_own_price_goes_before_the_list() -> None:
    own = own_prices({"gpt-4o-mini": {"input_per_1m": 0.1, "output_per_1m": 0.4, "note": "contract 7"}})
    assert price_of("openai", "gpt-4o-mini", DAY, own) == Price(
        "openai",
        "gpt-4o-mini",
        "gpt-4o-mini",
        "configuration",
        None,
        (Band(D("0.1"), D("0.4")),),
        notes=("contract 7",),
    )
    other = price_of("openai", "gpt-4o", DAY, own)
    assert isinstance(other, Price)
    assert other.source.startswith("genai-prices ")


def test_a_gateway_may_be_priced_like_the_model_behind_it() -> None:
    own = own_prices({"localhost:chat": {"like": "openai:gpt-4o-mini"}, "lost": {"like": "openai:zzz"}})
    price = price_of("http://localhost:4000", "chat", DAY, own)
    assert isinstance(price, Price)
    assert (price.provider, price.model, price.matched, price.bands[0].input, price.notes) == (
        "openai", "chat", "gpt-4o-mini", D("0.15"), ("priced like openai:gpt-4o-mini, as the configuration says",),
    )  # fmt: skip
    lost = price_of("http://localhost:4000", "lost", DAY, own)
    assert isinstance(lost, PriceUnknown)
    assert lost.reason.startswith("the configuration prices it like openai:zzz: genai-prices ")
