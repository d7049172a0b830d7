"""The line of source that each call and finding stands on, and the names by which findings are known again.

Kept with them, so that a stored result can be shown where the source isn't. Keys in a line are blanked, whatever they
are: by stars of the same number, so that columns hold.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from hashlib import blake2b

from .files.decode import decode, read
from .files.notebook import notebook
from .looked import Skipped
from .model import Call, Finding, Place, Secret

_DIGEST = 16
_MOST = 10_000
"""Characters of a line: one that is longer was written by a program, and is nothing to read."""
_KEY = re.compile(
    r"\b(?:sk|pk|rk|gsk|xai|hf|r8|pplx|nvapi|fw|csk|tgp|api|key)[-_][A-Za-z0-9_-]{12,}|\bAIza[\w-]{20,}|\bAKIA[A-Z0-9]{12,}"
)
_STRING = re.compile(r"""("|')(?:\\.|(?!\1).)*(?:\1|$)""")


class Lines:
    """The lines of audited files, each file read once; a file that has gone by now has none."""

    def __init__(self, root: str, secrets: Iterable[Secret] = (), instead: Mapping[str, bytes] | None = None) -> None:
        """`instead`: as a Disk's."""
        self._root = root
        self._instead = instead or {}
        self._texts: dict[str, tuple[list[str], dict[int, int]]] = {}
        self._secret = {
            (each.place.path, each.place.cell, line)
            for each in secrets
            for line in range(each.place.line, max(each.place.end_line, each.place.line) + 1)
        }

    def at(self, place: Place) -> str:
        """The line a place begins on, without its end and without keys; empty when it can't be had, or is
        longer than anybody wrote."""
        if place.path not in self._texts:
            self._texts[place.path] = _load(self._instead.get(place.path) or read(self._root, place.path), place.path)
        lines, starts = self._texts[place.path]
        first = 1 if place.cell is None else starts.get(place.cell, len(lines) + 1)
        at = first + place.line - 2
        line = lines[at] if 0 <= at < len(lines) and len(lines[at]) <= _MOST else ""
        holds = (place.path, place.cell, place.line) in self._secret
        return _STRING.sub(_blanked, line) if holds else _KEY.sub(lambda found: "*" * len(found[0]), line)


def _load(data: bytes | Skipped, path: str) -> tuple[list[str], dict[int, int]]:
    """The lines of a file, and on which of them each cell of a notebook starts."""
    if isinstance(data, Skipped):
        return [], {}
    if path.endswith(".ipynb"):
        found = notebook(data, path)
        if isinstance(found, Skipped):
            return [], {}
        return found.text.split("\n"), {cell: line for line, cell in found.cells()}
    text = decode(data, path)
    return ([], {}) if isinstance(text, Skipped) else (text.split("\n"), {})


def _blanked(found: re.Match[str]) -> str:
    inside = found[0].removeprefix(found[1]).removesuffix(found[1])
    return found[0].replace(inside, "*" * len(inside)) if inside else found[0]


def quoted(
    calls: Sequence[Call], findings: Sequence[Finding], lines: Lines
) -> tuple[tuple[Call, ...], tuple[Finding, ...]]:
    """The same with their lines, and the findings with their fingerprints."""
    told = [replace(each, source=lines.at(each.place)) for each in findings]
    named = zip(told, fingerprints(told), strict=True)
    return (
        tuple(replace(each, source=lines.at(each.place)) for each in calls),
        tuple(replace(each, fingerprint=name) for each, name in named),
    )


def normal(source: str) -> str:
    """A line of code as it is compared: without its indent, every row of blanks as one."""
    return " ".join(source.split())


def fingerprints(findings: Sequence[Finding]) -> list[str]:
    """One for each finding: of its rule, its file, the text of its line and, among equals, which of them it is."""
    seen: Counter[tuple[str, str, str]] = Counter()
    out: list[str] = []
    for finding in findings:
        same = (finding.rule, finding.place.path, normal(finding.source))
        told = "\0".join([*same, str(seen[same])])
        out.append(blake2b(told.encode(errors="backslashreplace"), digest_size=_DIGEST).hexdigest())
        seen[same] += 1
    return out
