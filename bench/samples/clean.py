"""Takes keys out of text that came from a server before it is kept. Endpoints do echo the key they were sent.

Two nets: the very keys in use, which are known, and whatever has the look of one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import cast
from urllib.parse import quote

HIDDEN = "[secret]"
LONGEST = 500
"""Characters of a message that are kept."""

SEARCHED = 4000
"""Characters of any text that are kept: no server can make the search for what looks like a key take long."""
DEEPEST = 20
"""Levels of a JSON value that are kept: usage objects have three."""
SHORT, MANY = 64, 1024
"""Characters of texts that are remembered, and how many of them."""

_NAMED = r"(?i:api[-_]?key|access[-_]?token|authorization|password|secret|x-goog-api-key|[?&]key)"
_LOOKS = re.compile(
    rf"""(?P<keep>(?i:\b(?:bearer|basic)\s+)|{_NAMED}["']?\s*[:=]\s*["']?(?:(?i:bearer|basic)\s+)?|://[^/\s:@]*:(?=[^/\s@]*@))
        (?!\[secret\])[^\s"'&,;<>@]+
      | \b(?:sk|pk|rk|gsk|xai|hf|ghp|pplx|r8|nvapi)[-_][A-Za-z0-9_-]{{8,}}
      | \bAIza[A-Za-z0-9_-]{{20,}}
      | \beyJ[A-Za-z0-9_-]{{8,}}\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)?""",
    re.VERBOSE,
)


class Cleaner:
    """Cleans text of the keys it was made with and of what looks like one; holds them, and shows them nowhere."""

    __slots__ = ("_keys", "_seen")

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        forms = {form for each in secrets if each.strip() for form in (each, each.strip(), quote(each, safe=""))}
        self._keys = sorted(forms, key=len, reverse=True)
        self._seen: dict[str, str] = {}

    def text(self, text: str) -> str:
        """The text without keys. Short ones are remembered: names of fields and models come with every request."""
        known = self._seen.get(text)
        if known is None:
            known = self._cleaned(text)
            if len(text) <= SHORT and len(self._seen) < MANY:
                self._seen[text] = known
        return known

    def _cleaned(self, text: str) -> str:
        for key in self._keys:
            text = text.replace(key, HIDDEN)
        return _LOOKS.sub(_hide, text[:SEARCHED])

    def message(self, text: str) -> str:
        """The same, on one line and not longer than LONGEST. Cleaned first: half a key has no look."""
        line = " ".join(self.text(text).split())
        return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"

    def value(self, value: object, depth: int = DEEPEST) -> object:
        """A JSON value with every text in it cleaned; a number that JSON doesn't know, or what lies too deep, becomes
        null."""
        match value:
            case str():
                return self.text(value)
            case None | bool() | int():
                return value
            case float():
                return value if math.isfinite(value) else None
            case _ if not depth:
                return None
            case dict() | Mapping():
                pairs = cast("Mapping[object, object]", value).items()
                return {self.text(str(key)): self.value(each, depth - 1) for key, each in pairs}
            case list() | tuple():
                return [self.value(each, depth - 1) for each in cast("Sequence[object]", value)]
            case _:
                return self.text(str(value))


def _hide(found: re.Match[str]) -> str:
    return (found["keep"] or "") + HIDDEN
