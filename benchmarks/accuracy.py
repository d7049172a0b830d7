#!/usr/bin/env python3
"""How right and how light `aiready bench` is: held against what the server did, and beside usual clients.

    python benchmarks/accuracy.py [--tls] [--runs 5] [--check]

The simulator is pinned to the first core, the client to the second. It stamps what it does by CLOCK_MONOTONIC: the
arrival of a request (by the kernel) and each write, just before it. "Error" is the client's percentile less that of the
server's own record of the same run. The clients of usual_clients.py, on aiohttp and on stock httpx, run in turn with
aiready in every round. Medians of the rounds are printed, with the goals and whether they are met.

CPU is that of the whole run less that of a run of ten requests, start-up and reading of results being in both.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from pathlib import Path

from aiready.bench.samples import Reading
from aiready.bench.simulator import Deed, deeds

HERE = Path(__file__).resolve().parent
PACED = "ttft=200ms&itl=20ms&tokens=64"
BURST = "ttft=0&itl=0&tokens=200"
AT_ONCE = "ttft=0&itl=0&tokens=64"
WHOLE = "ttft=0&itl=0&tokens=5"
USERS, REQUESTS = 500, 1500
SERVER, CLIENT = 0, 1
"""Cores."""


@dataclass(frozen=True)
class Seen:
    """What a client says, in seconds, and what it took."""

    ttft: list[float]
    itl: list[float]
    cpu: float
    truth: list[Deed]

    @property
    def tokens(self) -> int:
        """All that the server wrote."""
        return sum(len(each.stamps) for each in self.truth)


@dataclass(frozen=True)
class Place:
    """Where a round takes place."""

    folder: Path
    certificate: str = ""

    def tls(self, *names: str) -> list[str]:
        """Options with the certificate, where there is one."""
        return list(chain(*((name, self.certificate) for name in names))) if self.certificate else []


def percentile(values: Sequence[float], p: float) -> float:
    """By linear interpolation."""
    ordered = sorted(values)
    rank = p / 100 * (len(ordered) - 1)
    low = int(rank)
    return ordered[low] + (rank - low) * (ordered[min(low + 1, len(ordered) - 1)] - ordered[low])


@contextlib.contextmanager
def simulator(settings: str, place: Place) -> Iterator[tuple[str, Path]]:
    """Its URL, and its record, which is whole after the end."""
    truth = place.folder / f"truth-{time.monotonic_ns()}.jsonl"
    command = [sys.executable, "-m", "aiready", "simulate", "--port", "0", "--profile", "exact", "--set", settings]
    process = subprocess.Popen(
        [*command, "--truth", str(truth), *place.tls("--certificate", "--key")],
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: os.sched_setaffinity(0, {SERVER}),  # noqa: PLW1509 - there are no threads
    )
    try:
        url = next(word for line in process.stdout or () for word in line.split() if word.startswith("http"))
        yield url, truth
    finally:
        process.terminate()
        process.wait()


def timed(command: list[str]) -> tuple[float, str]:
    """Processor seconds of a command and all its processes, and what it printed."""
    with tempfile.TemporaryFile("w+") as printed:
        process = subprocess.Popen(
            command,
            stdout=printed,
            stderr=subprocess.DEVNULL,
            preexec_fn=lambda: os.sched_setaffinity(0, {CLIENT}),  # noqa: PLW1509 - as above
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        printed.seek(0)
        return usage.ru_utime + usage.ru_stime, printed.read()


def ours(url: str, place: Place, users: int, requests: int, *more: str) -> list[str]:
    """The command of aiready, all of it: load, samples on the disk, and the document."""
    load = ["--load", f"closed:{users}", "--requests", str(requests), "--warmup", "0", "--workers", "1"]
    return [
        *(sys.executable, "-m", "aiready", "bench", f"{url}/v1", "--model", "m", *load, "--prompt", "Why tides?"),
        *("--runs", str(place.folder / "runs"), "--quiet", "--format", "csv", *place.tls("--ca"), *more),
    ]


def aiready(settings: str, place: Place, users: int, requests: int, *more: str) -> Seen:
    """A run of ours."""
    with simulator(settings, place) as (url, truth):
        few, _ = timed(ours(url, place, min(users, 10), 10, *more))
        cpu, _ = timed(ours(url, place, users, requests, *more))
    newest = max((place.folder / "runs").glob("*/worker-0.jsonl"), key=lambda each: each.stat().st_mtime_ns)
    samples = list(Reading(newest))
    if sum(each.failure is None for each in samples) != requests:
        sys.exit("requests failed: these figures would mean nothing")
    ttft = [(each.times.chunks[0] - each.times.t0) / 1e9 for each in samples if each.times.chunks]
    itl = [(b - a) / 1e9 for each in samples for a, b in pairwise(each.times.chunks)]
    return Seen(ttft, itl, cpu - few, last(truth, requests))


def usual(library: str, settings: str, place: Place, users: int, requests: int, *more: str) -> Seen:
    """A run of a usual client."""
    command = [sys.executable, str(HERE / "usual_clients.py"), library]
    with simulator(settings, place) as (url, truth):
        whole = [*command, f"{url}/v1/chat/completions", *place.tls("--ca"), *more]
        few, _ = timed([*whole, "--users", "10", "--requests", "1"])
        cpu, told = timed([*whole, "--users", str(users), "--requests", str(requests)])
    said = json.loads(told)
    return Seen(said["ttft"], said["itl"], cpu - few, last(truth, requests))


def last(truth: Path, requests: int) -> list[Deed]:
    """The record of the requests that count."""
    return sorted(deeds(truth), key=lambda each: each.number)[-requests:]


def errors(seen: Seen) -> dict[str, float]:
    """Milliseconds by which percentiles are off, and how many streams were under way at once."""
    first = [(each.stamps[0] - each.t_received) / 1e9 for each in seen.truth]
    gaps = [(b - a) / 1e9 for each in seen.truth for a, b in pairwise(each.stamps)]
    moments = sorted(chain.from_iterable(((d.t_received, 1), (d.t_end, -1)) for d in seen.truth))
    flying = most = 0
    for _, step in moments:
        flying += step
        most = max(most, flying)
    return {
        "streams": most,
        "ttft p50 error ms": (percentile(seen.ttft, 50) - percentile(first, 50)) * 1e3,
        "ttft p99 error ms": (percentile(seen.ttft, 99) - percentile(first, 99)) * 1e3,
        "itl p99 error ms": (percentile(seen.itl, 99) - percentile(gaps, 99)) * 1e3,
        "cpu us a token": seen.cpu / seen.tokens * 1e6,
    }


def one_round(place: Place) -> dict[str, float]:
    """All figures, once."""
    found: dict[str, float] = {}
    for name, seen in (
        ("aiready", aiready(PACED, place, USERS, REQUESTS)),
        ("aiohttp", usual("aiohttp", PACED, place, USERS, REQUESTS)),
        ("httpx", usual("httpx", PACED, place, USERS, REQUESTS)),
    ):
        found |= {f"{name} {what}": value for what, value in errors(seen).items()}
    for name, seen in (
        ("aiready", aiready(BURST, place, 64, 2000)),
        ("aiohttp", usual("aiohttp", BURST, place, 64, 2000)),
    ):
        found[f"{name} burst tokens a cpu second"] = seen.tokens / seen.cpu
    for name, seen, requests in (
        ("aiready", aiready(WHOLE, place, 64, 5000, "--no-stream"), 5000),
        ("aiohttp", usual("aiohttp", WHOLE, place, 64, 5000, "--whole"), 5000),
        ("httpx", usual("httpx", WHOLE, place, 64, 1000, "--whole"), 1000),
    ):
        found[f"{name} requests a cpu second"] = requests / seen.cpu
    found["first request s"] = started(place)
    with simulator(AT_ONCE, place) as (url, _):
        found["peak MB"] = peak(ours(url, place, 64, 1000))
    return found


def peak(command: list[str]) -> float:
    """Megabytes; asked by a process of its own, since a child's peak begins at that of whoever starts it."""
    ask = "import sys; from processes import peak_megabytes; print(peak_megabytes(sys.argv[1:], 120))"
    search = os.environ | {"PYTHONPATH": str(HERE)}
    done = subprocess.run([sys.executable, "-c", ask, *command], env=search, capture_output=True, text=True, check=True)
    return float(done.stdout)


