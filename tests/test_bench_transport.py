"""Both transports against scripted servers: stamps, connections used again, each way in which a request can fail."""

from __future__ import annotations

import asyncio
import os
import re
import resource
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic_ns
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

import pytest
import trustme

from aiready.bench.clock import ROOM, STAMP, stamped
from aiready.bench.mistakes import WireError
from aiready.bench.transport import Address, Receipt, Transport, Wire, address, transport
from aiready.bench.transport.interface import TOGETHER
from aiready.bench.transport.sockets import Sockets
from aiready.bench.transport.stock import Stock

if TYPE_CHECKING:
    import ssl

T = TypeVar("T")
MS = 1_000_000
OK = b"HTTP/1.1 200 OK\r\n"
HELLO = OK + b"Content-Length: 5\r\n\r\nhello"
CHUNKED = OK + b"Content-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
WIRE = Wire(connect_timeout=5, read_timeout=5, total_timeout=10)
BOTH = pytest.mark.parametrize("kind", [Sockets, Stock], ids=["sockets", "httpx"])


@dataclass
class Peer:
    """One connection as the server sees it."""

    sock: socket.socket
    server: Server
    wrote: list[tuple[int, int]] = field(default_factory=list)
    """Just before and just after each write, on the same clock as the client's."""

    def request(self) -> bytes:
        """The next request, body included; empty where the client is gone."""
        data = b""
        while b"\r\n\r\n" not in data:
            piece = self.sock.recv(65536)
            if not piece:
                return b""
            data += piece
        length = re.search(rb"(?i)\r\ncontent-length: (\d+)", data)
        missing = data.index(b"\r\n\r\n") + 4 + int(length[1] if length else 0) - len(data)
        while missing > 0:
            piece = self.sock.recv(65536)
            data, missing = data + piece, missing - len(piece)
        self.server.requests.append(data)
        return data

    def write(self, data: bytes) -> None:
        before = monotonic_ns()
        self.sock.sendall(data)
        self.wrote.append((before, monotonic_ns()))

    def events(self, *events: bytes, gap: float = 0.0) -> None:
        """A chunk each."""
        for event in events:
            self.write(b"%x\r\n%s\r\n" % (len(event), event))
            time.sleep(gap)

    def reset(self) -> None:
        """Breaks the connection off at once."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()

    def until_gone(self) -> None:
        """Waits for the client to leave."""
        while self.sock.recv(65536):
            pass
        self.server.left.set()


Script = Callable[[Peer], None]


class Server:
    """Runs a script for each connection, in a thread each."""

    def __init__(self, script: Script, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> None:
        self.script, self.tls = script, tls
        self.requests: list[bytes] = []
        self.peers: list[Peer] = []
        self.left = threading.Event()
        """A client was seen to leave."""
        self.stop = threading.Event()
        self.threads: list[threading.Thread] = []
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.listener = socket.create_server((host, 0), family=family, backlog=256)
        self.port: int = self.listener.getsockname()[1]
        name = "localhost" if tls else f"[{host}]" if ":" in host else host
        self.url = f"{'https' if tls else 'http'}://{name}:{self.port}"

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        with socket.create_connection(self.listener.getsockname()[:2]):
            pass  # wakes the thread that accepts
        for thread in self.threads:
            thread.join(10)
        self.listener.close()
        assert not any(thread.is_alive() for thread in self.threads)

    def _start(self, what: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=what, args=arguments, daemon=True)
        self.threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            sock, _ = self.listener.accept()
            if self.stop.is_set():
                sock.close()
                return
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._start(self._serve, sock)

    def _serve(self, sock: socket.socket) -> None:
        try:
            peer = Peer(self.tls.wrap_socket(sock, server_side=True) if self.tls else sock, self)
            self.peers.append(peer)
            with peer.sock:
                self.script(peer)
        except OSError:  # the client left
            sock.close()


Kind = type[Sockets] | type[Stock]


def sent(
    url: str, count: int = 1, *, wire: Wire = WIRE, kind: Kind = Sockets, body: bytes = b"{}", path: str = "/x"
) -> list[Receipt]:
    """The receipts of so many requests, one after another."""

    async def go(carrier: Transport) -> list[Receipt]:
        return [await carrier.send("POST", path, (("x-key", "sk-1"),), body) for _ in range(count)]

    return within(url, go, wire=wire, kind=kind)


def within(
    url: str, act: Callable[[Transport], Coroutine[Any, Any, T]], *, wire: Wire = WIRE, kind: Kind = Sockets
) -> T:
    """What becomes of a transport while it is open."""

    async def go() -> T:
        carrier = kind(address(url), wire)
        try:
            return await act(carrier)
        finally:
            await carrier.close()

    return asyncio.run(go())


async def until(done: Callable[[], bool]) -> None:
    """Waits for what a thread does."""
    while not done():  # noqa: ASYNC110
        await asyncio.sleep(0.001)


def held_up(seconds: float) -> None:
    """The loop doesn't get to see anything meanwhile."""
    time.sleep(seconds)


def once(answer: bytes) -> Script:
    """Answers each request of a connection with the same bytes."""

    def script(peer: Peer) -> None:
        while peer.request():
            peer.write(answer)

    return script


def told(receipt: Receipt) -> tuple[str | None, str, int, bytes, bool]:
    """What can be compared of a receipt."""
    return receipt.broken, receipt.why, receipt.status, b"".join(receipt.reads), receipt.whole


# What is sent, and how connections are used


