"""What the files of a run say."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from ..index import FileIndex


class Source(Protocol):
    """Where the world gets its files from; `pipeline` implements it over the disk, workers and the cache."""

    def paths(self) -> Iterable[str]:
        """Every file of the run, relative to the root, notebooks included."""
        ...

    def index(self, path: str) -> FileIndex | None:
        """The index of a file; None when it could not be read (then it is listed as skipped)."""
        ...

    def imports(self, path: str) -> Iterable[tuple[int, str, tuple[str, ...]]]:
        """Imports of a file as (level, module, names), from the cheap scan."""
        ...

    def hints(self, path: str) -> bool:
        """Whether the file may send a request to a model although it imports no SDK."""
        ...

    def data(self, path: str) -> bytes:
        """The file's text as bytes, for the byte filter; empty when it could not be read."""
        ...

    def words(self, path: str) -> frozenset[str]:
        """Every identifier-like word of the file."""
        ...

    def written(self, name: str) -> str:
        """What the one file that is no code and has a path with that end says; empty where there isn't one."""
        ...
