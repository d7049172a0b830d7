"""Ollama's chat and generate: lines of JSON, with the server's own durations at the end."""

from __future__ import annotations

from ..planning import Asked, Plan
from .interface import MARK, Json, around, compact

CREATED = "2026-01-01T00:00:00Z"


class OllamaChat:
    """`/api/chat`."""

    content_type = "application/x-ndjson"

    def __init__(self, asked: Asked, plan: Plan) -> None:
        self.asked, self.plan = asked, plan
        self.spent: tuple[int, int] = (0, 0)
        self._around: dict[bool, tuple[bytes, bytes]] = {}

    def _line(self, said: Json, **more: object) -> bytes:
        head = {"model": self.asked.model, "created_at": CREATED, **self._said(said), "done": False, **more}
        return f"{compact(head)}\n".encode()

    def _said(self, said: Json) -> Json:
        return {"message": {"role": "assistant", "content": "", **said}}

    def before(self) -> bytes:
        """Nothing."""
        return b""

    def piece(self, text: bytes, *, thought: bool) -> bytes:
        """A line."""
        found = self._around.get(thought)
        if found is None:
            self._around[thought] = found = around(self._line({"thinking" if thought else "content": MARK}))
        return found[0] + text + found[1]

    def _counts(self) -> Json:
        """Durations in nanoseconds, as it was."""
        plan, (prompt, evaluated) = self.plan, self.spent
        return {
            "done": True,
            "done_reason": plan.finish,
            "total_duration": prompt + evaluated,
            "load_duration": 0,
            "prompt_eval_count": self.asked.prompt,
            "prompt_eval_duration": prompt,
            "eval_count": plan.output,
            "eval_duration": evaluated,
        }

    def after(self) -> bytes:
        """The last line, with counts and durations."""
        return self._line({}, **self._counts())

    def whole(self, text: str, thought: str) -> bytes:
        """One line with all of it."""
        return self._line({"content": text, **({"thinking": thought} if thought else {})}, **self._counts())

    def error(self, status: int, message: str) -> bytes:
        """As Ollama words it."""
        del status  # it is in the head alone
        return compact({"error": message}).encode()

    def error_event(self) -> bytes:
        """A line that is an error."""
        return b'{"error":"an error was encountered while running the model"}\n'

    def malformed(self) -> bytes:
        """The beginning of a line."""
        return b'{"model":"cut","message":{"role":"assistant","content":"ti\n'


class OllamaGenerate(OllamaChat):
    """`/api/generate`."""

    def _said(self, said: Json) -> Json:
        return {"response": said.get("content", ""), **({"thinking": said["thinking"]} if "thinking" in said else {})}
