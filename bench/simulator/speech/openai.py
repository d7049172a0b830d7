"""OpenAI's chat completions, completions and embeddings, Azure's included."""

from __future__ import annotations

from array import array
from base64 import b64encode
from typing import Any

from ..planning import Asked, Plan
from .interface import MARK, Json, around, compact, event

CREATED = 1_760_000_000
KINDS = {
    400: ("invalid_request_error", None),
    401: ("invalid_request_error", "invalid_api_key"),
    404: ("invalid_request_error", "model_not_found"),
    429: ("requests", "rate_limit_exceeded"),
    503: ("service_unavailable_error", "service_unavailable"),
}
"""Type and code of the errors that have ones of their own."""


class Chat:
    """`/v1/chat/completions`."""

    content_type = "text/event-stream; charset=utf-8"
    kind = "chat.completion"
    prefix = "chatcmpl"

    def __init__(self, asked: Asked, plan: Plan) -> None:
        self.asked, self.plan = asked, plan
        self.spent: tuple[int, int] = (0, 0)
        self._around: dict[bool, tuple[bytes, bytes]] = {}

    def _choice(self, delta: Json, finish: str | None = None) -> Json:
        return {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}

    def _chunk(self, choices: list[Json], **more: Any) -> Json:
        told = {"usage": None} if self.asked.usage else {}
        return self._answer(f"{self.kind}.chunk", choices, **told, **more)

    def _answer(self, kind: str, choices: list[Json], **more: Any) -> Json:
        return {
            "id": f"{self.prefix}-{self.asked.number}",
            "object": kind,
            "created": CREATED,
            "model": self.asked.model,
            "service_tier": "default",
            "system_fingerprint": "fp_simulator",
            "choices": choices,
            **more,
        }

    def before(self) -> bytes:
        """The role. What is around the first piece is written here too: there is more time now than then."""
        self.piece(b"", thought=self.plan.reasoning > 0)
        return event(self._chunk([self._choice({"role": "assistant", "content": "", "refusal": None})]))

    def piece(self, text: bytes, *, thought: bool) -> bytes:
        """One chunk. All around its text is written once, since nothing else changes from token to token."""
        found = self._around.get(thought)
        if found is None:
            self._around[thought] = found = around(event(self._worded(thought=thought)))
        return found[0] + text + found[1]

    def _worded(self, *, thought: bool) -> Json:
        return self._chunk([self._choice({"reasoning_content" if thought else "content": MARK})])

    def after(self) -> bytes:
        """Finish, usage where it is asked for, and the marker."""
        end = event(self._chunk([self._choice({}, self.plan.finish)]))
        if self.asked.usage:
            end += event(self._chunk([]) | {"usage": self._usage()})
        return end + b"data: [DONE]\n\n"

    def _usage(self) -> Json:
        """The counts, cached and reasoning ones among them."""
        asked, plan = self.asked, self.plan
        return {
            "prompt_tokens": asked.prompt,
            "completion_tokens": plan.output,
            "total_tokens": asked.prompt + plan.output,
            "prompt_tokens_details": {"cached_tokens": plan.cached, "audio_tokens": 0},
            "completion_tokens_details": {
                "reasoning_tokens": plan.reasoning,
                "audio_tokens": 0,
                "accepted_prediction_tokens": 0,
                "rejected_prediction_tokens": 0,
            },
        }

    def whole(self, text: str, thought: str) -> bytes:
        """A completion."""
        message: Json = {"role": "assistant", "content": text, "refusal": None, "annotations": []}
        if thought:
            message["reasoning_content"] = thought
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": self.plan.finish}
        return compact(self._answer(self.kind, [choice], usage=self._usage())).encode()

    def error(self, status: int, message: str) -> bytes:
        """As OpenAI words it."""
        kind, code = KINDS.get(status, ("server_error", None))
        if status == 400 and "context length" in message:
            code = "context_length_exceeded"
        return compact({"error": {"message": message, "type": kind, "param": None, "code": code}}).encode()

    def error_event(self) -> bytes:
        """An error as the data of an event."""
        told = {"message": "The server had an error while processing your request.", "type": "server_error"}
        return event({"error": told | {"param": None, "code": None}})

    def malformed(self) -> bytes:
        """The beginning of a chunk."""
        return b'data: {"id":"cut","choices":[{"index":0,"delta":{"content":"ti\n\n'


class Completion(Chat):
    """`/v1/completions`, which has no reasoning: what there is comes as text."""

    kind = "text_completion"
    prefix = "cmpl"

    def _choice(self, delta: Json, finish: str | None = None) -> Json:
        text = delta.get("content") or delta.get("reasoning_content") or ""
        return {"index": 0, "text": text, "logprobs": None, "finish_reason": finish}

    def _chunk(self, choices: list[Json], **more: Any) -> Json:
        return super()._chunk(choices, **more) | {"object": self.kind}

    def before(self) -> bytes:
        """Nothing: there are no roles."""
        return b""

    def whole(self, text: str, thought: str) -> bytes:
        """A completion."""
        choice = {"index": 0, "text": thought + text, "logprobs": None, "finish_reason": self.plan.finish}
        return compact(self._answer(self.kind, [choice], usage=self._usage())).encode()


class Embedding(Chat):
    """`/v1/embeddings`: vectors, and no tokens."""

    def whole(self, text: str, thought: str) -> bytes:
        """A list of vectors."""
        del text, thought  # there are none
        many, width = self.asked.inputs, self.asked.dimensions
        vector = array("f", [0.5 - at / width for at in range(width)])
        told = b64encode(vector.tobytes()).decode() if self.asked.base64 else vector.tolist()
        data = [{"object": "embedding", "index": at, "embedding": told} for at in range(many)]
        counts = {"prompt_tokens": self.asked.prompt, "total_tokens": self.asked.prompt}
        return compact({"object": "list", "data": data, "model": self.asked.model, "usage": counts}).encode()
