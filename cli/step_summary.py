"""The summary of a step that GitHub Actions shows: Markdown behind what stands in a file that it names."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

FORMAT = "github"
"""The format that a summary goes with."""
_VARIABLE = "GITHUB_STEP_SUMMARY"


def wanted(form: str) -> bool:
    """Whether there is a file for it, beside a document of this format."""
    return form == FORMAT and bool(os.environ.get(_VARIABLE))


def asked(words: Sequence[str]) -> bool:
    """The same of a command line: what is kept of an earlier one is the document alone."""
    return any(word.removeprefix("--format=") == FORMAT for word in words) and wanted(FORMAT)


def add(form: str, made: Callable[[], str]) -> None:
    """Adds it where it is wanted. Its failure is told and fails nothing: the document says the same."""
    if not wanted(form):
        return
    try:
        with open(os.environ[_VARIABLE], "ab") as file:
            file.write(made().encode(errors="backslashreplace"))
    except OSError as error:
        sys.stderr.write(f"aiready: can't add to the file that {_VARIABLE} names: {error.strerror or error}\n")
