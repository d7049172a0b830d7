"""git's wildmatch as a regular expression, for the few patterns that plain string tests can't answer."""

from __future__ import annotations

import re

CLASSES = {
    "alnum": "a-zA-Z0-9",
    "alpha": "a-zA-Z",
    "blank": " \\t",
    "cntrl": "\\x00-\\x1f\\x7f",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": " -~",
    "punct": "!-/:-@\\[-`{-~",
    "space": " \\t\\n\\r\\f\\v",
    "upper": "A-Z",
    "xdigit": "0-9a-fA-F",
}


def translate(text: str) -> str | None:
    """The regex for a whole path; None when git calls the pattern broken (such a pattern matches nothing)."""
    out: list[str] = []
    at = 0
    while at < len(text):
        char = text[at]
        if char == "*":
            piece, at = _stars(text, at)
        elif char == "[":
            piece, at = _class(text, at)
        elif char == "\\":
            piece, at = re.escape(text[at + 1 : at + 2]) or None, at + 2
        else:
            piece, at = ("[^/]" if char == "?" else re.escape(char)), at + 1
        if piece is None:
            return None
        out.append(piece)
    return "".join(out)


def _stars(text: str, at: int) -> tuple[str | None, int]:
    """`**` spans folders only between slashes or at an end; anywhere else it is one star.

    git cuts off what stands before the first wildcard and matches the rest alone, so stars right there are at an end.
    """
    end = at
    while text.startswith("*", end):
        end += 1
    begins = at == 0 or text[at - 1] == "/" or not any(char in "*?[\\" for char in text[:at])
    if end - at > 1 and begins and (end == len(text) or text.startswith("\\/", end)):
        return ".*", end
    if end - at > 1 and begins and text[end] == "/":
        return "(?:.*/)?", end + 1
    return "[^/]*", end


def _class(text: str, at: int) -> tuple[str | None, int]:
    """One `[...]`, never matching a slash; None when it isn't closed or names an unknown class."""
    at += 1
    negated = text[at : at + 1] in ("!", "^")
    at += negated
    body: list[str] = []
    while text[at : at + 1] != "]" or not body:
        named = _named_class(text, at)
        piece, at = named or _range(text, at)
        if piece is None:
            return None, at
        body.append(piece)
    inside = "".join(body)
    return f"[^/{inside}]" if negated else f"(?!/)[{inside}]", at + 1


def _named_class(text: str, at: int) -> tuple[str | None, int] | None:
    """`[:alpha:]` inside a class; None where it only looks like the start of one."""
    end = text.find("]", at + 2)
    if not text.startswith("[:", at) or end - 1 < at + 2 or text[end - 1] != ":":
        return None
    return CLASSES.get(text[at + 2 : end - 1]), end + 1


def _range(text: str, at: int) -> tuple[str | None, int]:
    """One letter or `a-z`; git takes the first letter even of a range that runs backwards."""
    low, at = _letter(text, at)
    if low is None:
        return None, at
    if not text.startswith("-", at) or text[at + 1 : at + 2] in ("]", ""):
        return re.escape(low), at
    high, at = _letter(text, at + 1)
    if high is None:
        return None, at
    return re.escape(low) + (f"{re.escape(low)}-{re.escape(high)}" if low <= high else ""), at


def _letter(text: str, at: int) -> tuple[str | None, int]:
    if text[at : at + 1] == "\\":
        at += 1
    return (text[at] if at < len(text) else None), at + 1
