"""What a request costs, to the last digit, held against calculations by hand and against the price list's own."""

from __future__ import annotations

import ast
import json
import pickle
import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiready.bench import cost as face
from aiready.bench.cost import CostError
from aiready.bench.prices import Band, Counts, Price, PriceUnknown, price_from, price_of
from aiready.bench.protocols import Sent, Usage, protocol

DAY = date(2026, 11, 20)
D = Decimal


def priced(target: str, model: str, at: date = DAY) -> Price:
    found = price_of(target, model, at)
    assert isinstance(found, Price)
    return found


def unknown(target: str, model: str) -> PriceUnknown:
    found = price_of(target, model, DAY)
    assert isinstance(found, PriceUnknown)
    return found


def usage(api: str, *objects: dict[str, Any]) -> Usage:
    return protocol(api).usage([Sent("usage", each) for each in objects])


# model, what the provider sends, and each kind of token times its rate, in millionths of a dollar
BY_HAND: list[tuple[str, str, list[dict[str, Any]], list[tuple[int, str]]]] = [
    ("openai-chat", "gpt-4o-mini",
     [{"prompt_tokens": 17, "completion_tokens": 40, "prompt_tokens_details": {"cached_tokens": 4}}],
     [(13, "0.15"), (4, "0.075"), (40, "0.60")]),
    ("openai-chat", "gpt-4o-mini", [{"prompt_tokens": 1, "completion_tokens": 0}], [(1, "0.15")]),
    ("openai-chat", "gpt-5.4", [{"prompt_tokens": 1000, "completion_tokens": 900, "total_tokens": 1900,
                                 "completion_tokens_details": {"reasoning_tokens": 640}}],
     [(1000, "2.5"), (900, "15")]),
    ("openai-chat", "gpt-5.4", [{"prompt_tokens": 272_000, "completion_tokens": 10}], [(272_000, "2.5"), (10, "15")]),
    ("openai-chat", "gpt-5.4",
     [{"prompt_tokens": 272_001, "completion_tokens": 10, "prompt_tokens_details": {"cached_tokens": 1}}],
     [(272_000, "5"), (1, "0.5"), (10, "22.5")]),
    ("openai-responses", "gpt-6.1-sol", [{"input_tokens": 5000, "output_tokens": 7, "input_tokens_details":
                                          {"cached_tokens": 3000, "cache_write_tokens": 1500}}],
     [(500, "2"), (3000, "0.1"), (1500, "2.5"), (7, "10")]),
    ("openai-embeddings", "text-embedding-3-small", [{"prompt_tokens": 8, "total_tokens": 8}], [(8, "0.02")]),
    ("anthropic-messages", "claude-haiku-4-5", [{"input_tokens": 9, "output_tokens": 1}, {"output_tokens": 5}],
     [(9, "1"), (5, "5")]),
    ("anthropic-messages", "claude-sonnet-4-5",
     [{"input_tokens": 21, "cache_read_input_tokens": 188, "output_tokens": 393,
       "cache_creation_input_tokens": 556}],
     [(21, "3"), (188, "0.30"), (556, "3.75"), (393, "15")]),
    ("anthropic-messages", "claude-sonnet-4-5",
     [{"input_tokens": 21, "cache_read_input_tokens": 188, "output_tokens": 393,
       "cache_creation_input_tokens": 556, "cache_creation":
       {"ephemeral_5m_input_tokens": 456, "ephemeral_1h_input_tokens": 100}}],
     [(21, "3"), (188, "0.30"), (456, "3.75"), (100, "6"), (393, "15")]),
    ("anthropic-messages", "claude-sonnet-4-5",
     [{"input_tokens": 1, "cache_read_input_tokens": 200_000, "output_tokens": 2}],
     [(1, "6"), (200_000, "0.60"), (2, "22.5")]),
    ("gemini", "gemini-2.5-pro", [{"promptTokenCount": 9, "candidatesTokenCount": 4, "thoughtsTokenCount": 30,
                                   "totalTokenCount": 43}], [(9, "1.25"), (34, "10")]),
    ("gemini", "gemini-2.5-pro",
     [{"promptTokenCount": 200_001, "candidatesTokenCount": 4, "cachedContentTokenCount": 200_000,
       "totalTokenCount": 200_005}], [(1, "2.5"), (200_000, "0.25"), (4, "15")]),
]  # fmt: skip


