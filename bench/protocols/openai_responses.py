"""OpenAI Responses. Source: the API reference of POST /responses and its streaming events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..framing import Event
from . import counts
from .errors import NotTheProtocol
from .interface import NOTHING, Auth, Delta, Ends, Fault, Json, Options, Prompt, Request, Sent, Stream, Usage
from .jsons import an_object, arguments, fault, loosely, members, objects, text, without_none
from .openai_shared import BASE, BEARER, posted, told_timings

CONTENT = frozenset({"output_text", "refusal", "text", "audio", "audio.transcript"})
REASONING = frozenset({"reasoning_text", "reasoning_summary_text", "reasoning", "reasoning_summary"})
TOOL = frozenset(
    {
        "function_call_arguments",
        "custom_tool_call_input",
        "mcp_call_arguments",
        "code_interpreter_call_code",
        "shell_call_command",
    }
)
ENDS = frozenset({"response.completed", "response.incomplete", "response.failed", "response.cancelled"})


@dataclass(frozen=True, slots=True)
class OpenAIResponses:
    """Responses: events with a type each; usage comes unasked with the last."""

    name: str = "openai-responses"
    base: str = BASE
    path: str = "/responses"
    auth: Auth = BEARER
    framing: Stream = "sse"
    ends: Ends = "marker"

    def request(self, prompt: Prompt, options: Options) -> Request:
        """Nothing is kept at the provider: a load test would fill its store."""
        body = {
            "model": options.model or None,
            "input": [{"role": each.role, "content": each.text} for each in prompt.messages],
            "max_output_tokens": options.max_output,
            "temperature": options.temperature,
            "store": False,
            "stream": options.stream,
        }
        return posted(self.path, self.auth, without_none(body), options)

    def delta(self, event: Event) -> Delta:
        """What an event brought. Texts that come again when they are complete (`….done`) don't count twice."""
        if event.data == b"[DONE]":
            return NOTHING
        told = an_object(event.data)
        kind = text(told.get("type"))
        if kind == "error" or told.get("error"):
            return Delta(error=fault(told.get("error") or {**told, "type": ""}))
        if kind.endswith(".delta"):
            return _piece(kind.removeprefix("response.").removesuffix(".delta"), told)
        if kind == "response.output_item.added":
            return Delta(tool=text(members(told.get("item")).get("name")))
        if kind in ENDS:
            ended = _ended(members(told.get("response")), f"{kind}.response.usage")
            return ended._replace(timings=told_timings(told))
        if kind == "response.created":
            return Delta(model=text(members(told.get("response")).get("model")))
        return NOTHING

    def whole(self, body: bytes) -> Delta:
        """What a response brought."""
        answer = an_object(body)
        if answer.get("error"):
            return Delta(error=fault(answer["error"]))
        if "output" not in answer:
            raise NotTheProtocol("expected a response, found no output")
        content = reasoning = tool = ""
        for item in objects(answer["output"]):
            parts = objects(item.get("content"))
            if item.get("type") == "reasoning":
                reasoning += "".join(text(each.get("text")) for each in [*parts, *objects(item.get("summary"))])
            else:
                content += "".join(text(each.get("text")) + text(each.get("refusal")) for each in parts)
                tool += text(item.get("name")) + arguments(item.get("arguments") or item.get("input"))
        return _ended(answer, "usage")._replace(content=content, reasoning=reasoning, tool=tool)

    def usage(self, sent: Sequence[Sent]) -> Usage:
        """`input_tokens` includes cached ones."""
        return counts.openai(sent)


def _piece(kind: str, told: Json) -> Delta:
    if kind in CONTENT:
        return Delta(content=text(told.get("delta")))
    if kind in REASONING:
        return Delta(reasoning=text(told.get("delta")))
    return Delta(tool=text(told.get("delta"))) if kind in TOOL else NOTHING


def _ended(response: Json, source: str) -> Delta:
    """The end: an answer that was cut at its bound is one with a reason, an answer that failed is an error."""
    status = text(response.get("status"))
    error = response.get("error")
    if error or status in ("failed", "cancelled"):
        return Delta(error=fault(error) if error else Fault(status, f"the response was {status}"))
    usage = loosely(response.get("usage"))
    return Delta(
        finish=text(loosely(response.get("incomplete_details")).get("reason")) or status,
        usage=Sent(source, usage) if usage else None,
        model=text(response.get("model")),
        done=True,
    )
