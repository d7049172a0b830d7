"""Work shared among processes: the parent works too, each child is forked once and hands back one result.

A fork starts with everything the parent has read, so nothing is sent to it. Where there is no fork (Windows), the
parent does all the work.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import BinaryIO, NamedTuple, TypeVar

T = TypeVar("T")
Said = set[tuple[int, str, str]]
"""What processes tell each other: a group of files, a name in it, and what is to be known of that."""
TANGLED = 3_000_000
"""Weight, in bytes, from which files that have to do with one another are left together: whoever works on one half asks
nearly all of the other, so that two do the work twice, in twice the memory, and are hardly sooner done."""
AMPLE = 800_000
"""Weight, in bytes, of a share that is worth a process of its own, which takes its memory with it when it ends."""
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

    first = work(0, meet)
    return [first, *(_result(child, partial(work, share, alone)) for share, child in enumerate(children, 1))]


def apart(work: Callable[[], T]) -> T:
    """What the work gives, done by a child with which the memory goes that it took; by this process if that fails."""
    return _result(_fork(lambda _share, _meet: work(), 0, ()), work) if hasattr(os, "fork") else work()


def alone(words: Said) -> Said:
    """What a process is told that meets no other: its own words."""
    return words


def _result(child: _Child, instead: Callable[[], T]) -> T:
    """What a child hands back at its end; what is done instead, if it fails."""
    done: list[T] = _received(child.told, [])
    child.told.close()
    os.close(child.tell)
    os.waitpid(child.process, 0)
    return done[0] if done else instead()


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
    """Groups of files dealt out to `count` shares of about the same weight; where groups are `AMPLE`, to one more for
    each of them. Little ones are many in large repositories, and each share reads anew what all of them have in common.

    A group that outweighs one of `count` shares is split, with neighbours kept together, unless it is `TANGLED`. The
    shares that hold a part of such a group come first, then the heaviest.
    """
    heavy = sum(_weight(group, weights) for group in groups) * 1.3 / count
    apart = {at for at, group in enumerate(groups) if heavy < _weight(group, weights) < TANGLED}
    parts = [part for at in sorted(apart) for part in _split(groups[at], weights, count)]
    pieces = [*parts, *(group for at, group in enumerate(groups) if at not in apart)]
    pieces.sort(key=lambda piece: (-_weight(piece, weights), piece[:1]))
    loads = [_weight(piece, weights) for piece in pieces]
    large = [load for load in loads if load >= AMPLE]
    many = max(count, len(large) + min(count, (sum(loads) - sum(large)) // AMPLE))
    shares = [frozenset(path for at in each for path in pieces[at]) for each in dealt(loads, many)]
    split = {path for part in parts for path in part}
    return sorted(shares, key=lambda share: (split.isdisjoint(share), -_weight(share, weights))) or [frozenset()]


def dealt(loads: Iterable[int], count: int) -> list[list[int]]:
    """The numbers of the loads, each given to the one of `count` that has the least so far; none that gets nothing."""
    hands: list[list[int]] = [[] for _ in range(count)]
    sums = [0] * count
    for at, load in enumerate(loads):
        least = sums.index(min(sums))
        hands[least].append(at)
        sums[least] += load
    return [hand for hand in hands if hand]


def _weight(paths: Iterable[str], weights: Mapping[str, int]) -> int:
    return sum(weights[path] for path in paths)


def _split(group: Sequence[str], weights: Mapping[str, int], count: int) -> list[Sequence[str]]:
    """A group in `count` runs of about the same weight."""
    total = sum(weights[path] for path in group) or 1
    runs: list[list[str]] = [[] for _ in range(count)]
    before = 0
    for path in group:
        runs[min(count - 1, before * count // total)].append(path)
        before += weights[path]
    return [run for run in runs if run]
