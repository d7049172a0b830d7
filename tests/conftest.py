"""What several test files need: where the repository is, and the program as a user runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from aiready.bench.samples import Clock, End, Header, Sample, Times, Tokens, Writer

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def root() -> Path:
    """The top of the repository."""
    return Path(__file__).resolve().parent.parent


@pytest.fixture
def aiready(tmp_path: Path) -> Run:
    """Run `python -m aiready` as its own process, with a cache of its own: `aiready("audit", ".", cwd=folder)`."""
    cache = tmp_path / "cache-home"

    def run(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "XDG_CACHE_HOME": str(cache), "NO_COLOR": "1", "COLUMNS": "80"}
        return subprocess.run(
            [sys.executable, "-m", "aiready", *arguments],
            cwd=cwd,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    return run


MS = 1_000_000
"""Nanoseconds."""
BENCH_PLAN = {
    "target": {
        "name": "openai",
        "protocol": "openai-chat",
        "url": "https://api.example.com/v1",
        "model": "gpt-4o-mini",
    },
    "shape": "closed:8",
    "stops": {"requests": 20, "duration": None, "spend": None, "tokens": None, "error_rate": None},
    "seed": 1,
    "warmup": 0,
    "stream": True,
    "prompts": {"source": "default", "count": 24, "hash": "abc", "nonce": True},
    "slo": [],
    "price": None,
    "users": None,
    "transport": {"kind": "sockets", "why": "", "keepalive": True},
    "workers": 1,
}


class BenchRuns:
    """Runs of the bench as files, out of samples made by hand. Times of samples are milliseconds."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.wall = 1_700_000_000_000_000_000
        """When they begin, in nanoseconds since 1970."""

    def stream(self, index: int, start: int, first: int = 200, last: int = 500, **more: object) -> Sample:
        """A streamed success of two chunks, the times from its start."""
        t0, one, two = start * MS, (start + first) * MS, (start + last) * MS
        tokens = more.pop("tokens", Tokens(11, 10, 0, 0, "provider"))
        times = Times(t0, two, chunks=(one, two), t_answer=one, t_last=two)
        return Sample(index, times, tokens, **more)  # type: ignore[arg-type]

    def failed(self, index: int, start: int, failure: str = "reset", **more: object) -> Sample:
        """A failure 10 ms after its start."""
        return Sample(index, Times(start * MS, (start + 10) * MS), failure=failure, **more)  # type: ignore[arg-type]

    def steady(self, n: int, first: int = 200) -> list[Sample]:
        """So many successes, 100 ms apart, whose first token takes `first` to `first` + 9 ms."""
        return [self.stream(number, number * 100, first + number % 10) for number in range(n)]

    def made(
        self,
        samples: Iterable[Sample],
        name: str = "run-1",
        end: End | None = None,
        *,
        killed: bool = False,
        **plan: object,
    ) -> Path:
        """The folder of a run of one worker."""
        folder = self.home / name
        folder.mkdir()
        clock = Clock(0, self.wall)
        header = Header(name, {**BENCH_PLAN, **plan}, {"aiready": "0.1"}, clock)
        with Writer(folder / "worker-0.jsonl", header) as writer:
            for each in samples:
                writer.add(each)
            writer.close(None if killed else end or End("requests", clock, {"verdict": "ok", "cpu_share": 0.25}))
        return folder


@pytest.fixture
def runs(tmp_path: Path) -> BenchRuns:
    """Makes runs in a folder of the test's own."""
    home = tmp_path / "runs"
    home.mkdir()
    return BenchRuns(home)
