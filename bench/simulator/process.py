"""The simulator as a process of its own, for as long as it is needed."""

from __future__ import annotations

import contextlib
import gc
import json
import os
import pickle
import signal
import subprocess
import sys
import threading
from dataclasses import asdict
from pathlib import Path
from time import process_time
from types import TracebackType
from typing import IO, Any

from ..mistakes import SimulatorError
from .server import Listening, Server
from .settings import Settings
from .truth import Deed, Tally, Truth, deeds
from .words import settings

PATIENCE = 10.0
"""Seconds for it to end."""
START = "import sys, json; sys.path[:] = json.loads(sys.stdin.buffer.readline()); from {0} import child; child()"


class Simulator:
    """While it is entered, it serves at `url`, in a process of its own that ends with this one at the latest.

    A new program and not a fork, which would keep copies of our sockets open, and of locks held by other threads.
    Settings may be text, as on a command line. Raises SimulatorError.
    """

    def __init__(self, wanted: Settings | str = "", where: Listening | None = None, truth: Path | None = None) -> None:
        self._settings = settings(wanted) if isinstance(wanted, str) else wanted
        self._where, self._path = where or Listening(), truth
        self._process: subprocess.Popen[bytes] | None = None
        self.url = ""
        """Where it serves."""
        self.pid = 0

    def __enter__(self) -> Simulator:
        self._process = process = subprocess.Popen(  # noqa: S603 - this very interpreter
            [sys.executable, "-c", START.format(__name__)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # a signal to the group of whoever measures it is for them alone
        )
        path = os.path.abspath(self._path) if self._path else None
        self._say(json.dumps(sys.path).encode() + b"\n" + pickle.dumps((self._settings, self._where, path)))
        try:
            told = self._heard()
        except BaseException:
            self._end()
            raise
        self.url, self.pid = told["url"], process.pid
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._end()

    def truth(self) -> list[Deed]:
        """What it did so far, in the order of the requests. Raises SimulatorError where it keeps no file."""
        if self._path is None:
            raise SimulatorError(["the simulator was given no file to keep the truth in"])
        if self._process is not None:
            self.tally()
        return sorted(deeds(self._path), key=lambda each: each.number)

    def tally(self) -> tuple[Tally, float]:
        """What it did so far in figures, and the CPU seconds that it took in all. Only while it serves."""
        self._say(b"\n")
        told = self._heard()
        return Tally(**told["tally"]), told["cpu"]

    def _streams(self) -> tuple[IO[bytes], IO[bytes]]:
        if self._process is None or not self._process.stdin or not self._process.stdout:
            raise SimulatorError(["the simulator isn't running"])
        return self._process.stdin, self._process.stdout

    def _say(self, data: bytes) -> None:
        stream, _ = self._streams()
        with contextlib.suppress(BrokenPipeError):  # then it says nothing either
            stream.write(data)
            stream.flush()

    def _heard(self) -> dict[str, Any]:
        line = self._streams()[1].readline()
        if not line:
            raise SimulatorError(["the simulator has ended by itself"])
        told: dict[str, Any] = json.loads(line)
        if "mistakes" in told:
            raise SimulatorError(told["mistakes"])
        return told

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        for stream in (process.stdin, process.stdout):
            if stream:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def child() -> None:
    """The other side: told by standard input, asked for a tally by each further line of it, and ended by its end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    wanted, where, path = pickle.load(sys.stdin.buffer)  # noqa: S301 - from the process that began this one
    try:
        server = Server(wanted, where, Truth(Path(path) if path else None))
    except SimulatorError as error:
        _tell({"mistakes": error.mistakes})
        return
    _tell({"url": server.url})
    threading.Thread(target=_listen, args=(server,), daemon=True).start()
    settle()
    server.serve()


def settle() -> None:
    """Readies the process for nothing but a server: as many connections as the system allows, and no searches for
    garbage, of which there is next to none, while something is due."""
    with contextlib.suppress(ImportError, OSError, ValueError):  # Windows has no such limits
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)


def _listen(server: Server) -> None:
    for _ in sys.stdin.buffer:
        server.flush(lambda: _tell({"tally": asdict(server.tally), "cpu": process_time()}))
    server.stop()


def _tell(what: dict[str, Any]) -> None:
    with contextlib.suppress(OSError):
        sys.stdout.write(json.dumps(what) + "\n")
        sys.stdout.flush()
