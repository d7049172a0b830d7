"""Anthropic Messages. Source: the API reference of POST /v1/messages and "Streaming Messages"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..framing import Event
from . import counts
from .errors import NotTheProtocol
from .interface import NOTHING, Auth, Delta, Ends, Json, Options, Prompt, Request, Sent, Stream, Usage
from .jsons import an_object, arguments, fault, loosely, members, objects, text, without_none
from .openai_shared import posted

KEY = Auth("x-api-key", "", ("ANTHROPIC_API_KEY",))
VERSION = ("anthropic-version", "2023-06-01")
LONGEST = 1024


@dataclass(frozen=True, slots=True)
class AnthropicMessages:
    """Messages: usage comes in two parts, input with the first event and output with the one before the last."""

    name: str = "anthropic-messages"
    base: str = "https://api.anthropic.com"
    path: str = "/v1/messages"
    auth: Auth = KEY
    framing: Stream = "sse"
    ends: Ends = "marker"

    def request(self, prompt: Prompt, options: Options) -> Request:
        """The system's words stand apart from the conversation, and a longest answer is always given."""
        body = {
            "model": options.model or None,
            "max_tokens": LONGEST if options.max_output is None else options.max_output,
            "system": prompt.system or None,
            "messages": [{"role": each.role, "content": each.text} for each in prompt.turns],
            "temperature": options.temperature,
            "stream": options.stream,
        }
        made = posted(self.path, self.auth, without_none(body), options)
        return Request(made.method, made.path, (*made.headers, VERSION), made.body, made.auth)

    def delta(self, event: Event) -> Delta:
        """What an event brought; pings, signatures and citations are nothing."""
        told = an_object(event.data)
        match text(told.get("type")):
            case "content_block_delta":
                return _piece(members(told.get("delta")))
            case "content_block_start":
                return _block(members(told.get("content_block")))
            case "message_start":
                message = members(told.get("message"))
                usage = loosely(message.get("usage"))
                sent = Sent("message_start.message.usage", usage) if usage else None
                return Delta(usage=sent, model=text(message.get("model")))
            case "message_delta":
                usage = loosely(told.get("usage"))
                sent = Sent("message_delta.usage", usage) if usage else None
                return Delta(finish=text(members(told.get("delta")).get("stop_reason")), usage=sent)
            case "message_stop":
                return Delta(done=True)
            case "error":
                return Delta(error=fault(told.get("error") or told))
            case _:
                return NOTHING

    def whole(self, body: bytes) -> Delta:
        """What a message brought."""
        answer = an_object(body)
        if answer.get("error"):
            return Delta(error=fault(answer["error"]))
        if "content" not in answer:
            raise NotTheProtocol("expected a message, found no content")
        blocks = [_block(each) for each in objects(answer["content"])]
        usage = loosely(answer.get("usage"))
        return Delta(
            "".join(each.content for each in blocks),
            "".join(each.reasoning for each in blocks),
            "".join(each.tool for each in blocks),
            text(answer.get("stop_reason")),
            Sent("usage", usage) if usage else None,
            model=text(answer.get("model")),
            done=True,
        )

    def usage(self, sent: Sequence[Sent]) -> Usage:
        """`input_tokens` leaves out what caches gave and took: both are added."""
        return counts.anthropic(sent)


def _piece(delta: Json) -> Delta:
    match delta.get("type"):
        case "text_delta":
            return Delta(content=text(delta.get("text")))
        case "thinking_delta":
            return Delta(reasoning=text(delta.get("thinking")))
        case "input_json_delta":
            return Delta(tool=text(delta.get("partial_json")))
        case _:
            return NOTHING


def _block(block: Json) -> Delta:
    """A block at its start, where its text is mostly empty, or a whole one."""
    match block.get("type"):
        case "text":
            return Delta(content=text(block.get("text")))
        case "thinking":
            return Delta(reasoning=text(block.get("thinking")))
        case "redacted_thinking":
            return Delta(reasoning=text(block.get("data")))
        case "tool_use" | "server_tool_use" | "mcp_tool_use":
            return Delta(tool=text(block.get("name")) + (arguments(block["input"]) if block.get("input") else ""))
        case _:
            return NOTHING