@pytest.mark.parametrize(("api", "model", "sent", "by_hand"), BY_HAND)
def test_a_cost_agrees_with_a_calculation_by_hand(
    api: str, model: str, sent: list[dict[str, Any]], by_hand: list[tuple[int, str]]
) -> None:
    expected = sum((count * D(rate) for count, rate in by_hand), D(0)) / 1_000_000
    assert priced(api, model).cost(usage(api, *sent)) == expected


def test_a_proxy_says_the_same() -> None:
    """LiteLLM's header for this request: 26.25 millionths."""
    sent = {"prompt_tokens": 17, "completion_tokens": 40, "prompt_tokens_details": {"cached_tokens": 4}}
    assert str(priced("openai", "gpt-4o-mini").cost(usage("openai-chat", sent))) == "0.00002625"


PLAIN = Price("p", "m", "m", "s", None, (Band(D(2), D(8)),))
FULL = Price("p", "m", "m", "s", None, (Band(D(2), D(8), D("0.2"), D("2.5"), D(4), D(9)),))
COUNTS: list[tuple[Price, Counts, str | None]] = [
    (PLAIN, Counts(10, 5, 4, 3, 2, 1), "0.00006"),
    (FULL, Counts(10, 5, 4, 3, 2, 1), "0.0000583"),
    (FULL, Counts(10, 5, cache_write_1h=2), "0.000064"),
    (FULL, Counts(10, 5, cache_write=2), "0.000061"),
    (PLAIN, Counts(0, 0), "0"),
    (PLAIN, Counts(None, 5), None),
    (PLAIN, Counts(10, None), None),
    (FULL, Counts(10, 5, 11), None),
    (FULL, Counts(10, 5, 6, 5), None),
    (FULL, Counts(10, 5, 0, 3, 4), None),
    (FULL, Counts(10, 5, reasoning=6), None),
    (Price("p", "m", "m", "s", None, (Band(D(2)),)), Counts(10, 0), "0.00002"),
    (Price("p", "m", "m", "s", None, (Band(D(2)),)), Counts(10, 1), None),
    (Price("p", "m", "m", "s", None, (Band(output=D(2)),)), Counts(1, 1), None),
    (Price("p", "m", "m", "s", None, (Band(D(2), D(2)),), D("0.01")), Counts(1, 1), "0.010004"),
    (Price("p", "m", "m", "s", None, (), D("0.01")), Counts(None, None), "0.01"),
    (Price("p", "m", "m", "s", None, (), per_hour=D(3)), Counts(9, 9), "0"),
]


@pytest.mark.parametrize(("price", "counts", "expected"), COUNTS)
def test_each_token_is_billed_once_or_no_cost_is_told(price: Price, counts: Counts, expected: str | None) -> None:
    assert price.of(counts) == (None if expected is None else D(expected))


def rows() -> list[tuple[str, str]]:
    from genai_prices.data import providers

    return [(provider.id, model.id) for provider in providers for model in provider.models]


def test_every_row_of_the_list_agrees_with_its_own_calculation() -> None:
    """Where the list has all the rates that the tokens need; where it has none, it says 0 and we say nothing."""
    from genai_prices import Usage as Told
    from genai_prices import calc_price

    asked = Counts(300_000, 4_000, 120_000, 9_000, 2_000, 1_500)
    keys = "input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens", "cache_write_1h_tokens"
    told = Told(**dict(zip((*keys, "output_reasoning_tokens"), asked, strict=True)))
    agreed, differ = 0, []
    for provider, model in rows():
        price = price_of(provider, model, DAY)
        if not isinstance(price, Price) or (ours := price.of(asked)) is None:
            continue
        theirs = calc_price(
            told, model, provider_id=provider, genai_request_timestamp=datetime(2026, 11, 20, 12, tzinfo=UTC)
        )
        if theirs.model.id != price.matched or ours != theirs.total_price:
            differ.append((provider, model, ours, theirs.total_price))
        agreed += 1
    assert (differ, agreed > 1500) == ([], True)


def test_a_row_without_rates_is_no_price_of_nothing() -> None:
    from genai_prices import Usage as Told
    from genai_prices import calc_price

    assert calc_price(Told(input_tokens=1000), "gpt-4.1", provider_id="github-copilot").total_price == 0
    reason = unknown("github-copilot", "gpt-4.1").reason
    assert "has the model, but no price for it; give prices in the configuration" in reason


