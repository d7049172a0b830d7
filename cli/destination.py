"""Where a finished document goes: to standard output, or into a file that is replaced in one step."""

# Paths are strings here: pathlib takes longer to import than a stored document to answer.

from __future__ import annotations

import os
import stat
import sys

from ..checks.errors import UsageError
from ..checks.store import replace_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_NEW_FILE = 0o666


def asks_for_commands(words: Sequence[str]) -> bool:
    """Whether a command line asks for the format whose lines are commands to GitHub's runner."""
    pairs = zip(words, (*words[1:], ""), strict=True)
    return "--format=github" in words or ("--format", "github") in pairs


def deliver(document: bytes, output: str = "", *, commands: bool = False) -> None:
    """Hand over a document in UTF-8; `output` is a path, empty: standard output. UsageError if it can't be written.

    Only with `commands` a line of standard output may be a command to GitHub's runner, which takes any line for one
    that begins with `::`: else whoever names a file could give commands.
    """
    if not output:
        _show(document if commands or b"::" not in document else _inert(document))
        return
    try:
        _write(os.path.realpath(output), document)
    except OSError as error:
        raise UsageError(f"can't write {output!r}: {error.strerror or error}") from error


def _inert(document: bytes) -> bytes:
    """The document without a line that begins with `::`, behind blanks and colours."""
    import re  # as long as a stored document takes

    return re.sub(rb"(?m)^([ \t\x1b\[0-9;m]*)::", rb"\1\\x3a:", document)


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