@BOTH
def test_an_answer_comes_back_as_it_was_sent(kind: Kind) -> None:
    answer = OK + b"Content-Length: 5\r\nX-Id: a\r\nx-id: b\r\nRetry-After: 7\r\n\r\nhello"
    with Server(once(answer)) as server:
        (receipt,) = sent(server.url + "/v1", kind=kind, body=b"{...}")
    assert told(receipt) == (None, "", 200, b"hello", True)
    assert receipt.headers == (("content-length", "5"), ("x-id", "a"), ("x-id", "b"), ("retry-after", "7"))
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    first, *lines = head.lower().split(b"\r\n")
    assert (first, body) == (b"post /v1/x http/1.1", b"{...}")
    for line in (
        b"host: 127.0.0.1:%d" % server.port,
        b"accept-encoding: identity",
        b"x-key: sk-1",
        b"content-length: 5",
    ):
        assert lines.count(line) == 1


def test_a_request_is_written_in_one_go_with_no_header_that_nobody_asked_for() -> None:
    with Server(once(HELLO)) as server:
        sent(server.url)
    assert server.requests == [
        b"POST /x HTTP/1.1\r\nhost: 127.0.0.1:%d\r\naccept-encoding: identity\r\nconnection: keep-alive\r\n"
        b"x-key: sk-1\r\ncontent-length: 2\r\n\r\n{}" % server.port
    ]


@BOTH
def test_a_connection_is_used_again_and_said_to_be(kind: Kind) -> None:
    with Server(once(HELLO)) as server:
        receipts = sent(server.url, 3, kind=kind)
    assert [told(each)[:1] + told(each)[3:] for each in receipts] == [(None, b"hello", True)] * 3
    assert [each.t_connected is not None for each in receipts] == [True, False, False]
    assert len(server.peers) == 1
    for each in receipts:
        assert each.t0 <= (each.t_connected or each.t0) <= (each.t_headers or 0) <= each.t_end


@BOTH
def test_without_keep_alive_every_request_connects(kind: Kind) -> None:
    with Server(once(HELLO)) as server:
        receipts = sent(server.url, 3, kind=kind, wire=replace(WIRE, keepalive=False))
    assert [each.t_connected is not None for each in receipts] == [True, True, True]
    assert len(server.peers) == 3


def test_a_server_is_told_that_a_connection_is_not_kept() -> None:
    with Server(once(HELLO)) as server:
        sent(server.url, wire=replace(WIRE, keepalive=False))
    assert b"\r\nconnection: close\r\n" in server.requests[0]


@pytest.mark.parametrize(
    "answer",
    [
        OK + b"Connection: close\r\nContent-Length: 5\r\n\r\nhello",
        b"HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        OK + b"Content-Length: 5\r\n\r\nhello and more",
        OK + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    ],
    ids=["close", "old", "bytes behind the end", "length and chunks"],
)
def test_a_connection_that_may_not_be_used_again_is_not(answer: bytes) -> None:
    with Server(once(answer)) as server:
        receipts = sent(server.url, 2)
    assert [told(each) for each in receipts] == [(None, "", 200, b"hello", True)] * 2
    assert len(server.peers) == 2


def test_a_connection_that_the_server_closed_meanwhile_is_not_used_again() -> None:
    def script(peer: Peer) -> None:
        peer.request()
        peer.write(HELLO)
        peer.sock.close()
        server.left.set()

    async def act(carrier: Transport) -> list[Receipt]:
        first = await carrier.send("GET", "/", (), b"")
        server.left.wait(5)
        held_up(0.01)
        return [first, await carrier.send("GET", "/", (), b"")]

    with Server(script) as server:
        receipts = within(server.url, act)
    assert [told(each)[3] for each in receipts] == [b"hello", b"hello"]
    assert [each.t_connected is not None for each in receipts] == [True, True]
    assert len(server.requests) == 2


