"""Which commit is checked out."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

_HASH = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_PATIENCE = 5
"""Seconds for git to answer."""


def commit_of(folder: Path) -> str:
    """The commit of the checkout that a folder lies in, whole; empty where git isn't there or knows of none.

    Nothing of the repository's own configuration is run for it.
    """
    command = ("git", "-C", str(folder), "rev-parse", "--verify", "--quiet", "HEAD")
    try:
        done = subprocess.run(  # noqa: S603 - the words are ours
            command, capture_output=True, check=False, timeout=_PATIENCE, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    found = done.stdout.decode("ascii", "replace").strip()
    return found if _HASH.fullmatch(found) else ""
