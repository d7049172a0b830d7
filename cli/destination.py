"""Where a finished document goes: to standard output, or into a file that is replaced in one step."""

# Paths are strings here: pathlib takes longer to import than a stored document to answer.

from __future__ import annotations

import os
import stat
import sys

from ..checks.errors import UsageError
from ..checks.store import replace_file

_NEW_FILE = 0o666


def deliver(document: bytes, output: str = "") -> None:
    """Hand over a document in UTF-8; `output` is a path, empty: standard output. UsageError if it can't be written."""
    if not output:
        _show(document)
        return
    try:
        _write(os.path.realpath(output), document)
    except OSError as error:
        raise UsageError(f"can't write {output!r}: {error.strerror or error}") from error


def check(output: str) -> None:
    """Complain about a place that can't be written before work is done for it. Raises UsageError."""
    folder = os.path.dirname(os.path.realpath(output))
    if os.path.isdir(output):
        raise UsageError(f"can't write {output!r}: it is a folder")
    if not os.path.isdir(folder):
        raise UsageError(f"can't write {output!r}: there is no folder {folder!r}")


def _write(path: str, document: bytes) -> None:
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        mode = stat.S_IFREG | _NEW_FILE
    if stat.S_ISREG(mode):
        replace_file(path, document, stat.S_IMODE(mode))
        return
    with open(path, "wb") as stream:  # a pipe or a device can't be replaced
        stream.write(document)


def _show(document: bytes) -> None:
    """A reader that has gone away (`| head`) is no error."""
    stream = sys.stdout
    if (stream.encoding or "").lower().replace("_", "-") not in {"utf-8", "utf8"}:
        document = document.decode().encode(stream.encoding or "ascii", "backslashreplace")
    try:
        stream.flush()
        stream.buffer.write(document)
        stream.buffer.flush()
    except OSError as error:
        # The interpreter flushes standard output once more at its end, and must not fail then.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        if not isinstance(error, BrokenPipeError):
            raise UsageError(f"can't write to standard output: {error.strerror or error}") from error
