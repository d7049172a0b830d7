#!/usr/bin/env python3
"""What a token and a request cost `aiready simulate`, and the same on starlette and uvicorn.

    python -m venv build/starlette && build/starlette/bin/pip install starlette uvicorn
    python benchmarks/simulator_cost.py [--peer build/starlette/bin/python] [--streams 100 500] [--runs 3]

The server is pinned to core 0 and this client to core 1. TTFT 200 ms, gaps 20 ms, 64 tokens, every stream sent at once.
Printed for each server: processor microseconds of the server a token (from /proc: what the kernel did for it included),
how late tokens came to this client, which reads as fast as it can and stamps in the kernel; then requests in one piece
without any wait: microseconds a request, and requests a second. Memory is the server's at its end. Linux only.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import selectors
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from aiready.bench.simulator import Simulator

Serving = contextlib.AbstractContextManager[tuple[tuple[str, int], int]]
"""A server's address and process, while it is entered."""
TOKENS, TTFT, ITL = 64, 200_000_000, 20_000_000
ASKED = b'{"model":"m","messages":[{"role":"user","content":"How do tides come about?"}],"stream":%b}'
STAMP = 35
"""SO_TIMESTAMPNS."""
END = b"0\r\n\r\n"


def request(*, stream: bool) -> bytes:
    """A request as bytes."""
    body = ASKED % (b"true" if stream else b"false")
    override = b"" if stream else b"x-simulate: ttft=0&itl=0&tokens=1\r\n"
    head = b"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
    return b"%b%bcontent-length: %d\r\n\r\n%b" % (head, override, len(body), body)


def opened(address: tuple[str, int], many: int) -> list[socket.socket]:
    """Connections."""
    socks = [socket.create_connection(address) for _ in range(many)]
    for sock in socks:
        sock.setsockopt(socket.SOL_SOCKET, STAMP, 1)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return socks


def stamped(sock: socket.socket) -> tuple[bytes, int]:
    """What came, and when by the kernel's clock of the day."""
    data, told, _, _ = sock.recvmsg(1 << 16, 64)
    seconds, nanoseconds = struct.unpack("@qq", told[0][2])
    return data, seconds * 1_000_000_000 + nanoseconds


def paced(address: tuple[str, int], many: int) -> list[int]:
    """Nanoseconds by which each token came late, of so many streams at once."""
    selector, late, sent = selectors.DefaultSelector(), list[int](), dict[socket.socket, int]()
    text, seen = request(stream=True), dict[socket.socket, int]()
    for sock in opened(address, many):
        selector.register(sock, selectors.EVENT_READ, sock)
        sent[sock], seen[sock] = time.time_ns(), 0
        sock.sendall(text)
    while selector.get_map():
        for key, _ in selector.select():
            sock = key.data
            data, stamp = stamped(sock)
            for _ in range(data.count(b'"content":" ')):
                late.append(stamp - sent[sock] - TTFT - seen[sock] * ITL)
                seen[sock] += 1
            if data.endswith(END):
                selector.unregister(sock)
                sock.close()
    return late


def whole(address: tuple[str, int], many: int) -> tuple[int, float]:
    """Requests in one piece over 16 connections: how many, and the seconds that they took."""
    selector, text, done = selectors.DefaultSelector(), request(stream=False), 0
    socks = opened(address, 16)
    began = time.monotonic()
    for sock in socks:
        selector.register(sock, selectors.EVENT_READ, sock)
        sock.sendall(text)
    while done < many:
        for key, _ in selector.select():
            waiting: socket.socket = key.data
            if b"}" in waiting.recv(1 << 16):
                done += 1
                waiting.sendall(text)
    took = time.monotonic() - began
    for sock in socks:
        sock.close()
    return done, took


def cpu(pid: int) -> int:
    """Nanoseconds that a process was on a processor, all its threads."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks)


def megabytes(pid: int) -> float:
    """Resident memory at its most."""
    found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


@contextlib.contextmanager
def ours() -> Iterator[tuple[tuple[str, int], int]]:
    """Our server: address and process."""
    with Simulator("ttft=200ms&itl=20ms&tokens=64") as simulator:
        at = urlsplit(simulator.url)
        yield (str(at.hostname), at.port or 0), simulator.pid


@contextlib.contextmanager
def starlettes(python: str) -> Iterator[tuple[tuple[str, int], int]]:
    """The other one."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
    process = subprocess.Popen([python, str(Path(__file__).with_name("starlette_server.py")), str(port)])
    try:
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.1)
        yield ("127.0.0.1", port), process.pid
    finally:
        process.terminate()
        process.wait()


def measured(name: str, server: Serving, streams: list[int]) -> None:
    """Prints a row for each number of streams, and one for requests in one piece."""
    with server as (address, pid):
        os.sched_setaffinity(pid, {0})
        paced(address, 5)
        for many in streams:
            before = cpu(pid)
            late = sorted(paced(address, many))
            each = (cpu(pid) - before) / len(late) / 1000
            p50, p99 = (late[int(len(late) * share)] / 1e6 for share in (0.5, 0.99))
            print(f"{name:10} {many:4} streams: {each:6.1f} us a token, late p50 {p50:.2f} p99 {p99:.2f} ms")
        before = cpu(pid)
        done, took = whole(address, 3000)
        each = (cpu(pid) - before) / done / 1000
        print(f"{name:10} in one piece: {each:6.1f} us a request, {done / took:.0f}/s, {megabytes(pid):.0f} MB")


def main() -> None:
    """Runs both in turn, so that a busy moment of the machine hits both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peer", default="")
    parser.add_argument("--streams", type=int, nargs="+", default=[100, 500])
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    if (os.cpu_count() or 1) < 2 or sys.platform != "linux":
        sys.exit("Linux and two cores are needed")
    os.sched_setaffinity(0, {1})
    for _ in range(options.runs):
        measured("ours", ours(), options.streams)
        if options.peer:
            measured("starlette", starlettes(options.peer), options.streams)


if __name__ == "__main__":
    main()
