"""Gemini's generateContent and streamGenerateContent."""

from __future__ import annotations

from collections.abc import Sequence

from ..planning import Asked, Plan
from .interface import Json, compact, event, split

FINISH = {"stop": "STOP", "length": "MAX_TOKENS"}
STATUS = {429: "RESOURCE_EXHAUSTED", 503: "UNAVAILABLE", 400: "INVALID_ARGUMENT", 404: "NOT_FOUND"}


class Gemini:
    """`/v1beta/models/…`. Its end is the finish reason of its last chunk."""

    content_type = "text/event-stream"

    def __init__(self, asked: Asked, plan: Plan) -> None:
        self.asked, self.plan = asked, plan

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

    def before(self) -> bytes:
        """Nothing."""
        return b""

    def piece(self, text: str, *, thought: bool) -> bytes:
        """A part."""
        return event(self._answer([{"text": text, "thought": True} if thought else {"text": text}]))

    def after(self) -> bytes:
        """An empty part with the finish reason and the counts."""
        return event(self._answer([{"text": ""}], FINISH[self.plan.finish]))

    def whole(self, pieces: Sequence[tuple[str, bool]]) -> bytes:
        """An answer."""
        text, thought = split(pieces)
        parts: list[Json] = [{"text": thought, "thought": True}] if thought else []
        return compact(self._answer([*parts, {"text": text}], FINISH[self.plan.finish])).encode()

    def error(self, status: int, message: str) -> bytes:
        """As Google words it."""
        return compact(
            {"error": {"code": status, "message": message, "status": STATUS.get(status, "INTERNAL")}}
        ).encode()

    def error_event(self) -> bytes:
        """An error as the data of an event."""
        return event({"error": {"code": 500, "message": "An internal error has occurred.", "status": "INTERNAL"}})
