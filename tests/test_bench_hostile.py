"""Endpoints that mean harm, or behave as if: each ends in a class of its own, within its time, in bounded memory, and
no key comes back out of what they say."""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from aiready.bench.protocols import Answer, Exchange, protocol, read_answer, reading
from aiready.bench.protocols.streams import SLICE, WHOLE
from aiready.bench.secrets import PART
from aiready.bench.transport import Wire, address, transport

CHAT = protocol("openai-chat")
KEY = "sk-hostile-0123456789abcdef"
HEADERS = (("authorization", f"Bearer {KEY}"),)
OK = b"HTTP/1.1 200 OK\r\n"
SSE = OK + b"Content-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
JSON = OK + b"Content-Type: application/json\r\nConnection: close\r\n\r\n"
HI = b'data: {"choices":[{"delta":{"content":"hi"}}]}\n\n'
DONE = b'data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'
MEMORY = 160
"""MiB above what the process takes before the first answer: an answer as it came (64), and its parts or values."""
TOGETHER = 450
"""The same where six come at once: what they may take together (256), and what is read of one of them meanwhile."""

Body = Callable[[], Iterator[bytes]]


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def one(*pieces: bytes) -> Body:
    """An answer that ends."""
    return lambda: iter(pieces)


def endless(start: bytes, piece: bytes) -> Body:
    """An answer that doesn't."""

    def body() -> Iterator[bytes]:
        yield start
        while True:
            yield piece

    return body


def slow(start: bytes, piece: bytes) -> Body:
    """A little every few milliseconds, for ever."""

    def body() -> Iterator[bytes]:
        for each in endless(start, piece)():
            yield each
            time.sleep(0.02)

    return body


def line() -> Iterator[bytes]:
    """A gigabyte without a line end."""
    yield OK + b"Content-Length: 1073741824\r\n\r\ndata: "
    for _ in range(1023):
        yield b"x" * (1 << 20)


def bomb() -> Iterator[bytes]:
    """A gigabyte of zeros, which takes a megabyte."""
    packed = gzip.compress(bytes(64 << 20))
    yield OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % (16 * len(packed)) + packed * 16


def event_bomb() -> Iterator[bytes]:
    """Events that are all alike are packed well."""
    packed = gzip.compress(HI * 1_000_000)
    yield SSE.replace(b"\r\n\r\n", b"\r\nContent-Encoding: gzip\r\n\r\n") + chunk(packed) + b"0\r\n\r\n"


MANY = "the answer is larger than 64 MiB"
HEADS = "the headers are longer than 64 KiB"
UNPACKED = "the answer is larger than 8 MiB uncompressed"
HEAVY = "expected an answer, found JSON of far more values than one has"
UNENDING = "a line between two chunks of the body, or what follows the last, doesn't end"
LONG = "of the answer is longer than 8,388,608 bytes; this is no stream of small events"
NO_STREAM = "expected a stream of events, found"
SLOW = "the answer took longer than 1 s"
SAID = b"Incorrect API key: " + KEY.encode()
ERROR = b"Content-Length: %d\r\n\r\n" % len(SAID) + SAID
STRANGE = b'data: {"choices":[],"usage":{"prompt_tokens":1e300,"completion_tokens":-5,"total_tokens":[]}}\n\n'


def stream(*events: bytes) -> Body:
    """A whole stream, a chunk for each of its events."""
    return one(SSE, *map(chunk, events), b"0\r\n\r\n")


def hi(text: bytes) -> bytes:
    """An event with this in place of its text."""
    return HI.replace(b"hi", text)


