"""One pass over the bytes of every file, by as many processes as are worth starting.

What a file imports, whether it shows the signs of a request to a model, keys in it and comments to us: all that is
asked of files that may have nothing to do with models.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from .cells import in_cells
from .disk import Disk, Seen
from .model import Secret, Suppression
from .secrets import may_hold, secrets
from .shards import Meet, in_shards, processes
from .suppress import MARK, parse

WORTH = 6_000_000
"""Bytes of source below which a second process costs more than it saves."""


class Swept(NamedTuple):
    """What stands in the files whatever calls they hold."""

    secrets: tuple[Secret, ...]
    comments: tuple[Suppression, ...]


def sweep(disk: Disk, jobs: int) -> Swept:
    """Look at every file once; what the disk will be asked of them later, it then knows."""
    count = min(processes(jobs), max(1, sum(disk.sizes.values()) // WORTH))

    def work(share: int, _: Meet) -> tuple[Swept, Seen]:
        mine = disk.files[share::count]
        found = Swept(
            tuple(each for path in mine for each in _secrets(disk, path)),
            tuple(each for path in mine for each in _comments(disk, path)),
        )
        return found, disk.seen(mine)

    results = in_shards(work, count)
    for _, seen in results[1:]:
        disk.take(seen)
    disk.forget()
    return Swept(
        tuple(each for found, _ in results for each in found.secrets),
        tuple(each for found, _ in results for each in found.comments),
    )


def _secrets(disk: Disk, path: str) -> Iterator[Secret]:
    if may_hold(disk.data(path)):
        yield from (in_cells(each, disk.notebooks) for each in secrets(path, disk.text(path) or ""))


def _comments(disk: Disk, path: str) -> Iterator[Suppression]:
    if MARK not in disk.data(path):
        return
    notebook = disk.notebooks.get(path)
    if notebook is None:
        yield from parse(path, disk.text(path) or "")
        return
    lines = notebook.text.split("\n")
    starts = notebook.cells()
    for at, (first, cell) in enumerate(starts):
        end = starts[at + 1][0] - 1 if at + 1 < len(starts) else len(lines)
        yield from parse(path, "\n".join(lines[first - 1 : end]), cell)
