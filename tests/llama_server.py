"""llama.cpp's own server with the tiny model, as a process of its own.

    with serving(tiny_model) as server:
        ...  # server.url, server.counts()

Run as `python llama_server.py MODEL [--embedding]`, it serves on a free port of 127.0.0.1, prints its URL, and goes
when its standard input is closed: so it never outlives whoever started it.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from urllib.request import urlopen

SLOTS = 4
CONTEXT = 2048
"""Tokens of each slot."""
NAME = "tiny"
COUNTER = re.compile(r"^llamacpp:(\w+)_total (\S+)$", re.MULTILINE)


class Counts(NamedTuple):
    """What the server says it did since it began."""

    read: int
    """Tokens of prompts that it read."""
    cached: int
    """Tokens of prompts that it had read before."""
    made: int
    """Tokens that it generated, those that end an answer included."""
    reading: float
    """Seconds."""
    making: float

    def since(self, before: Counts) -> Counts:
        """What it did between two looks."""
        return Counts(
            self.read - before.read,
            self.cached - before.cached,
            self.made - before.made,
            self.reading - before.reading,
            self.making - before.making,
        )


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs."""

    url: str

    def counts(self) -> Counts:
        """Its counters, as /metrics tells them: seconds with six digits."""
        with urlopen(f"{self.url}/metrics", timeout=30) as answer:
            told = dict(COUNTER.findall(answer.read().decode()))
        return Counts(
            int(told["prompt_tokens"]),
            int(told["prompt_tokens_cached"]),
            int(told["tokens_predicted"]),
            float(told["prompt_seconds"]),
            float(told["tokens_predicted_seconds"]),
        )


@contextmanager
def serving(model: Path, *arguments: str) -> Iterator[Server]:
    """A server for as long as the block lasts; it is ready when the block begins."""
    command = [sys.executable, str(Path(__file__).resolve()), str(model), *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            assert url.startswith("http://127.0.0.1:"), f"no server: status {process.wait(10)}"
            yield Server(url)
        finally:
            process.kill()


def serve(model: str, *, embedding: bool) -> None:
    """Serves until standard input ends. One thread: with more, a busy machine makes it slower by far."""
    import xllamacpp

    asked = xllamacpp.CommonParams()
    asked.model.path = model
    asked.model_alias = {NAME}
    asked.n_parallel = SLOTS
    asked.n_ctx = SLOTS * CONTEXT
    asked.fit_params = False
    asked.n_gpu_layers = 0
    asked.cpuparams.n_threads = asked.cpuparams_batch.n_threads = 1
    asked.endpoint_metrics = True
    asked.verbosity = 0
    if embedding:
        asked.embedding = True
        asked.pooling_type = xllamacpp.llama_pooling_type.LLAMA_POOLING_TYPE_MEAN
    server = xllamacpp.Server(asked)
    print(server.listening_address, flush=True)  # noqa: T201 - whoever started it waits for this line
    sys.stdin.read()
    os._exit(0)  # its threads would be waited for


if __name__ == "__main__":
    serve(sys.argv[1], embedding="--embedding" in sys.argv)
