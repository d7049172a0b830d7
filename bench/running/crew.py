"""The workers of a run as one: told together, heard together."""

from __future__ import annotations

import contextlib
import multiprocessing
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, pairwise
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from time import monotonic, monotonic_ns
from typing import TYPE_CHECKING, NoReturn

from ..engine import Share, Snapshot, Stage, part
from ..mistakes import BenchMistake, RunError
from ..shapes import Progress, Stop, Stops, stopped
from .staffing import users as users_of
from .worker import Assignment, Finished, Halt, Ready, Said, Told, Warm, work

if TYPE_CHECKING:
    from ..samples import End
    from ..shapes import Loop, Open

AHEAD = 5_000_000
"""Nanoseconds from now at which a stage begins: all workers must have heard of it."""
PATIENCE = 5.0
"""Seconds in which a worker that was told to end does so."""


@dataclass(slots=True)
class _Worker:
    process: BaseProcess
    pipe: Connection
    last: Snapshot = field(default_factory=Snapshot)
    finished: Finished | None = None


class Crew:
    """Starts one process an assignment and leads them through stages. Raises, from any of its methods, what stopped a
    worker, and RunError for one that died."""

    def __init__(self, assignments: Sequence[Assignment]) -> None:
        # A forked worker begins at once, with all that is loaded; elsewhere Python has to begin anew.
        forks = sys.platform == "linux"
        context = multiprocessing.get_context("fork") if forks else multiprocessing.get_context("spawn")
        self._workers: list[_Worker] = []
        self.stop: Stop | None = None
        """Why the workers were told to send no more."""
        self.kind = ""
        self.why = ""
        try:
            for assignment in assignments:
                ours, theirs = context.Pipe()
                # A fork has our ends of all pipes so far: unless it closes them, nobody's pipe ends with us.
                inherited = [ours, *(each.pipe for each in self._workers)] if forks else []
                process = context.Process(target=work, args=(theirs, assignment, inherited), daemon=True)
                process.start()
                theirs.close()
                self._workers.append(_Worker(process, ours))
            for worker in self._workers:
                said = self._said(worker)
                if isinstance(said, Ready):
                    self.kind, self.why = said.kind, said.why
        except BaseException:
            self.kill()
            raise

    @property
    def size(self) -> int:
        """How many workers there are."""
        return len(self._workers)

    def open(self, connections: int) -> None:
        """Opens connections ahead, shared out."""
        many = len(self._workers)
        for number, worker in enumerate(self._workers):
            self._send(worker, Warm(connections // many + (number < connections % many)))
        for worker in self._workers:
            self._said(worker)

    def run(self, stage: Stage, watch: Callable[[Sequence[Snapshot]], None], look: float = 0.1) -> list[Finished]:
        """Carries out a stage, its stops shared out; `watch` sees the workers' counts every `look` seconds."""
        begun = replace(stage, start=monotonic_ns() + AHEAD)
        parts = shared(stage.stops, [_weight(stage.shape, Share(number, self.size)) for number in range(self.size)])
        for worker, stops in zip(self._workers, parts, strict=True):
            worker.last, worker.finished = Snapshot(), None
            self._send(worker, replace(begun, stops=stops))
        due = monotonic() + look
        while running := [worker for worker in self._workers if worker.finished is None]:
            for pipe in wait([worker.pipe for worker in running], max(0.0, due - monotonic())):
                self._heard(next(worker for worker in running if worker.pipe is pipe))
            if monotonic() >= due:
                due = monotonic() + look
                watch([worker.last for worker in self._workers])
                self.halt(self._over(begun))
        watch([worker.last for worker in self._workers])
        return [worker.finished for worker in self._workers if worker.finished is not None]

    def halt(self, stop: Stop | None) -> None:
        """With a reason to: lets all workers finish what is under way and send no more."""
        if stop is not None and self.stop is None:
            self.stop = stop
            self._tell(Halt())

    def end(self, ends: Sequence[End]) -> None:
        """The last lines of the workers' files; waits for the processes, and hears what they met at their end."""
        for worker, end in zip(self._workers, ends, strict=True):
            self._send(worker, end)
        for worker in self._workers:
            worker.process.join(PATIENCE)
            with contextlib.suppress(EOFError):
                while worker.pipe.poll():
                    said = worker.pipe.recv()
                    if isinstance(said, BenchMistake):
                        raise said
            if worker.process.exitcode:
                self._died(worker)
        self.kill()

    def kill(self) -> None:
        """Ends the processes at once; what they had written stays."""
        for worker in self._workers:
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()
            worker.pipe.close()

    def _tell(self, order: Told) -> None:
        for worker in self._workers:
            self._send(worker, order)

    def _send(self, worker: _Worker, order: Told) -> None:
        """Tells a worker; where it is gone, raises why."""
        try:
            worker.pipe.send(order)
        except OSError:
            while True:
                self._said(worker)

    def _heard(self, worker: _Worker) -> None:
        match self._said(worker):
            case Snapshot() as snapshot:
                worker.last = snapshot
            case Finished() as finished:
                worker.finished, worker.last = finished, finished.last
            case _:
                return

    def _said(self, worker: _Worker) -> Said:
        try:
            said: Said = worker.pipe.recv()
        except (EOFError, OSError):
            self._died(worker)
        if isinstance(said, BenchMistake):
            raise said
        return said

    @staticmethod
    def _died(worker: _Worker) -> NoReturn:
        worker.process.join(PATIENCE)
        told = f"a worker process died ({worker.process.exitcode}); what it had written can be read"
        raise RunError([told]) from None

    def _over(self, stage: Stage) -> Stop | None:
        """What ends a stage and no worker sees alone: the errors of all of them."""
        counts = [worker.last for worker in self._workers]
        progress = Progress(
            elapsed=max(0.0, (monotonic_ns() - stage.start) / 1e9),
            sent=sum(each.sent for each in counts),
            finished=sum(each.finished for each in counts),
            failed=sum(each.failed for each in counts),
        )
        return stopped(Stops(error_rate=stage.stops.error_rate, grace=stage.stops.grace), progress)


def _weight(shape: Open | Loop, share: Share) -> int:
    """How much of what is counted a worker does: in a loop as much as it has users, where there are most."""
    most = users_of(shape)
    return part(most, share) if most else 1


def shared(stops: Stops, weights: Sequence[int]) -> list[Stops]:
    """The stops of each worker: what is counted is shared out by weight, to the last request; what is timed is the same
    for all. Errors are judged over all workers together, where there are several."""
    if len(weights) == 1:
        return [stops]
    whole, ends = sum(weights), list(accumulate(weights, initial=0))
    return [
        replace(
            stops,
            requests=_slice(stops.requests, (before, after), whole),
            tokens=_slice(stops.tokens, (before, after), whole),
            spend=None if stops.spend is None else stops.spend * (after - before) / whole,
            error_rate=None,
        )
        for before, after in pairwise(ends)
    ]


def _slice(many: int | None, ends: tuple[int, int], whole: int) -> int | None:
    return None if many is None else many * ends[1] // whole - many * ends[0] // whole
