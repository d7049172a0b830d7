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

    __slots__ = ("_keys",)

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        forms = {form for each in secrets if each.strip() for form in (each, each.strip(), quote(each, safe=""))}
        self._keys = sorted(forms, key=len, reverse=True)

    def text(self, text: str) -> str:
        """The text without keys."""
        for key in self._keys:
            text = text.replace(key, HIDDEN)
        return _LOOKS.sub(_hide, text)

    def message(self, text: str) -> str:
        """The same, on one line and not longer than LONGEST. Cleaned first: half a key has no look."""
        line = " ".join(self.text(text).split())
        return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"

    def value(self, value: object) -> object:
        """A JSON value with every text in it cleaned; a number that JSON doesn't know becomes null."""
        match value:
            case str():
                return self.text(value)
            case float() if not math.isfinite(value):
                return None
            case Mapping():
                pairs = cast("Mapping[object, object]", value).items()
                return {self.text(str(key)): self.value(each) for key, each in pairs}
            case list() | tuple():
                return [self.value(each) for each in cast("Sequence[object]", value)]
            case None | bool() | int() | float():
                return value
            case _:
                return self.text(str(value))


def _hide(found: re.Match[str]) -> str:
    return (found["keep"] or "") + HIDDEN
