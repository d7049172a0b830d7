"""What each protocol asks with: path, headers without a key, body."""

from __future__ import annotations

import json
from typing import Any

import pytest

from aiready.bench.protocols import (
    PROTOCOLS,
    Api,
    Auth,
    Message,
    Options,
    Prompt,
    UnfitRequest,
    UnknownProtocol,
    asked,
    azure,
    protocol,
)
from aiready.bench.protocols.openai_chat import OpenAIChat
from aiready.bench.protocols.openai_responses import OpenAIResponses

TALK = Prompt(
    (Message("system", "Be brief."), Message("user", "Hi"), Message("assistant", "Hello"), Message("user", "2+2?"))
)
ROLES = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": "Hi"},
    {"role": "assistant", "content": "Hello"},
    {"role": "user", "content": "2+2?"},
]
FULL = Options("m", stream=True, max_output=9, temperature=0.5)
LEAST = Options("m", stream=False)
STREAM_USAGE = {"stream": True, "stream_options": {"include_usage": True}}

BODIES: list[tuple[str, Options, str, dict[str, Any]]] = [
    ("openai-chat", FULL, "/chat/completions",
     {"model": "m", "messages": ROLES, "max_completion_tokens": 9, "temperature": 0.5, **STREAM_USAGE}),
    ("openai-chat", LEAST, "/chat/completions", {"model": "m", "messages": ROLES, "stream": False}),
    ("openai-chat", Options("m", ask_usage=False), "/chat/completions",
     {"model": "m", "messages": ROLES, "stream": True}),
    ("openai-chat", Options("m", stream=False, extra={"seed": 1, "model": "n"}), "/chat/completions",
     {"model": "n", "messages": ROLES, "stream": False, "seed": 1}),
    ("openai-compatible", FULL, "/chat/completions",
     {"model": "m", "messages": ROLES, "max_tokens": 9, "temperature": 0.5, **STREAM_USAGE}),
    ("openai-compatible", Options(), "/chat/completions", {"messages": ROLES, **STREAM_USAGE}),
    ("openai-responses", FULL, "/responses",
     {"model": "m", "input": ROLES, "max_output_tokens": 9, "temperature": 0.5, "store": False, "stream": True}),
    ("openai-completions", FULL, "/completions",
     {"model": "m", "prompt": "Be brief.\n\nHi\n\nHello\n\n2+2?", "max_tokens": 9, "temperature": 0.5, **STREAM_USAGE}),
    ("openai-completions", LEAST, "/completions",
     {"model": "m", "prompt": "Be brief.\n\nHi\n\nHello\n\n2+2?", "stream": False}),
    ("anthropic-messages", FULL, "/v1/messages",
     {"model": "m", "max_tokens": 9, "system": "Be brief.", "messages": ROLES[1:], "temperature": 0.5, "stream": True}),
    ("anthropic-messages", LEAST, "/v1/messages",
     {"model": "m", "max_tokens": 1024, "system": "Be brief.", "messages": ROLES[1:], "stream": False}),
    ("ollama-chat", FULL, "/api/chat",
     {"model": "m", "messages": ROLES, "options": {"num_predict": 9, "temperature": 0.5}, "stream": True}),
    ("ollama-generate", LEAST, "/api/generate",
     {"model": "m", "prompt": "Hi\n\nHello\n\n2+2?", "system": "Be brief.", "stream": False}),
    ("azure-chat", LEAST, "/openai/v1/chat/completions", {"model": "m", "messages": ROLES, "stream": False}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "options", "path", "body"), BODIES)
def test_a_request_has_its_path_and_body(name: str, options: Options, path: str, body: dict[str, Any]) -> None:
    request = protocol(name).request(TALK, options)
    assert (request.method, request.path, json.loads(request.body)) == ("POST", path, body)


GEMINI_TURNS = [
    {"role": "user", "parts": [{"text": "Hi"}]},
    {"role": "model", "parts": [{"text": "Hello"}]},
    {"role": "user", "parts": [{"text": "2+2?"}]},
]


@pytest.mark.parametrize(
    ("options", "path", "config"),
    [
        (
            Options("gemini-2.5-flash", max_output=9, temperature=0.5),
            "/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse",
            {"generationConfig": {"maxOutputTokens": 9, "temperature": 0.5}},
        ),
        (Options("models/x", stream=False), "/v1beta/models/x:generateContent", {}),
        (Options("../up?a#b", stream=False), "/v1beta/models/..%2Fup%3Fa%23b:generateContent", {}),
    ],
)
def test_gemini_has_the_model_in_its_path(options: Options, path: str, config: dict[str, Any]) -> None:
    request = protocol("gemini").request(TALK, options)
    system = {"systemInstruction": {"parts": [{"text": "Be brief."}]}}
    assert (request.path, json.loads(request.body)) == (path, {"contents": GEMINI_TURNS, **system, **config})


