"""The simulator on the wire beyond plain requests: connections, TLS, stalls, turns, and its record of them."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic_ns
from typing import Any
from urllib.parse import urlsplit

import pytest
import trustme

from aiready.bench.mistakes import SimulatorError
from aiready.bench.simulator import Deed, Listening, Server, Simulator, Tally, Truth, deeds, settings

MS = 1_000_000
QUICK = "ttft=2ms&itl=1ms&tokens=6"
CHAT = "/v1/chat/completions"


def address(simulator: Simulator) -> tuple[str, int]:
    at = urlsplit(simulator.url)
    return str(at.hostname), at.port or 0


def request(path: str = CHAT, *, stream: bool = True, headers: str = "", **body: Any) -> bytes:
    text = json.dumps({"messages": [{"role": "user", "content": "x" * 40}], "stream": stream, **body}).encode()
    return f"POST {path} HTTP/1.1\r\nhost: x\r\n{headers}content-length: {len(text)}\r\n\r\n".encode() + text


@contextmanager
def connected(simulator: Simulator) -> Iterator[socket.socket]:
    with socket.create_connection(address(simulator), timeout=5) as sock:
        yield sock


def until(sock: socket.socket, end: bytes, times: int = 1) -> bytes:
    """What comes until it ends so often in this way, or the connection does."""
    got = b""
    while got.count(end) < times and (piece := sock.recv(65536)):
        got += piece
    return got


def test_requests_one_behind_the_other_are_answered_in_order(tmp_path: Path) -> None:
    with Simulator(QUICK, truth=tmp_path / "truth") as simulator:
        with connected(simulator) as sock:
            sock.sendall(request(model="one") + request(model="two") + request(model="three", stream=False)[:-3])
            got = until(sock, b"0\r\n\r\n", 2)
            sock.sendall(request(model="three", stream=False)[-3:])
            got += until(sock, b"}}}")
        assert [got.count(f'"model":"{each}"'.encode()) for each in ("one", "two", "three")] == [8, 8, 1]
        assert [each.connection for each in simulator.truth()] == [0, 0, 0]


def test_a_connection_ends_where_the_client_wants_it(tmp_path: Path) -> None:
    with Simulator(QUICK, truth=tmp_path / "truth") as simulator, connected(simulator) as sock:
        sock.sendall(request(headers="Connection: close\r\n") + request())
        got = until(sock, b"never")
        assert b"\r\nconnection: close\r\n" in got
        assert got.endswith(b"data: [DONE]\n\n\r\n0\r\n\r\n")
        assert len(simulator.truth()) == 1


def test_a_client_that_waits_to_go_on_is_told_to() -> None:
    with Simulator(QUICK) as simulator, connected(simulator) as sock:
        head, _, body = request(stream=False, headers="Expect: 100-continue\r\n").partition(b"\r\n\r\n")
        sock.sendall(head + b"\r\n\r\n")
        assert sock.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        sock.sendall(body)
        assert sock.recv(12) == b"HTTP/1.1 200"


def test_a_body_in_chunks_is_a_body() -> None:
    with Simulator(QUICK) as simulator:
        connection = http.client.HTTPConnection(*address(simulator), timeout=5)
        connection.request("POST", CHAT, iter([b'{"model":', b'"m"}']), encode_chunked=True)
        answer = json.loads(connection.getresponse().read())
        connection.request("HEAD", "/v1/models")
        head = connection.getresponse()
        assert (answer["model"], head.status, head.read()) == ("m", 200, b"")
        connection.close()


def test_after_what_is_no_request_the_connection_ends() -> None:
    with Simulator(QUICK) as simulator:
        with connected(simulator) as sock:
            sock.sendall(b"nonsense\r\n\r\n" + request())
            got = until(sock, b"never")
        assert got.startswith(b"HTTP/1.1 400 ")
        assert b"connection: close" in got
        tally, _ = simulator.tally()
    assert (tally.requests, tally.refused, tally.connections) == (0, 1, 1)


def test_settings_in_a_query_and_in_a_header() -> None:
    with Simulator(QUICK) as simulator:
        connection = http.client.HTTPConnection(*address(simulator), timeout=5)
        connection.request("POST", f"{CHAT}?api-version=1&tokens=2", "{}", {"x-simulate": "cached=100%"})
        answer = json.loads(connection.getresponse().read())
        assert answer["usage"]["completion_tokens"] == 2
        assert answer["usage"]["prompt_tokens_details"]["cached_tokens"] == answer["usage"]["prompt_tokens"]
        connection.request("POST", f"{CHAT}?tokens=two&slots=1", "{}", {"x-simulate": "reset=2"})
        refused = connection.getresponse()
        told = json.loads(refused.read())["error"]["message"].splitlines()
        assert (refused.status, [each.partition(":")[0] for each in told]) == (400, ["reset", "tokens", "slots"])
        connection.close()


def test_a_stall_holds_up_all_that_is_due_and_nothing_that_comes(tmp_path: Path) -> None:
    """It begins with the first request: both are taken at once, and answered as if they had come behind it."""
    with Simulator("ttft=5ms&itl=5ms&tokens=3&stall=0,150ms", truth=tmp_path / "truth") as simulator:
        with connected(simulator) as one, connected(simulator) as two:
            one.sendall(request())
            two.sendall(request(stream=False))
            got = until(one, b"[DONE]"), until(two, b"}}}")
        first, second = simulator.truth()
    assert [b"200 OK" in each for each in got] == [True, True]
    assert first.stamps[0] - first.t_received >= 155 * MS
    assert first.stamps[2] - first.t_received >= 165 * MS
    assert second.t_received - first.t_received < 140 * MS
    assert second.stamps[0] - first.t_received >= 165 * MS


def test_who_waits_for_a_turn_has_its_times_from_there(tmp_path: Path) -> None:
    with Simulator("ttft=40ms&itl=0&tokens=1&slots=1", truth=tmp_path / "truth") as simulator:
        with connected(simulator) as one, connected(simulator) as two, connected(simulator) as gone:
            one.sendall(request())
            simulator.tally()  # by then the first is taken
            gone.sendall(request())
            gone.close()
            two.sendall(request())
            until(two, b"[DONE]")
        told = simulator.truth()
    (left,) = (each for each in told if each.ended == "left")
    first, second = (each for each in told if each.ended == "done")
    assert (left.status, left.stamps, first.t_turn) == (0, [], first.t_received)
    assert second.t_received < first.t_end <= second.t_turn
    assert second.stamps[0] - second.t_turn >= 40 * MS


def test_errors_wait_for_no_turn() -> None:
    with Simulator("ttft=10s&slots=1") as simulator, connected(simulator) as busy, connected(simulator) as sock:
        busy.sendall(request())
        sock.sendall(request(headers="x-simulate: e500=100%\r\n"))
        assert until(sock, b"}").startswith(b"HTTP/1.1 500 ")


HALVES = {"reset_mid": b"RST", "truncated": b"", "cut": b""}


@pytest.mark.parametrize("fault", ["hang", "freeze", "reset_mid", "truncated", "cut", "malformed", "error_event"])
def test_faults_of_answers_in_one_piece(fault: str, tmp_path: Path) -> None:
    with Simulator(f"{QUICK}&{fault}=100%", truth=tmp_path / "truth") as simulator:
        with connected(simulator) as sock:
            sock.settimeout(0.3 if fault in ("hang", "freeze") else 5)
            sock.sendall(request(stream=False))
            try:
                got = until(sock, b"}]}" if fault == "malformed" else b"}}" if fault == "error_event" else b"never")
                end = "closed"
            except (TimeoutError, ConnectionResetError) as error:
                got, end = b"", type(error).__name__
        (deed,) = simulator.truth() if fault not in ("hang", "freeze") else _left(simulator)
    ends = {"hang": "TimeoutError", "freeze": "TimeoutError", "reset_mid": "ConnectionResetError"}
    assert end == ends.get(fault, "closed")
    assert deed.fault == fault
    assert deed.ended == ("left" if fault in ("hang", "freeze") else "fault")
    if fault in ("truncated", "cut"):
        head, _, body = got.partition(b"\r\n\r\n")
        said = int(head.lower().partition(b"content-length: ")[2].split()[0])
        assert len(body) == said // 2


def _left(simulator: Simulator) -> list[Deed]:
    while not simulator.tally()[0].left:
        pass
    return simulator.truth()


def test_a_frozen_stream_stops_in_its_middle_and_its_connection_stays(tmp_path: Path) -> None:
    with Simulator(f"{QUICK}&freeze=100%", truth=tmp_path / "truth") as simulator:
        with connected(simulator) as sock:
            sock.sendall(request())
            got = until(sock, b'"content":" ', 3)
            sock.settimeout(0.2)
            with pytest.raises(TimeoutError):
                sock.recv(100)
        (deed,) = _left(simulator)
    assert (got.count(b'"content":" '), len(deed.stamps), deed.usage, deed.fault) == (3, 3, False, "freeze")


def test_what_comes_before_the_first_token_can_come_earlier(tmp_path: Path) -> None:
    with Simulator("ttft=150ms&lead=140ms&itl=0&tokens=2", truth=tmp_path / "truth") as simulator:
        with connected(simulator) as sock:
            sock.sendall(request())
            until(sock, b"[DONE]")
        (deed,) = simulator.truth()
    assert deed.t_headers - deed.t_received < 140 * MS
    assert deed.stamps[0] - deed.t_received >= 150 * MS


def test_slow_headers_are_slow_for_streams_and_others(tmp_path: Path) -> None:
    slow = "ttft=1ms&itl=0&tokens=2&slow_headers=100%&slow_headers_step=200us"
    with Simulator(slow, truth=tmp_path / "truth") as simulator:
        with connected(simulator) as sock:
            sock.sendall(request())
            stream = until(sock, b"0\r\n\r\n")
            sock.sendall(request(stream=False))
            whole = until(sock, b"0\r\n\r\n")
        told = simulator.truth()
    assert (stream.count(b'"content":" '), b'"finish_reason":"stop"' in whole) == (2, True)
    for deed, got in zip(told, (stream, whole), strict=True):
        bytes_of_head = len(got.partition(b"\r\n\r\n")[0]) + 4
        assert deed.t_headers - deed.t_received >= (bytes_of_head - 1) * 200_000
        assert deed.stamps[0] >= deed.t_headers


def test_the_array_that_gemini_streams_without_sse() -> None:
    with Simulator(f"{QUICK}&reasoning=2") as simulator:
        connection = http.client.HTTPConnection(*address(simulator), timeout=5)
        connection.request("POST", "/v1beta/models/g:streamGenerateContent", "{}")
        answer = json.loads(connection.getresponse().read())
        connection.close()
    parts = [each["candidates"][0]["content"]["parts"][0] for each in answer]
    assert [part.get("thought", False) for part in parts] == [True] * 2 + [False] * 7
    assert answer[-1]["candidates"][0]["finishReason"] == "STOP"


@pytest.mark.parametrize("protocol", ["chat/completions", "responses", "messages"])
def test_cut_events_are_the_same_events(protocol: str) -> None:
    with Simulator(f"{QUICK}&reasoning=2") as simulator:
        connection = http.client.HTTPConnection(*address(simulator), timeout=5)
        bodies: list[bytes] = []
        for how in ("frag=1&seed=0", "seed=0"):
            connection.request("POST", f"/v1/{protocol}?tokens=5", '{"stream":true}', {"x-simulate": how})
            bodies.append(connection.getresponse().read())
        connection.close()
    cut, plain = ([line.split(b'"')[1] for line in body.splitlines() if b'"' in line] for body in bodies)
    assert cut == plain
    assert bodies[0].count(b"\n\n") == bodies[1].count(b"\n\n")


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> tuple[Listening, ssl.SSLContext]:
    authority, folder = trustme.CA(), tmp_path_factory.mktemp("tls")
    made = authority.issue_cert("127.0.0.1")
    made.private_key_and_cert_chain_pem.write_to_path(folder / "both.pem")
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return Listening(certificate=str(folder / "both.pem")), context


def test_tls(secure: tuple[Listening, ssl.SSLContext], tmp_path: Path) -> None:
    where, context = secure
    with Simulator(QUICK, where, tmp_path / "truth") as simulator:
        with encrypted(context, simulator) as sock:
            sock.sendall(request())
            stream = until_tls(sock, b"0\r\n\r\n")
            sock.sendall(request(stream=False, headers="connection: close\r\n"))
            whole = until_tls(sock, b"never")
        with encrypted(context, simulator) as sock:
            sock.sendall(request(headers="x-simulate: cut=100%\r\n"))
            with pytest.raises(ssl.SSLError, match=r"(?i)eof"):
                until_tls(sock, b"never")
        told = simulator.truth()
    assert simulator.url.startswith("https://127.0.0.1:")
    assert (stream.count(b'"content":" '), whole[-3:]) == (6, b"}}}")
    assert [(each.fault, each.ended, len(each.stamps)) for each in told] == [
        ("", "done", 6),
        ("", "done", 1),
        ("cut", "fault", 3),
    ]


def encrypted(context: ssl.SSLContext, simulator: Simulator) -> ssl.SSLSocket:
    context.options &= ~getattr(ssl, "OP_IGNORE_UNEXPECTED_EOF", 0)  # by which OpenSSL 3 takes a cut for an end
    sock = socket.create_connection(address(simulator), timeout=5)
    return context.wrap_socket(sock, server_hostname="127.0.0.1", suppress_ragged_eofs=False)


def until_tls(sock: ssl.SSLSocket, end: bytes) -> bytes:
    got = b""
    while end not in got and (piece := sock.recv(65536)):
        got += piece
    return got


def test_what_speaks_no_tls_is_dropped(secure: tuple[Listening, ssl.SSLContext]) -> None:
    with Simulator(QUICK, secure[0]) as simulator, connected(simulator) as sock:
        sock.sendall(request())
        assert b"HTTP" not in until(sock, b"never")


@pytest.mark.parametrize(
    ("where", "why"),
    [
        (Listening(certificate="/no/such.pem"), "no certificate and key can be read"),
        (Listening(key="/no/such.pem"), "only with its certificate"),
        (Listening(host="192.0.2.1"), "can't listen on 192.0.2.1:0"),
        (Listening(host="no such host"), "can't listen on no such host"),
        (Listening(port=99_999), "can't listen on 127.0.0.1:99999"),
    ],
)
def test_places_at_which_it_can_not_serve(where: Listening, why: str) -> None:
    with pytest.raises(SimulatorError, match=why), Simulator(where=where):
        pass


def test_it_serves_in_a_thread_too_and_breaks_off_what_is_under_way(tmp_path: Path) -> None:
    server = Server(settings("ttft=10s"), Listening(), Truth(tmp_path / "truth"))
    thread = threading.Thread(target=server.serve)
    thread.start()
    at = urlsplit(server.url)
    with socket.create_connection((str(at.hostname), at.port or 0), timeout=5) as sock:
        sock.sendall(request())
        began = monotonic_ns()
        while not server._busy and monotonic_ns() - began < 5_000 * MS:
            pass
        server.stop()
        thread.join(5)
        assert not thread.is_alive()
    (deed,) = deeds(tmp_path / "truth")
    assert (deed.ended, deed.status, deed.stamps) == ("stopped", 0, [])


def test_a_client_that_reads_late_gets_all() -> None:
    """More than sockets hold: what doesn't fit is sent when there is room, and the connection ends behind it."""
    with Simulator("ttft=0&itl=0&tokens=60000") as simulator, connected(simulator) as sock:
        sock.sendall(request(headers="connection: close\r\n"))
        while not simulator.tally()[0].requests:
            pass
        got = bytearray()
        while piece := sock.recv(1 << 20):
            got += piece
    assert got.count(b'"content":" ') == 60_000
    assert got.endswith(b"[DONE]\n\n\r\n0\r\n\r\n")


