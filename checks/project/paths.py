"""Sets of a project's files, at one bit a file: each file has some, and any of them may hold all files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from functools import cached_property


class Files:
    """The files of a project, in order."""

    def __init__(self, paths: Iterable[str]) -> None:
        self.paths = tuple(sorted(paths))
        self.number = {path: at for at, path in enumerate(self.paths)}

    @cached_property
    def all(self) -> Paths:
        """Every file."""
        return Paths(self, (1 << len(self.paths)) - 1)

    def some(self, paths: Iterable[str]) -> Paths:
        """The set of some files. Raises KeyError for one that isn't of the project."""
        if isinstance(paths, Paths):
            return paths
        bits = 0
        for path in paths:
            bits |= 1 << self.number[path]
        return Paths(self, bits)


class Paths(Set[str]):
    """Some files of a project, in the order of their paths."""

    __slots__ = ("bits", "files")

    def __init__(self, files: Files, bits: int) -> None:
        self.files = files
        self.bits = bits
        """Bit n stands for the file of number n."""

    def __contains__(self, path: object) -> bool:
        at = self.files.number.get(path) if isinstance(path, str) else None
        return at is not None and bool(self.bits >> at & 1)

    def __iter__(self) -> Iterator[str]:
        return (self.files.paths[at] for at in numbers(self.bits))

    def __len__(self) -> int:
        return self.bits.bit_count()


def numbers(bits: int) -> Iterator[int]:
    """The numbers of the bits that are set, the lowest first."""
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low