CASES: dict[str, tuple[Body, str | None, str]] = {
    "headers": (endless(OK, b"x-more: and more\r\n" * 100), "malformed", HEADS),
    "one header": (endless(OK + b"x: ", b"y" * 4096), "malformed", HEADS),
    "many headers": (one(OK + b"a:b\r\n" * 2000 + b"\r\n"), "malformed", "more than 1000 headers"),
    "interim answers": (endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 500), "malformed", HEADS),
    "trailers": (endless(SSE + chunk(HI) + b"0\r\n", b"a: b\r\n" * 500), "malformed", UNENDING),
    "chunk extension": (endless(SSE + b"5;", b"x" * 4096), "malformed", UNENDING),
    "chunk size": (one(SSE + b"f" * 20 + b"\r\n"), "malformed", "expected the size of a chunk, found 'ffff"),
    "body": (endless(OK + b"\r\n", b"x" * 65536), "malformed", f"{NO_STREAM}: xxx"),
    "events": (endless(SSE, chunk(HI * 10) * 50), "malformed", MANY),
    "comments": (endless(SSE, chunk(b":\n" * 8000) * 4), "malformed", MANY),
    "blank lines": (endless(OK + b"\r\n", b"\n" * 65536), "malformed", MANY),
    "tiny chunks": (endless(SSE, b"1\r\n:\r\n" * 8000), "malformed", "the body has more than 1,000,000 chunks"),
    "one line": (line, "malformed", "expected JSON: xxx"),
    "one long event": (stream(b"data: " + b"x" * (9 << 20)), "malformed", f"a line {LONG}"),
    "one event of many lines": (stream(*[b"data: " + b"x" * (1 << 20) + b"\n"] * 9), "malformed", f"an event {LONG}"),
    "blank lines that end": (stream(b"\n" * (2 << 20)), "empty", "the answer has no body"),
    "comments that end": (stream(b":\n" * (1 << 20)), "truncated", "the answer ended without its end marker"),
    "gzip bomb": (bomb, "malformed", UNPACKED),
    "gzip bomb of events": (event_bomb, "malformed", UNPACKED),
    "JSON of many objects": (stream(b"data: [" + b"{}," * 2_000_000 + b"{}]\n\n"), "malformed", HEAVY),
    "JSON nested deep": (
        stream(b"data: " + b'{"a":' * 100_000 + b"\n\n"),
        "malformed",
        "expected an answer, found JSON nested hundreds of levels deep",
    ),
    "JSON in one piece": (one(JSON, b'{"choices":[', b'{"a":0},' * 2_000_000, b"{}]}"), "malformed", f"a line {LONG}"),
    "invalid text": (stream(hi(b"\xff\xfe\xc3"), DONE), "malformed", "expected JSON, found bytes that are no UTF-8"),
    "lone surrogates": (stream(hi(b"\\ud800"), DONE), None, ""),
    "strange counts": (stream(HI, STRANGE, DONE), None, ""),
    "codes for a terminal": (
        one(b"HTTP/1.1 500 \x1b[31mred\r\nContent-Length: 17\r\n\r\n\x1b[2J\x00\x07\r\n\xe2\x80\xae bad \xff"),
        "server_error",
        "HTTP 500: [2J bad \ufffd",
    ),
    "a page": (one(JSON.replace(b"application/json", b"text/html") + b"<p>Hi"), "malformed", f"{NO_STREAM}: <p>Hi"),
    "a page that says it is a stream": (stream(b"<p>\n\nHi\n\n"), "malformed", f"{NO_STREAM}: <p>"),
    "a stream that says it is a page": (
        one(SSE.replace(b"event-stream", b"html"), chunk(HI + DONE), b"0\r\n\r\n"),
        None,
        "",
    ),
    "an answer in one piece": (
        one(JSON + b'{"choices":[{"message":{"content":"hi"}}]}'),
        "malformed",
        f"{NO_STREAM} an answer in one piece: ask without streaming",
    ),
    "bytes of nothing": (one(JSON + bytes(range(256)) * 100), "malformed", f"{NO_STREAM}: "),
    "slow headers": (slow(OK, b"x"), "total_timeout", SLOW),
    "slow body": (slow(OK + b"\r\n", b":"), "total_timeout", SLOW),
    "slow events": (slow(SSE, chunk(HI)), "total_timeout", SLOW),
    "the key in an error": (one(b"HTTP/1.1 401 No\r\n" + ERROR), "auth", "HTTP 401: Incorrect API key: [hidden]"),
    "the key in a quota": (
        one(
            b"HTTP/1.1 429 No\r\nx-ratelimit-limit-requests: "
            + KEY.encode()
            + b"\r\nx-request-id: "
            + SAID
            + b"\r\n"
            + ERROR
        ),
        "rate_limited",
        "HTTP 429: Incorrect API key: [hidden]",
    ),
    "the key in an answer": (stream(hi(KEY.encode()), DONE), None, ""),
    "the key cut by events": (stream(hi(KEY[:9].encode()), hi(KEY[9:].encode()), DONE), None, ""),
    "the key as a model": (stream(b'data: {"model":"%s","choices":[]}\n\n' % KEY.encode(), HI, DONE), None, ""),
    "the key cut by a sample": (
        stream(b" " * 370 + SAID + b"\n\n"),
        "malformed",
        f"{NO_STREAM}: Incorrect API key: [hidden]",
    ),
    "the key as a protocol": (
        one(SAID + b"\r\n\r\n"),
        "malformed",
        "expected an HTTP answer, found 'Incorrect API key: [hidden]",
    ),
    "the key as a chunk": (one(SSE + b" " + SAID + b"\r\n"), "malformed", "expected the size of a chunk, found "),
    "the key as a coding": (one(OK + b"Transfer-Encoding: " + SAID + b"\r\n\r\n"), "malformed", "the transfer coding"),
    "the key as a content coding": (
        one(OK + b"Content-Encoding: " + SAID + b"\r\nContent-Length: 1\r\n\r\nx"),
        "malformed",
        "the content coding 'Incorrect API key: [hidden]",
    ),
}


