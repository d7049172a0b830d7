"""The recorded answers, read by the providers' own SDKs: their models take what we recorded, and see the same in it.

What is not installed is skipped. Run with `pytest -m sdks`; nothing goes to the network.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aiready.bench.framing import Sse, framed
from aiready.bench.protocols import Answer, Exchange, protocol, read_answer

pytestmark = [pytest.mark.sdks, pytest.mark.filterwarnings("ignore")]

HERE = Path(__file__).resolve().parent / "bench"
STREAMS = sorted(path.relative_to(HERE).as_posix() for path in HERE.glob("*/*.sse"))
OTHERS = ("mistral", "azure", "error", "blocked", "overloaded")
"""Streams whose shape their SDK's models don't know, or end by raising."""


def ours(name: str) -> Answer:
    body = (HERE / name).read_bytes()
    return read_answer(protocol(name.partition("/")[0]), Exchange(200, (), [body], stream=not name.endswith(".json")))


def own(folder: str) -> list[str]:
    return [each for each in STREAMS if each.startswith(folder) and not any(other in each for other in OTHERS)]


def events(name: str) -> Iterator[Any]:
    for event in framed(Sse(), [(HERE / name).read_bytes()]):
        if event.data != b"[DONE]":
            yield json.loads(event.data)


@pytest.mark.parametrize("name", STREAMS)
@pytest.mark.parametrize("sdk", ["openai", "anthropic"])
def test_their_decoders_see_the_same_events(sdk: str, name: str) -> None:
    decoder = pytest.importorskip(f"{sdk}._streaming").SSEDecoder()
    body = (HERE / name).read_bytes()
    theirs = [(each.data, each.event or "") for each in decoder.iter_bytes(iter([body])) if each.data]
    assert [(each.data.decode(), each.name) for each in framed(Sse(), [body])] == theirs


@pytest.mark.parametrize("name", own("openai-chat"))
def test_chat_completions(name: str) -> None:
    chunk = pytest.importorskip("openai.types.chat").ChatCompletionChunk
    read = [chunk.model_validate(each) for each in events(name)]
    deltas = [choice.delta for each in read for choice in each.choices]
    calls = [call.function for delta in deltas for call in delta.tool_calls or []]
    answer = ours(name)
    assert "".join((each.content or "") + (each.refusal or "") for each in deltas) == answer.content
    assert "".join((each.name or "") + (each.arguments or "") for each in calls) == answer.tool
    assert [choice.finish_reason for each in read for choice in each.choices if choice.finish_reason] == [answer.finish]
    told = [each.usage for each in read if each.usage]
    if told and "xai" not in name:  # which counts in its own way
        assert (told[-1].prompt_tokens, told[-1].completion_tokens) == (
            answer.usage.input_tokens,
            answer.usage.output_tokens,
        )


@pytest.mark.parametrize("name", own("openai-completions"))
def test_completions(name: str) -> None:
    completion = pytest.importorskip("openai.types").Completion
    read = [completion.construct(**each) for each in events(name)]  # validated, it wants a finish reason in each
    assert "".join(choice.text for each in read for choice in each.choices) == ours(name).content


@pytest.mark.parametrize(
    "name", [each for each in STREAMS if each.startswith("openai-responses") and "llama" not in each]
)
def test_responses(name: str) -> None:
    kind = pytest.importorskip("openai.types.responses").ResponseStreamEvent
    adapter = pytest.importorskip("pydantic").TypeAdapter(kind)
    read = [adapter.validate_python(each) for each in events(name)]
    assert [each.type for each in read] == [each["type"] for each in events(name)]
    assert "".join(each.delta for each in read if each.type == "response.output_text.delta") == ours(name).content
    ends = [each.response for each in read if each.type in ("response.completed", "response.incomplete")]
    assert [each.usage.output_tokens for each in ends] == [ours(name).usage.output_tokens for _ in ends]


@pytest.mark.parametrize("name", own("anthropic-messages"))
def test_messages(name: str) -> None:
    kind = pytest.importorskip("anthropic.types").RawMessageStreamEvent
    adapter = pytest.importorskip("pydantic").TypeAdapter(kind)
    read = [adapter.validate_python(each) for each in events(name) if each["type"] != "ping"]
    deltas = [each.delta for each in read if each.type == "content_block_delta"]
    answer = ours(name)
    assert "".join(each.text for each in deltas if each.type == "text_delta") == answer.content
    assert "".join(each.thinking for each in deltas if each.type == "thinking_delta") == answer.reasoning
    last = next(each for each in read if each.type == "message_delta")
    assert (last.delta.stop_reason, last.usage.output_tokens) == (answer.finish, answer.usage.output_tokens)


@pytest.mark.parametrize("name", own("gemini"))
def test_gemini(name: str) -> None:
    response = pytest.importorskip("google.genai.types").GenerateContentResponse
    read = [response.model_validate(each) for each in events(name)]
    parts = [part for each in read for part in each.candidates[0].content.parts]
    answer = ours(name)
    assert "".join(each.text or "" for each in parts if not each.thought) == answer.content
    assert "".join(each.text or "" for each in parts if each.thought) == answer.reasoning
    assert read[-1].usage_metadata.prompt_token_count == answer.usage.input_tokens


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("ollama-chat/text.ndjson", "ChatResponse"),
        ("ollama-chat/thinking-tools.ndjson", "ChatResponse"),
        ("ollama-generate/text.ndjson", "GenerateResponse"),
    ],
)
def test_ollama(name: str, model: str) -> None:
    kind = getattr(pytest.importorskip("ollama"), model)
    read = [kind.model_validate_json(line) for line in (HERE / name).read_text(encoding="utf-8").splitlines()]
    texts = [each.response if model == "GenerateResponse" else each.message.content for each in read]
    answer = ours(name)
    assert "".join(texts) == answer.content
    assert (read[-1].load_duration, read[-1].prompt_eval_duration, read[-1].eval_duration, read[-1].eval_count) == (
        answer.timings.load,
        answer.timings.prompt_eval,
        answer.timings.eval,
        answer.usage.output_tokens,
    )


@pytest.mark.parametrize(
    ("name", "module", "model"),
    [
        ("openai-chat/answer.json", "openai.types.chat", "ChatCompletion"),
        ("openai-chat/tools.json", "openai.types.chat", "ChatCompletion"),
        ("openai-completions/answer.json", "openai.types", "Completion"),
        ("openai-embeddings/answer.json", "openai.types", "CreateEmbeddingResponse"),
        ("openai-responses/answer.json", "openai.types.responses", "Response"),
        ("anthropic-messages/answer.json", "anthropic.types", "Message"),
        ("gemini/answer.json", "google.genai.types", "GenerateContentResponse"),
    ],
)
def test_answers_in_one_piece_are_theirs(name: str, module: str, model: str) -> None:
    kind = getattr(pytest.importorskip(module), model)
    read = kind.model_validate_json((HERE / name).read_bytes())
    assert (getattr(read, "model", None) or read.model_version) == ours(name).model
