"""Ollama's own API, /api/chat and /api/generate. Source: docs/api.md of Ollama.

Its last line tells what the server spent on loading the model, reading the prompt and generating: kept, since a slow
first token is often a model that was loaded for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..framing import Event
from . import counts
from .errors import NotTheProtocol
from .interface import Auth, Delta, Ends, Fault, Json, Options, Prompt, Request, Sent, Stream, Usage
from .jsons import an_object, arguments, fault, members, objects, text, without_none, written
from .openai_shared import JSON_TYPE

BASE = "http://127.0.0.1:11434"
KEY = Auth(variables=("OLLAMA_API_KEY",), needed=False)
LINES = ("accept", "application/x-ndjson")
COUNTS = ("prompt_eval_count", "eval_count")
TIMINGS = ("total_duration", "load_duration", "prompt_eval_duration", "eval_duration")


@dataclass(frozen=True, slots=True)
class OllamaChat:
    """Chat of Ollama: lines of JSON, the last with `done`."""

    name: str = "ollama-chat"
    base: str = BASE
    path: str = "/api/chat"
    auth: Auth = KEY
    framing: Stream = "ndjson"
    ends: Ends = "marker"

    def request(self, prompt: Prompt, options: Options) -> Request:
        """Messages with their roles."""
        said = [{"role": each.role, "content": each.text} for each in prompt.messages]
        return _posted(self.path, self.auth, {"messages": said}, options)

    def delta(self, event: Event) -> Delta:
        """What a line brought."""
        return _chat(an_object(event.data))

    def whole(self, body: bytes) -> Delta:
        """What an answer brought: the same shape, in one piece."""
        answer = an_object(body)
        if "message" not in answer and "error" not in answer:
            raise NotTheProtocol("expected a chat of Ollama, found no message")
        return _chat(answer)

    def usage(self, sent: Sequence[Sent]) -> Usage:
        """Thinking is inside the output."""
        return counts.ollama(sent)


@dataclass(frozen=True, slots=True)
class OllamaGenerate:
    """Generate of Ollama: one prompt, without turns."""

    name: str = "ollama-generate"
    base: str = BASE
    path: str = "/api/generate"
    auth: Auth = KEY
    framing: Stream = "ndjson"
    ends: Ends = "marker"

    def request(self, prompt: Prompt, options: Options) -> Request:
        """The conversation as one text, the system's words apart."""
        said = without_none({"prompt": prompt.text, "system": prompt.system or None})
        return _posted(self.path, self.auth, said, options)

    def delta(self, event: Event) -> Delta:
        """What a line brought."""
        return _generated(an_object(event.data))

    def whole(self, body: bytes) -> Delta:
        """What an answer brought: the same shape, in one piece."""
        answer = an_object(body)
        if "response" not in answer and "error" not in answer:
            raise NotTheProtocol("expected an answer of Ollama, found no response")
        return _generated(answer)

    def usage(self, sent: Sequence[Sent]) -> Usage:
        """Thinking is inside the output."""
        return counts.ollama(sent)


def _posted(path: str, auth: Auth, said: Json, options: Options) -> Request:
    settings = without_none({"num_predict": options.max_output, "temperature": options.temperature})
    body = {"model": options.model or None, **said, "options": settings or None, "stream": options.stream}
    accept = LINES if options.stream else ("accept", "application/json")
    return Request("POST", path, (JSON_TYPE, accept), written({**without_none(body), **options.extra}), auth)


def _chat(line: Json) -> Delta:
    error = _error(line)
    if error:
        return Delta(error=error)
    said = members(line.get("message"))
    calls = [members(each.get("function")) for each in objects(said.get("tool_calls"))]
    return _ended(line)._replace(
        content=text(said.get("content")),
        reasoning=text(said.get("thinking")),
        tool="".join(text(each.get("name")) + arguments(each.get("arguments")) for each in calls),
    )


def _generated(line: Json) -> Delta:
    error = _error(line)
    if error:
        return Delta(error=error)
    return _ended(line)._replace(content=text(line.get("response")), reasoning=text(line.get("thinking")))


def _error(line: Json) -> Fault | None:
    return fault(line["error"]) if line.get("error") else None


def _ended(line: Json) -> Delta:
    """Model, reason, counts and durations: the last line has them."""
    usage = {key: line[key] for key in COUNTS if key in line}
    timings = {key: line[key] for key in TIMINGS if key in line}
    return Delta(
        finish=text(line.get("done_reason")),
        usage=Sent("the line with `done`", usage) if usage else None,
        timings=counts.ollama_timings(Sent("the line with `done`", timings)) if timings else None,
        model=text(line.get("model")),
        done=line.get("done") is True,
    )
