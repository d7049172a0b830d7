"""git as a program that answers: with a limit of time, without the network, without a prompt, without hooks.

A repository's own configuration can name programs (hooks, a file system monitor, ssh, a pager). What is switched off
here is all that the commands used would start.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping

SECONDS = 30
"""An answer that takes longer is none."""

_SWITCHED_OFF = {
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "core.pager": "cat",
    "core.untrackedCache": "false",
    "credential.helper": "",
    "protocol.allow": "never",
    "advice.addEmbeddedRepo": "false",
}
_KEPT = ("GIT_CONFIG", "GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM", "GIT_EXEC_PATH")
"""Of git's variables, those by which users say how git is to work; the others say what it is to work on."""
_SET = {
    "LC_ALL": "C",
    "GIT_ALLOW_PROTOCOL": "",  # no transport: a repository may allow itself one by name, and this outranks it
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
}


class NoAnswer(Exception):
    """git isn't there, refuses, or takes too long; the text is what it said, in one line."""


def ask(folder: str, *words: str, given: bytes = b"") -> bytes:
    """What git writes when asked in that folder. Raises NoAnswer."""
    command = [_program(), "--no-pager"]
    for name, value in _SWITCHED_OFF.items():
        command += ["-c", f"{name}={value}"]
    try:
        done = subprocess.run(  # noqa: S603 - git by its whole path, its words are ours
            [*command, "-C", folder, *words],
            input=given,
            capture_output=True,
            check=False,
            timeout=SECONDS,
            env=_environment(os.environ),
        )
    except subprocess.TimeoutExpired as error:
        raise NoAnswer(f"git took longer than {SECONDS} s") from error
    except OSError as error:
        raise NoAnswer(f"git can't be run: {error.strerror or error}") from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().split("\n")
        raise NoAnswer(said[0].removeprefix("fatal: ") or f"git ended with status {done.returncode}")
    return done.stdout


def _program() -> str:
    """git's whole path; one that is only named from where we stand could be the audited repository's."""
    found = shutil.which("git")
    if found is None or not os.path.isabs(found):
        raise NoAnswer("git isn't installed")
    return found


def _environment(ours: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in ours.items() if not name.startswith("GIT_") or name.startswith(_KEPT)}
    return {**kept, **_SET}
