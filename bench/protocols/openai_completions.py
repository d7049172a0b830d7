"""OpenAI completions, the older API of a prompt without roles, still served by vLLM, llama.cpp and LM Studio."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..framing import Event
from . import counts
from .errors import NotTheProtocol
from .interface import Auth, Delta, Ends, Json, Options, Prompt, Request, Sent, Stream, Usage
from .jsons import an_object, objects, text, without_none
from .openai_shared import BASE, BEARER, DONE, posted, told_error, told_timings, told_usage


@dataclass(frozen=True, slots=True)
class OpenAICompletions:
    """Completions: the prompt's texts, a paragraph each, what is said as system first."""

    name: str = "openai-completions"
    base: str = BASE
    path: str = "/completions"
    auth: Auth = BEARER
    framing: Stream = "sse"
    ends: Ends = "finish"

    def request(self, prompt: Prompt, options: Options) -> Request:
        """A streamed answer is asked to bring its usage."""
        body = {
            "model": options.model or None,
            "prompt": "\n\n".join(each.text for each in prompt.messages),
            "max_tokens": options.max_output,
            "temperature": options.temperature,
            "stream": options.stream,
            "stream_options": {"include_usage": True} if options.stream and options.ask_usage else None,
        }
        return posted(self.path, self.auth, without_none(body), options)

    def delta(self, event: Event) -> Delta:
        """What a chunk brought."""
        return DONE if event.data == b"[DONE]" else _read(an_object(event.data))

    def whole(self, body: bytes) -> Delta:
        """What a completion brought."""
        answer = an_object(body)
        if not told_error(answer) and not answer.get("choices"):
            raise NotTheProtocol("expected a completion, found no choices")
        return _read(answer)

    def usage(self, sent: Sequence[Sent]) -> Usage:
        """`prompt_tokens` includes cached ones."""
        return counts.openai(sent)


def _read(chunk: Json) -> Delta:
    error = told_error(chunk)
    if error:
        return Delta(error=error)
    choices = objects(chunk.get("choices"))
    return Delta(
        content="".join(text(each.get("text")) for each in choices),
        reasoning="".join(text(each.get("reasoning_content")) for each in choices),
        finish=next((found for each in choices if (found := text(each.get("finish_reason")))), ""),
        usage=told_usage(chunk),
        timings=told_timings(chunk),
        model=text(chunk.get("model")),
    )
