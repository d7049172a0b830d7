#!/usr/bin/env python3
"""Streaming clients as nearly everybody writes them, on aiohttp and on httpx: what `aiready bench` is compared with.

    python benchmarks/usual_clients.py aiohttp|httpx URL --users 500 --requests 1500 [--whole] [--ca FILE]

Each user sends a chat completion, waits for its end and sends the next. Times are taken where such clients take them:
when the coroutine gets to the line. Prints one JSON object: seconds of `ttft`, of all gaps (`itl`), of `e2e`; answers
counted; processor seconds of the requests alone (`cpu`).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import ssl
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

BODY: dict[str, Any] = {
    "model": "m",
    "messages": [{"role": "user", "content": "How do tides come about?"}],
    "stream_options": {"include_usage": True},
}


@dataclass
class Times:
    """What was measured."""

    ttft: list[float] = field(default_factory=list[float])
    itl: list[float] = field(default_factory=list[float])
    e2e: list[float] = field(default_factory=list[float])
    answers: int = 0
    tokens: int = 0
    most: int = 0
    """Requests under way at once."""
    cpu: float = 0.0


Lines = Callable[[dict[str, Any]], AbstractAsyncContextManager[AsyncIterator[bytes]]]


async def one(lines: Lines, times: Times, *, stream: bool) -> None:
    """One request and its answer."""
    began = last = time.perf_counter()
    body = BODY | {"stream": True} if stream else {key: BODY[key] for key in ("model", "messages")}
    first = True
    async with lines(body) as answer:
        async for line in answer:
            if not stream:
                json.loads(line)
                continue
            if not line.startswith(b"data: ") or line[6:12] == b"[DONE]":
                continue
            choices = json.loads(line[6:])["choices"]
            if not choices or not choices[0]["delta"].get("content"):
                continue
            now = time.perf_counter()
            (times.ttft if first else times.itl).append(now - (began if first else last))
            first, last = False, now
            times.tokens += 1
    times.e2e.append((last if stream else time.perf_counter()) - began)
    times.answers += 1


async def run(lines: Lines, users: int, requests: int, *, stream: bool) -> Times:
    """All users, until all requests are answered."""
    times, left, flying = Times(), iter(range(requests)), [0]

    async def user() -> None:
        for _ in left:
            flying[0] += 1
            times.most = max(times.most, flying[0])
            await one(lines, times, stream=stream)
            flying[0] -= 1

    began = time.process_time()
    await asyncio.gather(*(user() for _ in range(users)))
    times.cpu = time.process_time() - began
    return times


async def with_aiohttp(url: str, users: int, context: ssl.SSLContext | None) -> tuple[Any, Any]:
    """Lines by aiohttp."""
    import aiohttp

    connector = aiohttp.TCPConnector(limit=users, ssl=context or True)
    session = aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=600))

    @asynccontextmanager
    async def lines(body: dict[str, Any]) -> AsyncIterator[Any]:
        async with session.post(url, json=body) as answer:
            answer.raise_for_status()
            yield answer.content if body.get("stream") else _whole(await answer.read())

    return lines, session.close


async def with_httpx(url: str, users: int, context: ssl.SSLContext | None) -> tuple[Any, Any]:
    """Lines by httpx, its stock transport and one client for all."""
    import httpx

    limits = httpx.Limits(max_connections=users, max_keepalive_connections=users)
    client = httpx.AsyncClient(limits=limits, timeout=600, verify=context or False, trust_env=False)

    @asynccontextmanager
    async def lines(body: dict[str, Any]) -> AsyncIterator[Any]:
        if not body.get("stream"):
            answer = (await client.post(url, json=body)).raise_for_status()
            yield _whole(answer.content)
            return
        async with client.stream("POST", url, json=body) as answer:
            answer.raise_for_status()
            yield (line.encode() async for line in answer.aiter_lines())

    return lines, client.aclose


async def _whole(body: bytes) -> AsyncIterator[bytes]:
    yield body


async def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library", choices=("aiohttp", "httpx"))
    parser.add_argument("url")
    parser.add_argument("--users", type=int, default=500)
    parser.add_argument("--requests", type=int, default=1500)
    parser.add_argument("--whole", action="store_true", help="ask without streaming")
    parser.add_argument("--ca", help="certificates to trust")
    asked = parser.parse_args()
    context = ssl.create_default_context(cafile=asked.ca) if asked.ca else None
    make = with_aiohttp if asked.library == "aiohttp" else with_httpx
    lines, close = await make(asked.url, asked.users, context)
    await run(lines, min(asked.users, 10), 10, stream=not asked.whole)
    times = await run(lines, asked.users, asked.requests, stream=not asked.whole)
    await close()
    json.dump(asdict(times), sys.stdout)


if __name__ == "__main__":
    asyncio.run(main())
