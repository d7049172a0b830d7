"""The user's own endpoint: templates out, expressions in, and every mistake of a description at once."""

from __future__ import annotations

import json
from typing import Any

import pytest

from aiready.bench.protocols import (
    Answer,
    Auth,
    Endpoint,
    EndpointError,
    Exchange,
    Message,
    Options,
    Prompt,
    UnfitRequest,
    asked,
    read_answer,
)

TALK = Prompt((Message("system", "S"), Message("user", 'say "hi" & go')), {"top_k": 3, "lang": "de"})
FORM = ("content-type", "application/x-www-form-urlencoded")


def made(json_body: Any, prompt: Prompt = TALK, options: Options | None = None) -> Any:
    request = Endpoint(text="a", json=json_body).request(prompt, options or Options("m"))
    return json.loads(request.body)


@pytest.mark.parametrize(
    ("template", "body"),
    [
        ({"q": "{{prompt}}"}, {"q": 'say "hi" & go'}),
        ({"q": "Q: {{ prompt }} ({{lang}})"}, {"q": 'Q: say "hi" & go (de)'}),
        ({"k": "{{top_k}}", "s": "k={{top_k}}"}, {"k": 3, "s": "k=3"}),
        ({"m": "{{messages}}"},
         {"m": [{"role": "system", "content": "S"}, {"role": "user", "content": 'say "hi" & go'}]}),
        ([{"deep": ["{{system}}", {"{{lang}}": "{{model}}"}]}], [{"deep": ["S", {"de": "m"}]}]),
        ({"max": "{{max_output}}", "null": None}, {"null": None}),
        ({"stream": "{{stream}}", "n": 1, "x": "{not} {{ 1 }} a template"},
         {"stream": True, "n": 1, "x": "{not} {{ 1 }} a template"}),
        ("{{prompt}}", 'say "hi" & go'),
    ],
)  # fmt: skip
def test_a_json_body_is_filled_in(template: Any, body: Any) -> None:
    assert made(template) == body


def test_headers_are_filled_in() -> None:
    """They were once sent with their braces."""
    endpoint = Endpoint(text="a", headers=(("x-model", "m/{{model}}"), ("x-plain", "{not}")))
    headers = endpoint.request(asked("hi"), Options(model="big")).headers
    assert headers[-2:] == (("x-model", "m/big"), ("x-plain", "{not}"))


@pytest.mark.parametrize(
    ("template", "told"),
    [
        ("{{promt}}", r"asks for \{\{promt\}\}"),
        ("{{prompt}}", "headers: x-q holds a character that no header can: a line break, or one that isn't ASCII"),
    ],
)
def test_a_header_that_cannot_be_filled_in_is_refused(template: str, told: str) -> None:
    with pytest.raises(UnfitRequest, match=told):
        Endpoint(text="a", headers=(("x-q", template),)).request(asked("one\r\nx-two: 2"), Options())


def test_what_is_filled_in_is_no_template_itself() -> None:
    assert made({"q": "{{prompt}}"}, asked("{{secret}}")) == {"q": "{{secret}}"}


def test_a_name_that_nothing_gives_is_said() -> None:
    with pytest.raises(
        UnfitRequest, match=r"asks for \{\{user\}\}, but the prompt has only: lang, max_output, messages"
    ):
        made({"q": "{{user}}"})


def test_a_form_is_encoded() -> None:
    request = Endpoint(text="a", form={"q": "{{prompt}}", "n": "{{max_output}}"}).request(TALK, Options())
    assert (request.headers[0], request.body) == (FORM, b"q=say+%22hi%22+%26+go&n=")


def test_a_path_quotes_what_is_filled_in() -> None:
    endpoint = Endpoint("/ask/{{lang}}?q={{prompt}}", "a", "GET", (("x-tenant", "t"),), auth=Auth("x-key", ""))
    request = endpoint.request(Prompt((Message("user", "a/../b?c&d é"),), {"lang": ".."}), Options())
    assert (request.method, request.path, request.body) == (
        "GET",
        "/ask/%2E%2E?q=a%2F..%2Fb%3Fc%26d%20%C3%A9",
        b"",
    )
    assert request.headers == (("accept", "application/json"), ("x-tenant", "t"))
    assert request.auth == Auth("x-key", "")


