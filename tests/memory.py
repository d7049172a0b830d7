"""A project that is on no disk."""

from __future__ import annotations

from collections.abc import Iterable

from aiready.checks.files.hints import Signs, hints
from aiready.checks.files.scan import imports
from aiready.checks.index import FileIndex, index
from aiready.checks.inverted import WORD


class Memory:
    """Its files by their paths."""

    def __init__(self, files: dict[str, str]) -> None:
        self.files = files

    def paths(self) -> Iterable[str]:
        return self.files

    def index(self, path: str) -> FileIndex:
        return index(path, self.files[path])

    def data(self, path: str) -> bytes:
        return self.files[path].encode()

    def imports(self, path: str) -> Iterable[tuple[int, str, tuple[str, ...]]]:
        return imports(self.data(path))

    def written(self, name: str) -> str:
        return self.files.get(name, "")

    def hints(self, path: str) -> bool:
        return hints(self.data(path), Signs())

    def words(self, path: str) -> frozenset[str]:
        return frozenset(WORD.findall(self.files[path]))