class Served:
    """Answers each path by the case of its name; counts who came."""

    def __init__(self, answers: dict[str, Body]) -> None:
        self.answers = {name.replace(" ", "-"): body for name, body in answers.items()}
        self.heads: list[bytes] = []
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.stopped = threading.Event()
        self.threads = [threading.Thread(target=self._accept, daemon=True)]
        self.threads[0].start()

    def close(self) -> None:
        self.stopped.set()
        socket.create_connection(self.listener.getsockname()).close()
        for thread in self.threads:
            thread.join(10)
        self.listener.close()
        assert not any(thread.is_alive() for thread in self.threads)

    def _accept(self) -> None:
        while True:
            sock, _ = self.listener.accept()
            if self.stopped.is_set():
                return sock.close()
            self.threads.append(threading.Thread(target=self._serve, args=(sock,), daemon=True))
            self.threads[-1].start()

    def _serve(self, sock: socket.socket) -> None:
        with sock:
            try:
                while head := self._request(sock):
                    self.heads.append(head)
                    steps = head.split(b" ")[1].decode().split("/")
                    pieces = next(self.answers[each] for each in steps if each in self.answers)()
                    first = next(pieces)
                    sock.sendall(first)
                    for piece in pieces:
                        sock.sendall(piece)
                    if b"Connection: close" in first:
                        return
            except OSError:  # the client has had enough
                return

    @staticmethod
    def _request(sock: socket.socket) -> bytes:
        """The next request, body included; empty where the client leaves."""
        data = b""
        while piece := sock.recv(65536):
            data += piece
            head, end, body = data.partition(b"\r\n\r\n")
            length = re.search(rb"(?i)content-length: (\d+)", head)
            if end and len(body) >= int(length[1] if length else 0):
                break
        return data


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    made = Served({name: body for name, (body, _, _) in CASES.items()})
    yield made
    made.close()


