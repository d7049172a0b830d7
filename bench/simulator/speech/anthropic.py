"""Anthropic's Messages."""

from __future__ import annotations

from ..planning import Asked, Plan
from .interface import MARK, Json, around, compact, event

FINISH = {"stop": "end_turn", "length": "max_tokens"}
KINDS = {
    400: "invalid_request_error",
    401: "authentication_error",
    404: "not_found_error",
    429: "rate_limit_error",
    529: "overloaded_error",
}
SIGNATURE = "c2ltdWxhdG9y"


class Messages:
    """`/v1/messages`."""

    content_type = "text/event-stream; charset=utf-8"

    def __init__(self, asked: Asked, plan: Plan) -> None:
        self.asked, self.plan = asked, plan
        self.spent: tuple[int, int] = (0, 0)
        self._index = -1
        self._template: tuple[bytes, bytes] = (b"", b"")
        self._open: bool | None = None

    def _message(self, content: list[Json], stop: str | None, output: int) -> Json:
        usage = {
            "input_tokens": self.asked.prompt - self.plan.cached,
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": self.plan.cached,
            "output_tokens": output,
            "service_tier": "standard",
        }
        head: Json = {"id": f"msg_{self.asked.number}", "type": "message", "role": "assistant"}
        return head | {
            "model": self.asked.model,
            "content": content,
            "stop_reason": stop,
            "stop_sequence": None,
            "usage": usage,
        }

    def before(self) -> bytes:
        """The message as it begins, and a ping."""
        begun = {"type": "message_start", "message": self._message([], None, 1)}
        return event(begun, "message_start") + event({"type": "ping"}, "ping")

    def piece(self, text: bytes, *, thought: bool) -> bytes:
        """A delta, in a block of its kind."""
        told = b"" if self._open is thought else self._closed() + self._opened(thought=thought)
        head, tail = self._template
        return told + head + text + tail

    def _delta(self, kind: str, name: str, text: str) -> bytes:
        body = {"type": "content_block_delta", "index": self._index, "delta": {"type": kind, name: text}}
        return event(body, "content_block_delta")

    def _opened(self, *, thought: bool) -> bytes:
        self._open = thought
        self._index += 1
        kind, name = ("thinking_delta", "thinking") if thought else ("text_delta", "text")
        self._template = around(self._delta(kind, name, MARK))
        block = {"type": "thinking", "thinking": "", "signature": ""} if thought else {"type": "text", "text": ""}
        body = {"type": "content_block_start", "index": self._index, "content_block": block}
        return event(body, "content_block_start")

    def _closed(self) -> bytes:
        if self._open is None:
            return b""
        signed = self._delta("signature_delta", "signature", SIGNATURE) if self._open else b""
        self._open = None
        return signed + event({"type": "content_block_stop", "index": self._index}, "content_block_stop")

    def after(self) -> bytes:
        """The end of the block, the counts, and the end of the message."""
        delta = {"stop_reason": FINISH[self.plan.finish], "stop_sequence": None}
        body = {"type": "message_delta", "delta": delta, "usage": {"output_tokens": self.plan.output}}
        return self._closed() + event(body, "message_delta") + event({"type": "message_stop"}, "message_stop")

    def whole(self, text: str, thought: str) -> bytes:
        """A message."""
        blocks: list[Json] = [{"type": "thinking", "thinking": thought, "signature": SIGNATURE}] if thought else []
        if text:
            blocks.append({"type": "text", "text": text})
        return compact(self._message(blocks, FINISH[self.plan.finish], self.plan.output)).encode()

    def error(self, status: int, message: str) -> bytes:
        """As Anthropic words it."""
        told = {"type": KINDS.get(status, "api_error"), "message": message}
        return compact({"type": "error", "error": told, "request_id": f"req_{self.asked.number}"}).encode()

    def error_event(self) -> bytes:
        """The event of that name."""
        return event({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}, "error")

    def malformed(self) -> bytes:
        """The beginning of a delta."""
        return b'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"te\n\n'