def started(place: Place) -> float:
    """Seconds from the start of the command to its first request."""
    with simulator(WHOLE, place) as (url, truth):
        began = time.monotonic_ns()
        timed(ours(url, place, 1, 1))
    return (last(truth, 1)[0].t_received - began) / 1e9


def goals(of: dict[str, float]) -> list[tuple[str, float, str, float]]:
    """Each goal: what, the figure, how it must stand to the bound."""
    return [
        ("streams under way of 500", of["aiready streams"], ">=", USERS),
        ("TTFT p50 error, ms", abs(of["aiready ttft p50 error ms"]), "<=", 0.5),
        ("TTFT p99 error, ms", abs(of["aiready ttft p99 error ms"]), "<=", 10),
        ("ITL p99 error, ms", abs(of["aiready itl p99 error ms"]), "<=", 0.5),
        ("paced CPU a token / aiohttp's", of["aiready cpu us a token"] / of["aiohttp cpu us a token"], "<=", 0.5),
        (
            "burst tokens a CPU second / aiohttp's",
            of["aiready burst tokens a cpu second"] / of["aiohttp burst tokens a cpu second"],
            ">=",
            1.5,
        ),
        (
            "whole answers a CPU second / httpx's",
            of["aiready requests a cpu second"] / of["httpx requests a cpu second"],
            ">=",
            3,
        ),
        ("first request after, s", of["first request s"], "<=", 0.4),
        ("peak memory of 1,000 requests, MB", of["peak MB"], "<=", 80),
    ]