@pytest.mark.parametrize(
    ("target", "model", "said"),
    [
        ("openai", "gpt-4o-minni", "knows no model 'gpt-4o-minni' of openai; did you mean gpt-4o-mini?"),
        ("https://api.openai.com/v1", "zzz", "knows no model 'zzz' of openai; give prices in the configuration"),
        ("https://llm.example.com/v1?key=s3cret", "gpt-4o", "knows no provider llm.example.com; give prices"),
        ("http://127.0.0.1:11434", "llama3", "llama3 at 127.0.0.1 runs on a server of your own"),
        ("http://[::1]:8080", "m", "m at ::1 runs on a server of your own"),
        ("http://10.1.2.3:8000/v1", "gpt-4o", "gpt-4o at 10.1.2.3 runs on a server of your own"),
        ("http://localhost:1234", "gpt-4o", "gpt-4o at localhost runs on a server of your own"),
        ("http://llm:8000", "gpt-4o", "gpt-4o at llm runs on a server of your own"),
        ("http://gpu.lan:8000", "gpt-4o", "gpt-4o at gpu.lan runs on a server of your own"),
        ("ollama", "llama3", "llama3 at ollama runs on a server of your own"),
        ("openai-compatible", "gpt-4o", "openai-compatible is no provider"),
        ("endpoint", "gpt-4o", "endpoint is no provider"),
        ("nobody", "gpt-4o", "knows no provider nobody"),
        ("openai", "", "no model is named"),
        ("groq", "whisper-large-v3", "prices it by audio_hours, input_audio_hours, not by tokens"),
    ],
)
def test_where_there_is_no_price_it_says_why(target: str, model: str, said: str) -> None:
    reason = unknown(target, model).reason
    assert (said in reason, "s3cret" in repr(unknown(target, model))) == (True, False), reason


@pytest.mark.parametrize(
    ("target", "model", "found"),
    [
        ("openai", "gpt-4o-mini", ("openai", "gpt-4o-mini")),
        ("openai", "gpt-4o-mini-2024-07-18", ("openai", "gpt-4o-mini")),
        ("openai", "ft:gpt-4o-mini-2024-07-18:acme::x", ("openai", "ft:gpt-4o-mini")),
        ("https://api.openai.com/v1", "gpt-4o", ("openai", "gpt-4o")),
        ("https://name.openai.azure.com", "gpt-4o", ("azure", "gpt-4o")),
        ("azure-responses", "gpt-4o", ("azure", "gpt-4o")),
        ("anthropic-messages", "claude-haiku-4-5-20251001", ("anthropic", "claude-haiku-4-5")),
        ("gemini", "gemini-2.5-flash", ("google", "gemini-2.5-flash")),
        ("https://generativelanguage.googleapis.com/v1beta", "gemini-2.5-flash", ("google", "gemini-2.5-flash")),
        ("https://api.groq.com/openai/v1", "llama-3.3-70b-versatile", ("groq", "llama-3.3-70b-versatile")),
    ],
)
def test_a_row_is_found_by_provider_protocol_or_url(target: str, model: str, found: tuple[str, str]) -> None:
    price = priced(target, model)
    assert (price.provider, price.matched, price.model) == (*found, model)


def test_a_price_says_where_it_comes_from_and_how_old_it_may_be() -> None:
    from importlib.metadata import version

    price = priced("openai", "o3")
    assert price.source == f"genai-prices {version('genai-prices')}"
    assert price.as_of is not None
    assert date(2026, 10, 1) < price.as_of <= DAY
    assert price.since is not None
    assert price.since <= DAY
    before = priced("openai", "o3", date(2025, 5, 1))
    assert (before.bands[0].input, price.bands[0].input, before.since) == (D(10), D(2), None)


def test_a_price_that_changes_with_the_hour_says_so() -> None:
    night = price_of("deepseek", "deepseek-chat", datetime(2026, 11, 20, 18, 0, tzinfo=UTC))
    assert isinstance(night, Price)
    assert night.notes == ("its price depends on the time of the day; that of 18:00 UTC is used",)
    noon = priced("deepseek", "deepseek-chat")
    assert noon.notes == ("its price depends on the time of the day; that of 12:00 UTC is used",)
    assert night.bands != noon.bands


