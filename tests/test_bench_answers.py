"""Which failure an answer is: by status, by what came in the stream, by how it ended. No key is in any of it."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aiready.bench.protocols import PROTOCOLS, Api, Endpoint, Exchange, Failure, protocol, read_answer

CHAT = protocol("openai-chat")
ENDPOINTS = (
    Endpoint(text="@", framing="sse", end_event="end"),
    Endpoint(text="choices[].message", framing="ndjson", usage_at="usage", error="error", end="done", tool="data"),
    Endpoint(text="join('', content)", reasoning="sort(data)[0]", model="message", usage_at="{input_tokens: usage}"),
)
EVERY = (*PROTOCOLS, *ENDPOINTS)
HI = b'data: {"choices":[{"index":0,"delta":{"content":"Hi"}}]}\n\n'
STOP = b'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n'
EMPTY_STOP = b'data: {"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":"length"}]}\n\n'
DONE = b"data: [DONE]\n\n"
KEY = "sk-proj-abcDEF123456789"


def streamed(*reads: bytes, whole: bool = True, broken: Failure | None = None) -> tuple[str | None, str]:
    answer = read_answer(CHAT, Exchange(200, (), reads, stream=True, whole=whole, broken=broken, why="said so"))
    return answer.failure, answer.message


STATUSES: list[tuple[int, bytes, str, str]] = [
    (429, b'{"error":{"message":"Slow","type":"requests"}}', "rate_limited", "HTTP 429: requests: Slow"),
    (401, b'{"error":{"message":"No","code":"invalid"}}', "auth", "HTTP 401: invalid: No"),
    (403, b"", "auth", "HTTP 403"),
    (400, b'{"error":{"message":"Bad","type":null,"code":null}}', "bad_request", "HTTP 400: Bad"),
    (404, b'{"error":"model \\"x\\" not found"}', "bad_request", 'HTTP 404: model "x" not found'),
    (422, b'{"detail":[{"msg":"field required"}]}', "bad_request", 'HTTP 422: [{"msg": "field required"}]'),
    (413, b'{"type":"error","error":{"type":"request_too_large","message":"M"}}', "bad_request",
     "HTTP 413: request_too_large: M"),
    (402, b'{"error":{"message":"Insufficient Balance"}}', "bad_request", "HTTP 402: Insufficient Balance"),
    (400, b'{"error":{"message":"M","code":"context_length_exceeded"}}', "context_length",
     "HTTP 400: context_length_exceeded: M"),
    (400, b'{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 3 tokens > 2"}}',
     "context_length", "HTTP 400: invalid_request_error: prompt is too long: 3 tokens > 2"),
    (400, b'{"error":{"code":400,"message":"the request exceeds the available context size","type":"e"}}',
     "context_length", "HTTP 400: e: the request exceeds the available context size"),
    (400, b'{"error":{"code":400,"message":"The input token count (5) exceeds the maximum","status":"S"}}',
     "context_length", "HTTP 400: 400: The input token count (5) exceeds the maximum"),
    (400, b'{"object":"error","message":"This model\'s maximum context length is 8 tokens","code":400}',
     "context_length", "HTTP 400: 400: This model's maximum context length is 8 tokens"),
    (401, b'{"error":{"message":"context length of what?"}}', "auth", "HTTP 401: context length of what?"),
    (500, b"<html>oops</html>", "server_error", "HTTP 500: <html>oops</html>"),
    (529, b'{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}', "server_error",
     "HTTP 529: overloaded_error: Overloaded"),
    (503, b'[{"error":{"code":503,"message":"Busy","status":"UNAVAILABLE"}}]', "server_error", "HTTP 503: 503: Busy"),
    (302, b"", "malformed", "HTTP 302: a redirect, which is not followed; give the address that it leads to"),
]  # fmt: skip


@pytest.mark.parametrize(("status", "body", "failure", "message"), STATUSES)
@pytest.mark.parametrize("stream", [True, False])
def test_a_status_is_a_class(status: int, body: bytes, failure: str, message: str, stream: bool) -> None:  # noqa: FBT001 - a table
    answer = read_answer(CHAT, Exchange(status, (), [body], stream=stream, whole=False))
    assert (answer.failure, answer.message, answer.chunks, answer.status) == (failure, message, (), status)


PAGE = "expected a stream of events, found: "
STREAMS: list[tuple[tuple[bytes, ...], str | None, str]] = [
    ((HI, STOP, DONE), None, ""),
    ((HI, DONE), None, ""),
    ((HI, STOP), None, ""),
    ((HI, STOP, b"data: [DONE]"), None, ""),
    ((HI,), "truncated", "the answer ended without its end marker"),
    ((HI, b"data: [DO"), "truncated", "the answer ended without its end marker"),
    ((HI, b'data: {"choices":[{"index":0,"del'), "truncated", "the answer ended without its end marker"),
    ((b": waiting\n\n: waiting\n\n",), "truncated", "the answer ended without its end marker"),
    ((), "empty", "the answer has no body"),
    ((b"",), "empty", "the answer has no body"),
    ((b"\n", b" \n"), "empty", "the answer has no body"),
    ((DONE,), "empty", "the answer has no content"),
    ((EMPTY_STOP, DONE), "empty", "the answer has no content; it ended with 'length'"),
    ((HI, b"data: {nonsense}\n\n", DONE), "malformed", "expected JSON: {nonsense}"),
    ((HI, b"data: [1]\n\n", DONE), "malformed", "expected a JSON object, found a list: [1]"),
    ((HI, b'data: {"choices":5}\n\n'), "malformed", 'expected a list, found a number: {"choices":5}'),
    ((HI, b'data: {"choices":[{"delta":{"content":5}}]}\n\n'), "malformed",
     'expected a text, found a number: {"choices":[{"delta":{"content":5}}]}'),
    ((HI, b"data: {\xff}\n\n"), "malformed", "expected JSON, found bytes that are no UTF-8: {\ufffd}"),
    ((b"<html>busy</html>",), "malformed", PAGE + "<html>busy</html>"),
    ((b'{"id":"1","choices":[]}',), "malformed",
     "expected a stream of events, found an answer in one piece: ask without streaming"),
    ((b'{"error":{"message":"M","type":"t"}}',), "stream_error", "t: M"),
    ((HI, b'data: {"error":{"message":"M","type":"t"}}\n\n', DONE), "stream_error", "t: M"),
    ((HI, b'data: {"error":"M"}\n\n', DONE), "stream_error", "M"),
    ((HI, b'event: error\ndata: {"message":"M"}\n\n', DONE), "stream_error", "M"),
    ((HI, b"event: error\ndata: out of memory\n\n", DONE), "stream_error", "out of memory"),
    ((HI, b'data: {"object":"error","message":"M","code":400}\n\n', DONE), "stream_error", "400: M"),
    ((HI, STOP, DONE, b"data: rubbish\n\n"), None, ""),
]  # fmt: skip


@pytest.mark.parametrize(("reads", "failure", "message"), STREAMS)
def test_a_stream_is_a_class(reads: tuple[bytes, ...], failure: str | None, message: str) -> None:
    assert streamed(*reads) == (failure, message)


@pytest.mark.parametrize("broken", ["reset", "read_timeout", "total_timeout"])
@pytest.mark.parametrize(
    ("reads", "fails"),
    [
        ((), True),
        ((HI,), True),
        ((HI, STOP), True),
        ((HI, b"data: {cut"), True),
        ((HI, STOP, DONE), False),
    ],
)
def test_what_the_transport_met_counts_up_to_the_end_marker(
    broken: Failure,
    reads: tuple[bytes, ...],
    fails: bool,  # noqa: FBT001 - a table
) -> None:
    assert streamed(*reads, whole=False, broken=broken) == ((broken, "said so") if fails else (None, ""))


@pytest.mark.parametrize(
    ("exchange", "terminal"),
    [
        (Exchange(200, (), [HI, STOP], stream=True), True),
        (Exchange(200, (), [HI, STOP], stream=True, whole=False), False),
        (Exchange(200, (), [HI, STOP], stream=True, broken="reset"), False),
        (Exchange(200, (), [HI, STOP, DONE], stream=True, broken="reset"), True),
        (Exchange(200, (), [HI], stream=True), False),
    ],
)
def test_a_finish_reason_is_an_end_only_where_the_body_ends_well(exchange: Exchange, *, terminal: bool) -> None:
    assert read_answer(CHAT, exchange).terminal == terminal


@pytest.mark.parametrize("fault", [b'data: {"error":"M"}\n\n', b"data: rubbish\n\n", b"event: error\ndata: M\n\n"])
def test_nothing_counts_behind_a_fault(fault: bytes) -> None:
    answer = read_answer(CHAT, Exchange(200, (), [HI, fault, HI, STOP, DONE], stream=True))
    assert (answer.content, answer.events, answer.finish, answer.terminal) == ("Hi", 2, "", False)


def test_an_error_told_before_the_transport_broke_is_the_error() -> None:
    error = b'data: {"error":{"message":"M","type":"t"}}\n\n'
    assert streamed(HI, error, whole=False, broken="reset") == ("stream_error", "t: M")


def test_a_body_that_http_calls_unfinished_needs_the_marker() -> None:
    cut = ("truncated", "the connection was closed in the middle of the answer")
    assert streamed(HI, STOP, whole=False) == cut
    assert streamed(whole=False) == cut
    assert streamed(HI, STOP, DONE, whole=False) == (None, "")


@pytest.mark.parametrize(
    ("reads", "whole", "broken", "expected"),
    [
        ((b'{"choices":[{"message":{"content":"Hi"},"finish_reason":"stop"}]}',), True, None, (None, "")),
        ((b'{"choices":[{"message":{"content":""},"finish_reason":"length"}]}',), True, None,
         ("empty", "the answer has no content; it ended with 'length'")),
        ((b"",), True, None, ("empty", "the answer has no body")),
        ((b"\r\n ",), True, None, ("empty", "the answer has no body")),
        ((b'{"choi',), False, None, ("truncated", "the connection was closed in the middle of the answer")),
        ((b'{"choi',), True, None, ("malformed", 'expected JSON: {"choi')),
        ((b'{"choi',), False, "reset", ("reset", "said so")),
        ((b'{"choices":[]}',), True, None,
         ("malformed", 'expected a chat completion, found no choices: {"choices":[]}')),
        ((b'{"error":{"message":"M","type":"t"}}',), True, None, ("stream_error", "t: M")),
        ((b"<html>",), True, None, ("malformed", "expected JSON: <html>")),
        ((HI + DONE,), True, None, ("malformed", "expected JSON: " + " ".join((HI + DONE).decode().split()))),
    ],
)  # fmt: skip
def test_an_answer_in_one_piece_is_a_class(
    reads: tuple[bytes, ...],
    whole: bool,  # noqa: FBT001 - a table
    broken: Failure | None,
    expected: tuple[str | None, str],
) -> None:
    answer = read_answer(CHAT, Exchange(200, (), reads, stream=False, whole=whole, broken=broken, why="said so"))
    assert (answer.failure, answer.message) == expected


@pytest.mark.parametrize("failure", ["connect", "tls", "read_timeout", "client"])
def test_no_answer_at_all_is_what_the_transport_says(failure: Failure) -> None:
    answer = read_answer(CHAT, Exchange(0, (), (), stream=True, broken=failure, why="Name or service not known"))
    assert (answer.failure, answer.message, answer.status) == (failure, "Name or service not known", 0)


@pytest.mark.parametrize("reads", [[HI, b"data: " + b"x" * (9 * 2**20)], [HI, b"x" * (5 * 2**20), b"x" * (5 * 2**20)]])
def test_a_line_without_end_is_malformed_and_what_came_before_it_counts(reads: list[bytes]) -> None:
    answer = read_answer(CHAT, Exchange(200, (), reads, stream=True))
    expected = "a line of the answer is longer than 8,388,608 bytes; this is no stream of small events"
    assert (answer.failure, answer.message, answer.content) == ("malformed", expected, "Hi")


@pytest.mark.parametrize("body", [b"[" * 200_000, b'{"a":' * 200_000, b"1" * 5000, b"NaN", b'"\\ud800"', b"\x00"])
@pytest.mark.parametrize("api", PROTOCOLS, ids=lambda api: api.name)
def test_hostile_json_is_malformed(api: Api, body: bytes) -> None:
    assert read_answer(api, Exchange(200, (), [body], stream=False)).failure == "malformed"
    framed = body + b"\n" if api.framing == "ndjson" else b"data: " + body + b"\n\n"
    assert read_answer(api, Exchange(200, (), [framed], stream=True)).failure == "malformed"


NAMES = [
    "choices",
    "delta",
    "message",
    "content",
    "text",
    "tool_calls",
    "function",
    "usage",
    "error",
    "type",
    "response",
    "output",
    "item",
    "candidates",
    "parts",
    "usageMetadata",
    "done",
    "content_block",
    "timings",
    "data",
    "arguments",
    "thinking",
    "object",
    "x_groq",
]
JSON = st.recursive(
    st.sampled_from([None, True, 3, -1, 0.5, "", "a"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3),
    max_leaves=8,
)


@settings(suppress_health_check=[HealthCheck.too_slow])  # drawing is slow where the machine is busy
@given(st.sampled_from(EVERY), st.dictionaries(st.sampled_from(NAMES), JSON, max_size=4), st.booleans())
def test_no_shape_of_json_breaks_the_reading(api: Api, value: dict[str, object], stream: bool) -> None:  # noqa: FBT001 - drawn
    body = json.dumps(value).encode()
    framed = body + b"\n" if api.framing == "ndjson" else b"data: " + body + b"\n\n"
    answer = read_answer(api, Exchange(200, (), [framed if stream else body], stream=stream))
    assert (answer.failure is None) <= bool(answer.chunks)


@given(st.sampled_from(EVERY), st.lists(st.binary(max_size=40), max_size=6), st.booleans())
def test_no_bytes_break_the_reading(api: Api, reads: list[bytes], stream: bool) -> None:  # noqa: FBT001 - drawn
    answer = read_answer(api, Exchange(200, (), reads, stream=stream))
    assert (answer.failure is None) <= bool(answer.chunks)


def test_a_key_that_comes_back_is_nowhere_in_the_answer() -> None:
    half = len(KEY) // 2
    chunk = '{"model":"m-%s","choices":[{"delta":{"content":"%s","reasoning":"%s"}}],"usage":{"%s":["%s"]}}'
    reads = [
        f"data: {chunk % (KEY, KEY[:half], KEY, KEY, KEY)}\n\n".encode(),
        f'data: {{"choices":[{{"delta":{{"content":"{KEY[half:]}"}}}}]}}\n\n'.encode(),
        f'data: {{"choices":[{{"delta":{{"tool_calls":[{{"function":{{"name":"{KEY}"}}}}]}}}}]}}\n\n'.encode(),
        f'data: {{"error":{{"type":"{KEY}","message":"Incorrect API key provided: {KEY}"}}}}\n\n'.encode(),
    ]
    headers = (("X-Request-Id", KEY), ("x-ratelimit-limit-requests", KEY))
    exchange = Exchange(200, headers, reads, stream=True, secrets=(KEY,))
    answer = read_answer(CHAT, exchange)
    assert (answer.failure, answer.content, answer.tool) == ("stream_error", "[hidden]", "[hidden]")
    assert KEY[:half] not in json.dumps(asdict(answer))
    assert (answer.model, answer.usage.sent[0].object) == ("m-[hidden]", {"[hidden]": ["[hidden]"]})
    assert KEY not in repr(exchange)


def test_a_word_given_for_a_key_stays_in_texts() -> None:
    reads = [b'data: {"choices":[{"delta":{"content":"EMPTY"},"finish_reason":"stop"}]}\n\n']
    assert read_answer(CHAT, Exchange(200, (), reads, stream=True, secrets=("EMPTY",))).content == "EMPTY"
