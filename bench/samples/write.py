"""Writes samples, append-only: what is on the disk is never touched again, so a killed run keeps what it had."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType

from ..mistakes import SamplesError
from ..secrets import Cleaner
from . import lines
from .model import End, Header, Sample

BATCH = 1 << 16
"""Bytes that are gathered before they are written; `flush` writes earlier."""


class Writer:
    """One worker's file. Lines are handed to the system whole; on `close` they are on the disk.

    Keys in `secrets` are in no line, whatever a server answers. A file that is there already is refused. Raises
    SamplesError where the system can't write, and writes no more after that.
    """

    __slots__ = ("_clean", "_file", "_path", "_size", "_waiting")

    def __init__(self, path: Path, header: Header, secrets: Iterable[str] = ()) -> None:
        self._path, self._clean = path, Cleaner(secrets)
        self._waiting: list[bytes] = []
        self._size = 0
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | getattr(os, "O_BINARY", 0)
        try:
            self._file: int | None = os.open(path, flags, 0o600)
        except FileExistsError as error:
            raise SamplesError([f"{path}: is there already, and no run is overwritten; give another name"]) from error
        except OSError as error:
            raise SamplesError([f"{path}: can't be written: {error.strerror}"]) from error
        self._put(lines.of_header(header, self._clean))
        self.flush()

    def add(self, sample: Sample) -> None:
        """Takes a sample; it may wait for others before it is written."""
        self._put(lines.of_sample(sample, self._clean))

    def flush(self) -> None:
        """Hands all that waits to the system: it outlives this process."""
        whole, self._waiting, self._size = b"".join(self._waiting), [], 0
        while whole:
            if self._file is None:
                raise SamplesError([f"{self._path}: was closed; nothing can be added"])
            try:
                whole = whole[os.write(self._file, whole) :]
            except OSError as error:
                os.close(self._file)
                self._file = None
                told = f"{self._path}: can't be written any more: {error.strerror}; what is there can be read"
                raise SamplesError([told]) from error

    def close(self, end: End | None = None) -> None:
        """Writes the last line, if the run had an end, and waits for the disk. Closing twice does nothing."""
        if self._file is None:
            return
        if end is not None:
            self._put(lines.of_end(end, self._clean))
        self.flush()
        os.fsync(self._file)
        os.close(self._file)
        self._file = None

    def _put(self, line: str) -> None:
        raw = line.encode("ascii")
        self._waiting.append(raw)
        self._size += len(raw)
        if self._size >= BATCH:
            self.flush()

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
