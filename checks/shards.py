"""Work shared among processes: the parent works too, each child is forked once and hands back one result.

A fork starts with everything the parent has read, so nothing is sent to it. Where there is no fork (Windows), the
parent does all the work.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")


def processes(jobs: int) -> int:
    """How many processes may be used: `jobs`, or as many as there are processors."""
    if not hasattr(os, "fork"):
        return 1
    if jobs > 0:
        return jobs
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_shards(work: Callable[[int], T], count: int) -> list[T]:
    """Results of `work(0)` to `work(count - 1)`, in order; a share whose child fails is worked again by the parent."""
    children = [_fork(work, share) for share in range(1, count)]
    results = [work(0)]
    for share, (child, pipe) in enumerate(children, 1):
        with os.fdopen(pipe, "rb") as stream:
            data = stream.read()
        _, status = os.waitpid(child, 0)
        results.append(pickle.loads(data) if status == 0 and data else work(share))  # noqa: S301 - our own child's
    return results


def _fork(work: Callable[[int], T], share: int) -> tuple[int, int]:
    """Start a child for one share; its process id and the pipe its result comes through."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child:
        os.close(theirs)
        return child, ours
    status = 1
    try:
        os.close(ours)
        data = pickle.dumps(work(share), pickle.HIGHEST_PROTOCOL)
        with os.fdopen(theirs, "wb") as stream:
            stream.write(data)
        status = 0
    finally:
        os._exit(status)  # neither the parent's buffers nor its exit handlers are the child's


def fair(groups: Sequence[Sequence[str]], weights: Mapping[str, int], count: int) -> list[frozenset[str]]:
    """Groups of files dealt out to `count` shares of about the same weight; one that outweighs a share is split."""
    total = sum(weights.values())
    pieces: list[Sequence[str]] = []
    for group in groups:
        heavy = sum(weights[path] for path in group) * count > total * 1.3
        parts = count if heavy else 1
        pieces += [group[at::parts] for at in range(parts)] if parts > 1 else [group]
    shares: list[list[str]] = [[] for _ in range(count)]
    loads = [0] * count
    for piece in sorted(pieces, key=lambda each: (-sum(weights[path] for path in each), each[:1])):
        lightest = loads.index(min(loads))
        shares[lightest] += piece
        loads[lightest] += sum(weights[path] for path in piece)
    return [frozenset(share) for share in shares]
