"""Tokens in one meaning, whichever way a provider counts them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from aiready.bench.protocols import Sent, Usage, protocol

OUTSIDE = "reasoning tokens were told beside the output and are added to it"
INSIDE = "thoughts were counted inside the candidates, as the total says"
NEITHER = "the total fits neither meaning of thoughts; they are taken as outside the candidates"
Expected = tuple[int | None, int | None, int | None, int | None, int | None, str]

CASES: list[tuple[str, list[dict[str, Any]], Expected]] = [
    ("openai-chat", [{"prompt_tokens": 9, "completion_tokens": 4}], (9, 4, None, None, None, "")),
    ("openai-chat", [{"prompt_tokens": 9, "completion_tokens": 4, "total_tokens": 13,
                      "completion_tokens_details": {"reasoning_tokens": 3}}], (9, 4, None, None, 3, "")),
    ("openai-chat", [{"prompt_tokens": 9, "completion_tokens": 4, "total_tokens": 16,
                      "completion_tokens_details": {"reasoning_tokens": 3}}], (9, 7, None, None, 3, OUTSIDE)),
    ("openai-chat", [{"prompt_tokens": 9, "completion_tokens": 4, "total_tokens": 99,
                      "completion_tokens_details": {"reasoning_tokens": 3}}], (9, 4, None, None, 3, "")),
    ("openai-chat", [{"prompt_tokens": 9, "completion_tokens": 4,
                      "prompt_tokens_details": {"cached_tokens": 8, "cache_write_tokens": 1}}], (9, 4, 8, 1, None, "")),
    ("openai-chat", [{"prompt_tokens": 9, "prompt_cache_hit_tokens": 0}], (9, None, 0, None, None, "")),
    ("openai-chat", [{"prompt_tokens": 9.0, "completion_tokens": 1.5}], (9, None, None, None, None, "")),
    ("openai-chat", [{"prompt_tokens": "9", "completion_tokens": True}], (None, None, None, None, None, "")),
    ("openai-chat", [{"prompt_tokens": -1, "prompt_tokens_details": [1]}], (None, None, None, None, None, "")),
    ("openai-chat", [{"prompt_tokens": 9, "completion_tokens": 1}, {"prompt_tokens": 9, "completion_tokens": 2}],
     (9, 2, None, None, None, "")),
    ("openai-chat", [{"prompt_n": 1, "cache_n": 16, "predicted_n": 5}], (17, 5, 16, None, None, "")),
    ("openai-chat", [{"prompt_n": 17, "predicted_n": 5}], (None, 5, None, None, None, "")),
    ("openai-chat", [{"prompt_n": 17, "predicted_n": 5}, {"prompt_tokens": 17, "completion_tokens": 6}],
     (17, 6, None, None, None, "")),
    ("openai-responses", [{"input_tokens": 9, "output_tokens": 4, "input_tokens_details": {"cached_tokens": 2},
                           "output_tokens_details": {"reasoning_tokens": 1}}], (9, 4, 2, None, 1, "")),
    ("openai-embeddings", [{"prompt_tokens": 9, "total_tokens": 9}], (9, 0, None, None, None, "")),
    ("anthropic-messages", [{"input_tokens": 9, "output_tokens": 1}, {"output_tokens": 5}],
     (9, 5, None, None, None, "")),
    ("anthropic-messages", [{"input_tokens": 9, "cache_read_input_tokens": 100, "cache_creation_input_tokens": 20,
                             "output_tokens": 1}, {"input_tokens": 0, "output_tokens": 5}],
     (129, 5, 100, 20, None, "")),
    ("anthropic-messages", [{"input_tokens": 0, "output_tokens": 0}, {"input_tokens": 9, "output_tokens": 5}],
     (9, 5, None, None, None, "")),
    ("anthropic-messages", [{"output_tokens": 5}], (None, 5, None, None, None, "")),
    ("gemini", [{"promptTokenCount": 9, "candidatesTokenCount": 4, "totalTokenCount": 13}],
     (9, 4, None, None, None, "")),
    ("gemini", [{"promptTokenCount": 9, "candidatesTokenCount": 4, "thoughtsTokenCount": 3, "totalTokenCount": 16}],
     (9, 7, None, None, 3, "")),
    ("gemini", [{"promptTokenCount": 9, "candidatesTokenCount": 4, "thoughtsTokenCount": 3, "totalTokenCount": 13}],
     (9, 4, None, None, 3, INSIDE)),
    ("gemini", [{"promptTokenCount": 9, "candidatesTokenCount": 4, "thoughtsTokenCount": 3, "totalTokenCount": 20}],
     (9, 7, None, None, 3, NEITHER)),
    ("gemini", [{"promptTokenCount": 9, "candidatesTokenCount": 4, "thoughtsTokenCount": 3}],
     (9, 7, None, None, 3, "")),
    ("gemini", [{"promptTokenCount": 9, "thoughtsTokenCount": 3, "totalTokenCount": 12}], (9, 3, None, None, 3, "")),
    ("gemini", [{"promptTokenCount": 9, "toolUsePromptTokenCount": 5, "candidatesTokenCount": 4,
                 "thoughtsTokenCount": 3, "totalTokenCount": 21, "cachedContentTokenCount": 8}],
     (14, 7, 8, None, 3, "")),
    ("ollama-chat", [{"prompt_eval_count": 9, "eval_count": 4}], (9, 4, None, None, None, "")),
    ("ollama-generate", [{"eval_count": 4}], (None, 4, None, None, None, "")),
]  # fmt: skip


@pytest.mark.parametrize(("name", "told", "expected"), CASES)
def test_tokens_mean_the_same(name: str, told: list[Mapping[str, Any]], expected: Expected) -> None:
    sent = tuple(Sent("usage", dict(each)) for each in told)
    assert protocol(name).usage(sent) == Usage(*expected[:5], sent, expected[5])


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([{"cache_creation": {"ephemeral_5m_input_tokens": 12, "ephemeral_1h_input_tokens": 8}}], 8),
        ([{"cache_creation": {"ephemeral_1h_input_tokens": 8}}, {"output_tokens": 5}], 8),
        ([{"cache_creation": {"ephemeral_5m_input_tokens": 20}}], None),
        ([{"cache_creation": {"ephemeral_1h_input_tokens": "8"}}], None),
        ([{"cache_creation": [8]}], None),
    ],
)
def test_what_is_cached_for_an_hour_is_counted_apart(told: list[dict[str, Any]], expected: int | None) -> None:
    """It is billed at another price, and is part of what was written."""
    head = {"input_tokens": 9, "cache_creation_input_tokens": 20}
    usage = protocol("anthropic-messages").usage([Sent("usage", head | told[0]), *(Sent("u", x) for x in told[1:])])
    assert (usage.input_tokens, usage.cache_write_tokens, usage.cache_write_1h_tokens) == (29, 20, expected)


@pytest.mark.parametrize("name", ["openai-chat", "openai-embeddings", "anthropic-messages", "gemini", "ollama-chat"])
def test_nothing_told_is_nothing_known(name: str) -> None:
    assert protocol(name).usage(()) == Usage()
