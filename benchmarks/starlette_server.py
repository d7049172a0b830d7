#!/usr/bin/env python3
"""A simulated chat completion as one would write it on starlette and uvicorn: what `aiready simulate` is compared with.

    python benchmarks/starlette_server.py PORT

Tokens come at absolute times, as in ours: 64 of them, the first after 200 ms, then one every 20 ms; all at once where
the request's header `x-simulate` is there. Its chunks are written beforehand: nothing is made slow on purpose.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from importlib import import_module
from typing import Any

TOKENS, TTFT, ITL = 64, 0.2, 0.02
HEAD = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1_760_000_000, "model": "m"}
HEAD |= {"service_tier": "default", "system_fingerprint": "fp_simulator"}


def event(delta: dict[str, str], finish: str | None = None) -> bytes:
    """One chunk."""
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
    return f"data: {json.dumps({**HEAD, 'choices': [choice]}, separators=(',', ':'))}\n\n".encode()


ROLE, TOKEN, END = event({"role": "assistant"}), event({"content": " tide"}), event({}, "stop") + b"data: [DONE]\n\n"


async def tokens(began: float) -> AsyncIterator[bytes]:
    """The events, each at its time."""
    loop = asyncio.get_running_loop()
    for at in range(TOKENS):
        await asyncio.sleep(began + TTFT + at * ITL - loop.time())
        yield TOKEN if at else ROLE + TOKEN
    yield END


async def chat(request: Any) -> Any:
    """The route."""
    answers = import_module("starlette.responses")
    began = asyncio.get_running_loop().time()
    asked = await request.json()
    if asked.get("stream"):
        return answers.StreamingResponse(tokens(began), media_type="text/event-stream")
    message = {"role": "assistant", "content": " tide"}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
    return answers.JSONResponse({**HEAD, "object": "chat.completion", "choices": [choice]})


def main() -> None:
    """Serves at a port."""
    routing, applications = import_module("starlette.routing"), import_module("starlette.applications")
    app = applications.Starlette(routes=[routing.Route("/v1/chat/completions", chat, methods=["POST"])])
    import_module("uvicorn").run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="error", backlog=4096)


if __name__ == "__main__":
    main()
