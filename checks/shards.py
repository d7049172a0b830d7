"""Work shared among processes: the parent works too, each child is forked once and hands back one result.

A fork starts with everything the parent has read, so nothing is sent to it. Where there is no fork (Windows), the
parent does all the work.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Mapping, Sequence
from typing import BinaryIO, NamedTuple, TypeVar

T = TypeVar("T")
Said = set[tuple[int, str, str]]
"""What processes tell each other: a group of files, a name in it, and what is to be known of that."""
TANGLED = 3_000_000
"""Weight, in bytes, from which files that have to do with one another are left together: whoever works on one half asks
nearly all of the other, so that two do the work twice, in twice the memory, and are hardly sooner done."""
Meet = Callable[[Said], Said]
"""Waits until all processes have come here, and gives each what all have said."""


class _Child(NamedTuple):
    process: int
    told: BinaryIO
    """From the child."""
    tell: int
    """To the child: a descriptor, since a stream would try once more when it is closed."""


def processes(jobs: int) -> int:
    """How many processes may be used: `jobs`, or as many as there are processors."""
    if not hasattr(os, "fork"):
        return 1
    if jobs > 0:
        return jobs
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_shards(work: Callable[[int, Meet], T], count: int) -> list[T]:
    """Results of `work(0, meet)` to `work(count - 1, meet)`, in order; a share whose child fails is worked again by
    the parent. Every share must call `meet` equally often."""
    children: list[_Child] = []
    for share in range(1, count):
        children.append(_fork(work, share, children))

    def meet(words: Said) -> Said:
        everybody = words.union(*(_received(child.told, Said()) for child in children))
        for child in children:
            _send(child.tell, everybody)
        return everybody

    results = [work(0, meet)]
    for share, child in enumerate(children, 1):
        done: list[T] = _received(child.told, [])
        child.told.close()
        os.close(child.tell)
        os.waitpid(child.process, 0)
        results.append(done[0] if done else work(share, lambda words: words))
    return results


def _received(told: BinaryIO, otherwise: T) -> T:
    """What another process says next; something else if it says nothing any more."""
    try:
        return pickle.load(told)  # type: ignore[no-any-return]  # noqa: S301 - our own child's
    except (EOFError, OSError, pickle.UnpicklingError):
        return otherwise


def _send(pipe: int, what: object) -> None:
    data = memoryview(pickle.dumps(what, pickle.HIGHEST_PROTOCOL))
    try:
        while data:
            data = data[os.write(pipe, data) :]
    except OSError:  # nobody listens any more: it will show when an answer is missing
        return


def _fork(work: Callable[[int, Meet], T], share: int, before: Sequence[_Child]) -> _Child:
    """Start a child for one share."""
    told, tells = os.pipe()
    hears, tell = os.pipe()
    process = os.fork()
    if process:
        os.close(tells)
        os.close(hears)
        return _Child(process, os.fdopen(told, "rb"), tell)
    status = 1
    try:
        for each in (*(end for child in before for end in (child.told.fileno(), child.tell)), told, tell):
            os.close(each)
        down = os.fdopen(hears, "rb")

        def meet(words: Said) -> Said:
            _send(tells, words)
            return _received(down, words)

        _send(tells, [work(share, meet)])
        status = 0
    finally:
        os._exit(status)  # neither the parent's buffers nor its exit handlers are the child's


def fair(groups: Sequence[Sequence[str]], weights: Mapping[str, int], count: int) -> list[frozenset[str]]:
    """Groups of files dealt out to at most `count` shares of about the same weight; one that outweighs a share is
    split, with neighbours kept together, unless it is `TANGLED`."""
    total = sum(weights[path] for group in groups for path in group)
    pieces: list[Sequence[str]] = []
    for group in groups:
        weight = sum(weights[path] for path in group)
        heavy = weight * count > total * 1.3
        pieces += _split(group, weights, count) if heavy and weight < TANGLED else [group]
    shares: list[list[str]] = [[] for _ in range(count)]
    loads = [0] * count
    for piece in sorted(pieces, key=lambda each: (-sum(weights[path] for path in each), each[:1])):
        lightest = loads.index(min(loads))
        shares[lightest] += piece
        loads[lightest] += sum(weights[path] for path in piece)
    return [frozenset(share) for share in shares if share] or [frozenset()]


def _split(group: Sequence[str], weights: Mapping[str, int], count: int) -> list[Sequence[str]]:
    """A group in `count` runs of about the same weight."""
    total = sum(weights[path] for path in group) or 1
    runs: list[list[str]] = [[] for _ in range(count)]
    before = 0
    for path in group:
        runs[min(count - 1, before * count // total)].append(path)
        before += weights[path]
    return [run for run in runs if run]