def test_embeddings_take_one_text_or_several() -> None:
    api = protocol("openai-embeddings")
    assert json.loads(api.request(asked("a"), LEAST).body) == {"model": "m", "input": "a"}
    two = Prompt((Message("user", "a"), Message("user", "b")))
    assert json.loads(api.request(two, LEAST).body) == {"model": "m", "input": ["a", "b"]}


JSON_TYPE = ("content-type", "application/json")
EVENTS, ONE = ("accept", "text/event-stream"), ("accept", "application/json")


@pytest.mark.parametrize(
    ("name", "streamed", "header", "prefix"),
    [
        ("openai-chat", (JSON_TYPE, EVENTS), "authorization", "Bearer "),
        ("openai-responses", (JSON_TYPE, EVENTS), "authorization", "Bearer "),
        ("openai-completions", (JSON_TYPE, EVENTS), "authorization", "Bearer "),
        ("openai-embeddings", (JSON_TYPE, ONE), "authorization", "Bearer "),
        ("anthropic-messages", (JSON_TYPE, EVENTS, ("anthropic-version", "2023-06-01")), "x-api-key", ""),
        ("gemini", (JSON_TYPE, EVENTS), "x-goog-api-key", ""),
        ("ollama-chat", (JSON_TYPE, ("accept", "application/x-ndjson")), "authorization", "Bearer "),
        ("azure-chat", (JSON_TYPE, EVENTS), "api-key", ""),
        ("azure-embeddings", (JSON_TYPE, ONE), "api-key", ""),
    ],
)
def test_the_key_is_a_header_that_is_filled_in_later(
    name: str, streamed: tuple[tuple[str, str], ...], header: str, prefix: str
) -> None:
    request = protocol(name).request(asked("Hi"), Options("m"))
    assert request.headers == streamed
    assert request.auth is not None
    assert (request.auth.header, request.auth.prefix) == (header, prefix)
    assert header not in {name for name, _ in request.headers}


@pytest.mark.parametrize("api", PROTOCOLS, ids=lambda api: api.name)
def test_no_key_of_the_environment_gets_into_a_request(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    auth = api.request(asked("Hi"), Options("m")).auth
    assert auth is not None
    assert auth.variables
    for variable in auth.variables:
        monkeypatch.setenv(variable, "sk-from-the-environment")
    assert "sk-from" not in repr(api.request(asked("Hi"), Options("m")))


def test_lone_surrogates_of_a_prompt_are_sent_escaped() -> None:
    body = protocol("openai-chat").request(asked("\ud800é"), LEAST).body
    assert b'"content":"\\ud800\\u00e9"' in body


@pytest.mark.parametrize(
    ("api", "path"),
    [
        (azure(OpenAIChat(), "my dep/1", "2024-10-21"),
         "/openai/deployments/my%20dep%2F1/chat/completions?api-version=2024-10-21"),
        (azure(OpenAIChat()), "/openai/v1/chat/completions"),
        (azure(OpenAIResponses(), version="2025-04-01-preview"), "/openai/responses?api-version=2025-04-01-preview"),
        (azure(OpenAIResponses()), "/openai/v1/responses"),
    ],
)  # fmt: skip
def test_azure_has_addresses_of_its_own(api: Api, path: str) -> None:
    request = api.request(asked("Hi"), Options("m"))
    assert (request.path, request.auth) == (path, Auth("api-key", "", ("AZURE_OPENAI_API_KEY",)))


def test_what_cannot_be_asked_is_said() -> None:
    with pytest.raises(UnfitRequest, match=r"give one, such as gemini:gemini-2\.5-flash"):
        protocol("gemini").request(asked("Hi"), Options())
    with pytest.raises(UnfitRequest, match="embeddings generate nothing"):
        protocol("openai-embeddings").request(asked("Hi"), Options("m", max_output=5))
    with pytest.raises(UnfitRequest, match="give its name"):
        azure(OpenAIChat(), version="2024-10-21")
    with pytest.raises(UnknownProtocol, match="no protocol 'chat'; known are openai-chat, openai-compatible,"):
        protocol("chat")


def test_names_are_unique() -> None:
    assert len({each.name for each in PROTOCOLS}) == len(PROTOCOLS)