CLIENT = """
import asyncio, json, sys
from pathlib import Path
from aiready.bench.protocols import Exchange, prepare, protocol, read_answer
from aiready.bench.secrets import PART
from aiready.bench.transport import Wire, address, transport

def peak():
    if sys.platform != "linux":
        return 0  # elsewhere a child begins with its parent's
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024

async def main(url, key, names):
    wire = Wire(connect_timeout=5, read_timeout=10, total_timeout=60)
    quick = Wire(connect_timeout=5, read_timeout=10, total_timeout=1)
    carriers = {each: transport(address(url), each)[0] for each in (wire, quick)}
    prepare()
    before = peak()
    async def ask(name):
        carrier = carriers[quick if name.startswith("slow") else wire]
        got = await carrier.send("POST", "/" + name, (("authorization", "Bearer " + key),), b"{}")
        answer = read_answer(protocol("openai-chat"), Exchange(got.status, got.headers, got.reads, True, got.whole,
            got.broken, got.why, (key,)))
        told = dict(name=name, failure=answer.failure, message=answer.message)
        print(json.dumps(told | dict(peak=peak() - before, all=repr(answer)[:100_000])))
    if names[0] == "together":
        await asyncio.gather(*(ask(each) for each in names[1:]))
    else:
        for each in names:
            await ask(each)
    for each in carriers.values():
        await each.close()

asyncio.run(main(*sys.argv[1:3], sys.argv[3:]))
"""


