"""The entry point. It looks at the words of the command before anything is loaded: most runs end right here."""

from __future__ import annotations

import gc
import os
import sys

from .. import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

STORED = ("audit", "calls")
"""Commands whose documents are kept."""


def program() -> NoReturn:
    """`main` as a process of its own, which ends with it: nothing it makes is garbage before, and looking for some, or
    taking everything apart at the end, would be a third of its time (mypy ends in the same way)."""
    gc.disable()
    status = main()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):  # whoever read it is gone
            continue
    os._exit(status)


def main() -> int:
    """Do what the command line says and return the exit status: 0 to 4 as documented, 130 after Ctrl-C."""
    words = sys.argv[1:]
    if words in (["--version"], ["-V"]):
        sys.stdout.write(f"aiready {__version__}\n")
        return 0
    try:
        return _run(words)
    except KeyboardInterrupt:
        from .ending import interrupted

        return interrupted()


def _run(words: list[str]) -> int:
    """Three readers of a command line, each slower and able to do more than the one before."""
    words = _since(words)
    if words and words[0] in STORED:
        from .stored import replay

        status = replay(words)
        if status is not None:
            return status
    from .plain import parsed

    found = parsed(words)
    if found:
        from .ending import finished

        return finished(*found)
    from .app import run

    return run(words)


def _since(words: list[str]) -> list[str]:
    """`--diff` of a commit is `--since`: with `=`, or before a word that is no file, which is how git tells them
    apart, too."""
    found = list(words)
    for place, word in enumerate(words):
        after = words[place + 1] if place + 1 < len(words) else "-"
        if word == "--":
            break
        if word.startswith("--diff="):
            found[place] = word.replace("--diff=", "--since=", 1)
        elif word == "--diff" and not after.startswith("-") and not os.path.lexists(after):
            found[place] = "--since"
    return found
