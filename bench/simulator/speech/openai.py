"""OpenAI's chat completions, completions and embeddings, Azure's included."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from ..planning import Asked, Plan
from .interface import Json, compact, event, split

CREATED = 1_760_000_000
KINDS = {429: ("requests", "rate_limit_exceeded"), 503: ("service_unavailable", "service_unavailable")}
"""Type and code of the errors that have ones of their own."""


def usage(asked: Asked, plan: Plan) -> Json:
    """The counts, cached and reasoning ones among them."""
    return {
        "prompt_tokens": asked.prompt,
        "completion_tokens": plan.output,
        "total_tokens": asked.prompt + plan.output,
        "prompt_tokens_details": {"cached_tokens": plan.cached, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": plan.reasoning, "audio_tokens": 0},
    }


class Chat:
    """`/v1/chat/completions`."""

    content_type = "text/event-stream; charset=utf-8"
    kind = "chat.completion"

    def __init__(self, asked: Asked, plan: Plan) -> None:
        self.asked, self.plan = asked, plan

    def _choice(self, delta: Json, finish: str | None = None) -> Json:
        return {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}

    def _chunk(self, choices: list[Json], **more: Any) -> Json:
        return {
            "id": f"chatcmpl-{self.asked.number}",
            "object": f"{self.kind}.chunk",
            "created": CREATED,
            "model": self.asked.model,
            "system_fingerprint": "fp_simulator",
            "choices": choices,
            **more,
        }

    @cached_property
    def _around(self) -> dict[bool, tuple[bytes, bytes]]:
        """The bytes before and after the text of a chunk, of an answer and of its reasoning: written once, since
        nothing else changes from token to token."""
        mark = "\0"
        both: dict[bool, tuple[bytes, bytes]] = {}
        for thought, name in ((False, "content"), (True, "reasoning_content")):
            head, _, tail = event(self._chunk([self._choice({name: mark})])).partition(compact(mark)[1:-1].encode())
            both[thought] = head, tail
        return both

    def before(self) -> bytes:
        """The role."""
        return event(self._chunk([self._choice({"role": "assistant", "content": "", "refusal": None})]))

    def piece(self, text: str, *, thought: bool) -> bytes:
        """One chunk."""
        head, tail = self._around[thought]
        return head + compact(text)[1:-1].encode() + tail

    def after(self) -> bytes:
        """Finish, usage where it is asked for, and the marker."""
        end = event(self._chunk([self._choice({}, self.plan.finish)]))
        if self.asked.usage:
            end += event(self._chunk([], usage=usage(self.asked, self.plan)))
        return end + b"data: [DONE]\n\n"

    def whole(self, pieces: Sequence[tuple[str, bool]]) -> bytes:
        """A completion."""
        text, thought = split(pieces)
        message: Json = {"role": "assistant", "content": text, "refusal": None, "annotations": []}
        if thought:
            message["reasoning_content"] = thought
        answer = self._chunk([{"index": 0, "message": message, "logprobs": None, "finish_reason": self.plan.finish}])
        return compact(answer | {"object": self.kind, "usage": usage(self.asked, self.plan)}).encode()

    def error(self, status: int, message: str) -> bytes:
        """As OpenAI words it."""
        kind, code = KINDS.get(status, ("server_error", None))
        return compact({"error": {"message": message, "type": kind, "param": None, "code": code}}).encode()

    def error_event(self) -> bytes:
        """An error as the data of an event."""
        told = {"message": "The server had an error while processing your request.", "type": "server_error"}
        return event({"error": told | {"param": None, "code": None}})


class Completion(Chat):
    """`/v1/completions`, which has no reasoning."""

    kind = "text_completion"

    def _choice(self, delta: Json, finish: str | None = None) -> Json:
        text = delta.get("content") or delta.get("reasoning_content") or ""
        return {"index": 0, "text": text, "logprobs": None, "finish_reason": finish}

    def _chunk(self, choices: list[Json], **more: Any) -> Json:
        return super()._chunk(choices, **more) | {"id": f"cmpl-{self.asked.number}", "object": self.kind}

    def before(self) -> bytes:
        """Nothing: there are no roles."""
        return b""

    def whole(self, pieces: Sequence[tuple[str, bool]]) -> bytes:
        """A completion."""
        text = "".join(split(pieces)[::-1])
        choice = {"index": 0, "text": text, "logprobs": None, "finish_reason": self.plan.finish}
        return compact(self._chunk([choice], usage=usage(self.asked, self.plan))).encode()


class Embedding(Chat):
    """`/v1/embeddings`: vectors, and no tokens."""

    def whole(self, pieces: Sequence[tuple[str, bool]]) -> bytes:
        """A list of vectors."""
        del pieces  # there are none
        many, width = self.asked.inputs, self.asked.dimensions
        vector = [round(0.5 - at / width, 6) for at in range(width)]
        data = [{"object": "embedding", "index": at, "embedding": vector} for at in range(many)]
        counts = {"prompt_tokens": self.asked.prompt, "total_tokens": self.asked.prompt}
        return compact({"object": "list", "data": data, "model": self.asked.model, "usage": counts}).encode()
