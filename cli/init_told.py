"""What `aiready init` says: what was found, what became of each file, what is left to do."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from ..adopt.detected import Detected
from ..adopt.writing import Done, Result
from ..report.terminal import safe

WORDS: dict[Done, tuple[str, str]] = {
    "written": ("wrote", "would write"),
    "kept": ("kept", "would keep"),
    "added": ("added to", "would add to"),
    "there": ("kept", "would keep"),
}
"""What became of a file -> how it is told when it is done, and before."""
MOST_SDKS = 8


def told(found: Detected, results: Iterable[Result], top: Path, *, dry: bool) -> str:
    """The document."""
    many = f"{found.calls} call{'s' * (found.calls != 1)} to models"
    sdks = f" ({', '.join(found.sdks[:MOST_SDKS])}{', ...' * (len(found.sdks) > MOST_SDKS)})" if found.sdks else ""
    lines = [f"Found {many}{sdks}, {found.findings} finding{'s' * (found.findings != 1)}.", ""]
    for each in results:
        lines += _file(each, top, dry=dry)
    after = "Nothing was written." if dry else "Look at what was written, commit it, and run `aiready audit`."
    return "\n".join([*lines, "", after, ""])


def _file(result: Result, top: Path, *, dry: bool) -> Iterator[str]:
    name = safe(os.path.relpath(result.path, top).replace(os.sep, "/"))
    note = ""
    if result.done == "added":
        note = f": {result.text}"
    elif result.done == "kept":
        note = " as it is" + (f"; {result.advice.partition(chr(10))[0]}" if result.advice else "")
    yield f"{WORDS[result.done][dry]:<13}{name}{note}"
    shown = result.text if dry and result.done == "written" else result.advice.partition("\n")[2]
    yield from (f"    {line}".rstrip() for line in shown.splitlines())
