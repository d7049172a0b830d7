"""Gemini generateContent and streamGenerateContent. Source: the API reference of models.generateContent.

The key goes into a header, never into the URL as many examples have it: URLs end up in logs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from ..framing import Event
from ..mistakes import UnfitRequest
from . import counts
from .errors import NotTheProtocol
from .interface import Auth, Delta, Ends, Json, Options, Prompt, Request, Sent, Stream, Usage
from .jsons import an_object, arguments, fault, is_list, loosely, members, objects, parsed, text, without_none, written
from .openai_shared import JSON_TYPE, accepted

KEY = Auth("x-goog-api-key", "", ("GEMINI_API_KEY", "GOOGLE_API_KEY"))


@dataclass(frozen=True, slots=True)
class Gemini:
    """Gemini: the model is part of the path, and so is whether the answer is streamed."""

    name: str = "gemini"
    base: str = "https://generativelanguage.googleapis.com"
    path: str = "/v1beta/models/{model}"
    auth: Auth = KEY
    framing: Stream = "sse"
    ends: Ends = "marker"

    def request(self, prompt: Prompt, options: Options) -> Request:
        """Turns of a user and a model. A request without a model's name raises UnfitRequest: it has no path."""
        if not options.model:
            raise UnfitRequest(["Gemini has the model's name in the path: give one, such as gemini:gemini-2.5-flash"])
        config = without_none({"maxOutputTokens": options.max_output, "temperature": options.temperature})
        body = {
            "contents": [
                {"role": "model" if each.role == "assistant" else "user", "parts": [{"text": each.text}]}
                for each in prompt.turns
            ],
            "systemInstruction": {"parts": [{"text": prompt.system}]} if prompt.system else None,
            "generationConfig": config or None,
        }
        path = self.path.format(model=quote(options.model.removeprefix("models/"), safe=""))
        path += ":streamGenerateContent?alt=sse" if options.stream else ":generateContent"
        headers = (JSON_TYPE, accepted(stream=options.stream))
        return Request("POST", path, headers, written({**without_none(body), **options.extra}), self.auth)

    def delta(self, event: Event) -> Delta:
        """What a chunk brought: a chunk is a whole response with a piece of the text."""
        return _read(an_object(event.data))

    def whole(self, body: bytes) -> Delta:
        """What a response brought."""
        value = parsed(body)
        answer = members(value[0] if is_list(value) and value else value)  # errors come in a list at times
        if not {"candidates", "promptFeedback", "error"} & set(answer):
            raise NotTheProtocol("expected a response of Gemini, found no candidates")
        return _read(answer)

    def usage(self, sent: Sequence[Sent]) -> Usage:
        """Thoughts are outside the candidates, unless the total says otherwise."""
        return counts.gemini(sent)


def _read(answer: Json) -> Delta:
    if answer.get("error"):
        return Delta(error=fault(answer["error"]))
    content = reasoning = tool = finish = ""
    for candidate in objects(answer.get("candidates")):
        for part in objects(members(candidate.get("content")).get("parts")):
            told = text(part.get("text"))
            if part.get("thought"):
                reasoning += told
            else:
                content += told
            tool += _tool(part)
        finish = text(candidate.get("finishReason")) or finish
    finish = finish or text(members(answer.get("promptFeedback")).get("blockReason"))
    usage = loosely(answer.get("usageMetadata"))
    return Delta(
        content,
        reasoning,
        tool,
        finish,
        Sent("usageMetadata", usage) if usage else None,
        model=text(answer.get("modelVersion")),
        done=bool(finish),
    )


def _tool(part: Json) -> str:
    call = members(part.get("functionCall"))
    return text(call.get("name")) + arguments(call.get("args")) + text(members(part.get("executableCode")).get("code"))
