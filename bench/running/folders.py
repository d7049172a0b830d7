"""The folder of a run: its name, its files, and what its first lines say of where it was made."""

from __future__ import annotations

import platform
import secrets
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic_ns, time_ns

from ... import __version__
from ..mistakes import RunError
from ..samples import Clock


def files(folder: Path) -> list[Path]:
    """The files of samples of a run, in the order of its workers."""
    return sorted(folder.glob("worker-*.jsonl"), key=lambda each: (len(each.name), each.name))


def made(folder: Path) -> Path:
    """A new folder. Raises RunError."""
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        raise RunError([f"{folder}: is there already, and no run is overwritten; give another name"]) from None
    except OSError as error:
        raise RunError([f"{folder}: can't be made: {error.strerror}"]) from None
    return folder


def versions() -> dict[str, object]:
    """What a run was made with."""
    return {"aiready": __version__, "python": platform.python_version(), "system": platform.platform(terse=True)}


def name_of_run() -> str:
    """A name that sorts by time and is taken by no other run."""
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"


def now() -> Clock:
    """Both clocks."""
    return Clock(monotonic_ns(), time_ns())