def test_a_connection_that_says_what_nobody_asked_for_is_not_used_again() -> None:
    def script(peer: Peer) -> None:
        peer.request()
        peer.write(HELLO)
        peer.write(b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n")
        server.left.set()
        peer.until_gone()

    async def act(carrier: Transport) -> list[Receipt]:
        first = await carrier.send("GET", "/", (), b"")
        server.left.wait(5)
        return [first, await carrier.send("GET", "/", (), b"")]

    with Server(script) as server:
        assert [told(each) for each in within(server.url, act)] == [(None, "", 200, b"hello", True)] * 2
    assert len(server.peers) == 2


@BOTH
def test_a_used_connection_that_dies_before_a_byte_is_told_apart_and_nothing_is_sent_twice(kind: Kind) -> None:
    def script(peer: Peer) -> None:
        peer.request()
        peer.write(HELLO)
        peer.request()

    with Server(script) as server:
        first, second = sent(server.url, 2, kind=kind)
    assert told(first)[0] is None
    assert (second.broken, second.t_connected, second.received, second.status) == ("reset", None, 0, 0)
    assert len(server.requests) == 2


def test_connections_are_opened_ahead() -> None:
    async def act(carrier: Transport) -> list[Receipt]:
        await carrier.open(70)
        return list(await asyncio.gather(*(carrier.send("GET", "/", (), b"") for _ in range(70))))

    with Server(once(HELLO)) as server:
        receipts = within(server.url, act)
    assert {(each.broken, each.t_connected) for each in receipts} == {(None, None)}
    assert len(server.peers) == 70


def test_what_cannot_be_opened_ahead_is_left_to_the_requests() -> None:
    async def act(carrier: Transport) -> Receipt:
        await carrier.open(200)
        return await carrier.send("GET", "/", (), b"")

    assert within(f"http://127.0.0.1:{closed_port()}", act).broken == "connect"


@BOTH
def test_a_request_that_cannot_be_written_is_refused_before_anything_is_sent(kind: Kind) -> None:
    async def act(carrier: Transport) -> None:
        for path, headers in (("/a b", ()), ("/", (("x-key", "sk-1\r\nEvil: 1"),)), ("/", (("connection", "x"),))):
            with pytest.raises(WireError) as error:
                await carrier.send("GET", path, headers, b"")
            assert "sk-1" not in str(error.value)

    with Server(once(HELLO)) as server:
        within(server.url, act, kind=kind)
    assert (server.peers, server.requests) == ([], [])


# Stamps


@pytest.mark.usefixtures("stamping")
def test_each_event_has_the_stamp_of_its_packet() -> None:
    def script(peer: Peer) -> None:
        peer.request()
        peer.write(CHUNKED)
        peer.events(*(b"data: %d\n\n" % each for each in range(5)), gap=0.01)
        peer.write(b"0\r\n\r\n")

    with Server(script) as server:
        (receipt,) = sent(server.url)
        wrote = server.peers[0].wrote
    assert receipt.reads == [b"data: 0\n\n", b"data: 1\n\n", b"data: 2\n\n", b"data: 3\n\n", b"data: 4\n\n", b""]
    stamps = [receipt.t_headers or 0, *receipt.stamps]
    assert stamps == sorted(stamps)
    assert receipt.t_end == stamps[-1]
    for stamp, (before, after) in zip(stamps, wrote, strict=True):
        assert before - MS <= stamp
        assert stamp <= after + MS or not STAMP


@pytest.mark.skipif(not STAMP, reason="only Linux's kernel stamps")
@pytest.mark.usefixtures("stamping")
@pytest.mark.parametrize("secure", [False, True])
def test_a_stamp_is_not_late_where_we_are(secure: bool, authority: Authority) -> None:  # noqa: FBT001
    def script(peer: Peer) -> None:
        peer.request()
        peer.write(CHUNKED)
        peer.events(b"data: 1\n\n")
        peer.write(b"0\r\n\r\n")
        server.left.set()

    async def act(carrier: Transport) -> Receipt:
        request = asyncio.ensure_future(carrier.send("GET", "/", (), b""))
        await until(lambda: bool(server.requests))
        server.left.wait(5)
        held_up(0.05)
        return await request

    with Server(script, authority.served() if secure else None) as server:
        receipt = within(server.url, act, wire=authority.wire)
        wrote = server.peers[0].wrote
    assert receipt.whole
    assert receipt.t_end <= wrote[-1][1] + MS


@pytest.mark.usefixtures("stamping")
def test_reads_are_counted_by_who_stamped_them() -> None:
    async def act(carrier: Transport) -> tuple[int, int, int]:
        await carrier.send("GET", "/", (), b"")
        return carrier.clock.by_kernel, carrier.clock.by_us, carrier.clock.stepped

    with Server(once(HELLO)) as server:
        assert within(server.url, act) == ((1, 0, 0) if STAMP else (0, 1, 0))
        assert within(server.url, act, kind=Stock) == (0, 1, 0)


# Connecting


@pytest.fixture(scope="session")
def stamping() -> Iterator[None]:
    """The kernel stamps: it takes a moment until it does, from the first socket on that asks for it."""
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()) as there:
        here, _ = listener.accept()
        with here:
            stamped(here)
            while STAMP:
                there.send(b"x")
                if here.recvmsg(1, ROOM)[1]:
                    break
            yield


def closed_port() -> int:
    """One that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def deaf() -> Iterator[int]:
    """A port that answers nothing: whoever connects waits, since the queue of the listener is full."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        port: int = listener.getsockname()[1]
        fillers = [socket.socket() for _ in range(8)]
        for each in fillers:
            each.setblocking(False)
            each.connect_ex(("127.0.0.1", port))
        yield port
        for each in fillers:
            each.close()


QUICK = Wire(connect_timeout=0.2, read_timeout=0.2, total_timeout=5)


@BOTH
def test_a_refused_connection(kind: Kind) -> None:
    (receipt,) = sent(f"http://127.0.0.1:{closed_port()}", kind=kind)
    assert (receipt.broken, receipt.status, receipt.t_connected, receipt.whole) == ("connect", 0, None, False)
    assert receipt.t_end > receipt.t0
    assert receipt.why == "Connection refused"


