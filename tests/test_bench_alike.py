"""Texts that are read by likeness are those that parsing finds, whatever the stream holds."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiready.bench.protocols import protocol
from aiready.bench.protocols.alike import Alike
from aiready.bench.protocols.interface import Brief

API = protocol("openai-chat")
assert isinstance(API, Brief)
BRIEF = API.brief


def chunk(text: str, *, plain: bool = False, **more: Any) -> bytes:
    delta = {"content": text, **more.pop("delta", {})}
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": None, **more.pop("choice", {})}
    body = {"id": "chatcmpl-1", "created": 1, "model": "m", "choices": [choice], "usage": None, **more}
    return json.dumps(body, ensure_ascii=not plain).encode(errors="surrogatepass")


TRAPS = ("", " ", "m", "id", "index", '"', "\\", "}]}", 'a"b', "\u00e9", "\n", "null", "content")
TEXTS = st.text() | st.sampled_from(TRAPS)
OTHERS: tuple[dict[str, Any], ...] = (
    {},
    {"model": "n"},
    {"created": 2},
    {"content": "and"},
    {"usage": {"prompt_tokens": 1}},
    {"choice": {"finish_reason": "stop"}},
    {"delta": {"role": "assistant"}},
    {"delta": {"tool_calls": [{"index": 0}]}},
)
MORE = st.sampled_from(OTHERS)


@given(st.lists(st.tuples(TEXTS, st.booleans(), MORE), max_size=30))
def test_likeness_finds_what_parsing_finds(chunks: list[tuple[str, bool, dict[str, Any]]]) -> None:
    alike = Alike(BRIEF)
    for text, plain, more in chunks:
        data = chunk(text, plain=plain, **dict(more))
        assert alike.text(data) == BRIEF(data)


@given(st.binary(max_size=40), st.integers(0, 200))
def test_what_is_damaged_is_left_to_the_parser(noise: bytes, at: int) -> None:
    alike, whole = Alike(BRIEF), chunk("some words", plain=True)
    assert alike.text(whole) == "some words"
    broken = whole[:at] + noise + whole[at + len(noise) :]
    assert alike.text(broken) == BRIEF(broken)


def test_a_stream_is_parsed_until_its_form_is_known() -> None:
    parsed: list[bytes] = []

    def find(data: bytes) -> str | None:
        parsed.append(data)
        return BRIEF(data)

    alike = Alike(find)
    texts = [" the", " tide", " turns", " é", "", "!", ' "so" ', " again"]
    assert [alike.text(chunk(each, plain=True)) for each in texts] == texts
    assert len(parsed) == 3  # the first, the trial of its form, and the one with quotes
    assert alike.text(chunk(" later", plain=True, created=2)) == " later"
    assert alike.text(chunk(" on", plain=True, created=2)) == " on"
    assert len(parsed) == 5


@pytest.mark.parametrize("text", ["content", "chatcmpl-1", "role"])
def test_a_text_that_stands_elsewhere_too_teaches_nothing_wrong(text: str) -> None:
    alike = Alike(BRIEF)
    assert alike.text(chunk(text, plain=True)) == text
    assert alike.text(chunk("other", plain=True)) == "other"
