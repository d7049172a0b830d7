"""What the package's own data files say, kept beside the code in the form it is used in, as Python keeps modules."""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from importlib.util import cache_from_source
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


def compiled(name: Path, sources: Iterable[Path], make: Callable[[], T]) -> T:
    """What `make` reads from the sources: as it was kept last time if none of them has changed since, in size or time
    of change. `name` says where it is kept: as the bytecode of a module of that path. `sources` are the data files and
    the modules that know their form.

    Nothing is kept where Python keeps no bytecode: with PYTHONDONTWRITEBYTECODE, or in a folder that can't be written.
    """
    stamps = [(str(path), found.st_size, found.st_mtime_ns) for path in sources for found in (path.stat(),)]
    kept = Path(cache_from_source(f"{name}.py")).with_suffix(".pickle")
    try:
        with kept.open("rb") as stream:
            if pickle.load(stream) == stamps:  # noqa: S301 - as trusted as the bytecode beside it
                return pickle.load(stream)  # type: ignore[no-any-return]  # noqa: S301
    except (OSError, EOFError, LookupError, ValueError, TypeError, AttributeError, ImportError, pickle.PickleError):
        pass  # not there, or not whole: made again
    made = make()
    if not sys.dont_write_bytecode:
        _keep(kept, pickle.dumps(stamps) + pickle.dumps(made))
    return made


def _keep(path: Path, data: bytes) -> None:
    own = path.with_suffix(f".{os.getpid()}")
    try:
        path.parent.mkdir(exist_ok=True)
        own.write_bytes(data)
        own.replace(path)
    except OSError:
        with suppress(OSError):
            own.unlink()