@BOTH
def test_an_unknown_name_is_looked_up_again_by_the_next_request(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def nobody(host: object, *_: object, **__: object) -> None:
        asked.append(host)
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    receipts = sent("http://nothing.invalid", 2, kind=kind)
    assert [each.broken for each in receipts] == ["connect", "connect"]
    if kind is Sockets:
        assert receipts[0].why == "nothing.invalid: the name isn't known: Name or service not known"
        assert asked == ["nothing.invalid"] * 4  # as a number first, each time


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse where Linux waits")
@BOTH
def test_a_connection_that_is_never_answered(kind: Kind) -> None:
    with deaf() as port:
        (receipt,) = sent(f"http://127.0.0.1:{port}", wire=QUICK, kind=kind)
    assert receipt.broken == "connect"
    assert receipt.t_end - receipt.t0 >= 200 * MS
    if kind is Sockets:
        assert receipt.why == "no connection within 0.2 s"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse where Linux waits")
def test_an_address_that_swallows_everything_leaves_time_to_the_next_and_is_not_asked_first_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with deaf() as port, Server(once(OK + b"Connection: close\r\nContent-Length: 0\r\n\r\n")) as server:
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", each)) for each in (port, server.port)]
        with monkeypatch.context() as patch:
            patch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
            first, second = sent("http://two.example", 2, wire=replace(QUICK, connect_timeout=0.4))
    assert (first.broken, second.broken) == (None, None)
    assert (first.t_connected or 0) - first.t0 >= 190 * MS
    assert (second.t_connected or 0) - second.t0 < 190 * MS


def test_the_total_holds_for_connecting_too() -> None:
    with deaf() as port:
        (receipt,) = sent(f"http://127.0.0.1:{port}", wire=Wire(connect_timeout=9, read_timeout=9, total_timeout=0.2))
    assert (receipt.broken, receipt.why) == ("connect", "no connection within 0.2 s")


@pytest.mark.skipif(sys.platform != "linux", reason="counts descriptors in /proc")
def test_no_descriptor_left_is_our_own_fault() -> None:
    async def act(carrier: Transport) -> Receipt:
        await asyncio.sleep(0)
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        used = max(map(int, os.listdir("/proc/self/fd")))
        fillers = [os.dup(0) for _ in range(used)]
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(fillers) + 1, hard))
        try:
            return await carrier.send("GET", "/", (), b"")
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
            for each in fillers:
                os.close(each)

    for kind in (Sockets, Stock):
        receipt = within("http://127.0.0.1:9", act, kind=kind)
        assert receipt.broken == "client"
        assert "Too many open files" in receipt.why


@BOTH
def test_ipv6(kind: Kind) -> None:
    try:
        server = Server(once(HELLO), host="::1")
    except OSError:
        pytest.skip("this machine has no IPv6")
    with server:
        (receipt,) = sent(server.url, kind=kind)
    assert told(receipt) == (None, "", 200, b"hello", True)
    assert b"host: [::1]:%d\r\n" % server.port in server.requests[0].lower()


# Timeouts


@BOTH
def test_nothing_comes(kind: Kind) -> None:
    def script(peer: Peer) -> None:
        peer.request()
        peer.until_gone()

    with Server(script) as server:
        (receipt,) = sent(server.url, wire=QUICK, kind=kind)
        assert server.left.wait(5)
    assert (receipt.broken, receipt.status, receipt.received) == ("read_timeout", 0, 0)
    assert receipt.t_end - receipt.t0 >= 200 * MS
    if kind is Sockets:
        assert receipt.why == "no answer began for 0.2 s"


@BOTH
@pytest.mark.parametrize("secure", [False, True], ids=["plain", "secure"])
def test_an_answer_stands_still(kind: Kind, secure: bool, authority: Authority) -> None:  # noqa: FBT001
    def script(peer: Peer) -> None:
        peer.request()
        peer.write(CHUNKED)
        peer.events(b"data: 1\n\n", b"data: 2\n\n", gap=0.02)
        peer.until_gone()

    with Server(script, authority.served() if secure else None) as server:
        wire = replace(authority.wire, read_timeout=0.2)
        (receipt,) = sent(server.url, wire=wire, kind=kind)
    assert (receipt.broken, receipt.status, receipt.whole) == ("read_timeout", 200, False)
    assert b"".join(receipt.reads) == b"data: 1\n\ndata: 2\n\n"
    assert len(receipt.stamps) == len(receipt.reads)
    if kind is Sockets:
        assert receipt.why == "the answer stood still for 0.2 s"


@BOTH
@pytest.mark.parametrize(
    "start", [b"", OK, OK + b"\r\n", CHUNKED + b"ffff\r\n"], ids=["status", "headers", "body", "chunk"]
)
def test_a_byte_at_a_time_keeps_the_connection_alive_but_not_the_request(kind: Kind, start: bytes) -> None:
    def script(peer: Peer) -> None:
        peer.request()
        peer.write(start)
        for byte in (b"HTTP/1.1 200 OK\r\nx-slow: " if not start else b"x-slow: ") + b"y" * 1000:
            peer.write(bytes([byte]))
            time.sleep(0.02)

    wire = Wire(connect_timeout=5, read_timeout=0.2, total_timeout=0.5)
    with Server(script) as server:
        (receipt,) = sent(server.url, wire=wire, kind=kind)
    assert (receipt.broken, receipt.why) == ("total_timeout", "the answer took longer than 0.5 s")
    assert receipt.t_end - receipt.t0 >= 500 * MS


def test_a_server_that_takes_nothing_of_the_request() -> None:
    def script(peer: Peer) -> None:
        server.stop.wait(5)

    with Server(script) as server:
        (receipt,) = sent(server.url, wire=QUICK, body=bytes(32 << 20))
        server.stop.set()
    assert (receipt.broken, receipt.why) == ("read_timeout", "the server took nothing of the request for 0.2 s")


def test_a_request_that_is_taken_slowly_is_no_silence() -> None:
    def script(peer: Peer) -> None:
        peer.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        left = 8 << 20
        while left > 0:
            left -= len(peer.sock.recv(1 << 20))
            time.sleep(0.01)
        peer.write(HELLO)

    with Server(script) as server:
        slow = replace(QUICK, read_timeout=0.6, total_timeout=20)
        (receipt,) = sent(server.url, wire=slow, body=bytes(8 << 20))
    assert told(receipt) == (None, "", 200, b"hello", True)


