"""Costs as the result document and its reader get them."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from aiready.bench.cost import costs, money, named, projected, section, told
from aiready.bench.cost.alternatives import ASSUMPTIONS, Alternative
from aiready.bench.prices import Band, Price, PriceUnknown
from aiready.bench.samples import Sample, Times, Tokens, columns

D = Decimal
PRICE = Price(
    "openai", "m", "m-1", "list 1", date(2026, 11, 4), (Band(D("0.15"), D("0.60"), D("0.075")),), notes=("odd",)
)

MONTH = "$51.16 a month (95 % interval $48.60 to $52.44): 2 calls per user and day x 5000 daily users x 30.4 days"


def rows(count: int, **more: Any) -> list[Sample]:
    tokens = Tokens(100, 1000, 500, source="provider")
    return [Sample(k, Times(k, k + 10**9, t_last=k + 10**9), tokens, **more) for k in range(count)]


def test_the_section_is_json_with_exact_amounts_beside() -> None:
    found = costs(columns(rows(40)), PRICE)
    unknown = Alternative("openai", "zzz", PriceUnknown("openai", "zzz", "not there"), None, None)
    bare = Alternative("p", "b", Price("p", "b", "b", "list 1", None, (Band(D(1)),)), None, None)
    ours = Alternative("openai", "m", PRICE, found.total, 1.0, measured=True)
    told = json.loads(json.dumps(section(found, projected(found, 2, 50), [ours, unknown, bare]), allow_nan=False))
    each = 0.0001725
    figures = [told[name] for name in ("per_request", "per_1k_requests", "per_good_request", "per_1m_output")]
    assert figures == pytest.approx([each, each * 1000, each, 1.725])
    assert told["interval"]["per_1k_requests"] == pytest.approx([0.1725, 0.1725])
    assert told["percentiles"] == pytest.approx({"p50": each, "p95": each})
    assert (told["currency"], told["total"], told["cached_share"]) == ("USD", 0.0069, 0.5)
    assert told["exact"] == {"total": "0.0069", "warmup": "0", "server": "0", "spent": "0.0069"}
    assert told["requests"] == {"priced": 40, "estimated": 0, "unbilled": 0, "unknown": 0}
    assert (told["price"], told["notes"]) == (PRICE.as_json(), ["odd"])
    assert (told["projection"]["per_month"], told["projection"]["calls_per_month"]) == pytest.approx(
        (3040 * each, 3040)
    )
    assert told["what_if"]["assumptions"] == list(ASSUMPTIONS)
    lines = [(m["model"], m["tier"], m["total"], m["as_of"], m["why"]) for m in told["what_if"]["models"]]
    assert lines == [
        ("m", "standard", 0.0069, "2026-11-04", ""),
        ("zzz", None, None, None, "not there"),
        ("b", "standard", None, None, "its price has no rate for some of the tokens"),
    ]


def test_what_has_no_end_or_no_interval_is_null() -> None:
    wrong = section(costs(columns(rows(40, correct=False)), PRICE))
    assert (wrong["per_good_request"], wrong["interval"]["per_good_request"][1], wrong["projection"]) == (
        None,
        None,
        None,
    )
    few = section(costs(columns(rows(3)), PRICE))
    assert (few["interval"]["per_request"], few["per_request"]) == (None, pytest.approx(0.0001725))


def test_a_reader_is_told_the_price_its_date_and_how_requests_were_counted() -> None:
    lost = Sample(99, Times(1, 2), failure="rate_limited")
    found = costs(columns([*rows(40), lost]), PRICE)
    assert told(found, projected(found, 2, 5000)) == (
        "$0.15 in, $0.075 cached, $0.60 out per million tokens: openai m-1, list 1 as of 2026-11-04",
        "odd",
        "$0.00690 for 41 requests",
        "1 request failed before anything was generated: free of cost",
        MONTH,
        "prompts and answers as measured, 50% of the input from a cache",
        "the price stays as it is, and has no discount for volume",
    )
    few = costs(columns([*rows(4), Sample(99, Times(1, 2), failure="reset")]), PRICE)
    assert told(few, projected(few, 2, 5000))[2:5] == (
        "at least $0.000690 for 5 requests",
        "1 request told no tokens that can be priced and may have been billed: the total is the least",
        "$52.44 a month (n too small: 4 of 30): 2 calls per user and day x 5000 daily users x 30.4 days",
    )
    none = costs(columns([Sample(99, Times(1, 2), failure="reset")]), PRICE)
    assert told(none, projected(none, 1, 1))[4] == "no projection: no request told the tokens that it is billed for"


@pytest.mark.parametrize(
    ("dollars", "text"),
    [(0, "$0.00"), (0.1, "$0.10"), (0.0999, "$0.0999"), (0.00012345, "$0.000123"), (1234.5, "$1,234.50")],
)
def test_small_amounts_keep_their_digits(dollars: float, text: str) -> None:
    assert money(dollars) == text


@pytest.mark.parametrize(
    ("price", "words"),
    [
        (
            Price("p", "m", "m", "configuration", None, per_hour=D("1.2")),
            "$1.20 per hour of the server: p m, configuration",
        ),
        (Price("p", "m", "m", "configuration", None), "$0: p m, configuration"),
        (
            Price("p", "m", "m", "s", None, (Band(D(2), D(100)), Band(D(4), above=200_000)), D("0.005"), tier="batch"),
            "$2 in, $100 out per million tokens (more above 200,000), $0.005 per request: p m (batch), s",
        ),
    ],
)
def test_a_price_is_named_with_all_that_it_asks(price: Price, words: str) -> None:
    assert named(price) == words
