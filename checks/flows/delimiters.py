"""Whether text that is put into a prompt stands between markers that tell where it begins and ends."""

from __future__ import annotations

import re

HOLE = "\0"
"""Stands for a piece that isn't known."""
FILE = "\1"
"""Stands for what a file says that isn't known, either, but is something."""
FENCES = ('"""', "```", "'''", "~~~", "<<<", "|||", "§§§")
CLOSING = {"<<<": ">>>"}
TAG = re.compile(
    r"<\s*(/?)\s*([A-Za-z_][\w.:-]*)(?:\s[^<>]*)?>|\[\s*(/|END[ _:]|BEGIN[ _:]|START[ _:])?\s*([A-Z_][\w ]{2,40})\]"
)
RULE = re.compile(r"^\s*([-=#*~_]{3,})\s*(?:[^\n]*?\s*\1[-=#*~_]*)?\s*$")
NAMED = re.compile(
    r"^[^\w\n]*(?:(BEGIN|START|END)(?: OF)?(?: THE)?[ _:-]([A-Z][A-Z0-9 _-]{0,40})"
    r"|([A-Z][A-Z0-9 _-]{0,40})[ _:-](BEGIN|START|END))[^\w\n]*$",
    re.MULTILINE,
)
"""A line of its own that says where something begins or ends: `BEGIN OUTPUT`, `--- START OF DIFF ---`, `NOTES END`."""
NEAR = 4
"""Lines on either side in which a line of marks counts."""


def is_delimited(before: str, after: str) -> bool:
    """Whether matching markers stand on both sides of what is between the two texts."""
    return (
        _is_fenced(before, after) or _is_tagged(before, after) or _is_named(before, after) or _is_ruled(before, after)
    )


def _is_fenced(before: str, after: str) -> bool:
    for fence in FENCES:
        closing = CLOSING.get(fence, fence)
        opened = before.count(fence) % 2 == 1 if closing == fence else before.rfind(fence) > before.rfind(closing)
        if opened and closing in after:
            return True
    return False


def _is_tagged(before: str, after: str) -> bool:
    opened: list[str] = []
    for found in TAG.finditer(before):
        name, closes = _tag(found)
        if closes and name in opened:
            opened.remove(name)
        elif not closes:
            opened.append(name)
    closed = {name for found in TAG.finditer(after) for name, closes in (_tag(found),) if closes}
    return any(name in closed for name in opened)


def _tag(found: re.Match[str]) -> tuple[str, bool]:
    if found[2]:
        return found[2].lower(), found[1] == "/"
    return found[4].strip().lower(), (found[3] or "").startswith(("/", "END"))


def _is_named(before: str, after: str) -> bool:
    """Lines that say by a name where it begins and where it ends."""
    opened: set[str] = set()
    for name, closes in map(_mark, NAMED.finditer(before)):
        if closes:
            opened.discard(name)
        else:
            opened.add(name)
    return any(closes and name in opened for name, closes in map(_mark, NAMED.finditer(after)))


def _mark(found: re.Match[str]) -> tuple[str, bool]:
    return (found[2] or found[3]).strip(" _-"), (found[1] or found[4]) == "END"


def _is_ruled(before: str, after: str) -> bool:
    """Lines of `---`, `===` or `###` around it."""
    above = [match for line in before.split("\n")[:-1][-NEAR:] if (match := RULE.match(line))]
    lines = after.split("\n")
    below = [match for line in lines[1:][:NEAR] if (match := RULE.match(line))]
    return any(one[1][:3] == two[1][:3] for one in above[-1:] for two in below[:1])