# Broken off


@BOTH
@pytest.mark.parametrize(
    ("part", "status", "body"),
    [(b"", 0, b""), (OK + b"x-a: b\r\n", 0, b""), (CHUNKED + b"5\r\nhello\r\n", 200, b"hello")],
    ids=["before the head", "in the head", "in the body"],
)
def test_a_reset(kind: Kind, part: bytes, status: int, body: bytes) -> None:
    def script(peer: Peer) -> None:
        peer.request()
        if part:
            peer.write(part)
            time.sleep(0.05)  # else the system drops what has not been read yet
        peer.reset()

    with Server(script) as server:
        (receipt,) = sent(server.url, kind=kind)
    assert (receipt.broken, receipt.status, b"".join(receipt.reads), receipt.whole) == ("reset", status, body, False)
    if kind is Sockets:
        assert receipt.why == "the connection broke: Connection reset by peer"
        assert receipt.received == len(part)


@BOTH
@pytest.mark.parametrize("part", [b"", b"HT", OK + b"x-a: b\r\n"], ids=["nothing", "status", "head"])
def test_a_close_before_the_end_of_the_head(kind: Kind, part: bytes) -> None:
    def script(peer: Peer) -> None:
        peer.request()
        peer.write(part)

    with Server(script) as server:
        (receipt,) = sent(server.url, kind=kind)
    assert (receipt.broken, receipt.status, receipt.whole) == ("reset", 0, False)
    if kind is Sockets:
        where = "in the middle of the headers" if part else "before an answer came"
        assert receipt.why == f"the server closed the connection {where}"


@BOTH
@pytest.mark.parametrize(
    ("answer", "whole"),
    [
        (OK + b"Content-Length: 6\r\n\r\nhello", False),
        (CHUNKED + b"5\r\nhello\r\n", False),
        (CHUNKED + b"6\r\nhello", False),
        (OK + b"\r\nhello", True),
    ],
    ids=["length", "chunks", "within a chunk", "no length"],
)
def test_a_close_in_the_body(kind: Kind, answer: bytes, whole: bool) -> None:  # noqa: FBT001
    def script(peer: Peer) -> None:
        peer.request()
        peer.write(answer)

    with Server(script) as server:
        (receipt,) = sent(server.url, kind=kind)
    assert (receipt.broken, receipt.status, b"".join(receipt.reads), receipt.whole) == (None, 200, b"hello", whole)


@pytest.mark.parametrize("closes", [False, True])
def test_an_answer_that_does_not_wait_for_the_end_of_the_request(closes: bool) -> None:  # noqa: FBT001
    def script(peer: Peer) -> None:
        peer.sock.recv(1000)
        peer.write(b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\nbig")
        if not closes:
            server.left.wait(5)

    with Server(script) as server:
        (receipt,) = sent(server.url, body=bytes(32 << 20))
        server.left.set()
    assert told(receipt) == (None, "", 413, b"big", True)


def test_a_request_that_is_refused_without_a_word() -> None:
    def script(peer: Peer) -> None:
        peer.sock.recv(1000)
        peer.reset()

    with Server(script) as server:
        (receipt,) = sent(server.url, body=bytes(32 << 20))
    assert (receipt.broken, receipt.received) == ("reset", 0)


@BOTH
@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH_9.9\r\n\r\n",
        OK + b"no header\r\n\r\n",
        OK + b"Content-Length: x\r\n\r\n",
        CHUNKED + b"zz\r\n",
        OK + b"Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello",
        OK + b"Content-Encoding: br\r\nContent-Length: 5\r\n\r\nhello",
    ],
    ids=["another protocol", "header", "length", "chunk", "no gzip", "unknown coding"],
)
def test_what_is_no_http(kind: Kind, answer: bytes) -> None:
    with Server(once(answer)) as server:
        (receipt,) = sent(server.url, kind=kind)
    assert (receipt.broken, receipt.whole, b"".join(receipt.reads)) == ("malformed", False, b"")
    assert len(receipt.reads) == len(receipt.stamps)
    assert receipt.why


# The end of a run


@BOTH
@pytest.mark.parametrize("part", [b"", CHUNKED + b"5\r\nhello\r\n"])
def test_a_cancelled_request_leaves_nothing_behind(kind: Kind, part: bytes) -> None:
    def script(peer: Peer) -> None:
        peer.request()
        peer.write(part)
        peer.until_gone()

    async def act(carrier: Transport) -> None:
        request = asyncio.ensure_future(carrier.send("GET", "/", (), b""))
        await until(lambda: bool(server.requests and (server.peers[0].wrote or not part)))
        request.cancel()
        with pytest.raises(asyncio.CancelledError):
            await request
        assert await asyncio.to_thread(server.left.wait, 5)

    with Server(script) as server:
        within(server.url, act, kind=kind)


@BOTH
def test_requests_under_way_when_the_transport_is_closed(kind: Kind) -> None:
    def script(peer: Peer) -> None:
        peer.request()
        peer.write(CHUNKED + b"5\r\nhello\r\n")
        peer.until_gone()

    async def go(url: str) -> Receipt:
        carrier = kind(address(url), WIRE)
        request = asyncio.ensure_future(carrier.send("GET", "/", (), b""))
        await until(lambda: bool(server.peers and server.peers[0].wrote))
        await asyncio.sleep(0.02)
        await carrier.close()
        return await request

    with Server(script) as server:
        receipt = asyncio.run(go(server.url))
    assert (receipt.broken, receipt.why, receipt.whole) == ("client", "the run was ended", False)
    assert receipt.reads == [b"hello"]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse where Linux waits")