def certificate(folder: Path) -> str:
    """A certificate and its key for 127.0.0.1, which vouches for itself."""
    made = folder / "own.pem"
    openssl = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost"
    names = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(made), "-out", str(folder / "crt.pem")]
    subprocess.run([*openssl.split(), *names], check=True, capture_output=True)
    made.write_text(made.read_text() + (folder / "crt.pem").read_text())
    return str(made)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tls", action="store_true", help="all of it over TLS")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--check", action="store_true", help="exit status 1 where a goal is missed")
    parser.add_argument("--json", type=lambda text: Path(text).resolve(), help="keep all figures")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)  # a bench leaves its latest result where it is run
        place = Place(Path(folder), certificate(Path(folder)) if asked.tls else "")
        rounds: list[dict[str, float]] = []
        for number in range(asked.runs):
            rounds.append(one_round(place))
            print(f"round {number + 1} of {asked.runs} done", file=sys.stderr, flush=True)
    middle = {name: statistics.median(each[name] for each in rounds) for name in rounds[0]}
    if asked.json:
        asked.json.write_text(json.dumps(rounds, indent=2))
    for name, value in middle.items():
        spread = f"{min(each[name] for each in rounds):.4g} to {max(each[name] for each in rounds):.4g}"
        print(f"{name:38} {value:12.4g}   {spread}")
    print()
    missed = 0
    for what, value, how, bound in goals(middle):
        met = value >= bound if how == ">=" else value <= bound
        missed += not met
        print(f"{'met' if met else 'MISSED':7} {what:40} {value:10.3g}   goal {how} {bound}")
    return 1 if asked.check and missed else 0


if __name__ == "__main__":
    sys.exit(main())
