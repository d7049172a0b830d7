"""Gathers, while samples are read, what no column of numbers holds: messages, headers, connections, server times."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from ..metrics import Distribution
from ..samples import TIMINGS, Sample
from .limits import LimitWatch
from .model import Connections, Failed

MESSAGES = 100
"""Different messages of a class that are told apart; servers put ids into them."""
SHOWN = 3


class Watch:
    """What was seen. Requests of the warm-up count for limits only."""

    def __init__(self) -> None:
        self.limits = LimitWatch()
        self.models = Counter[str]()
        self._failed: dict[str, Counter[str]] = {}
        self._counts = Counter[str]()
        self._connections = Counter[str]()
        self._server: dict[str, list[float]] = {}

    def see(self, sample: Sample) -> None:
        """Takes a sample in."""
        self.limits.see(sample)
        if sample.warmup:
            return
        self._connected(sample)
        if sample.failure:
            self._lost(sample.failure, sample.message or "")
        elif sample.reply.model:
            self.models[sample.reply.model] += 1
        if sample.failure is None and sample.reply.timings:
            self._timed(sample)

    def errors(self) -> tuple[Failed, ...]:
        """The failures by class, the most frequent first."""
        classes = sorted(self._counts.items(), key=lambda each: (-each[1], each[0]))
        return tuple(Failed(name, count, _most(self._failed[name])) for name, count in classes)

    def connections(self) -> Connections:
        """How requests got their connections."""
        seen = self._connections
        return Connections(seen["opened"], seen["reused"], seen["stale"])

    def server(self) -> Mapping[str, Distribution]:
        """What the server says it spent."""
        import numpy as np

        from ..metrics import distribution

        names = [name for name in (*TIMINGS, "rest") if name in self._server]
        return {name: distribution(np.array(self._server[name], dtype=np.float64)) for name in names}

    def _connected(self, sample: Sample) -> None:
        new = sample.reply.new_connection
        if new is None:
            return
        self._connections["opened" if new else "reused"] += 1
        if not new and sample.failure == "reset" and not sample.reply.received:
            self._connections["stale"] += 1

    def _lost(self, failure: str, message: str) -> None:
        self._counts[failure] += 1
        told = self._failed.setdefault(failure, Counter())
        if message and (message in told or len(told) < MESSAGES):
            told[message] += 1

    def _timed(self, sample: Sample) -> None:
        told = sample.reply.timings or {}
        times = {name: each / 1e9 for name in TIMINGS if isinstance(each := told.get(name), int)}
        first = sample.times.chunks[0] if sample.times.chunks else None
        if first is not None and "prompt_eval" in times:
            times["rest"] = (first - sample.times.t0) / 1e9 - times.get("load", 0.0) - times["prompt_eval"]
        for name, seconds in times.items():
            self._server.setdefault(name, []).append(seconds)


def _most(messages: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(messages.items(), key=lambda each: (-each[1], each[0]))[:SHOWN])
