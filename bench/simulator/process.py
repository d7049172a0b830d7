"""The simulator as a process of its own, for as long as it is needed."""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
import sys
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType, TracebackType

from ..mistakes import BenchMistake, SimulatorError
from .server import Listening, Server
from .settings import Settings
from .truth import Deed, Truth, deeds

PATIENCE = 10.0
"""Seconds for it to begin, and to end."""


class Simulator:
    """While it is entered, it serves; afterwards `truth` tells what it did. Raises SimulatorError."""

    def __init__(
        self, settings: Settings | None = None, where: Listening | None = None, truth: Path | None = None
    ) -> None:
        self._settings, self._where = settings or Settings(), where or Listening()
        self._path = truth
        self.url = ""
        """Where it serves."""
        self.pid = 0

    def __enter__(self) -> Simulator:
        forks = sys.platform == "linux"
        context = multiprocessing.get_context("fork") if forks else multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(theirs, self._settings, self._where, self._path), daemon=True
        )
        self._process.start()
        theirs.close()
        told = ours.recv() if ours.poll(PATIENCE) else SimulatorError(["the simulator doesn't begin"])
        ours.close()
        if isinstance(told, BenchMistake):
            self._end()
            raise told
        self.url, self.pid = str(told), self._process.pid or 0
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._end()

    def truth(self) -> list[Deed]:
        """What it did, in the order of the requests; after the end. Needs a file."""
        return sorted(deeds(self._path), key=lambda each: each.number) if self._path else []

    def _end(self) -> None:
        self._process.terminate()
        self._process.join(PATIENCE)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()


def _serve(pipe: Connection, settings: Settings, where: Listening, path: Path | None) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        server = Server(settings, where, Truth(path))
    except BenchMistake as mistake:
        pipe.send(mistake)
        return

    def stop(_: int, __: FrameType | None) -> None:
        server.stop()

    signal.signal(signal.SIGTERM, stop)
    with contextlib.suppress(BrokenPipeError):
        pipe.send(server.url)
    pipe.close()
    server.serve()