def test_a_transport_that_is_closed_opens_nothing_more() -> None:
    async def go(url: str) -> Receipt:
        carrier = Sockets(address(url), WIRE)
        request = asyncio.ensure_future(carrier.send("GET", "/", (), b""))
        await asyncio.sleep(0)
        await carrier.close()
        return await request

    with Server(once(HELLO)) as server:
        receipt = asyncio.run(go(server.url))
    assert (receipt.broken, receipt.why) == ("client", "the run was ended")
    assert server.requests == []


def test_what_answers_take_is_counted_until_nobody_holds_them() -> None:
    async def act(carrier: Transport) -> list[int]:
        held = cast("Sockets", carrier)._held
        counts = [held.bytes]
        receipt = await carrier.send("GET", "/", (), b"")
        counts.append(held.bytes)
        assert receipt.reads
        del receipt
        await asyncio.sleep(0)  # the loop holds it until then
        return [*counts, held.bytes]

    with Server(once(OK + b"Content-Length: 5\r\nContent-Encoding: identity\r\n\r\nhello")) as server:
        assert within(server.url, act) == [0, 105, 0]


@BOTH
def test_answers_that_take_too_much_together_are_our_own_fault(kind: Kind) -> None:
    async def act(carrier: Transport) -> tuple[Receipt, Receipt]:
        held = cast("Sockets", carrier)._held
        held.bytes = TOGETHER
        full = await carrier.send("GET", "/", (), b"")
        held.bytes = 0
        return full, await carrier.send("GET", "/", (), b"")

    def script(peer: Peer) -> None:
        while peer.request():
            peer.write(CHUNKED)
            peer.events(b"hello")
            time.sleep(0.02)
            peer.write(b"0\r\n\r\n")

    with Server(script) as server:
        full, other = within(server.url, act, kind=kind)
    assert (full.broken, full.why) == ("client", "the answers under way take more than 256 MiB together")
    assert told(other) == (None, "", 200, b"hello", True)


# TLS


@dataclass
class Authority:
    """A certificate authority that only this test run trusts."""

    ca: trustme.CA
    path: Path

    @property
    def wire(self) -> Wire:
        return replace(WIRE, ca=self.path)

    def served(
        self, name: str = "localhost", *, days: int = 1, at_most: str = "TLSv1_3", by: trustme.CA | None = None
    ) -> ssl.SSLContext:
        """A server with a certificate of that name, for so many days from now."""
        import ssl

        now = datetime.now(UTC)
        leaf = (by or self.ca).issue_cert(name, not_before=now - timedelta(3), not_after=now + timedelta(days))
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.maximum_version = ssl.TLSVersion[at_most]
        leaf.configure_cert(made)
        return made


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    made = Authority(trustme.CA(), tmp_path_factory.mktemp("ca") / "ca.pem")
    made.ca.cert_pem.write_to_path(str(made.path))
    return made


@pytest.mark.usefixtures("stamping")
@BOTH
@pytest.mark.parametrize("version", ["TLSv1_2", "TLSv1_3"])
def test_streams_over_tls_keep_their_stamps_and_their_connection(
    kind: Kind, version: str, authority: Authority
) -> None:
    def script(peer: Peer) -> None:
        while peer.request():
            peer.write(CHUNKED)
            peer.events(b"data: 1\n\n", b"data: 2\n\n", gap=0.01)
            peer.write(b"0\r\n\r\n")

    with Server(script, authority.served(at_most=version)) as server:
        receipts = sent(server.url, 2, wire=authority.wire, kind=kind)
        wrote = server.peers[0].wrote
    assert [told(each) for each in receipts] == [(None, "", 200, b"data: 1\n\ndata: 2\n\n", True)] * 2
    assert [each.t_connected is not None for each in receipts] == [True, False]
    if kind is Sockets:
        stamps = [stamp for each in receipts for stamp in (each.t_headers or 0, *each.stamps)]
        for stamp, (before, after) in zip(stamps, wrote, strict=True):
            assert before - MS <= stamp
            assert stamp <= after + MS or not STAMP


def test_a_large_request_and_a_large_answer_over_tls(authority: Authority) -> None:
    big = os.urandom(3 << 20)

    def script(peer: Peer) -> None:
        peer.request()
        peer.write(OK + b"Content-Length: %d\r\n\r\n" % len(big) + big)

    with Server(script, authority.served()) as server:
        (receipt,) = sent(server.url, wire=authority.wire, body=big)
    assert told(receipt) == (None, "", 200, big, True)
    assert server.requests[0].endswith(b"\r\n\r\n" + big)


def test_a_goodbye_of_tls_ends_a_body_without_length(authority: Authority) -> None:
    def script(peer: Peer) -> None:
        peer.request()
        peer.write(OK + b"\r\nhello")
        cast("ssl.SSLSocket", peer.sock).unwrap()

    with Server(script, authority.served()) as server:
        (receipt,) = sent(server.url, wire=authority.wire)
    assert told(receipt) == (None, "", 200, b"hello", True)