def read(endpoint: Endpoint, *reads: bytes, stream: bool = True) -> Answer:
    return read_answer(endpoint, Exchange(200, (), reads, stream=stream))


def test_an_answer_in_one_piece_is_found() -> None:
    endpoint = Endpoint(
        text="result.parts[].text",
        reasoning="result.thought",
        tool="result.calls",
        finish="why",
        model="meta.model",
        usage_at="{input_tokens: meta.in, output_tokens: meta.out, cached_tokens: meta.cached}",
    )
    body = {
        "result": {"parts": [{"text": "Hel"}, {"text": "lo"}], "thought": "Hm", "calls": [{"f": 1}]},
        "why": "end",
        "meta": {"model": "m", "in": 7, "out": 2, "cached": 3},
    }
    answer = read(endpoint, json.dumps(body).encode())
    assert (answer.failure, answer.content, answer.reasoning, answer.tool) == (None, "Hello", "Hm", '[{"f": 1}]')
    assert (answer.finish, answer.model, answer.terminal) == ("end", "m", True)
    usage = answer.usage
    assert (usage.input_tokens, usage.output_tokens, usage.cached_tokens) == (7, 2, 3)
    assert usage.sent[0].object == {"input_tokens": 7, "output_tokens": 2, "cached_tokens": 3}


@pytest.mark.parametrize(
    ("usage", "tokens"),
    [
        ({"prompt_tokens": 9, "completion_tokens": 2, "prompt_tokens_details": {"cached_tokens": 4}}, (9, 2, 4)),
        ({"input_tokens": 9, "output_tokens": 2, "cache_read_input_tokens": 4}, (13, 2, 4)),
        ({"promptTokenCount": 9, "candidatesTokenCount": 2, "thoughtsTokenCount": 1}, (9, 3, None)),
        ({"prompt_eval_count": 9, "eval_count": 2}, (9, 2, None)),
        ({"input_tokens": 9}, (9, None, None)),
        ({"input_tokens": "9"}, (None, None, None)),
        ("9", (None, None, None)),
        (None, (None, None, None)),
    ],
)  # fmt: skip
def test_usage_is_known_by_its_names(usage: object, tokens: tuple[int | None, ...]) -> None:
    answer = read(Endpoint(text="a", usage_at="u"), json.dumps({"a": "x", "u": usage}).encode())
    found = answer.usage
    assert (found.input_tokens, found.output_tokens, found.cached_tokens) == tokens


SSE_TEXT = Endpoint(text="t", framing="sse")
SSE: list[tuple[Endpoint, bytes, str | None, str]] = [
    (SSE_TEXT, b'data: {"t":"a"}\n\ndata: {"t":"b"}\n\n', None, "ab"),
    (SSE_TEXT, b'data: {"t":"a"}\n\ndata: [DONE]\n\n', None, "a"),
    (SSE_TEXT, b'data: {"t":["a","b"]}\n\ndata: {"t":3}\n\ndata: {"u":1}\n\n', None, "ab3"),
    (SSE_TEXT, b'data: {"t":{}}\n\n', "malformed", ""),
    (SSE_TEXT, b"data: plain\n\n", "malformed", ""),
    (SSE_TEXT, b'data: {"u":1}\n\n', "empty", ""),
    (SSE_TEXT, b'event: error\ndata: {"message":"M"}\n\n', "stream_error", ""),
    (Endpoint(text="@", framing="sse"), b"event: error\ndata: boom\n\n", "stream_error", ""),
    (Endpoint(text="@", framing="sse"), b'data: hello\n\ndata: "wor\\u006cd"\n\n', None, "helloworld"),
    (Endpoint(text="t", framing="sse", end="done"), b'data: {"t":"a"}\n\ndata: {"done":true}\n\n', None, "a"),
    (Endpoint(text="t", framing="sse", end="done"), b'data: {"t":"a"}\n\ndata: {"done":false}\n\n', "truncated", "a"),
    (Endpoint(text="t", framing="sse", end_data="bye"), b'data: {"t":"a"}\n\ndata: bye\n\n', None, "a"),
    (Endpoint(text="t", framing="sse", end_data="bye"), b'data: {"t":"a"}\n\n', "truncated", "a"),
    (Endpoint(text="t", framing="sse", end_event="end"), b'data: {"t":"a"}\n\nevent: end\ndata:\n\n', None, "a"),
    (Endpoint(text="t", framing="sse", end_event="end"), b'event: end\ndata: {"t":"a"}\n\n', None, "a"),
    (Endpoint(text="t", framing="sse", end_event="end"), b'data: {"t":"a"}\n\n', "truncated", "a"),
    (Endpoint(text="t", framing="sse", error="e"), b'data: {"t":"a","e":null}\n\n', None, "a"),
    (Endpoint(text="t", framing="sse", error="e"), b'data: {"t":"a"}\n\ndata: {"e":"M"}\n\n', "stream_error", "a"),
    (Endpoint(text="t", framing="ndjson", end="d"), b'{"t":"a"}\n{"t":"b","d":true}\n', None, "ab"),
    (Endpoint(text="length(t)", framing="ndjson"), b'{"t":"ab"}\n{"t":5}\n', "malformed", "2"),
]


