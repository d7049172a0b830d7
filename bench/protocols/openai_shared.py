"""What the APIs of OpenAI's family share: keys, errors, the form of a request."""

from __future__ import annotations

from . import counts
from .interface import Auth, Delta, Fault, Json, Options, Request, Sent, Timings
from .jsons import fault, loosely, text, written

BASE = "https://api.openai.com/v1"
BEARER = Auth(variables=("OPENAI_API_KEY",))
DONE = Delta(done=True)
JSON_TYPE = ("content-type", "application/json")


def accepted(*, stream: bool) -> tuple[str, str]:
    """The header that says which form of answer is wanted."""
    return ("accept", "text/event-stream" if stream else "application/json")


def posted(path: str, auth: Auth, body: Json, options: Options) -> Request:
    """A JSON request; the members that the user gave win."""
    full = {**body, **options.extra}
    headers = (JSON_TYPE, accepted(stream=full.get("stream") is True))
    return Request("POST", path, headers, written(full), auth)


def told_error(answer: Json) -> Fault | None:
    """The error that an object tells: in `error`, or by being one (older vLLM)."""
    error = answer.get("error")
    if error:
        return fault(error)
    return fault(answer) if text(answer.get("object")) == "error" else None


def told_usage(answer: Json) -> Sent | None:
    """The counts that an object tells; those of llama.cpp's `timings` where it was not asked for usage."""
    for name in ("usage", "timings"):
        told = loosely(answer.get(name))
        if told and (name == "usage" or "predicted_n" in told):
            return Sent(name, told)
    return None


def told_timings(answer: Json) -> Timings | None:
    """The durations that an object tells, as llama.cpp does."""
    told = loosely(answer.get("timings"))
    return counts.llama_cpp_timings(Sent("timings", told)) if told else None