def test_a_connection_whose_server_said_goodbye_is_not_used_again(authority: Authority) -> None:
    def script(peer: Peer) -> None:
        peer.request()
        peer.write(HELLO)
        try:
            cast("ssl.SSLSocket", peer.sock).unwrap()
        finally:
            server.left.set()

    async def act(carrier: Transport) -> list[Receipt]:
        first = await carrier.send("GET", "/", (), b"")
        held_up(0.1)
        return [first, await carrier.send("GET", "/", (), b"")]

    with Server(script, authority.served()) as server:
        receipts = within(server.url, act, wire=authority.wire)
    assert [told(each) for each in receipts] == [(None, "", 200, b"hello", True)] * 2
    assert [each.t_connected is not None for each in receipts] == [True, True]


BAD_CERTIFICATES: dict[str, tuple[Callable[[Authority], ssl.SSLContext], str]] = {
    "expired": (lambda of: of.served(days=-1), "no secure connection: certificate has expired"),
    "another host": (
        lambda of: of.served("other.example"),
        "no secure connection: hostname mismatch, certificate is not valid for 'localhost'.",
    ),
    "unknown": (
        lambda of: of.served(by=trustme.CA()),
        "no secure connection: unable to get local issuer certificate",
    ),
}


@BOTH
@pytest.mark.parametrize("bad", BAD_CERTIFICATES)
def test_a_certificate_that_cannot_be_trusted(kind: Kind, bad: str, authority: Authority) -> None:
    make, said = BAD_CERTIFICATES[bad]
    with Server(once(HELLO), make(authority)) as server:
        (receipt,) = sent(server.url, wire=authority.wire, kind=kind)
        (insecure,) = sent(server.url, wire=replace(authority.wire, insecure=True), kind=kind)
    assert (receipt.broken, receipt.status, receipt.t_connected is None) == ("tls", 0, kind is Sockets)
    assert told(insecure) == (None, "", 200, b"hello", True)
    assert len(server.requests) == 1
    if kind is Sockets:
        assert receipt.why == said


@BOTH
def test_without_a_ca_of_its_own_the_systems_are_trusted(kind: Kind, authority: Authority) -> None:
    with Server(once(HELLO), authority.served()) as server:
        (receipt,) = sent(server.url, kind=kind)
    assert receipt.broken == "tls"


@BOTH
def test_plain_http_where_tls_is_spoken_and_the_other_way_round(kind: Kind, authority: Authority) -> None:
    with Server(once(HELLO)) as server:  # it goes on waiting for the end of a head
        wire = replace(authority.wire, connect_timeout=0.2)
        (receipt,) = sent(f"https://localhost:{server.port}", wire=wire, kind=kind)
    assert receipt.broken == ("tls" if kind is Sockets else "connect")
    with Server(once(HELLO), authority.served()) as server:
        (receipt,) = sent(f"http://localhost:{server.port}", kind=kind)
    assert receipt.broken in {"reset", "malformed"}


@pytest.mark.parametrize(
    ("part", "said"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "no secure connection: "),
        (b"", "no secure connection: the server closed the connection in the middle of the handshake"),
        (b"\x16\x03\x03\x00", "no secure connection: the server closed the connection in the middle of the handshake"),
    ],
    ids=["plain", "nothing", "cut"],
)
def test_a_handshake_that_is_none(part: bytes, said: str, authority: Authority) -> None:
    def script(peer: Peer) -> None:
        peer.sock.recv(65536)
        peer.write(part)

    with Server(script) as server:
        (receipt,) = sent(f"https://localhost:{server.port}", wire=authority.wire)
    assert receipt.broken == "tls"
    assert receipt.why.startswith(said)


def test_a_handshake_that_is_reset(authority: Authority) -> None:
    def script(peer: Peer) -> None:
        peer.sock.recv(10)
        peer.reset()

    with Server(script) as server:
        (receipt,) = sent(f"https://localhost:{server.port}", wire=authority.wire)
    assert receipt.broken == "tls"
    assert receipt.why == (
        "no secure connection: the connection broke in the middle of the handshake: connection reset by peer"
    )


def test_a_handshake_that_never_ends(authority: Authority) -> None:
    with Server(Peer.until_gone) as server:
        (receipt,) = sent(f"https://localhost:{server.port}", wire=replace(authority.wire, connect_timeout=0.2))
        assert server.left.wait(5)
    assert (receipt.broken, receipt.why) == ("tls", "no secure connection within 0.2 s")


def test_damage_in_the_middle_of_a_secure_stream(authority: Authority) -> None:
    def script(peer: Peer) -> None:
        peer.request()
        peer.write(CHUNKED)
        peer.events(b"data: 1\n\n")
        time.sleep(0.02)
        os.write(peer.sock.fileno(), b"no record of TLS at all")
        peer.until_gone()

    with Server(script, authority.served()) as server:
        (receipt,) = sent(server.url, wire=authority.wire)
    assert (receipt.broken, b"".join(receipt.reads)) == ("tls", b"data: 1\n\n")
    assert receipt.why.startswith("the secure connection broke: ")


def test_certificates_that_cannot_be_read_are_said_before_anything_is_sent(tmp_path: Path) -> None:
    wrong = tmp_path / "ca.pem"
    wrong.write_text("nothing of the kind")

    async def go(path: Path) -> None:
        transport(address("https://localhost"), Wire(ca=path))

    for path in (wrong, tmp_path / "nowhere.pem"):
        with pytest.raises(WireError, match="no certificates can be read from it"):
            asyncio.run(go(path))


# Proxies and HTTP/2


