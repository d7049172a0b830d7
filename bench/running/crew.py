"""The workers of a run as one: told together, heard together."""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from time import monotonic, monotonic_ns
from typing import TYPE_CHECKING

from ..engine import Share, Snapshot, Stage
from ..mistakes import BenchMistake, RunError
from ..shapes import Progress, Stop, Stops, stopped
from .worker import Assignment, Finished, Halt, Ready, Said, Told, Warm, work

if TYPE_CHECKING:
    from ..samples import End

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
        for assignment in assignments:
            ours, theirs = context.Pipe()
            process = context.Process(target=work, args=(theirs, assignment), daemon=True)
            process.start()
            theirs.close()
            self._workers.append(_Worker(process, ours))
        self.stop: Stop | None = None
        """Why the workers were told to send no more."""
        self.kind = ""
        self.why = ""
        for worker in self._workers:
            said = self._said(worker)
            if isinstance(said, Ready):
                self.kind, self.why = said.kind, said.why

    @property
    def size(self) -> int:
        """How many workers there are."""
        return len(self._workers)

    def open(self, connections: int) -> None:
        """Opens connections ahead, shared out."""
        many = len(self._workers)
        for number, worker in enumerate(self._workers):
            worker.pipe.send(Warm(connections // many + (number < connections % many)))
        for worker in self._workers:
            self._said(worker)

    def run(self, stage: Stage, watch: Callable[[Sequence[Snapshot]], None], look: float = 0.1) -> list[Finished]:
        """Carries out a stage, its stops shared out; `watch` sees the workers' counts every `look` seconds."""
        begun = replace(stage, start=monotonic_ns() + AHEAD)
        for number, worker in enumerate(self._workers):
            worker.last, worker.finished = Snapshot(), None
            worker.pipe.send(replace(begun, stops=_part(stage.stops, Share(number, len(self._workers)))))
        due = monotonic() + look
        while running := [worker for worker in self._workers if worker.finished is None]:
            for pipe in wait([worker.pipe for worker in running], max(0.0, due - monotonic())):
                self._heard(next(worker for worker in running if worker.pipe is pipe))
            if monotonic() >= due:
                due = monotonic() + look
                watch([worker.last for worker in self._workers])
                self.halt(self._over(begun))
        return [worker.finished for worker in self._workers if worker.finished is not None]

    def halt(self, stop: Stop | None) -> None:
        """With a reason to: lets all workers finish what is under way and send no more."""
        if stop is not None and self.stop is None:
            self.stop = stop
            self._tell(Halt())

    def end(self, ends: Sequence[End]) -> None:
        """The last lines of the workers' files; waits for the processes."""
        for worker, end in zip(self._workers, ends, strict=True):
            worker.pipe.send(end)
        for worker in self._workers:
            worker.process.join(PATIENCE)
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
            worker.pipe.send(order)

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
        except EOFError:
            worker.process.join(PATIENCE)
            told = f"a worker process died ({worker.process.exitcode}); what it had written can be read"
            raise RunError([told]) from None
        if isinstance(said, BenchMistake):
            raise said
        return said

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


def _part(stops: Stops, share: Share) -> Stops:
    """The stops of one worker: what is counted is shared out, what is timed is the same for all. Errors are judged over
    all workers together, where there are several."""
    if share.of == 1:
        return stops
    all_of = stops.requests
    return replace(
        stops,
        requests=None if all_of is None else all_of // share.of + (share.number < all_of % share.of),
        spend=None if stops.spend is None else stops.spend / share.of,
        tokens=None if stops.tokens is None else max(1, stops.tokens // share.of),
        error_rate=None,
    )
