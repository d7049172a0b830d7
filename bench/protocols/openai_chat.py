"""OpenAI chat completions, and what speaks it: vLLM, llama.cpp, LM Studio, Groq, DeepSeek, Mistral, OpenRouter, xAI …

Source: the API reference of POST /chat/completions and its streaming events; the deviations are those of the servers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..framing import Event
from . import counts
from .errors import NotTheProtocol
from .interface import Auth, Delta, Ends, Json, Options, Prompt, Request, Sent, Stream, Usage
from .jsons import an_object, arguments, is_list, is_object, loosely, members, objects, text, without_none
from .openai_shared import BASE, BEARER, DONE, posted, told_error, told_timings, told_usage

STREAM_USAGE = {"include_usage": True}


@dataclass(frozen=True, slots=True)
class OpenAIChat:
    """Chat completions. Usage of a stream has to be asked for, and comes in whichever chunk a server likes."""

    name: str = "openai-chat"
    base: str = BASE
    path: str = "/chat/completions"
    auth: Auth = BEARER
    max_field: str = "max_completion_tokens"
    """How the bound of the answer is called: OpenAI's newer models refuse `max_tokens`, some servers know no other."""
    framing: Stream = "sse"
    ends: Ends = "finish"

    def request(self, prompt: Prompt, options: Options) -> Request:
        """Messages with their roles; a streamed answer is asked to bring its usage."""
        body = {
            "model": options.model or None,
            "messages": [{"role": each.role, "content": each.text} for each in prompt.messages],
            self.max_field: options.max_output,
            "temperature": options.temperature,
            "stream": options.stream,
            "stream_options": STREAM_USAGE if options.stream and options.ask_usage else None,
        }
        return posted(self.path, self.auth, without_none(body), options)

    def delta(self, event: Event) -> Delta:
        """What a chunk brought: every choice's payload, since a user sees the first of any."""
        if event.data == b"[DONE]":
            return DONE
        return _read(an_object(event.data), "delta")

    def brief(self, data: bytes) -> str | None:
        """The text of a chunk that brings a piece of one choice's and nothing else, as nearly all do: at a third of
        the time."""
        try:
            chunk = an_object(data)
        except NotTheProtocol:
            return None
        return _text_alone(chunk)

    def whole(self, body: bytes) -> Delta:
        """What a completion brought."""
        answer = an_object(body)
        if not told_error(answer) and not answer.get("choices"):
            raise NotTheProtocol("expected a chat completion, found no choices")
        return _read(answer, "message")

    def usage(self, sent: Sequence[Sent]) -> Usage:
        """`prompt_tokens` includes cached ones."""
        return counts.openai(sent)


_CHUNK = frozenset(
    {"id", "object", "created", "model", "choices", "system_fingerprint", "service_tier", "obfuscation", "usage"}
)
_DELTA = frozenset({"content", "role"})


def _text_alone(chunk: Json) -> str | None:
    choices = chunk.get("choices")
    if not (is_list(choices) and len(choices) == 1 and chunk.keys() <= _CHUNK and chunk.get("usage") is None):
        return None
    choice = choices[0]
    if not is_object(choice) or choice.get("finish_reason") is not None:
        return None
    said = choice.get("delta")
    if not is_object(said) or (
        not said.keys() <= _DELTA and any(said[name] is not None for name in said.keys() - _DELTA)
    ):
        return None
    content = said.get("content")
    return content if isinstance(content, str) else None


def _read(chunk: Json, part: str) -> Delta:
    error = told_error(chunk)
    if error:
        return Delta(error=error)
    content = reasoning = tool = finish = ""
    for choice in objects(chunk.get("choices")):
        said = members(choice.get(part))
        told, thought = _texts(said.get("content"))
        content += told + text(said.get("refusal"))
        reasoning += thought or text(said.get("reasoning_content")) or text(said.get("reasoning"))
        if said.get("tool_calls") or said.get("function_call"):
            tool += "".join(_tools(said))
        finish = text(choice.get("finish_reason")) or finish
    return Delta(
        content,
        reasoning,
        tool,
        finish,
        _usage(chunk),
        told_timings(chunk),
        text(chunk.get("model")),
    )


def _texts(content: object) -> tuple[str, str]:
    """Text and reasoning of a content, which Mistral sends as a list of parts."""
    if not is_list(content):
        return text(content), ""
    told = thought = ""
    for part in objects(content):
        if part.get("type") == "thinking":
            thought += "".join(text(each.get("text")) for each in objects(part.get("thinking")))
        else:
            told += text(part.get("text"))
    return told, thought


def _tools(said: Json) -> Iterator[str]:
    for call in objects(said.get("tool_calls")):
        asked = members(call.get("function") or call.get("custom"))
        yield text(asked.get("name")) + arguments(asked.get("arguments") or asked.get("input"))
    asked = members(said.get("function_call"))
    yield text(asked.get("name")) + arguments(asked.get("arguments"))


def _usage(chunk: Json) -> Sent | None:
    usage = told_usage(chunk)
    if usage:
        return usage
    groq = loosely(chunk.get("x_groq")).get("usage")
    return Sent("x_groq.usage", loosely(groq)) if groq else None
