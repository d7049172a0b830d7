"""A process that carries out its share of the load. The one that watches stays out of its way: whatever it draws or
computes costs the worker's loop nothing.

It is told by one pipe what to do, and answers on it: `Snapshot`s as it goes, a `Finished` at the end of a stage, and
whatever stops it as the exception itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import select
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, monotonic_ns, time_ns
from typing import TYPE_CHECKING

from ..engine import Asking, Engine, Health, Lag, Share, Snapshot, Stage
from ..engine.health import processor, spread, telling
from ..mistakes import BenchMistake
from ..protocols import prepare
from ..samples import Clock, End, Header, Writer
from ..transport import Address, Transport, Wire, transport
from .gathering import GatheringLoop

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from ..shapes import Stop

LOOK = 0.1
"""Seconds between two snapshots."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """What a worker does all its life."""

    asking: Asking
    address: Address
    wire: Wire
    path: Path
    """Its file of samples."""
    header: Header
    share: Share


@dataclass(frozen=True, slots=True)
class Ready:
    """The worker can begin; by which transport, and why by that."""

    kind: str
    why: str


@dataclass(frozen=True, slots=True)
class Warm:
    """Opens so many connections ahead."""

    connections: int


@dataclass(frozen=True, slots=True)
class Halt:
    """Sends no more."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A stage is over, or connections are open."""

    stop: Stop | None
    taken: int
    """Numbers of requests that it used."""
    health: Health
    last: Snapshot


Told = Stage | Warm | Halt | End
"""What a worker is told. An `End` is the last: it is written, and the process ends."""
Said = Ready | Snapshot | Finished | BenchMistake


def work(pipe: Connection, assignment: Assignment, inherited: Sequence[Connection] = ()) -> None:
    """The whole life of a worker process. Ctrl-C and SIGTERM may reach all processes of a run: this one leaves them to
    the one that watches, and ends with it."""
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)
    for other in inherited:
        other.close()
    gc.enable()  # the command that it is a fork of ends before there is garbage; a worker may live for hours
    gc.freeze()
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        try:
            with asyncio.Runner(loop_factory=GatheringLoop if hasattr(select, "epoll") else None) as runner:
                runner.run(_life(pipe, assignment))
        except BenchMistake as mistake:
            pipe.send(mistake)


async def _life(pipe: Connection, assignment: Assignment) -> None:
    prepare()
    raise_limit()
    orders: asyncio.Queue[Told] = asyncio.Queue()
    carrier, why = transport(assignment.address, assignment.wire)
    try:
        with Writer(assignment.path, assignment.header, assignment.asking.secrets) as writer:
            engine = Engine(assignment.asking, carrier, writer, assignment.share)
            asyncio.get_running_loop().add_reader(pipe.fileno(), _hear, pipe, orders, engine)
            pipe.send(Ready(carrier.kind, why))
            await _obey(pipe, orders, engine, carrier, writer)
    finally:
        await carrier.close()


def _hear(pipe: Connection, orders: asyncio.Queue[Told], engine: Engine) -> None:
    """Orders of the one that watches; where it is gone, so is the reason to go on."""
    try:
        while pipe.poll():
            order = pipe.recv()
            if isinstance(order, Halt):
                engine.halt()
            else:
                orders.put_nowait(order)
    except (EOFError, OSError):
        asyncio.get_running_loop().remove_reader(pipe.fileno())
        engine.halt()
        orders.put_nowait(End("interrupted", Clock(monotonic_ns(), time_ns())))


async def _obey(
    pipe: Connection, orders: asyncio.Queue[Told], engine: Engine, carrier: Transport, writer: Writer
) -> None:
    while True:
        match await orders.get():
            case End() as end:
                writer.close(end)
                return
            case Warm(connections=count):
                await carrier.open(count)
                pipe.send(Finished(None, 0, Health(0.0, 0.0, None), Snapshot()))
            case Stage() as stage:
                pipe.send(await _stage(pipe, engine, carrier, stage))
            case Halt():
                continue


async def _stage(pipe: Connection, engine: Engine, carrier: Transport, stage: Stage) -> Finished:
    """Carries a stage out and says how it goes."""
    await asyncio.sleep(max(0.0, (stage.start - monotonic_ns()) / 1e9))
    began, used = monotonic(), processor()
    kernel, us = carrier.clock.by_kernel, carrier.clock.by_us
    told = began
    loop = asyncio.get_running_loop()

    def look() -> None:
        nonlocal told
        engine.tick()
        if isinstance(loop, GatheringLoop):
            counters = engine.counters
            loop.look(counters.finished, counters.sent - counters.finished, stamped=not carrier.clock.by_us)
        if monotonic() - told >= LOOK and _is_read(pipe):
            told = monotonic()
            pipe.send(engine.counters.snapshot(lag.worst()))

    lag = Lag(look)
    try:
        stop = await engine.run(stage)
    finally:
        lag.close()
    health = Health(
        seconds=monotonic() - began,
        cpu=processor() - used,
        lag=spread(lag.late),
        late=telling(lag.late),
        by_kernel=carrier.clock.by_kernel - kernel,
        by_us=carrier.clock.by_us - us,
        stepped=carrier.clock.stepped / 1e9,
        usual=engine.felt.usual,
        delay=engine.felt.delay,
        gaps=engine.felt.gaps,
        lost=engine.felt.lost,
        unsent=engine.felt.unsent,
    )
    return Finished(stop, engine.taken, health, engine.counters.snapshot(lag.worst()))


def _is_read(pipe: Connection) -> bool:
    """Whether there is room in the pipe: one who watches and stands still must not make the load stand still."""
    if not hasattr(select, "poll"):  # not on Windows
        return True
    ready = select.poll()
    ready.register(pipe, select.POLLOUT)
    return bool(ready.poll(0))


def raise_limit() -> None:
    """Lets this process have as many files open as the system allows: each connection is one."""
    try:
        import resource
    except ImportError:  # not on Windows
        return
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