def test_tallies_and_records_while_it_serves(tmp_path: Path) -> None:
    simulator = Simulator(f"{QUICK}&e500=100%", truth=tmp_path / "truth")
    with pytest.raises(SimulatorError, match="isn't running"):
        simulator.tally()
    with simulator:
        with connected(simulator) as sock:
            sock.sendall(request())
            until(sock, b"}")
            assert simulator.tally()[0] == Tally(requests=1, faults=1, connections=1)
            assert [each.status for each in simulator.truth()] == [500]
        assert simulator.tally()[1] > 0
    assert [each.status for each in simulator.truth()] == [500]
    with Simulator(QUICK) as other, pytest.raises(SimulatorError, match="given no file"):
        other.truth()


def test_a_record_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "truth").write_text('{"number":1}\n')
    with pytest.raises(SimulatorError, match="not what a simulator did"):
        list(deeds(tmp_path / "truth"))


def test_connections_without_a_descriptor_wait_for_one() -> None:
    resource = pytest.importorskip("resource")
    with Simulator("ttft=1ms&itl=0&tokens=1") as simulator:
        resource.prlimit(simulator.pid, resource.RLIMIT_NOFILE, (16, 16))
        socks = [socket.create_connection(address(simulator), timeout=5) for _ in range(20)]
        for sock in socks:
            sock.sendall(request(headers="connection: close\r\n"))
        got = [until(sock, b"never") for sock in socks]
        for sock in socks:
            sock.close()
    assert [each.count(b"[DONE]") for each in got] == [1] * 20