def proxied(peer: Peer) -> None:
    """A proxy: CONNECT becomes a tunnel, anything else is answered by itself."""
    request = peer.request()
    method, target, _ = request.split(b"\r\n")[0].split(b" ")
    if method != b"CONNECT":
        peer.write(OK + b"Content-Length: %d\r\n\r\n" % len(target) + target)
        return
    host, _, port = target.rpartition(b":")
    with socket.create_connection((host.decode(), int(port))) as there:
        peer.write(OK + b"\r\n")
        pipe = threading.Thread(target=poured, args=(there, peer.sock))
        pipe.start()
        poured(peer.sock, there)
        pipe.join()


def poured(source: socket.socket, target: socket.socket) -> None:
    """Hands on all bytes, and the end of them."""
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        return


def test_a_proxy_is_asked_for_all_of_the_address() -> None:
    async def go(proxy: str) -> tuple[str, str, Receipt]:
        carrier, why = transport(address("http://far.example/v1"), replace(WIRE, proxy=proxy))
        try:
            return carrier.kind, why, await carrier.send("GET", "/x", (), b"")
        finally:
            await carrier.close()

    with Server(proxied) as proxy:
        kind, why, receipt = asyncio.run(go(proxy.url.replace("//", "//me:sk-proxy@")))
    assert kind == "httpx"
    assert why == "a proxy was asked for: httpx carries the requests, and stamps them when it gets to them"
    assert told(receipt) == (None, "", 200, b"http://far.example/v1/x", True)
    assert b"proxy-authorization: basic " in proxy.requests[0].lower()


def test_a_tunnel_through_a_proxy(authority: Authority) -> None:
    with Server(once(HELLO), authority.served()) as server, Server(proxied) as proxy:
        receipts = sent(server.url, 2, wire=replace(authority.wire, proxy=proxy.url), kind=Stock)
    assert [told(each) for each in receipts] == [(None, "", 200, b"hello", True)] * 2
    assert [each.t_connected is not None for each in receipts] == [True, False]
    assert [each.split(b" ")[0] for each in proxy.requests] == [b"CONNECT"]
    assert not any(b"x-key" in each for each in proxy.requests)  # only the target learns the key


def test_a_proxy_that_refuses(authority: Authority) -> None:
    with Server(once(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")) as proxy:
        wire = replace(authority.wire, proxy=proxy.url.replace("//", "//me:sk-proxy@"))
        (receipt,) = sent("https://localhost:1", wire=wire, kind=Stock)
    assert (receipt.broken, receipt.status) == ("connect", 0)
    assert "sk-proxy" not in receipt.why


@pytest.mark.parametrize("proxy", ["me:sk-proxy@nowhere", "ftp://sk-proxy@h", "http://", "http://h:sk-proxy", "x"])
def test_a_proxy_that_cannot_be_one_is_refused_without_showing_it(proxy: str) -> None:
    async def go() -> None:
        transport(address("http://h"), Wire(proxy=proxy))

    with pytest.raises(WireError) as error:
        asyncio.run(go())
    assert str(error.value) == "the proxy's URL can't be used: it looks like http://proxy.example:3128"


def test_our_own_sockets_are_the_rule() -> None:
    async def go(wire: Wire) -> tuple[str, str]:
        carrier, why = transport(Address("h", 80, secure=False), wire)
        await carrier.close()
        return carrier.kind, why

    assert asyncio.run(go(Wire())) == ("sockets", "")


def test_http2_without_its_package_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    async def go() -> None:
        transport(Address("h", 443, secure=True), Wire(http2=True))

    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(WireError, match=r"pip install 'aiready\[http2\]'"):
        asyncio.run(go())


def http2(peer: Peer) -> None:
    """A server of HTTP/2 that streams two events, or cuts the stream where the path says so."""
    import h2.config
    import h2.connection
    import h2.events

    talk = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
    talk.initiate_connection()
    peer.sock.sendall(talk.data_to_send())
    while data := peer.sock.recv(65536):
        for event in talk.receive_data(data):
            if isinstance(event, h2.events.RequestReceived):
                headers = dict(event.headers)
                peer.server.requests.append(headers[b":path"])
                talk.send_headers(event.stream_id, [(":status", "200"), ("x-id", "a")])
                talk.send_data(event.stream_id, b"data: 1\n\n")
                if headers[b":path"] == b"/cut":
                    talk.reset_stream(event.stream_id)
                else:
                    talk.send_data(event.stream_id, b"data: 2\n\n", end_stream=True)
        peer.sock.sendall(talk.data_to_send())


def test_http2(authority: Authority) -> None:
    pytest.importorskip("h2")
    served = authority.served()
    served.set_alpn_protocols(["h2"])

    async def go(url: str) -> tuple[str, str, list[Receipt]]:
        carrier, why = transport(address(url), replace(authority.wire, http2=True))
        try:
            return carrier.kind, why, [await carrier.send("GET", path, (), b"") for path in ("/", "/", "/cut")]
        finally:
            await carrier.close()

    with Server(http2, served) as server:
        kind, why, (first, second, cut) = asyncio.run(go(server.url))
    assert (kind, why[:23]) == ("httpx", "HTTP/2 was asked for: h")
    for each in (first, second):
        assert told(each) == (None, "", 200, b"data: 1\n\ndata: 2\n\n", True)
    assert (first.t_connected is None, second.t_connected) == (False, None)
    assert (cut.broken, cut.status, cut.whole) == ("reset", 200, False)
    assert server.requests == [b"/", b"/", b"/cut"]