def test_another_service_has_its_own_rates_or_none() -> None:
    price = priced("openai", "gpt-4o-mini")
    batch = price.at_tier("batch")
    assert isinstance(batch, Price)
    assert (batch.tier, batch.bands) == ("batch", (Band(D("0.075"), D("0.3"), D("0.075")),))
    assert (batch.at_tier("standard"), batch.at_tier("batch")) == (priced_back(batch, price), batch)
    assert [price.at_tier(name) for name in ("", "standard", "default", "auto")] == [price] * 4
    flex = price.at_tier("flex")
    assert isinstance(flex, PriceUnknown)
    assert "no price of gpt-4o-mini for the service tier 'flex'; give your own" in flex.reason
    assert "batch" not in dict(priced("openai", "gpt-4o-mini", date(2026, 10, 1)).tiers)


def priced_back(batch: Price, price: Price) -> Price:
    """The same price; the order of its other services tells the way that was taken."""
    again = batch.at_tier("standard")
    assert isinstance(again, Price)
    assert (again.bands, again.tier, dict(again.tiers)) == (price.bands, price.tier, dict(price.tiers))
    return again


def test_rates_that_no_usage_is_counted_by_are_told() -> None:
    notes = priced("perplexity", "sonar-deep-research").notes
    assert notes == ("the list also bills by output_citation_mtok, which no usage tells: costs are the least",)


AMOUNT = st.decimals(0, 1000, places=6) | st.none()
BANDS = st.lists(
    st.builds(Band, *[AMOUNT] * 6, above=st.integers(0, 10**6)), max_size=3, unique_by=lambda band: band.above
)
PRICES = st.builds(
    Price,
    *[st.text(max_size=5)] * 4,
    as_of=st.dates() | st.none(),
    bands=BANDS.map(lambda bands: tuple(sorted(bands, key=lambda band: band.above))),
    per_request=st.decimals(0, 10, places=4),
    per_hour=st.decimals(0, 10, places=4),
    tiers=st.just((("batch", (Band(D("0.1")),)),)),
    since=st.dates() | st.none(),
    notes=st.lists(st.text(max_size=5), max_size=2).map(tuple),
)


@given(PRICES)
def test_a_price_outlives_a_file_and_a_process(price: Price) -> None:
    assert price_from(json.loads(json.dumps(price.as_json()))) == price
    assert pickle.loads(pickle.dumps(price)) == price


def test_a_file_alone_gives_the_same_cost() -> None:
    price = priced("anthropic", "claude-sonnet-4-5")
    told = usage("anthropic-messages", {"input_tokens": 21, "cache_creation_input_tokens": 556, "output_tokens": 1})
    assert price_from(json.loads(json.dumps(price.as_json()))).cost(told) == price.cost(told) == D("0.002163")


JSON = PLAIN.as_json()


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (None, "it is no object"),
        ([], "it is no object"),
        ({}, "currency is missing"),
        (JSON | {"currency": "EUR"}, "it is in EUR per million tokens, not in USD per million tokens"),
        (JSON | {"bands": {}}, "bands are no list"),
        (JSON | {"bands": [1]}, "it is no object"),
        (JSON | {"bands": [{"above": 0, "input": "-1"}]}, "-1 is no price"),
        (JSON | {"bands": [{"above": 0, "input": "NaN"}]}, "NaN is no price"),
        (JSON | {"bands": [{"above": 0, "input": "x"}]}, "x is no price"),
        (JSON | {"as_of": "soon"}, "Invalid isoformat string: 'soon'"),
        (JSON | {"model": 3}, "model is no text"),
    ],
)
def test_what_was_no_price_is_told(raw: object, why: str) -> None:
    with pytest.raises(CostError) as caught:
        price_from(raw)
    assert caught.value.mistakes == (
        f"the price that was recorded can't be read: {why}; give prices in the configuration",
    )


def test_the_price_list_is_imported_in_one_place_and_late() -> None:
    folder = Path(face.__file__ or "").parent
    found = {
        (path.name, isinstance(node, ast.Module))
        for path in folder.parent.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Module | ast.FunctionDef)
        for each in node.body
        if isinstance(each, ast.Import | ast.ImportFrom) and "genai_prices" in ast.unparse(each)
    }
    assert found == {("table.py", False)}


def test_own_prices_and_costs_recorded_need_no_list() -> None:
    """What is imported before the first request: neither the list nor what it brings along."""
    script = (
        "import sys; from datetime import date; from aiready.bench.prices import own_prices, price_of;"
        "price_of('http://127.0.0.1:1', 'm', date.today()); "
        "price_of('openai', 'm', date.today(), own_prices({'m': {'input_per_1m': 1}}));"
        "print([each for each in ('genai_prices', 'numpy', 'pydantic', 'httpx2') if each in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
