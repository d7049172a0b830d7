"""The files of a run as the project model asks for them: decoded, indexed, scanned, each at most once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from .files.decode import decode, read
from .files.hints import Signs, hints, named
from .files.notebook import Notebook, notebook
from .files.scan import imports
from .files.walk import Listing
from .index import FileIndex, index
from .inverted import words_of
from .looked import LeftOut, Skipped
from .read import UnreadableUnit, is_python

Import = tuple[int, str, tuple[str, ...]]
Seen = tuple[list[tuple[str, tuple[Import, ...], bool]], dict[str, Skipped]]

KEPT = 1_500_000
"""Characters of source whose `ast` is kept for later questions; it takes thirty times as much memory."""


class Disk:
    """Reads, scans and indexes the listed files that are audited; what can't be read is listed as skipped."""

    def __init__(self, listing: Listing, look: Signs | None = None, instead: Mapping[str, bytes] | None = None) -> None:
        """`look`: what the bytes of a file can show, see `files.hints`. `instead`: files taken to hold other bytes than
        they do, by their path from the root."""
        self._look = look or Signs()
        self._instead = instead or {}
        self.root = listing.root
        self.files = tuple(path for path, _, _, role in listing.files if role == "source")
        self.skipped: dict[str, Skipped] = {each.path: each for each in listing.skipped}
        self.found = len(listing.files)
        roles = Counter(role for _, _, _, role in listing.files)
        self.left_out = LeftOut(roles["test"], roles["example"], roles["docs"])
        """Files that are not audited because of what they are."""
        self.named = listing.named
        """Files that the user named: read whatever they hold, so that a broken one is told."""
        self.beside = listing.beside
        """Files that are no code: path, bytes, time of change."""
        self.others = tuple(path for path, _, _, role in listing.files if role != "source")
        """Tests, examples and the like."""
        self.sizes = {path: size for path, size, _, role in listing.files if role == "source"}
        """Bytes of the files to audit."""
        self._kept = 0
        self.parsed: set[str] = set()
        self.notebooks: dict[str, Notebook] = {}
        self._data: dict[str, bytes | None] = {}
        self._indexes: dict[str, FileIndex | None] = {}
        self._imports: dict[str, tuple[Import, ...]] = {}
        self._hints: dict[str, bool] = {}

    def paths(self) -> Iterable[str]:
        """Every audited file."""
        return self.files

    def data(self, path: str) -> bytes:
        """The file's text in UTF-8, for the byte filter; empty when it could not be read."""
        return self._held(path) or b""

    def text(self, path: str) -> str | None:
        """The Python text of a file; None when it can't be read. Only its bytes are kept."""
        data = self._held(path)
        return None if data is None else data.decode()

    def _held(self, path: str) -> bytes | None:
        if path not in self._data:
            self._data[path] = self._read(path)
        return self._data[path]

    def _read(self, path: str) -> bytes | None:
        data = self._instead.get(path) or read(self.root, path)
        if isinstance(data, Skipped):
            self._skip(data)
            return None
        text = self._cells(data, path) if path.endswith(".ipynb") else decode(data, path)
        if isinstance(text, Skipped):
            self._skip(text)
            return None
        encoded = text.encode()
        return data if data == encoded else encoded

    def _cells(self, data: bytes, path: str) -> str | Skipped:
        found = notebook(data, path, is_python)
        if isinstance(found, Skipped):
            return found
        self.notebooks[path] = found
        for at, cell in enumerate(found.broken):
            key = path if not found.text and at == 0 else f"{path}#{cell}"  # with no cell left nothing is audited
            self.skipped[key] = Skipped(path, "syntax-error", f"cell {cell}")
        return found.text

    def _skip(self, why: Skipped) -> None:
        self.skipped.setdefault(why.path, why)

    def note(self, problems: Mapping[str, UnreadableUnit]) -> None:
        """List files of which a definition could not be read."""
        for path, error in problems.items():
            self._skip(Skipped(path, error.reason, str(error)))

    def learned(self) -> tuple[dict[str, Skipped], set[str]]:
        """What reading has shown so far: files skipped, files parsed."""
        return self.skipped, self.parsed

    def learn(self, told: tuple[dict[str, Skipped], set[str]]) -> None:
        """Add what another process has learned."""
        for key, each in told[0].items():
            self.skipped.setdefault(key, each)
        self.parsed |= told[1]

    def audited(self) -> int:
        """Audited files that could be looked at, wholly or in part."""
        return sum(1 for path in self.files if path not in self.skipped)

    def index(self, path: str) -> FileIndex | None:
        """The index of a file; None when no parser can read it."""
        if path not in self._indexes:
            text = self.text(path)
            self._indexes[path] = None if text is None else self._index(path, text)
        return self._indexes[path]

    def _index(self, path: str, text: str) -> FileIndex | None:
        self.parsed.add(path)
        self._kept += len(text)
        try:
            return index(path, text, keep=self._kept < KEPT)
        except UnreadableUnit as error:
            self._skip(Skipped(path, error.reason, str(error)))
            return None

    def imports(self, path: str) -> tuple[Import, ...]:
        """Imports of a file, from the cheap scan, those included that somebody else makes for it."""
        if path not in self._imports:
            data = self.data(path)
            self._imports[path] = (*imports(data), *((0, name, ()) for name in named(data, self._look)))
        return self._imports[path]

    def hints(self, path: str) -> bool:
        """Whether a file may send a request to a model although it imports no SDK."""
        if path not in self._hints:
            self._hints[path] = hints(self.data(path), self._look)
        return self._hints[path]

    def seen(self, paths: Iterable[str]) -> Seen:
        """What the bytes of the files say, for another process."""
        glances = [(path, self.imports(path), self.hints(path)) for path in paths]
        return glances, self.skipped

    def forget(self) -> None:
        """Let go of the files' bytes; they are read again where somebody asks."""
        self._data = {path: data for path, data in self._data.items() if data is None or path in self.notebooks}

    def take(self, seen: Seen) -> None:
        """Know what another process has seen."""
        for path, found, hinted in seen[0]:
            self._imports[path] = found
            self._hints[path] = hinted
        for key, each in seen[1].items():
            self.skipped.setdefault(key, each)

    def words(self, path: str) -> frozenset[str]:
        """Every identifier-like word of the file."""
        return words_of(self.text(path) or "")

    def written(self, name: str) -> str:
        """What the one file beside the code says whose path has that end, with slashes in it or not."""
        end = name.replace("/", "")
        found = [path for path, _, _ in self.beside if self._is_at(path, end)] if "." in end else []
        data = read(self.root, found[0]) if len(found) == 1 else b""
        return "" if isinstance(data, Skipped) else data.decode("utf-8", "replace")

    @staticmethod
    def _is_at(path: str, end: str) -> bool:
        return end.endswith(path.rpartition("/")[2]) and path.replace("/", "").endswith(end)
