"""Files rewritten, each in one step and only where it still holds what was looked at."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping

from .store import replace_file


def rewrite(root: str, files: Mapping[str, tuple[bytes, bytes]]) -> dict[str, str]:
    """Write files, by path from the root: what each held and what it is to hold. Which were left alone, and why.

    A link stays a link: the file it points to is written. A file keeps its mode.
    """
    left: dict[str, str] = {}
    for path, (old, new) in files.items():
        try:
            why = _rewrite(os.path.realpath(os.path.join(root, path)), old, new)
        except OSError as error:
            why = error.strerror or str(error)
        if why:
            left[path] = why
    return left


def _rewrite(file: str, old: bytes, new: bytes) -> str:
    status = os.stat(file)
    if not stat.S_ISREG(status.st_mode) or not os.access(file, os.W_OK):
        return "it can't be written"
    with open(file, "rb") as stream:
        if stream.read() != old:
            return "it was changed meanwhile"
    mode = stat.S_IMODE(status.st_mode)
    replace_file(file, new, mode)
    os.chmod(file, mode)  # the process's mask may have taken some of it away
    return ""
