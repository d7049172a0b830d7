"""Reads a file of samples one by one. A last line that was cut off by a crash is dropped, and said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from ..mistakes import SamplesError
from . import lines
from .model import End, Header, Json, Sample


class Reading:
    """A file being read: its header at once, its samples by iterating, and then how it ended.

    Raises SamplesError, with the line, for a file that isn't one of samples or is damaged before its last line.
    """

    __slots__ = ("_path", "cut", "end", "header")

    def __init__(self, path: Path) -> None:
        self._path = path
        self.end: End | None = None
        """The last line; None while reading, and for a run that was killed."""
        self.cut = 0
        """Bytes of a last line that was cut off, which were dropped."""
        with self._open() as file:
            first = file.readline()
        try:
            self.header: Header = lines.to_header(lines.parsed(first))
        except (ValueError, RecursionError) as error:
            why = str(error) if "schema" in str(error) else "is no file of samples, or one cut off in its first line"
            raise SamplesError([f"{path}: {why}"]) from error

    def __iter__(self) -> Iterator[Sample]:
        with self._open() as file:
            file.readline()
            number, line = 2, file.readline()
            while line:
                following = file.readline()
                sample = self._sample(line, number, last=not following)
                if sample is not None:
                    yield sample
                number, line = number + 1, following

    def _open(self) -> BinaryIO:
        try:
            return self._path.open("rb")
        except OSError as error:
            raise SamplesError([f"{self._path}: can't be read: {error.strerror}"]) from error

    def _sample(self, line: bytes, number: int, *, last: bool) -> Sample | None:
        try:
            raw = lines.parsed(line)
            if not line.endswith(b"\n"):
                self.cut = len(line)
            elif "end" in raw:
                self.end = self._ended(raw, last=last)
            else:
                return lines.to_sample(raw)
        except (ValueError, RecursionError) as error:
            if not last:
                raise SamplesError([f"{self._path}: line {number} is damaged: {_why(error)}"]) from error
            self.cut = len(line)
        return None

    @staticmethod
    def _ended(raw: Json, *, last: bool) -> End:
        if not last:
            raise ValueError("the run's end, but more follows")
        return lines.to_end(raw)

    def notice(self) -> str | None:
        """After the samples: what the reader must know of how the file ends; None where it is whole."""
        if self.cut:
            return f"{self._path}: the last line was cut off ({self.cut} bytes) and is left out: the run was killed"
        return None if self.end else f"{self._path}: the run has no end: it was killed, or goes on"


def _why(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "nested too deeply"
    return "no JSON" if type(error).__name__ in {"JSONDecodeError", "UnicodeDecodeError"} else str(error)
