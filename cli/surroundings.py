"""What the terminal, the environment and the folder have to say about how a document looks. Only `os` and `sys`."""

# Paths are strings here: pathlib takes longer to import than a stored document to answer.

from __future__ import annotations

import os
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO

WIDEST = 80
NARROWEST = 40


def here() -> str:
    """The folder the command was given in."""
    return os.getcwd()


def width(stream: TextIO | None = None) -> int:
    """Columns of the document: 80, or fewer where the terminal (or COLUMNS) is narrower."""
    said = os.environ.get("COLUMNS", "")
    columns = int(said) if said.isascii() and said.isdigit() else 0
    seen = sys.stdout if stream is None else stream
    if not columns and shows(seen):
        columns = _terminal(seen)
    return max(NARROWEST, min(columns or WIDEST, WIDEST))


def _terminal(stream: TextIO) -> int:
    try:
        return os.get_terminal_size(stream.fileno()).columns
    except OSError:  # a terminal that doesn't tell
        return WIDEST


def colour(choice: str = "auto") -> bool:
    """Whether standard output gets colour: `always`, `never`, or by NO_COLOR, FORCE_COLOR and the terminal."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return shows(sys.stdout) and _understands_colour()


def _understands_colour() -> bool:
    if os.name == "nt":  # only the newer consoles read escape sequences, and these say so
        return any(name in os.environ for name in ("WT_SESSION", "ANSICON", "ConEmuANSI", "TERM"))
    return os.environ.get("TERM", "") != "dumb"


def shows(stream: TextIO) -> bool:
    """Whether a person sees the stream as it is written."""
    try:
        return stream.isatty()
    except ValueError:  # closed
        return False


def blocks(stream: TextIO) -> bool:
    """Whether the stream's encoding has the characters that pictures are drawn with."""
    try:
        "\u2588\u258f\u2581".encode(stream.encoding or "ascii")
    except (LookupError, UnicodeEncodeError):
        return False
    return True


def online() -> str:
    """Where the files of this folder are seen on the web, as GitHub's or GitLab's CI tells it: `https://…/blob/SHA/`;
    empty elsewhere, and anywhere but at the top of the checkout."""
    said = os.environ.get
    server, project, commit = said("GITHUB_SERVER_URL", ""), said("GITHUB_REPOSITORY", ""), said("GITHUB_SHA", "")
    address, top = f"{server}/{project}/blob/{commit}/", said("GITHUB_WORKSPACE", "")
    if not commit:
        commit, top = said("CI_COMMIT_SHA", ""), said("CI_PROJECT_DIR", "")
        address = f"{said('CI_PROJECT_URL', '')}/-/blob/{commit}/"
    plain = address.startswith(("https://", "http://")) and all(each.isalnum() or each in "-._~/:" for each in address)
    return address if commit and plain and top and os.path.realpath(top) == os.path.realpath(here()) else ""


def today() -> str:
    """The day it is here: YYYY-MM-DD."""
    return time.strftime("%Y-%m-%d")


def described(day: str) -> tuple[str, ...]:
    """All of it, as the part of a stored document's name that the command line doesn't tell. The day is in it because
    what somebody vouches for in a configuration ends on one."""
    return here(), str(width()), str(colour()), day, online()
