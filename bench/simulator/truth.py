"""What the simulator did to each request, as it did it: what a measurement is held against. One JSON line a request,
times in nanoseconds of the monotonic clock."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TextIO

from ..mistakes import SimulatorError

BATCH = 200
"""Lines that are gathered before they are written."""
_encoded = json.JSONEncoder(separators=(",", ":")).encode


@dataclass(slots=True)
class Deed:
    """One request and what became of it. Changes until it is done."""

    number: int
    connection: int
    """Counted from 0 as connections come."""
    path: str
    protocol: str = ""
    stream: bool = False
    fault: str = ""
    """Of FAULTS, or rpm or tpm for a limit that was reached; empty: none."""
    status: int = 0
    """0: none was sent."""
    t_received: int = 0
    """The last byte of the request came, by the kernel's stamp where there is one."""
    t_turn: int = 0
    """From when its times count: t_received, or later where it waited for others; 0: it waited to its end."""
    t_headers: int = 0
    """Just before the last of the headers was written; 0: it wasn't."""
    stamps: list[int] = field(default_factory=list[int])
    """Just before each write of content (answer or reasoning; in parts: of the last part); of an answer in one piece,
    the one."""
    t_end: int = 0
    """Just after the last write, or when the connection was over."""
    input: int = 0
    """Tokens of the prompt, cached ones among them."""
    output: int = 0
    """Tokens of the answer as planned, reasoning among them; those of a broken answer were not all sent."""
    cached: int = 0
    reasoning: int = 0
    usage: bool = False
    """Counts were sent."""
    ended: str = ""
    """How: done, fault, left (the client went before the end), stopped (the simulator ended)."""

    @property
    def gone(self) -> bool:
        """The client left before the end."""
        return self.ended == "left"


NAMES = tuple(each.name for each in fields(Deed))


@dataclass(slots=True)
class Tally:
    """What was done in all, so far."""

    requests: int = 0
    faults: int = 0
    tokens: int = 0
    """Writes of content."""
    left: int = 0
    """Clients that went before the end."""
    refused: int = 0
    """What was no request that is answered; none of `requests`."""
    connections: int = 0


class Truth:
    """Writes deeds where there is a file, and counts them. Raises SimulatorError where the file can't be written."""

    def __init__(self, path: Path | None = None) -> None:
        self.tally = Tally()
        self._lines: list[str] = []
        try:
            self._file: TextIO | None = path.open("w", encoding="ascii") if path else None
        except OSError as error:
            raise SimulatorError([f"{path}: can't be written: {error.strerror}"]) from None

    def add(self, deed: Deed) -> None:
        """Takes a deed that is done."""
        tally = self.tally
        tally.requests += 1
        tally.faults += bool(deed.fault)
        tally.tokens += len(deed.stamps)
        tally.left += deed.ended == "left"
        if self._file is not None:
            self._lines.append(_encoded({name: getattr(deed, name) for name in NAMES}))
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
    """The deeds in a file, in the order in which they were done. Raises SimulatorError."""
    try:
        with path.open(encoding="ascii") as file:
            for line in file:
                told: dict[str, Any] = json.loads(line)
                yield Deed(**told)
    except (OSError, ValueError, TypeError) as error:
        raise SimulatorError([f"{path}: not what a simulator did: {error}"]) from None
