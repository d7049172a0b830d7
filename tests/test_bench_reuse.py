"""Connections that a server drops behind its answers without a word, as llama.cpp does behind each stream."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence

import pytest

from aiready.bench.transport import Receipt, Wire, address, sockets, transport

ANSWER = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nKeep-Alive: timeout=5, max=100\r\n\r\n2\r\nhi\r\n0\r\n\r\n"
ANSWERS = 40


async def asked(answers: int, after: float, users: int) -> list[Receipt]:
    """What so many users get of a server that closes each connection behind so many answers, some seconds later."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            for _ in range(answers):
                if not await reader.read(1 << 16):
                    break
                writer.write(ANSWER)
            await asyncio.sleep(after)
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    carrier, _ = transport(address(f"http://127.0.0.1:{port}"), Wire())
    await carrier.open(users)

    async def user() -> list[Receipt]:
        return [await carrier.send("POST", "/", (), b"{}") for _ in range(ANSWERS)]

    all_of = await asyncio.gather(*(user() for _ in range(users)))
    await carrier.close()
    server.close()
    return [each for one in all_of for each in one]


def told(receipts: Sequence[Receipt]) -> Counter[tuple[str | None, bool]]:
    return Counter((each.broken, each.t_connected is not None) for each in receipts)


@pytest.mark.parametrize("users", [1, 8])
@pytest.mark.parametrize("after", [0.0, 0.02])
def test_a_server_that_drops_each_connection_costs_each_user_one_request_at_most(after: float, users: int) -> None:
    got = told(asyncio.run(asked(1, after, users)))
    dropped = got.pop(("reset", False), 0)
    assert dropped <= users
    # the connections that were opened ahead carry one answer each
    assert got == {(None, False): users, (None, True): users * (ANSWERS - 1) - dropped}


def test_a_drop_that_is_met_in_a_request_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    got = told(asyncio.run(asked(1, 0.02, 1)))
    assert got[("reset", False)] == 1
    monkeypatch.setattr(sockets, "SOON", 0)  # as if connections had been idle for long: it stays an accident
    got = told(asyncio.run(asked(1, 0.02, 1)))
    assert got[("reset", False)] == ANSWERS // 2


def test_a_server_that_keeps_its_connections_is_trusted() -> None:
    assert told(asyncio.run(asked(1000, 0.0, 4))) == {(None, False): 4 * ANSWERS}
