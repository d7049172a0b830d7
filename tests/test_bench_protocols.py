"""Every protocol against recorded answers: what they bring, however their bytes were cut.

The texts in `tests/bench/<protocol>/` follow the providers' documentation, or were recorded from llama.cpp's server;
`test_bench_protocols_sdks.py` reads the same texts with their official SDKs.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aiready.bench.protocols import Answer, Exchange, Timings, protocol, read_answer

HERE = Path(__file__).resolve().parent / "bench"


@dataclass(frozen=True, slots=True)
class Said:
    """What an answer must be found to say; kinds has a letter for each chunk that counts."""

    kinds: str
    content: str = ""
    reasoning: str = ""
    tool: str = ""
    finish: str = ""
    model: str = ""
    tokens: tuple[int | None, ...] = (None, None, None, None, None)
    """input, output, cached, written to a cache, reasoning"""
    sources: tuple[str, ...] = ()
    failure: str | None = None
    message: str = ""
    note: str = ""
    timings: tuple[int | None, ...] = (None, None, None, None)


GPT, CLAUDE, FLASH = "gpt-4o-mini-2024-07-18", "claude-sonnet-4-20250514", "gemini-2.5-flash"
GPT41 = "gpt-4.1-2025-04-14"
RESPONSES = (37, 11, 16, 0, 4)
CAFE = "The caf\u00e9 serves"
OLLAMA = (1334875, 342546000, 4535599000, 4883583458)
DONE_LINE = ("the line with `done`",)

STREAMS: dict[str, Said] = {
    "openai-chat/text.sse": Said("ccc", "Hello, wörld ☃!", "", "", "stop", GPT, (19, 10, 8, None, 2), ("usage",)),
    "openai-chat/tools.sse": Said("ttt", "", "", 'get_weather{"city":"Paris"}', "tool_calls", GPT),
    "openai-chat/refusal.sse": Said("cc", "I can't help.", "", "", "stop", GPT),
    "openai-chat/deepseek.sse": Said(
        "rrc", "42", "First, think.", "", "stop", "deepseek-reasoner", (12, 7, 4, None, 5), ("usage",)
    ),
    "openai-chat/llama-cpp.sse": Said(
        "cc",
        "ab",
        "",
        "",
        "length",
        "tiny.gguf",
        (11, 2, None, None, None),
        ("usage",),
        timings=(None, 20_500_000, 41_250_000, None),
    ),
    "openai-chat/llama-cpp-unasked.sse": Said(
        "cccc",
        CAFE,
        "",
        "",
        "length",
        "tiny",
        (17, 5, 0, None, None),
        ("timings",),
        timings=(None, 1_224_000, 1_069_000, None),
    ),
    "openai-chat/groq.sse": Said(
        "c", "Hi", "", "", "stop", "llama-3.1-8b-instant", (9, 1, None, None, None), ("x_groq.usage",)
    ),
    "openai-chat/xai.sse": Said(
        "c",
        "Hi",
        "",
        "",
        "stop",
        "grok-4",
        (10, 21, 3, None, 20),
        ("usage",),
        note="reasoning tokens were told beside the output and are added to it",
    ),
    "openai-chat/vllm-continuous.sse": Said(
        "rc", "x", "hm", "", "stop", "Qwen/Qwen3-8B", (5, 3, None, None, None), ("usage",)
    ),
    "openai-chat/mistral.sse": Said(
        "rcc", "Yes.", "Let me see", "", "stop", "magistral-medium-latest", (7, 9, None, None, None), ("usage",)
    ),
    "openai-chat/azure.sse": Said("c", "Hi", "", "", "stop", GPT),
    "openai-chat/openrouter-error.sse": Said(
        "c", "One", model="openai/gpt-4o", failure="stream_error", message="server_error: Provider disconnected"
    ),
    "openai-chat/multi-line.sse": Said("c", "a\nb", "", "", "stop", "m"),
    "openai-completions/text.sse": Said(
        "cc", "This is", "", "", "length", "gpt-3.5-turbo-instruct", (5, 2, None, None, None), ("usage",)
    ),
    "openai-responses/text.sse": Said(
        "cc", "Hi there", "", "", "completed", GPT41, RESPONSES, ("response.completed.response.usage",)
    ),
    "openai-responses/tools.sse": Said(
        "rttt",
        "",
        "Weather",
        'get_weather{"city":"Paris"}',
        "completed",
        GPT41,
        RESPONSES,
        ("response.completed.response.usage",),
    ),
    "openai-responses/llama-cpp.sse": Said(
        "cccc",
        CAFE,
        "",
        "",
        "completed",
        "tiny",
        (17, 5, 16, None, None),
        ("response.completed.response.usage",),
        timings=(None, 435_000, 857_000, None),
    ),
    "openai-completions/llama-cpp.sse": Said(
        "cccc",
        CAFE,
        "",
        "",
        "length",
        "tiny",
        (2, 5, 0, None, None),
        ("usage",),
        timings=(None, 615_000, 951_000, None),
    ),
    "openai-responses/incomplete.sse": Said(
        "c", "Hi", "", "", "max_output_tokens", GPT41, RESPONSES, ("response.incomplete.response.usage",)
    ),
    "openai-responses/failed.sse": Said(
        "c", "Hi", model=GPT41, failure="stream_error", message="server_error: The model failed to generate a response."
    ),
    "openai-responses/error.sse": Said(
        "", model=GPT41, failure="stream_error", message="rate_limit_exceeded: Slow down"
    ),
    "anthropic-messages/llama-cpp.sse": Said(
        "cccc",
        CAFE,
        "",
        "",
        "max_tokens",
        "tiny",
        (17, 5, 16, None, None),
        ("message_start.message.usage", "message_delta.usage"),
    ),
    "anthropic-messages/text.sse": Said(
        "cc",
        "Hello — wörld",
        "",
        "",
        "end_turn",
        CLAUDE,
        (2125, 15, 2000, 100, None),
        ("message_start.message.usage", "message_delta.usage"),
    ),
    "anthropic-messages/thinking-tools.sse": Said(
        "rrcttt",
        "Okay",
        "Let me look.",
        'get_weather{"location": "Paris"}',
        "tool_use",
        CLAUDE,
        (472, 89, 0, 0, 30),
        ("message_start.message.usage", "message_delta.usage"),
    ),
    "anthropic-messages/overloaded.sse": Said(
        "c",
        "Hel",
        "",
        "",
        "",
        CLAUDE,
        (25, 1, None, None, None),
        ("message_start.message.usage",),
        failure="stream_error",
        message="overloaded_error: Overloaded",
    ),
    "gemini/text.sse": Said("cc", "Hello world", "", "", "STOP", FLASH, (8, 3, None, None, None), ("usageMetadata",)),
    "gemini/thoughts-tools.sse": Said(
        "rct", "So", "**Thinking**", 'f{"a": 1}', "STOP", FLASH, (50, 29, 20, None, 20), ("usageMetadata",)
    ),
    "gemini/blocked.sse": Said(
        "",
        "",
        "",
        "",
        "PROHIBITED_CONTENT",
        FLASH,
        (8, 0, None, None, None),
        ("usageMetadata",),
        failure="empty",
        message="the answer has no content; it ended with 'PROHIBITED_CONTENT'",
    ),
    "gemini/error.sse": Said(
        "c", "He", model=FLASH, failure="stream_error", message="503: The model is overloaded. Please try again later."
    ),
    "ollama-chat/text.ndjson": Said(
        "cc", "The sky ☁", "", "", "stop", "llama3.2", (26, 282, None, None, None), DONE_LINE, timings=OLLAMA
    ),
    "ollama-chat/thinking-tools.ndjson": Said(
        "rct",
        "Yes",
        "Hm",
        'get_weather{"city": "Toronto"}',
        "stop",
        "llama3.2",
        (26, 282, None, None, None),
        DONE_LINE,
        timings=OLLAMA,
    ),
    "ollama-chat/error.ndjson": Said(
        "c",
        "The",
        model="llama3.2",
        failure="stream_error",
        message="an error was encountered while running the model: unexpected EOF",
    ),
    "ollama-generate/text.ndjson": Said(
        "cc", "The sky", "", "", "stop", "llama3.2", (None, 282, None, None, None), DONE_LINE, timings=OLLAMA
    ),
}

WHOLE: dict[str, Said] = {
    "openai-chat/answer.json": Said("c", "Hello!", "", "", "stop", GPT41, (19, 10, 0, None, 0), ("usage",)),
    "openai-chat/tools.json": Said(
        "t", "", "", 'get_weather{"city":"Paris"}', "tool_calls", "gpt-4.1", (82, 17, None, None, None), ("usage",)
    ),
    "openai-completions/answer.json": Said(
        "c", "\n\nThis is a test", "", "", "length", "gpt-3.5-turbo-instruct", (5, 7, None, None, None), ("usage",)
    ),
    "openai-embeddings/answer.json": Said(
        "i", model="text-embedding-3-small", tokens=(8, 0, None, None, None), sources=("usage",)
    ),
    "openai-responses/answer.json": Said(
        "c", "Hi there", "Greet.", 'get_weather{"city":"Paris"}', "completed", GPT41, RESPONSES, ("usage",)
    ),
    "anthropic-messages/answer.json": Said(
        "c", "Hello!", "Hm.", 'f{"a": 1}', "tool_use", CLAUDE, (17, 6, 5, 0, None), ("usage",)
    ),
    "gemini/answer.json": Said(
        "c", "Hi!", "", "", "MAX_TOKENS", "gemini-2.5-pro", (4, 32, None, None, 30), ("usageMetadata",)
    ),
    "ollama-chat/answer.json": Said(
        "c", "Hello!", "", "", "stop", "llama3.2", (26, 282, None, None, None), DONE_LINE, timings=OLLAMA
    ),
    "ollama-generate/answer.json": Said(
        "c", "Hello!", "", "", "stop", "llama3.2", (26, 282, None, None, None), DONE_LINE, timings=OLLAMA
    ),
}


def body_of(name: str) -> bytes:
    return (HERE / name).read_bytes()


def read(name: str, reads: list[bytes]) -> Answer:
    return read_answer(protocol(name.partition("/")[0]), Exchange(200, (), reads, stream=not name.endswith(".json")))


def said(answer: Answer) -> Said:
    usage, timings = answer.usage, answer.timings
    return Said(
        "".join(each.kind[0] for each in answer.chunks),
        answer.content,
        answer.reasoning,
        answer.tool,
        answer.finish,
        answer.model,
        (
            usage.input_tokens,
            usage.output_tokens,
            usage.cached_tokens,
            usage.cache_write_tokens,
            usage.reasoning_tokens,
        ),
        tuple(each.source for each in usage.sent),
        answer.failure,
        answer.message,
        usage.note,
        (timings.load, timings.prompt_eval, timings.eval, timings.total),
    )


def timeless(answer: Answer) -> Answer:
    """The answer without what the cut of its bytes decides."""
    return replace(answer, chunks=tuple(each._replace(read=0, coalesced=False) for each in answer.chunks))


def test_every_recorded_answer_is_told_here() -> None:
    files = {path.relative_to(HERE).as_posix() for path in HERE.glob("*/*")}
    assert {each for each in files if each.partition("/")[0] != "hostile"} == {*STREAMS, *WHOLE}


@pytest.mark.parametrize("name", [*STREAMS, *WHOLE])
def test_an_answer_brings_what_it_says(name: str) -> None:
    answer = read(name, [body_of(name)])
    expected = (STREAMS | WHOLE)[name]
    assert said(answer) == expected
    assert answer.terminal == (expected.failure in (None, "empty"))


@pytest.mark.parametrize("name", STREAMS)
def test_a_stream_says_the_same_cut_at_any_byte(name: str) -> None:
    body = body_of(name)
    expected = timeless(read(name, [body]))
    for cut in range(len(body) + 1):
        assert timeless(read(name, [body[:cut], body[cut:]])) == expected
    assert timeless(read(name, [body[at : at + 1] for at in range(len(body))])) == expected


@pytest.mark.parametrize("ends", [b"\r\n", b"\r"], ids=["CRLF", "CR"])
@pytest.mark.parametrize("name", [name for name in STREAMS if name.endswith(".sse")])
def test_a_stream_says_the_same_with_other_line_ends(name: str, ends: bytes) -> None:
    body = body_of(name)
    other = body.replace(b"\n", ends)
    expected = timeless(read(name, [body]))
    for cut in range(len(other) + 1):
        assert replace(timeless(read(name, [other[:cut], other[cut:]])), size=len(body)) == expected


@pytest.mark.parametrize("name", [name for name, each in STREAMS.items() if each.failure is None])
def test_a_stream_that_ends_early_is_no_success(name: str) -> None:
    """Cut anywhere before its end marker it is truncated; only what needs no marker may end with its reason."""
    body = body_of(name)
    marker = body.rstrip().rfind(b"\n" if name.endswith("ndjson") else b"\n\n")
    reason = body.find(b'"finish_reason":"') if name.startswith(("openai-chat", "openai-completions")) else len(body)
    end = min(marker, reason)
    found = {read(name, [body[:cut]]).failure for cut in range(1, end)}
    assert found == {"truncated"}
    assert read(name, []).failure == "empty"


@settings(max_examples=60)
@given(st.sampled_from(sorted(STREAMS)), st.lists(st.integers(0, 4000), max_size=30))
def test_chunks_know_their_reads_however_the_bytes_come(name: str, cuts: list[int]) -> None:
    body = body_of(name)
    at = sorted({0, len(body), *(cut for cut in cuts if cut < len(body))})
    reads = [body[start:end] for start, end in itertools.pairwise(at)]
    answer = read(name, reads)
    assert timeless(answer) == timeless(read(name, [body]))
    whole = [each.read for each in read(name, [body[i : i + 1] for i in range(len(body))]).chunks]
    expected = [max(number for number, start in enumerate(at[:-1]) if start <= byte) for byte in whole]
    assert [each.read for each in answer.chunks] == expected
    assert [each.coalesced for each in answer.chunks] == [
        number > 0 and expected[number - 1] == each for number, each in enumerate(expected)
    ]


@pytest.mark.parametrize("name", WHOLE)
def test_an_answer_in_one_piece_is_one_chunk_of_its_last_read(name: str) -> None:
    body = body_of(name)
    answer = read(name, [b"", body[:7], b"", body[7:], b""])
    assert [(each.read, each.coalesced) for each in answer.chunks] == [(3, False)]
    assert (answer.first_read, answer.last_read, answer.terminal) == (3, 3, True)


def test_first_answers_and_coalesced_chunks_are_told_apart() -> None:
    events = body_of("openai-chat/deepseek.sse").split(b"\n\n")
    reads = [b"\n\n".join(events[:2]) + b"\n\n", b"\n\n".join(events[2:4]) + b"\n\n", b"\n\n".join(events[4:])]
    answer = read("openai-chat/deepseek.sse", reads)
    assert [tuple(each) for each in answer.chunks] == [
        (1, "reasoning", False),
        (1, "reasoning", True),
        (2, "content", False),
    ]
    assert (answer.first_read, answer.first_answer_read, answer.last_read, answer.events) == (1, 2, 2, 6)


def test_usage_is_kept_as_it_was_sent() -> None:
    sent = read("anthropic-messages/text.sse", [body_of("anthropic-messages/text.sse")]).usage.sent
    assert [each.object for each in sent] == [
        {
            "input_tokens": 25,
            "cache_creation_input_tokens": 100,
            "cache_read_input_tokens": 2000,
            "output_tokens": 1,
            "service_tier": "standard",
        },
        {"output_tokens": 15},
    ]


def test_no_timings_are_none() -> None:
    assert read("openai-chat/text.sse", [body_of("openai-chat/text.sse")]).timings == Timings()
