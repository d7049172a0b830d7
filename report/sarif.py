"""What the SARIF 2.1.0 documents of the audit and of the bench are built from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import PureWindowsPath
from typing import Any

from .. import __version__
from ..checks.model import Place
from . import values
from .places import lines
from .terminal import safe

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
TOP = "%SRCROOT%"
"""By which name readers know the folder that all paths start from: GitHub takes it for the top of the repository."""
_ENDS = (".", "!", "?", ":", "`")

Value = dict[str, Any]


def written(rules: Iterable[Value], run: Mapping[str, Any]) -> str:
    """A document of one run, its tool's rules first."""
    driver = {"name": "aiready", "version": __version__, "semanticVersion": __version__, "rules": list(rules)}
    whole = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", **run}
    return values.written({"$schema": SCHEMA, "version": "2.1.0", "runs": [whole]})


def top(folder: str) -> Value:
    """The folder that all paths start from."""
    told = message("the folder that was checked out")
    found = _folder(folder)
    return {TOP: {**({"uri": found} if found else {}), "description": told}}


def message(text: str) -> Value:
    """Text of which nothing can be taken for a link of SARIF, `[text](target)`; it ends as a sentence does."""
    plain = inert(text)
    return {"text": plain if plain.endswith(_ENDS) else f"{plain}."}


def inert(text: str) -> str:
    """The same line without a link's middle, and without what can't be seen."""
    return safe(text).replace("](", "] (")


def page(markdown: str) -> str:
    """A page of several lines, without what can't be seen."""
    return "\n".join(safe(line.expandtabs(4)) for line in markdown.split("\n"))


def physical(path: str, place: Place | None = None) -> Value:
    """A place in a file. A notebook, whose lines are JSON, and a whole file are pointed at by their first line."""
    span = {"startLine": 1} if place is None or place.cell is not None else region(place)
    return {"artifactLocation": artifact(path), "region": span}


def artifact(path: str) -> Value:
    """A file."""
    return {"uri": uri(path), "uriBaseId": TOP}


def region(place: Place) -> Value:
    """A span of a file's text; as with us, its end is what comes after the last character."""
    first, last = lines(place)
    found: Value = {"startLine": first, "startColumn": place.column}
    return {**found, "endLine": last, "endColumn": place.end_column} if place.end_line else found


def uri(path: str) -> str:
    """A relative path as a relative reference; bytes of a name that are no UTF-8 stay what they are."""
    from urllib.parse import quote

    try:
        data = path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # a surrogate that stands for no byte
        data = path.encode("utf-8", "backslashreplace")
    return quote(data)


def _folder(path: str) -> str:
    """A whole path as the URI of a folder, also where it comes from another system; empty where it is none."""
    windows = PureWindowsPath(path)
    if windows.drive:
        plain = windows.as_posix()
        start = "file:" if plain.startswith("//") else f"file:///{plain[:2]}"
        return f"{start}{uri(plain if plain.startswith('//') else plain[2:]).rstrip('/')}/"
    return f"file://{uri(path).rstrip('/')}/" if path.startswith("/") else ""
