"""Text in GitHub's Markdown."""

from __future__ import annotations

import re

from .terminal import safe

_ESCAPED = str.maketrans(
    {each: f"\\{each}" for each in "\\`*_[]|~#"} | {"<": "&lt;", ">": "&gt;", "&": "&amp;", "@": "&#64;"}
)
_LINKED = re.compile(r"www\.", re.IGNORECASE)
"""What GitHub makes a link of without being asked, as it does of a scheme."""


def escaped(text: object) -> str:
    """Text from outside as it is, on one line: no markup, no link, no mention."""
    inert = safe(str(text)).translate(_ESCAPED).replace("://", "&#58;//")
    return _LINKED.sub(lambda found: f"{found[0][:-1]}&#46;", inert)
