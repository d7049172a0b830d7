"""The simulator's parts by themselves: its time, its limits, its HTTP, its plans. No sockets, no clocks."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiready.bench.mistakes import SimulatorError
from aiready.bench.simulator import FAULTS, Settings, Stall, settings
from aiready.bench.simulator.draws import LONGEST, Draw, amounts, seconds
from aiready.bench.simulator.http import BadRequest, Request, Requests
from aiready.bench.simulator.limits import Bucket, Limits, Quota, anthropic, openai, waits
from aiready.bench.simulator.loop import Times
from aiready.bench.simulator.planning import Asked, pieces, planned
from aiready.bench.simulator.speech import asked
from aiready.bench.simulator.words import merged, pairs

S = 1_000_000_000
ASKED = Asked(0, "chat", "m", stream=True, prompt=100)


def test_time_stands_still_in_a_stall_and_goes_on_behind_it() -> None:
    times = Times(Stall(5, 2))
    assert (times.own(9 * S), times.real(9 * S)) == (9 * S, 9 * S)  # nothing was asked yet
    times.begin(10 * S)
    times.begin(20 * S)
    assert [times.own(each * S) for each in (10, 14, 17, 18)] == [10 * S, 14 * S, 15 * S, 16 * S]
    assert [times.own(15 * S), times.own(16 * S)] == [15 * S - 1] * 2
    assert [times.real(each * S) for each in (14, 15, 16)] == [14 * S, 17 * S, 18 * S]


@given(st.integers(0, 100 * S), st.integers(0, 100 * S))
def test_time_never_goes_back(one: int, other: int) -> None:
    times = Times(Stall(5, 2))
    times.begin(10 * S)
    assert times.own(min(one, other)) <= times.own(max(one, other))
    assert times.own(times.real(one)) == one


def test_without_a_stall_both_times_are_one() -> None:
    times = Times(None)
    times.begin(1)
    assert (times.own(7 * S), times.real(7 * S)) == (7 * S, 7 * S)


def test_a_bucket_is_full_at_first_and_fills_evenly() -> None:
    bucket = Bucket(60)
    assert (bucket.level(5 * S), bucket.lacks(1, 5 * S)) == (60, 0)
    bucket.take(60)
    assert bucket.lacks(1, 5 * S) == 1
    assert bucket.level(7 * S) == 2
    assert bucket.lacks(5, 7 * S) == 3
    assert bucket.level(6 * S) == 2  # stamps of two sockets may come in any order
    assert bucket.level(700 * S) == 60


def test_a_request_larger_than_a_minute_waits_for_a_full_bucket() -> None:
    bucket = Bucket(60)
    assert bucket.lacks(1000, S) == 0
    bucket.take(1000)
    assert bucket.lacks(1000, S) == 60


def test_limits_of_requests_and_tokens_and_a_refusal_takes_of_neither() -> None:
    limits = Limits(2, 600)
    assert limits.refused(500, S) == ("", 0)
    assert limits.refused(500, S) == ("tpm", 40)
    assert limits.refused(100, S) == ("", 0)
    assert limits.refused(1, S) == ("rpm", 30)
    assert limits.told(S) == (Quota("requests", 2, 0, 60), Quota("tokens", 600, 0, 60))


def test_limits_are_told_as_providers_do() -> None:
    quotas = (Quota("requests", 60, 59, 1), Quota("tokens", 1000, 10, 99.5))
    assert openai(quotas) == {
        "x-ratelimit-limit-requests": "60",
        "x-ratelimit-remaining-requests": "59",
        "x-ratelimit-reset-requests": "1s",
        "x-ratelimit-limit-tokens": "1000",
        "x-ratelimit-remaining-tokens": "10",
        "x-ratelimit-reset-tokens": "1m39.5s",
    }
    assert openai((Quota("requests", 60, 59, 0.0061),))["x-ratelimit-reset-requests"] == "7ms"
    told = anthropic(quotas)
    assert told["anthropic-ratelimit-tokens-remaining"] == "10"
    assert told["anthropic-ratelimit-requests-reset"].endswith("Z")
    assert Limits(0, 0).told(S)[0] == Quota("requests", 10_000, 9_999, 0.006)


@pytest.mark.parametrize(
    ("wait", "told"),
    [(0.02, ("1", "20")), (1.0, ("1", "1000")), (1.2, ("2", "1200")), (60.0, ("60", "60000"))],
)
def test_waits_are_whole_seconds_and_milliseconds(wait: float, told: tuple[str, str]) -> None:
    assert tuple(waits(wait).values()) == told


def read(data: bytes, cuts: list[int]) -> list[Request]:
    """The requests in bytes that come in pieces."""
    requests, found = Requests(), list[Request]()
    for start, end in zip([0, *cuts], [*cuts, len(data)], strict=True):
        requests.feed(data[start:end])
        while request := requests.next():
            found.append(request)
    return found


TWO = (
    b"\r\nPOST /a?b=1 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"
    b"POST /c HTTP/1.1\r\nTransfer-Encoding: chunked\r\nConnection: Close\r\n\r\n"
    b"3;x=y\r\nwor\r\n2\r\nld\r\n0\r\nTrailer: 1\r\n\r\nGET /d HTTP/1.1\r\n\r\n"
)


@given(st.lists(st.integers(0, len(TWO)), max_size=20))
def test_requests_are_read_however_they_are_cut(cuts: list[int]) -> None:
    one, two, three = read(TWO, sorted(cuts))
    assert (one.method, one.target, one.path, one.body, one.lasting) == ("POST", "/a?b=1", "/a", b"hello", True)
    assert (two.target, two.body, two.lasting) == ("/c", b"world", False)
    assert (three.method, three.target, three.headers, three.body) == ("GET", "/d", {}, b"")


HEAD = b"POST / HTTP/1.1\r\n"


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 400),
        (b"POST /\r\n\r\n", 400),
        (b"POST x HTTP/1.1\r\n\r\n", 400),
        (b"POST / HTTP/1.0\r\n\r\n", 505),
        (b"POST / HTTP/2.0\r\n\r\n", 505),
        (HEAD + b"no colon\r\n\r\n", 400),
        (HEAD + b"name : value\r\n\r\n", 400),
        (HEAD + b" folded: value\r\n\r\n", 400),
        (HEAD + b"content-length: -1\r\n\r\n", 400),
        (HEAD + b"content-length: 1\r\ntransfer-encoding: chunked\r\n\r\n", 400),
        (HEAD + b"transfer-encoding: gzip, chunked\r\n\r\n", 400),
        (HEAD + b"content-length: 99999999999999999999\r\n\r\n", 413),
        (HEAD + b"content-length: 33554433\r\n\r\n", 413),
        (HEAD + b"transfer-encoding: chunked\r\n\r\nzz\r\n", 400),
        (HEAD + b"transfer-encoding: chunked\r\n\r\n-1\r\n", 400),
        (HEAD + b"transfer-encoding: chunked\r\n\r\n" + b"1" * 300, 400),
        (HEAD + b"transfer-encoding: chunked\r\n\r\nfffffff\r\n", 413),
        (HEAD + b"transfer-encoding: chunked\r\n\r\n0\r\n" + b"x" * 70_000, 431),
        (HEAD + b"x: " + b"a" * 70_000, 431),
    ],
)
def test_what_is_no_request(data: bytes, status: int) -> None:
    with pytest.raises(BadRequest) as error:
        read(data, [])
    assert error.value.status == status


def test_a_client_that_sends_on_and_on_is_stopped() -> None:
    requests = Requests()
    for _ in range(32):
        requests.feed(b"x" * (1 << 20))
    with pytest.raises(BadRequest) as error:
        requests.feed(b"x" * (1 << 20))
    assert error.value.status == 413


@pytest.mark.parametrize(
    ("text", "draw"),
    [
        ("200ms", Draw("const", 0.2)),
        ("0", Draw("const", 0.0)),
        ("const:1s", Draw("const", 1.0)),
        ("exp:50ms", Draw("exp", 0.05)),
        ("uniform:1s,2s", Draw("uniform", 1.0, 2.0)),
        ("lognormal:200ms,0.5", Draw("lognormal", 0.2, 0.5)),
    ],
)
def test_distributions_are_read(text: str, draw: Draw) -> None:
    assert seconds(text) == draw


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("uniform:2s,1s", "the larger value comes second"),
        ("uniform:2s", "uniform takes 2 values"),
        ("const:2s,1s", "const takes 1 value,"),
        ("gauss:1s", "there are const, exp, uniform"),
        ("lognormal:1s,200ms", "200ms: it has no unit"),
        ("lognormal:1s,200", "is its sigma"),
        ("normal:1s,20", "needs its unit"),
        ("", "a time is needed"),
    ],
)
def test_distributions_that_are_none(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        seconds(text)


FORMS = st.one_of(
    st.builds(Draw, st.sampled_from(["const", "exp"]), st.floats(0, 1e9)),
    st.builds(Draw, st.sampled_from(["uniform", "normal"]), st.floats(0, 1e9), st.floats(0, 1e9)),
    st.builds(Draw, st.just("lognormal"), st.floats(0, 1e9), st.floats(0, 10)),
)


@given(FORMS, st.integers())
def test_draws_lie_between_none_and_a_day(draw: Draw, seed: int) -> None:
    assert 0 <= draw(random.Random(seed)) <= LONGEST


def test_draws_have_the_middle_that_they_say() -> None:
    chance = random.Random(1)
    for text in ("const:100", "uniform:50,150", "normal:100,10", "lognormal:100,0.5"):
        drawn = sorted(amounts(text)(chance) for _ in range(4001))
        assert 96 < drawn[2000] < 104, text
    drawn = [amounts("exp:100")(chance) for _ in range(4000)]
    assert 95 < sum(drawn) / 4000 < 105


def test_a_plan_is_the_same_for_a_seed_and_a_number_and_no_other() -> None:
    wanted = settings("ttft=exp:1s&itl=exp:20ms&tokens=uniform:50,100&seed=3")
    plan = planned(ASKED, wanted)
    assert plan == planned(ASKED, wanted)
    assert plan != planned(Asked(1, "chat", "m", stream=True, prompt=100), wanted)
    assert plan != planned(ASKED, settings("seed=4", wanted))
    assert len(plan.gaps) == plan.tokens - 1


def test_the_rates_of_faults_are_kept() -> None:
    wanted = settings("e429=10%&reset=20%&empty=0.05")
    faults = [planned(Asked(at, "chat", "m", stream=True, prompt=1), wanted).fault for at in range(4000)]
    found = {name: faults.count(name) / 4000 for name in ("e429", "reset", "empty", "")}
    assert found == pytest.approx({"e429": 0.1, "reset": 0.2, "empty": 0.05, "": 0.65}, abs=0.02)
    for name in FAULTS:
        assert planned(ASKED, settings(f"{name}=100%")).fault == name


def test_the_longest_answer_counts_reasoning_too() -> None:
    wanted = settings("tokens=10&reasoning=6&cached=25%&tokens_per_chunk=4")
    plan = planned(ASKED, wanted)
    assert (plan.tokens, plan.reasoning, plan.finish, plan.cached, plan.output) == (10, 6, "stop", 25, 16)
    assert [len(text.split()) for text, _ in pieces(plan, 4, 0)] == [4, 2, 4, 4, 2]
    assert [thought for _, thought in pieces(plan, 4, 0)] == [True, True, False, False, False]
    for longest, kept in ((16, (10, 6, "stop")), (8, (2, 6, "length")), (3, (1, 2, "length")), (1, (1, 0, "length"))):
        short = planned(Asked(0, "chat", "m", stream=True, prompt=1, longest=longest), wanted)
        assert (short.tokens, short.reasoning, short.finish) == kept


PATHS = {
    "/v1/chat/completions": ("chat", "simulator"),
    "/chat/completions": ("chat", "simulator"),
    "/openai/v1/chat/completions": ("chat", "simulator"),
    "/openai/deployments/gpt/chat/completions?api-version=1": ("chat", "gpt"),
    "/openai/deployments/ada/embeddings": ("embeddings", "ada"),
    "/v1/completions": ("completions", "simulator"),
    "/openai/responses": ("responses", "simulator"),
    "/v1/messages": ("messages", "simulator"),
    "/v1beta/models/gemini-2:generateContent": ("gemini", "gemini-2"),
    "/v1/models/gemini-2:streamGenerateContent?alt=sse&key=k": ("gemini", "gemini-2"),
    "/api/chat": ("ollama-chat", "simulator"),
    "/api/generate": ("ollama-generate", "simulator"),
}


@pytest.mark.parametrize(("path", "whose"), PATHS.items())
def test_paths_of_all_providers(path: str, whose: tuple[str, str]) -> None:
    found = asked(7, path, b"")
    assert found is not None
    assert (found.number, found.protocol, found.model) == (7, *whose)


@pytest.mark.parametrize("path", ["/", "/v1", "/v1/chat", "/v1/chat/completions/x", "/api/chatter", "/v2/messages"])
def test_paths_of_nobody(path: str) -> None:
    assert asked(0, path, b"") is None


ODD = st.one_of(
    *(st.none(), st.booleans(), st.integers(-9, 9), st.text(max_size=9), st.just({"content": [{"text": 1}, "x"]})),
    *(st.lists(st.just("x"), max_size=2), st.just({"maxOutputTokens": 0}), st.just([{"parts": {"text": ["a"]}}, 3])),
)
MEMBERS = ["model", "stream", "messages", "input", "prompt", "options", "generationConfig", "max_tokens", "dimensions",
           "stream_options", "contents", "system", "encoding_format"]  # fmt: skip


@given(st.dictionaries(st.sampled_from(MEMBERS), ODD), st.sampled_from(list(PATHS)))
def test_bodies_of_any_kind_are_asked_something(body: dict[str, object], path: str) -> None:
    found = asked(0, path, json.dumps(body).encode())
    assert found is not None
    assert found.prompt >= 1
    assert found.longest is None or found.longest > 0
    assert planned(found, Settings()).output >= (0 if found.protocol == "embeddings" else 1)


@pytest.mark.parametrize("body", [b"{", b"[1]", b'"x"', b"\xff", b"nul"])
def test_bodies_that_are_no_object(body: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        asked(0, "/v1/messages", body)


def test_where_the_longest_answer_stands() -> None:
    bodies = {
        b'{"max_tokens":5}': 5,
        b'{"max_completion_tokens":6,"max_tokens":5}': 6,
        b'{"max_output_tokens":7}': 7,
        b'{"generationConfig":{"maxOutputTokens":8}}': 8,
        b'{"options":{"num_predict":9}}': 9,
        b'{"options":{"num_predict":-1}}': None,
        b'{"max_tokens":"5"}': None,
    }
    found = [asked(0, "/v1/messages", each) for each in bodies]
    assert [each.longest for each in found if each] == list(bodies.values())


def test_settings_may_be_separated_by_blanks_too_and_stalls_be_written_in_words() -> None:
    assert settings("ttft=1s seed=2") == settings("ttft=1s&seed=2")
    assert settings("stall=at:5s,for:2s").stall == settings("stall=5s,2s").stall == Stall(5, 2)
    assert settings("stall=0,2s").stall == Stall(0, 2)
    assert settings("e429=0", settings("e429=5%&e500=1%")).faults == {"e500": 0.01}


def test_one_request_can_not_have_what_is_shared() -> None:
    with pytest.raises(SimulatorError) as error:
        merged(pairs("slots=1&stall=5s,2s&rpm=1&tokens=3&x=1"), Settings(), shared=False)
    assert [each.partition(":")[0] for each in error.value.mistakes] == ["slots", "stall", "rpm", "x"]
    assert merged(pairs("seed=1&tokens=3"), Settings(), shared=False).tokens == Draw("const", 3)