@pytest.mark.parametrize(("endpoint", "body", "failure", "content"), SSE)
def test_a_stream_is_found_cut_at_any_byte(endpoint: Endpoint, body: bytes, failure: str | None, content: str) -> None:
    for cut in range(len(body) + 1):
        answer = read(endpoint, body[:cut], body[cut:])
        assert (answer.failure, answer.content) == (failure, content)


def test_a_stream_without_a_marker_that_http_calls_unfinished_is_truncated() -> None:
    exchange = Exchange(200, (), [b'data: {"t":"a"}\n\n'], stream=True, whole=False)
    assert read_answer(SSE_TEXT, exchange).failure == "truncated"


MISTAKES: list[tuple[dict[str, Any], str]] = [
    ({"text": ""}, "text: say where the answer's text is, such as choices[0].message.content, or @ for a bare text"),
    ({"text": "a["}, "text: 'a[' is no JMESPath expression ("),
    ({"text": "a", "usage_at": "{"}, "usage: '{' is no JMESPath expression ("),
    ({"text": "a", "path": "ask"}, "path: 'ask' must begin with / and have no spaces"),
    ({"text": "a", "path": "/a b"}, "path: '/a b' must begin with / and have no spaces"),
    ({"text": "a", "path": "/a?x=1&api_key=abc"}, "path: a key doesn't belong into an address"),
    ({"text": "a", "method": "GET IT"}, "method: 'GET IT' is no HTTP method"),
    ({"text": "a", "json": {}, "form": {"a": "b"}}, "form: a request has a form or a JSON body, not both"),
    ({"text": "a", "end": "done"}, "end: only streams have an end marker; say framing: sse or ndjson, or leave it out"),
    ({"text": "a", "headers": (("Authorization", "Bearer x"),)},
     "headers: Authorization looks like a key; name the environment variable that holds it instead"),
    ({"text": "a", "headers": (("x-api-key", "x"),)}, "headers: x-api-key looks like a key"),
    ({"text": "a", "headers": (("x-auth-token", "x"),)}, "headers: x-auth-token looks like a key"),
    ({"text": "a", "headers": (("x", "a\r\nb: c"),)}, "headers: x holds a character that no header can"),
    ({"text": "a", "headers": (("Host", "b"),)}, "headers: Host is set by the request itself"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "mistake"), MISTAKES)
def test_a_mistake_of_a_description_is_said(given: dict[str, Any], mistake: str) -> None:
    with pytest.raises(EndpointError) as error:
        Endpoint(**given)
    assert [each.startswith(mistake) for each in error.value.mistakes] == [True]


def test_all_mistakes_are_said_at_once_and_no_value_of_a_header() -> None:
    with pytest.raises(EndpointError) as error:
        Endpoint(path="ask", text="a[", headers=(("x-secret", "hunter2"),))
    assert [each.partition(":")[0] for each in error.value.mistakes] == ["path", "headers", "text"]
    assert "hunter2" not in str(error.value)


@pytest.mark.parametrize("path", ["/a?tokens=5", "/a?q={{prompt}}", "/a?key={{ key_id }}", "/{{ a }}/monkey"])
def test_what_only_looks_a_little_like_a_mistake_is_none(path: str) -> None:
    assert Endpoint(path, "a", headers=(("x-monkey", "1"), ("keynote", "2"))).path == path
