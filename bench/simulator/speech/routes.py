"""Which path is whose, and what a body asks for."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, cast

from ..planning import Asked, Plan
from .anthropic import Messages
from .gemini import Gemini
from .interface import Json, Speech
from .ollama import OllamaChat, OllamaGenerate
from .openai import Chat, Completion, Embedding
from .responses import Responses

MODEL = "simulator"
WIDEST = 8192
"""Dimensions of a vector."""
SPEECHES: Mapping[str, Callable[[Asked, Plan], Speech]] = {
    "chat": Chat,
    "completions": Completion,
    "embeddings": Embedding,
    "responses": Responses,
    "messages": Messages,
    "gemini": Gemini,
    "ollama-chat": OllamaChat,
    "ollama-generate": OllamaGenerate,
}
PATHS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?:/openai/v1|/openai/deployments/[^/]+|/v1)?/chat/completions"), "chat"),
    (re.compile(r"(?:/openai/v1|/openai/deployments/[^/]+|/v1)?/completions"), "completions"),
    (re.compile(r"(?:/openai/v1|/openai/deployments/[^/]+|/v1)?/embeddings"), "embeddings"),
    (re.compile(r"(?:/openai/v1|/openai|/v1)?/responses"), "responses"),
    (re.compile(r"(?:/v1)?/messages"), "messages"),
    (re.compile(r"(?:/v1beta|/v1)?/models/[^/:]+:(?:streamG|g)enerateContent"), "gemini"),
    (re.compile(r"/api/chat"), "ollama-chat"),
    (re.compile(r"/api/generate"), "ollama-generate"),
)
LISTS: Mapping[str, Json] = {
    "/": {"name": "aiready simulator"},
    "/health": {"status": "ok"},
    "/v1/models": {
        "object": "list",
        "data": [{"id": MODEL, "object": "model", "created": 1_760_000_000, "owned_by": "aiready"}],
    },
    "/v1beta/models": {
        "models": [{"name": f"models/{MODEL}", "supportedGenerationMethods": ["generateContent"]}],
    },
    "/api/tags": {
        "models": [
            {
                "name": f"{MODEL}:latest",
                "model": f"{MODEL}:latest",
                "modified_at": "2026-01-01T00:00:00Z",
                "size": 0,
                "digest": "0" * 64,
                "details": {"format": "gguf", "family": MODEL, "families": [MODEL], "parameter_size": "0B"},
            }
        ]
    },
    "/api/version": {"version": "0.0.0-simulator"},
}
"""What is answered to GET."""


def asked(number: int, target: str, body: bytes) -> Asked | None:
    """What a request asks for; None for a path that nobody has. Raises ValueError for a body that is no JSON object,
    RecursionError for one that is too deep."""
    path, _, query = target.partition("?")
    protocol, model = _route(path)
    if not protocol:
        return None
    told = _read(body)
    inputs = told.get("input")
    return Asked(
        number=number,
        protocol=protocol,
        model=str(told.get("model") or model),
        stream=_streams(told, protocol, path),
        prompt=max(1, len(_text(told)) // 4),
        longest=_longest(told),
        usage=protocol not in ("chat", "completions") or _wants_usage(told.get("stream_options")),
        inputs=len(cast("list[object]", inputs)) if isinstance(inputs, list) else 1,
        dimensions=_dimensions(told.get("dimensions")),
        base64=told.get("encoding_format") == "base64",
        sse="alt=sse" in query.split("&"),
    )


def speech(asked: Asked, plan: Plan) -> Speech:
    """Who words the answer."""
    return SPEECHES[asked.protocol](asked, plan)


@lru_cache(maxsize=256)
def _route(path: str) -> tuple[str, str]:
    """Whose path it is, or empty; and the model that it names."""
    protocol = next((name for pattern, name in PATHS if pattern.fullmatch(path)), "")
    found = re.search(r"/(?:models|deployments)/([^/:]+)", path)
    return protocol, found[1] if found else MODEL


def _read(body: bytes) -> Json:
    try:
        given: Any = json.loads(body or b"{}")
    except UnicodeDecodeError:
        raise ValueError("the body is no UTF-8") from None
    if not isinstance(given, dict):
        raise ValueError("the body is no JSON object")  # noqa: TRY004 - the family of what json raises
    return cast("Json", given)


def _streams(told: Json, protocol: str, path: str) -> bool:
    if protocol == "gemini":
        return path.endswith(":streamGenerateContent")
    return protocol != "embeddings" and told.get("stream", protocol.startswith("ollama")) is True


def _wants_usage(options: Any) -> bool:
    return isinstance(options, dict) and cast("Json", options).get("include_usage") is True


def _dimensions(given: Any) -> int:
    return given if isinstance(given, int) and 0 < given <= WIDEST else 8


def _longest(told: Json) -> int | None:
    inner = [told.get(name) for name in ("generationConfig", "options")]
    places = [told, *(cast("Json", each) for each in inner if isinstance(each, dict))]
    names = ("max_completion_tokens", "max_tokens", "max_output_tokens", "maxOutputTokens", "num_predict")
    found = next((each[name] for each in places for name in names if isinstance(each.get(name), int)), None)
    return found if found is not None and found > 0 else None


def _text(value: Json) -> str:
    """All texts of what is asked, one after the other."""
    parts: list[str] = []
    for name in ("messages", "input", "prompt", "contents", "system", "instructions", "systemInstruction"):
        if name in value:
            _gather(value[name], parts)
    return "".join(parts)


def _gather(value: Any, parts: list[str]) -> None:
    if isinstance(value, str):
        parts.append(value)
    elif isinstance(value, list):
        for each in cast("list[object]", value):
            _gather(each, parts)
    elif isinstance(value, dict):
        for name in ("content", "text", "parts", "input"):
            if name in value:
                _gather(cast("Json", value)[name], parts)