def asked(url: str, *names: str) -> tuple[list[dict[str, object]], str]:
    """What a process of its own makes of these answers, and all that it wrote."""
    # The key is an argument only here: the process is the test's.
    command = [sys.executable, "-c", CLIENT, url, KEY, *(name.replace(" ", "-") for name in names)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return [json.loads(each) for each in done.stdout.splitlines()], done.stdout


Told = tuple[dict[str, dict[str, object]], str]


@pytest.fixture(scope="module")
def told(served: Served) -> Told:
    """All cases, one after another in one process."""
    lines, text = asked(served.url, *CASES)
    return {str(each["name"]).replace("-", " "): each for each in lines}, text


@pytest.mark.parametrize("name", CASES)
def test_each_ends_in_its_class_and_says_why(name: str, told: Told) -> None:
    _, failure, message = CASES[name]
    got = told[0][name.replace("-", " ")]
    assert got["failure"] == failure
    assert str(got["message"])[: len(message)] == message
    assert str(got["message"]).isprintable()


def test_memory_is_bounded(told: Told) -> None:
    assert max(float(str(each["peak"])) for each in told[0].values()) < MEMORY


def test_memory_is_bounded_where_many_come_at_once(served: Served) -> None:
    names = ["events", "body", "one line", "blank lines", "events", "body"]
    lines, _ = asked(served.url, "together", *names)
    assert {each["failure"] for each in lines} <= {"malformed", "client"}
    assert max(float(str(each["peak"])) for each in lines) < TOGETHER


def test_no_key_comes_back(told: Told) -> None:
    assert KEY not in told[1]
    assert KEY[:PART] not in told[1]
    assert told[1].count("[hidden]") >= 10


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed_and_the_key_goes_nowhere_else(status: int) -> None:
    other = Served({"x": one(OK + b"Content-Length: 0\r\n\r\n")})
    head = b"HTTP/1.1 %d Moved\r\nLocation: %s/x\r\nContent-Length: 0\r\n\r\n" % (status, other.url.encode())
    here = Served({"x": one(head)})
    for wire in (Wire(), Wire(proxy=here.url)):  # both transports; this proxy answers by itself
        answer = asyncio.run(got(here.url, "x", wire))
        assert (answer.failure, answer.status) == ("malformed", status)
        assert answer.message == (
            f"HTTP {status}: a redirect, which is not followed; give the address that it leads to"
        )
    other.close()
    here.close()
    assert (len(here.heads), len(other.heads)) == (2, 0)


async def got(url: str, path: str, wire: Wire) -> Answer:
    """What one request brings."""
    carrier, _ = transport(address(url), wire)
    try:
        receipt = await carrier.send("POST", f"/{path}", HEADERS, b"{}")
    finally:
        await carrier.close()
    return read_answer(
        CHAT,
        Exchange(
            receipt.status,
            receipt.headers,
            receipt.reads,
            stream=True,
            whole=receipt.whole,
            broken=receipt.broken,
            why=receipt.why,
            secrets=(KEY,),
        ),
    )


ENDLESS = ("headers", "one header", "interim answers", "trailers", "body", "events", "one line", "gzip bomb")


@pytest.mark.parametrize("name", ENDLESS)
def test_what_never_ends_does_end_by_httpx_too(name: str, served: Served) -> None:
    path, proxy = name.replace(" ", "-"), Served({name: CASES[name][0]})
    slow = name == "interim answers"  # of which httpx takes any number
    wire = Wire(read_timeout=10, total_timeout=1 if slow else 60, proxy=proxy.url)
    answer = asyncio.run(got(served.url, path, wire))
    proxy.close()
    assert answer.failure == ("total_timeout" if slow else "malformed")


@pytest.mark.parametrize(
    "read",
    [b"\n", b":\n", b"data:{}\n\n", HI, b"x"],
    ids=["blank lines", "comments", "tiny events", "events", "one line"],
)
def test_an_answer_is_read_in_small_steps_however_it_is_cut(read: bytes) -> None:
    size = 1 << 20
    body = (read * (size // len(read) + 1))[:size]
    for reads in ([body], [body[at : at + 5000] for at in range(0, size, 5000)]):
        steps = sum(1 for _ in reading(CHAT, Exchange(200, (), reads, stream=True)))
        malformed = read_answer(CHAT, Exchange(200, (), reads, stream=True)).failure == "malformed"
        assert steps >= size // (SLICE + 5000) or (malformed and read == b"data:{}\n\n")


def test_an_answer_in_one_piece_has_an_end() -> None:
    text = b'{"choices":[{"message":{"content":"' + b"x" * WHOLE + b'"},"finish_reason":"stop"}]}'
    for body, failure in ((text, "malformed"), (text.replace(b"x" * 100, b""), None)):
        answer = read_answer(CHAT, Exchange(200, (), [body], stream=False))
        assert answer.failure == failure
    answer = read_answer(CHAT, Exchange(200, (), [text], stream=False))
    assert answer.message == "the answer is larger than 16 MiB in one piece: ask for less at once"


COMMANDED = [
    *("headers", "body", "gzip bomb", "invalid text", "lone surrogates", "strange counts", "codes for a terminal"),
    *(name for name in CASES if name.startswith("the key")),
]


def held(path: Path) -> Iterator[bytes]:
    """All that a file holds; of a database, every value, unpacked."""
    if path.suffix != ".db":
        yield path.read_bytes()
        return
    with closing(sqlite3.connect(path)) as base:
        for (table,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            for value in (each for row in base.execute(f'SELECT * FROM "{table}"') for each in row):
                yield zlib.decompress(value) if isinstance(value, bytes) else str(value).encode()


@pytest.mark.parametrize("name", COMMANDED)
def test_the_command_ends_well_and_no_key_is_in_anything_that_it_leaves(
    name: str, served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    command = [sys.executable, "-m", "aiready", "bench", f"{served.url}/{name.replace(' ', '-')}", "--model", "m"]
    load = ["--requests", "2", "--warmup", "0", "--load", "closed:1", "--workers", "1"]
    options = [*load, "--key-env", "HOSTILE", "--yes", "--format", "json"]
    home = {each: str(tmp_path / "home") for each in ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")}
    done = subprocess.run(
        [*command, *options],
        capture_output=True,
        timeout=120,
        check=False,
        env={**os.environ, **home, "HOSTILE": KEY},
    )
    failure = CASES[name][1]
    document = json.loads(done.stdout)
    assert b"Traceback" not in done.stderr
    assert document["requests"]["by_class"] == ({failure: 2} if failure else {})
    assert done.returncode in {3 if failure else 0, 4}  # 4: this machine was busy
    left = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(path.suffix == ".jsonl" for path in left)
    for data in (done.stdout, done.stderr, *(part for path in left for part in held(path))):
        assert KEY[:PART].encode() not in data
        assert not re.search(rb"[\x00-\x08\x0b-\x1f\x7f]", data.replace(b"\r", b""))
