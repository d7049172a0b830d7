"""OpenAI's Responses, with all events that the SDK's own stream helper wants."""

from __future__ import annotations

from itertools import count
from typing import Any

from ..planning import Asked, Plan
from .interface import MARK, Json, around, compact, event
from .openai import CREATED, Chat


class Responses(Chat):
    """`/v1/responses`."""

    def __init__(self, asked: Asked, plan: Plan) -> None:
        super().__init__(asked, plan)
        self._sequence = count()
        self._said: dict[bool, list[bytes]] = {False: [], True: []}
        self._template: tuple[bytes, bytes] = (b"", b"")
        self._open: bool | None = None
        """Which item is open: reasoning (True) or the message."""
        self._items: list[Json] = []

    def _event(self, kind: str, **more: Any) -> bytes:
        return event({"type": kind, "sequence_number": next(self._sequence), **more}, kind)

    def _response(self, status: str, **more: Any) -> Json:
        return {
            "id": f"resp_{self.asked.number}",
            "object": "response",
            "created_at": CREATED,
            "status": status,
            "error": None,
            "incomplete_details": None,
            "instructions": None,
            "max_output_tokens": self.asked.longest,
            "metadata": {},
            "model": self.asked.model,
            "output": [],
            "parallel_tool_calls": True,
            "previous_response_id": None,
            "reasoning": {"effort": None, "summary": None},
            "store": False,
            "temperature": 1.0,
            "text": {"format": {"type": "text"}},
            "tool_choice": "auto",
            "tools": [],
            "top_p": 1.0,
            "truncation": "disabled",
            "usage": None,
            "user": None,
            **more,
        }

    def _item(self, *, thought: bool, text: str, status: str) -> Json:
        if thought:
            summary = [{"type": "summary_text", "text": text}] if text else []
            return {"id": f"rs_{self.asked.number}", "type": "reasoning", "summary": summary}
        part: list[Json] = [{"type": "output_text", "text": text, "annotations": [], "logprobs": []}] if text else []
        head = {"id": f"msg_{self.asked.number}", "type": "message", "status": status}
        return head | {"role": "assistant", "content": part}

    def _place(self, *, thought: bool) -> Json:
        inside = "summary_index" if thought else "content_index"
        return {
            "item_id": f"{'rs' if thought else 'msg'}_{self.asked.number}",
            "output_index": len(self._items),
            inside: 0,
        }

    def _part(self, text: str, *, thought: bool) -> Json:
        if thought:
            return {"type": "summary_text", "text": text}
        return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}

    def before(self) -> bytes:
        """The response as it begins."""
        begun = self._response("in_progress")
        return self._event("response.created", response=begun) + self._event("response.in_progress", response=begun)

    def piece(self, text: bytes, *, thought: bool) -> bytes:
        """A delta, and what must come before it where an item begins."""
        told = b"" if self._open is thought else self._closed() + self._opened(thought=thought)
        self._said[thought].append(text)
        head, tail = self._template
        return b"%b%b%b%d}\n\n" % (told + head, text, tail, next(self._sequence))

    def _worded_delta(self, *, thought: bool) -> tuple[bytes, bytes]:
        """What stands around the text of a delta, up to its number, which comes last."""
        kind = "response.reasoning_summary_text.delta" if thought else "response.output_text.delta"
        more: Json = {} if thought else {"logprobs": []}
        told = {"type": kind, **self._place(thought=thought), "delta": MARK, **more, "sequence_number": 0}
        return around(event(told, kind).removesuffix(b"0}\n\n"))

    def _opened(self, *, thought: bool) -> bytes:
        self._open = thought
        self._template = self._worded_delta(thought=thought)
        item = self._item(thought=thought, text="", status="in_progress")
        kind = "response.reasoning_summary_part.added" if thought else "response.content_part.added"
        return self._event("response.output_item.added", output_index=len(self._items), item=item) + self._event(
            kind, **self._place(thought=thought), part=self._part("", thought=thought)
        )

    def _closed(self) -> bytes:
        if self._open is None:
            return b""
        thought, text = self._open, b"".join(self._said[self._open]).decode()
        name = "response.reasoning_summary" if thought else "response.output"
        part = "response.reasoning_summary_part.done" if thought else "response.content_part.done"
        item = self._item(thought=thought, text=text, status="completed")
        place = self._place(thought=thought)
        more: Json = {} if thought else {"logprobs": []}
        told = self._event(f"{name}_text.done", **place, text=text, **more)
        told += self._event(part, **place, part=self._part(text, thought=thought))
        told += self._event("response.output_item.done", output_index=len(self._items), item=item)
        self._items.append(item)
        self._open = None
        return told

    def after(self) -> bytes:
        """The end of the last item and of the response."""
        told = self._closed()
        full = self.plan.finish == "length"
        kind, status = ("response.incomplete", "incomplete") if full else ("response.completed", "completed")
        return told + self._event(kind, response=self._ended(status, self._items))

    def _ended(self, status: str, items: list[Json]) -> Json:
        why = {"reason": "max_output_tokens"} if status == "incomplete" else None
        return self._response(status, output=items, usage=self._usage(), incomplete_details=why)

    def _usage(self) -> Json:
        asked, plan = self.asked, self.plan
        return {
            "input_tokens": asked.prompt,
            "input_tokens_details": {"cached_tokens": plan.cached},
            "output_tokens": plan.output,
            "output_tokens_details": {"reasoning_tokens": plan.reasoning},
            "total_tokens": asked.prompt + plan.output,
        }

    def whole(self, text: str, thought: str) -> bytes:
        """A response."""
        items = [self._item(thought=True, text=thought, status="completed")] if thought else []
        items.append(self._item(thought=False, text=text, status="completed"))
        status = "incomplete" if self.plan.finish == "length" else "completed"
        return compact(self._ended(status, items)).encode()

    def error_event(self) -> bytes:
        """The event of that name."""
        return self._event("error", code="server_error", message="The server had an error.", param=None)
