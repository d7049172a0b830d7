"""One command, measured from outside: wall time, CPU time of its whole process tree, peak memory of that tree."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")
SAMPLE_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Measured:
    """What one run of a command cost."""

    wall: float
    """Seconds from start to exit, interpreter start-up included."""
    cpu: float
    """User and system seconds of the process and all children it waited for."""
    others: float
    """Cores that the rest of the machine kept busy meanwhile; distrust `wall` where it is not near 0."""
    status: int


def run(command: list[str], limit: float) -> Measured:
    """Run a command with its output in a file; kill its process group after `limit` seconds (the status is then -9)."""
    busy, started = busy_seconds(), time.perf_counter()
    with tempfile.TemporaryFile() as output:
        process = start(command, output.fileno())
        killer = threading.Timer(limit, kill, [process.pid])
        killer.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        killer.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    cpu = usage.ru_utime + usage.ru_stime
    others = max(0.0, (busy_seconds() - busy - cpu) / max(wall, 0.05))
    return Measured(wall, cpu, others, process.returncode)


def peak_megabytes(command: list[str], limit: float) -> float:
    """Run a command untimed and sample what its process tree holds (shared pages counted once); Linux only."""
    stop, peak = threading.Event(), [0]
    with tempfile.TemporaryFile() as output:
        process = start(command, output.fileno())

        def sample() -> None:
            while not stop.wait(SAMPLE_SECONDS):
                peak[0] = max(peak[0], tree_kilobytes(process.pid))

        sampler = threading.Thread(target=sample)
        sampler.start()
        killer = threading.Timer(limit, kill, [process.pid])
        killer.start()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        killer.cancel()
        stop.set()
        sampler.join()
    return max(peak[0], usage.ru_maxrss) / 1024


def start(command: list[str], output: int) -> subprocess.Popen[bytes]:
    """Start a command in a process group of its own, compiled bytecode allowed."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        env=environment,
        start_new_session=True,
    )


def kill(group: int) -> None:
    """End a process group that is over its time."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


def busy_seconds() -> float:
    """CPU seconds spent by everything on the machine so far, all cores together; 0 where that can't be read."""
    try:
        first = (PROC / "stat").read_text().partition("\n")[0]
    except OSError:
        return 0.0
    user, nice, system, _idle, _wait, *interrupts = [int(field) for field in first.split()[1:9]]
    return (user + nice + system + sum(interrupts)) / TICKS


def tree_kilobytes(top: int) -> int:
    """Proportional set size of a process and all its descendants."""
    children = children_by_parent()
    total, waiting = 0, [top]
    while waiting:
        process = waiting.pop()
        waiting += children.get(process, [])
        with contextlib.suppress(OSError, StopIteration):
            lines = (PROC / str(process) / "smaps_rollup").read_text().splitlines()
            total += int(next(line for line in lines if line.startswith("Pss:")).split()[1])
    return total


def children_by_parent() -> dict[int, list[int]]:
    """The machine's process tree."""
    children: dict[int, list[int]] = {}
    for folder in PROC.glob("[0-9]*"):
        with contextlib.suppress(OSError):
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(folder.name))
    return children
