"""What the simulator did to each request, as it did it: what a measurement is held against. One JSON line a request,
times in nanoseconds of the monotonic clock."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TextIO

from ..mistakes import SimulatorError

BATCH = 200
"""Lines that are gathered before they are written."""


@dataclass(slots=True)
class Deed:
    """One request and what became of it."""

    number: int
    connection: int
    path: str
    protocol: str = ""
    stream: bool = False
    fault: str = ""
    """Of FAULTS, or rpm for a limit that was reached."""
    status: int = 0
    """0: none was sent."""
    t_received: int = 0
    """The last byte of the request came, by the kernel's stamp where there is one."""
    t_headers: int = 0
    """Just before the headers were written."""
    stamps: list[int] = field(default_factory=list[int])
    """Just before each write of content; of an answer in one piece, the one."""
    t_end: int = 0
    """Just after the last write, or when the connection was closed."""
    input: int = 0
    output: int = 0
    """Tokens of the plan; those of a broken answer were not all sent."""
    cached: int = 0
    reasoning: int = 0
    gone: bool = False
    """The client left before the end."""


class Truth:
    """Writes deeds, or keeps them where there is no file."""

    def __init__(self, path: Path | None = None) -> None:
        self.requests = 0
        self.faults = 0
        self._lines: list[str] = []
        try:
            self._file: TextIO | None = path.open("w", encoding="ascii") if path else None
        except OSError as error:
            raise SimulatorError([f"{path}: can't be written: {error.strerror}"]) from None

    def add(self, deed: Deed) -> None:
        """Takes a deed that is done."""
        self.requests += 1
        self.faults += bool(deed.fault)
        if self._file is not None:
            self._lines.append(json.dumps(asdict(deed), separators=(",", ":")))
            if len(self._lines) >= BATCH:
                self.flush()

    def flush(self) -> None:
        """Writes what was gathered."""
        if self._file is not None and self._lines:
            self._file.write("\n".join(self._lines) + "\n")
            self._file.flush()
            self._lines.clear()

    def close(self) -> None:
        """Writes the rest."""
        self.flush()
        if self._file is not None:
            self._file.close()
            self._file = None


def deeds(path: Path) -> Iterator[Deed]:
    """The deeds in a file, in the order in which they were done."""
    with path.open(encoding="ascii") as file:
        for line in file:
            told: dict[str, Any] = json.loads(line)
            yield Deed(**told)
