"""Gemini's generateContent and streamGenerateContent."""

from __future__ import annotations

from ..planning import Asked, Plan
from .interface import MARK, Json, around, compact, event

FINISH = {"stop": "STOP", "length": "MAX_TOKENS"}
STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    503: "UNAVAILABLE",
}


class Gemini:
    """`/v1beta/models/…`. The end is the finish reason of the last chunk. Without `alt=sse` the stream is one array."""

    def __init__(self, asked: Asked, plan: Plan) -> None:
        self.asked, self.plan = asked, plan
        self.content_type = "text/event-stream" if asked.sse else "application/json; charset=UTF-8"
        self.spent: tuple[int, int] = (0, 0)
        self._around: dict[bool, tuple[bytes, bytes]] = {}
        self._before = b"["

    def _answer(self, parts: list[Json], finish: str = "") -> Json:
        candidate: Json = {"content": {"parts": parts, "role": "model"}, "index": 0}
        if finish:
            candidate["finishReason"] = finish
        counts = {"promptTokenCount": self.asked.prompt, "totalTokenCount": self.asked.prompt}
        if finish:
            counts = {
                "promptTokenCount": self.asked.prompt,
                "candidatesTokenCount": self.plan.tokens,
                "totalTokenCount": self.asked.prompt + self.plan.output,
                **({"thoughtsTokenCount": self.plan.reasoning} if self.plan.reasoning else {}),
                **({"cachedContentTokenCount": self.plan.cached} if self.plan.cached else {}),
            }
        head = {"candidates": [candidate], "usageMetadata": counts, "modelVersion": self.asked.model}
        return head | {"responseId": f"r{self.asked.number}"}

    def _event(self, value: Json) -> bytes:
        if self.asked.sse:
            return event(value)
        before, self._before = self._before, b",\r\n"
        return before + compact(value).encode()

    def before(self) -> bytes:
        """Nothing."""
        return b""

    def piece(self, text: bytes, *, thought: bool) -> bytes:
        """A part."""
        found = self._around.get(thought)
        if found is None:
            part = {"text": MARK, "thought": True} if thought else {"text": MARK}
            found = around(self._event(self._answer([part])))
            self._around[thought] = found if self.asked.sse else (b",\r\n" + found[0].lstrip(b"[,\r\n"), found[1])
        return found[0] + text + found[1]

    def after(self) -> bytes:
        """An empty part with the finish reason and the counts."""
        last = self._event(self._answer([{"text": ""}], FINISH[self.plan.finish]))
        return last if self.asked.sse else last + b"]"

    def whole(self, text: str, thought: str) -> bytes:
        """An answer."""
        parts: list[Json] = [{"text": thought, "thought": True}] if thought else []
        if text:
            parts.append({"text": text})
        return compact(self._answer(parts, FINISH[self.plan.finish])).encode()

    def error(self, status: int, message: str) -> bytes:
        """As Google words it."""
        return compact(
            {"error": {"code": status, "message": message, "status": STATUS.get(status, "INTERNAL")}}
        ).encode()

    def error_event(self) -> bytes:
        """An error as the data of an event."""
        return self._event({"error": {"code": 500, "message": "An internal error has occurred.", "status": "INTERNAL"}})

    def malformed(self) -> bytes:
        """The beginning of a chunk."""
        return b'data: {"candidates":[{"content":{"parts":[{"text":"ti\n\n' if self.asked.sse else b",{]"
