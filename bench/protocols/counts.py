"""Counts of tokens in one meaning: input with what is cached, output with reasoning. The traps are told where they are.

Counts that grow while an answer comes are cumulative with every provider, so the largest told is the last.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from .interface import Sent, Timings, Usage
from .jsons import count, loosely

MILLI = 1_000_000


def first(*values: object) -> int | None:
    """The first that is a count."""
    return next((found for each in values if (found := count(each)) is not None), None)


def total(*values: int | None) -> int | None:
    """The sum of those that are known; None where none is."""
    known = [each for each in values if each is not None]
    return sum(known) if known else None


def largest(objects: Iterable[dict[str, Any]], key: str) -> int | None:
    """The largest count of that name."""
    return max((found for each in objects if (found := count(each.get(key))) is not None), default=None)


def openai(sent: Sequence[Sent]) -> Usage:
    """Chat, completions, embeddings and Responses. `prompt_tokens` includes cached ones.

    Reasoning is inside the output, but some servers of this shape (xAI) leave it out: the total tells.
    """
    if not sent:
        return Usage()
    told = sent[-1].object
    if "predicted_n" in told:
        return llama_cpp(sent)
    asked = first(told.get("prompt_tokens"), told.get("input_tokens"))
    output = first(told.get("completion_tokens"), told.get("output_tokens"))
    details = loosely(told.get("prompt_tokens_details") or told.get("input_tokens_details"))
    cached = first(details.get("cached_tokens"), told.get("prompt_cache_hit_tokens"))  # the latter is DeepSeek's
    made = loosely(told.get("completion_tokens_details") or told.get("output_tokens_details"))
    reasoning = first(made.get("reasoning_tokens"), told.get("reasoning_tokens"))
    whole, note = count(told.get("total_tokens")), ""
    if None not in (asked, output) and reasoning and whole == total(asked, output, reasoning):
        output, note = total(output, reasoning), "reasoning tokens were told beside the output and are added to it"
    return Usage(asked, output, cached, count(details.get("cache_write_tokens")), reasoning, tuple(sent), note)


def llama_cpp(sent: Sequence[Sent]) -> Usage:
    """llama.cpp's `timings`, which count where no usage was asked for: what was read of the prompt, what a cache had of
    it (newer servers only), and what was made, the token that ends it included."""
    told = sent[-1].object
    read, cached = count(told.get("prompt_n")), count(told.get("cache_n"))
    asked = None if cached is None else total(read, cached)
    return Usage(asked, count(told.get("predicted_n")), cached, sent=tuple(sent))


def embedded(sent: Sequence[Sent]) -> Usage:
    """Embeddings: as `openai`, and nothing is generated."""
    usage = openai(sent)
    return Usage(usage.input_tokens, 0, usage.cached_tokens, sent=usage.sent) if sent else usage


def anthropic(sent: Sequence[Sent]) -> Usage:
    """Messages: `input_tokens` leaves out what was read from a cache and what was written to one.

    `cache_creation` splits the latter by how long it is kept, which is billed at different prices.
    """
    told = [each.object for each in sent]
    read, made = largest(told, "cache_read_input_tokens"), largest(told, "cache_creation_input_tokens")
    asked = largest(told, "input_tokens")
    thought = largest([loosely(each.get("output_tokens_details")) for each in told], "thinking_tokens")
    whole = None if asked is None else total(asked, read, made)
    hour = largest([loosely(each.get("cache_creation")) for each in told], "ephemeral_1h_input_tokens")
    return Usage(whole, largest(told, "output_tokens"), read, made, thought, tuple(sent), "", hour)


def gemini(sent: Sequence[Sent]) -> Usage:
    """Gemini: thoughts are outside the candidates, unless the total says otherwise; zero counts are left out."""
    if not sent:
        return Usage()
    told = sent[-1].object
    asked = total(count(told.get("promptTokenCount")), count(told.get("toolUsePromptTokenCount")))
    made, thought = count(told.get("candidatesTokenCount")), count(told.get("thoughtsTokenCount"))
    whole, note = count(told.get("totalTokenCount")), ""
    if made is None and whole is not None and whole == total(asked, thought):
        made = 0
    output = total(made, thought)
    if made is not None and thought and whole is not None:
        if whole == total(asked, made):
            output, note = made, "thoughts were counted inside the candidates, as the total says"
        elif whole != total(asked, made, thought):
            note = "the total fits neither meaning of thoughts; they are taken as outside the candidates"
    return Usage(asked, output, count(told.get("cachedContentTokenCount")), None, thought, tuple(sent), note)


def ollama(sent: Sequence[Sent]) -> Usage:
    """Ollama: thinking is inside `eval_count`; older servers leave `prompt_eval_count` out for a cached prompt."""
    if not sent:
        return Usage()
    told = sent[-1].object
    return Usage(count(told.get("prompt_eval_count")), count(told.get("eval_count")), sent=tuple(sent))


def plain(sent: Sequence[Sent]) -> Usage:
    """Any of the above by its names, or ours: for the user's own endpoint."""
    told = sent[-1].object if sent else {}
    if "promptTokenCount" in told or "totalTokenCount" in told:
        return gemini(sent)
    if "prompt_eval_count" in told or "eval_count" in told:
        return ollama(sent)
    if "cache_read_input_tokens" in told or "cache_creation_input_tokens" in told:
        return anthropic(sent)
    usage = openai(sent)
    if usage.cached_tokens is not None or not sent:
        return usage
    cached, written = count(told.get("cached_tokens")), count(told.get("cache_write_tokens"))
    return Usage(
        usage.input_tokens, usage.output_tokens, cached, written, usage.reasoning_tokens, usage.sent, usage.note
    )


def ollama_timings(sent: Sent) -> Timings:
    """Ollama's durations, in nanoseconds as sent."""
    told = sent.object
    return Timings(
        count(told.get("load_duration")),
        count(told.get("prompt_eval_duration")),
        count(told.get("eval_duration")),
        count(told.get("total_duration")),
        sent,
    )


def llama_cpp_timings(sent: Sent) -> Timings:
    """llama.cpp's `timings`, which are in milliseconds."""
    told = sent.object
    read, made = nanoseconds(told.get("prompt_ms")), nanoseconds(told.get("predicted_ms"))
    return Timings(None, read, made, None, sent)


def nanoseconds(milliseconds: object) -> int | None:
    """Milliseconds with a fraction, as nanoseconds; None where it is no duration."""
    if isinstance(milliseconds, bool) or not isinstance(milliseconds, int | float):
        return None
    return round(milliseconds * MILLI) if 0 <= milliseconds < 1e12 else None
