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

from ..keyforms import IN_CODE, may_be_drawn
from .files.decode import decode, read
from .files.notebook import notebook
from .looked import Skipped
from .model import Call, Finding, Place, Secret

_DIGEST = 16
_MOST = 10_000
"""Characters of a line: one that is longer was written by a program, and is nothing to read."""
_STRING = re.compile(r"""("|')((?:\\.|(?!\1).)*)(?:\1|$)""")
_RUN = re.compile(r"[\w+/-]{16,}", re.ASCII)
_KEY = re.compile(
    rf"""{IN_CODE}
  | (?<=["'])(?=[A-Za-z]*\d)[A-Za-z0-9]{{24,}}(?=["'])
  | \b[0-9a-f]{{8}}(?:-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}\b""",
    re.VERBOSE | re.ASCII,
)
"""What has the form of a key, or may be one: not every provider's have a form of their own."""
_SAID = re.compile(
    r"""
    ((?i:\b(?:bearer|basic)\s{1,4}))(?=[^\s"']*\d)[\w.~+/-]{12,}=*
  | ((?i:[?&][\w-]{0,30}(?:key|token|secret|password|signature)=))[\w.~+/%-]{8,}
  | (://[^/\s:@"'{}]{1,64}:)[^/\s@"'{}]{3,64}(?=@)  # user:password@
    """,
    re.VERBOSE | re.ASCII,
)
"""What stands where only keys stand."""
_GIVEN = re.compile(
    r"""
    ((?i:key|secret|token|password|passwd)s?["']?\]?\s{0,8}
    (?::[\s\w.\[\]|]{1,40}=|[:=,])\s{0,8}
    (?:\w{1,30}\()?[rbfu]{0,2}["']{0,3})(?P<value>[\w~+/-]{16,}(?:\.[\w~+/-]+)*=*)(?![\w(\[])
    """,
    re.VERBOSE | re.ASCII,
)
"""What is given to a name that speaks of a key, and may be anything."""


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
        if (place.path, place.cell, place.line) in self._secret:
            line = _RUN.sub(_blanked, _STRING.sub(_inside, line))
        return blanked(line)


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


def blanked(line: str) -> str:
    """A line of code without what may be a key; names, numbers and words stay."""
    line = _SAID.sub(_behind, _KEY.sub(_blanked, line))
    return _GIVEN.sub(lambda found: _behind(found) if may_be_drawn(found["value"]) else found[0], line)


def _blanked(found: re.Match[str]) -> str:
    return "*" * len(found[0])


def _behind(found: re.Match[str]) -> str:
    """What a group holds stays."""
    kept: str = next(filter(None, found.groups()))
    return kept + "*" * (len(found[0]) - len(kept))


def _inside(found: re.Match[str]) -> str:
    return f"{found[1]}{'*' * len(found[2])}{found[0][1 + len(found[2]) :]}"


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
