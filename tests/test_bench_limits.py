"""Waits and quotas out of the headers that providers send."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiready.bench.protocols import Exchange, Limits, Quota, limits, protocol, read_answer
from aiready.bench.protocols.limits import kept

NOW = ("Date", "Wed, 21 Oct 2026 07:28:00 GMT")


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ([("retry-after", "20")], 20.0),
        ([("Retry-After", " 1.5 ")], 1.5),
        ([("retry-after-ms", "1234"), ("retry-after", "2")], 1.234),
        ([("retry-after", "Wed, 21 Oct 2026 07:28:30 GMT"), NOW], 30.0),
        ([("retry-after", "Wed, 21 Oct 2026 07:27:30 GMT"), NOW], 0.0),
        ([("retry-after", "Wed, 21 Oct 2026 07:28:30 GMT")], None),
        ([("retry-after", "soon")], None),
        ([("retry-after", "-5")], None),
        ([("retry-after", "nan")], None),
        ([("retry-after", "inf")], None),
        ([("retry-after", "")], None),
        ([], None),
    ],
)
def test_a_wait_is_seconds(headers: list[tuple[str, str]], seconds: float | None) -> None:
    assert limits(headers).retry_after == seconds


@pytest.mark.parametrize(
    ("reset", "seconds"),
    [
        ("1s", 1.0),
        ("6m0s", 360.0),
        ("20ms", 0.02),
        ("1h2m3.5s", 3723.5),
        ("1d2h", 93600.0),
        ("7.66s", 7.66),
        ("12", 12.0),
        ("1792567690", 10.0),
        ("1792567690500", 10.5),
        ("2026-10-21T07:29:00Z", 60.0),
        ("6m 0s", None),
        ("1x", None),
        ("", None),
    ],
)
def test_a_reset_is_seconds_from_the_answer(reset: str, seconds: float | None) -> None:
    found = limits([("x-ratelimit-reset-tokens", reset), NOW])
    assert found.quotas == {"tokens": Quota(None, None, seconds)}


def test_quotas_of_openai() -> None:
    found = limits(
        [
            ("x-ratelimit-limit-requests", "60"),
            ("x-ratelimit-limit-tokens", "150000"),
            ("x-ratelimit-remaining-requests", "59"),
            ("x-ratelimit-remaining-tokens", "149984"),
            ("x-ratelimit-reset-requests", "1s"),
            ("x-ratelimit-reset-tokens", "6m0s"),
        ]
    )
    assert found == Limits(None, {"requests": Quota(60, 59, 1.0), "tokens": Quota(150000, 149984, 360.0)})


def test_quotas_of_anthropic() -> None:
    found = limits(
        [
            ("anthropic-ratelimit-requests-limit", "50"),
            ("anthropic-ratelimit-requests-remaining", "0"),
            ("anthropic-ratelimit-requests-reset", "2026-10-21T07:28:12Z"),
            ("anthropic-ratelimit-input-tokens-limit", "40000"),
            ("anthropic-ratelimit-output-tokens-remaining", "x"),
            ("retry-after", "12"),
            NOW,
        ]
    )
    assert found == Limits(
        12.0, {"requests": Quota(50, 0, 12.0), "input-tokens": Quota(40000), "output-tokens": Quota()}
    )


def test_a_quota_without_a_name_is_of_requests() -> None:
    found = limits([("X-RateLimit-Limit", "20"), ("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", "30")])
    assert found == Limits(None, {"requests": Quota(20, 0, 30.0)})


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ([("Date", "d"), ("X-Request-Id", "r"), ("Server", "s")], ["x-request-id"]),
        ([("Date", "d"), ("Retry-After", "1"), ("Server", "s")], ["date", "retry-after"]),
    ],
)
def test_the_date_is_kept_where_a_limit_may_be_a_moment(given: list[tuple[str, str]], names: list[str]) -> None:
    assert [name for name, _ in kept(given)] == names


@given(st.sampled_from(["retry-after", "x-ratelimit-reset", "x-ratelimit-limit-tokens", "date"]), st.text())
def test_no_value_of_a_header_breaks_the_reading(name: str, value: str) -> None:
    found = limits([(name, value), ("x-ratelimit-reset-requests", "2026-10-21T07:29:00Z")])
    assert found.retry_after is None or found.retry_after >= 0
    assert all(each.reset is None or each.reset >= 0 for each in found.quotas.values())


def test_an_answer_keeps_the_headers_that_matter() -> None:
    headers = (
        ("Content-Type", "text/plain"),
        ("Retry-After", "3"),
        ("X-Request-ID", "req_1"),
        ("x-ratelimit-limit-requests", "60"),
        ("set-cookie", "a=b"),
    )
    answer = read_answer(protocol("openai-chat"), Exchange(429, headers, [b"{}"], stream=True))
    assert answer.headers == (("retry-after", "3"), ("x-request-id", "req_1"), ("x-ratelimit-limit-requests", "60"))
    assert (answer.request_id, answer.limits) == ("req_1", Limits(3.0, {"requests": Quota(60)}))
