"""Paths of the SDK data as patterns: for URLs, and for source that may hold them. `Api` says how they are written."""

from __future__ import annotations

import re
from collections.abc import Iterable

_MARKS = re.compile(r"(\*\*|[*#$])")
_IN_URL = {"**": ".*", "*": "[^/?]*", "#": r"\d", "$": "$"}
_NAMED = {"**": "([^:?]+?)", "*": "([^/?]+?)", "#": r"\d", "$": r"(?:\?|$)"}
_IN_SOURCE = {"**": r"[^\s\"'?]{0,80}", "*": r"[^/\s\"'?]{0,80}", "#": r"\d", "$": ""}
"""As the hosts of `files.hints`, bounded: a file may be one line of a megabyte."""


def path(text: str) -> str:
    """The pattern of a path in a URL without its query."""
    return _pattern(text, _IN_URL) + (r"(?!\w)" if text[-1:].isalnum() else "")


def naming(text: str) -> str:
    """The pattern of a path whose star stands for a model's name."""
    return _pattern(text, _NAMED)


def in_source(texts: Iterable[str]) -> bytes:
    """One pattern, without the slash they all begin with, for the paths in the bytes of a file."""
    found = sorted({text[1:] for text in texts if text.startswith("/")})
    short = [text for text in found if not any(text != other and text.startswith(other) for other in found)]
    firsts = sorted({text[0] for text in short})
    groups = (_group(first, [text for text in short if text[0] == first]) for first in firsts)
    return "|".join(groups).encode()


def _group(first: str, texts: list[str]) -> str:
    """Those that begin alike, behind what they begin with: the engine tries one alternative after the other."""
    rests = "|".join(_pattern(text[1:], _IN_SOURCE) for text in texts)
    return f"{re.escape(first)}(?:{rests})"


def _pattern(text: str, marks: dict[str, str]) -> str:
    return "".join(marks.get(part, re.escape(part)) for part in _MARKS.split(text))
