"""Takes keys out of all that is kept or shown: a provider's error may repeat the key, and an endpoint may echo it.

Two nets: the very keys in use, which are known, and whatever has the look of one.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, cast
from urllib.parse import quote

from ..keyforms import IN_TEXT

HIDDEN = "[hidden]"
"""Stands where a key stood."""
LONGEST = 300
"""Characters of a message that are kept: enough to tell what went wrong, in a line of a table."""
SEARCHED = 4000
"""Characters of a text that are kept, and searched for what looks like a key: no server can make that take long."""
DEEPEST = 20
"""Levels of a JSON value that are kept: usage objects have three."""
SHORT, MANY = 64, 1024
"""Characters of texts that are remembered, and how many of them."""
SECRET, WORD = 8, 4
"""Characters of a key that is taken out wherever it stands, and of one that is taken out where it stands as a word by
itself: local servers are given words such as EMPTY, which an answer may hold, too."""
PART = 12
"""Characters of a key's beginning that are taken out of messages: prefixes of providers are shorter."""

_VALUE = r"""[^\s"'&,;}]"""
_IS = r"""\\?["']?\s*[:=]\s*\\?["']?"""
_NAMED = re.compile(
    rf"""
    (?P<keep>
        (?i:\b(?:bearer|basic)\s+)(?={_VALUE}{{6}})
      | (?i:api[-_ ]?key|authorization|access[-_]?token|secret|password|[?&]key|token(?={_IS}{_VALUE}{{6}}))
        {_IS}(?i:(?:bearer|basic)\s+)?
    ){_VALUE}+
  | (?P<before>://)[^/\s@]+(?=@)  # user:password@
    """,
    re.VERBOSE,
)
"""What stands behind a name that says so."""
_NAMES = re.compile(r"[:=\s]")
"""Without one of these, nothing is named: a quick look that spares most texts the search."""
_KEYS = re.compile(IN_TEXT, re.VERBOSE)
"""What has the form of a key."""
_LONG = re.compile(r"\b(?=[A-Za-z_]*\d)(?=[\d_]*[A-Za-z])[A-Za-z0-9_]{32,}\b")
"""In messages only: elsewhere it is the id of a request."""


class Cleaner:
    """Cleans of the keys it was made with and of what looks like one; holds them, and shows them nowhere."""

    __slots__ = ("_keys", "_lower", "_seen", "_words")

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        forms = sorted({form for each in secrets for form in _forms(each)}, key=len, reverse=True)
        # The longest first, so that no key leaves the rest of a longer one behind.
        self._keys = [each for each in forms if len(each) >= SECRET]
        self._lower = [(each.lower(), re.compile(re.escape(each), re.IGNORECASE)) for each in self._keys]
        words = "|".join(re.escape(each) for each in forms if WORD <= len(each) < SECRET)
        self._words = re.compile(rf"(?<!\w)(?:{words})(?!\w)") if words else None
        self._seen: dict[str, str] = {}

    def known(self, text: str) -> str:
        """A text without the keys in use, in upper and lower case alike, at any length: for answers, whose words must
        stay as they are. The search by pattern is slow, and done only where there is something to find."""
        if self._lower:
            lower = text.lower()
            for key, pattern in self._lower:
                if key in lower:
                    text = pattern.sub(HIDDEN, text)
        return text

    def known_in(self, value: Any) -> Any:
        """A JSON value without the keys in use, in its texts and its names."""
        return _mapped(value, self.known, DEEPEST) if self._keys else value

    def text(self, text: str) -> str:
        """A text without keys and without what looks like one, not longer than SEARCHED. Short ones are remembered:
        names of fields and models come with every request."""
        if len(text) < SECRET and self._words is None:
            return text  # too short to hold any
        known = self._seen.get(text)
        if known is None:
            known = self._cleaned(text)
            if len(text) <= SHORT and len(self._seen) < MANY:
                self._seen[text] = known
        return known

    def message(self, text: str) -> str:
        """The same as one printable line, not longer than LONGEST. Cleaned first: half a key has no look."""
        clean = _LONG.sub(HIDDEN, self.text(self._without_parts(self.known(text))))
        line = " ".join("".join(each if each.isprintable() else " " for each in clean).split())
        return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"

    def _without_parts(self, text: str) -> str:
        """A sample of what a server said may have been cut in the middle of a key."""
        for key, _ in self._lower:
            while len(key) > PART and (at := _lowered(text).find(key[:PART])) >= 0:
                end = next(n for n in range(len(key), 0, -1) if _lowered(text).startswith(key[:n], at))
                text = f"{text[:at]}{HIDDEN}{text[at + end :]}"
        return text

    def value(self, value: object) -> object:
        """A JSON value with every text in it cleaned; a number that JSON doesn't know, or what lies too deep, becomes
        null."""
        return _mapped(value, self.text, DEEPEST)

    def _cleaned(self, text: str) -> str:
        text = self.known(text)[:SEARCHED]
        if self._words:
            text = self._words.sub(HIDDEN, text)
        if _NAMES.search(text):
            text = _NAMED.sub(_hide, text)
        return _KEYS.sub(HIDDEN, text)


@lru_cache(maxsize=8)
def cleaner(secrets: tuple[str, ...] = ()) -> Cleaner:
    """The cleaner of these keys; made once, since it is asked for with each answer."""
    return Cleaner(secrets)


def _lowered(text: str) -> str:
    """In lower case, each letter at its place: a few become two."""
    lower = text.lower()
    return (
        lower if len(lower) == len(text) else "".join(low if len(low := each.lower()) == 1 else each for each in text)
    )


def _forms(secret: str) -> set[str]:
    """How a key may be written where it comes back: bare, in a URL, in JSON inside of a text."""
    if not (bare := secret.strip()):
        return set()
    escaped = (json.dumps(bare)[1:-1], json.dumps(bare, ensure_ascii=False)[1:-1])
    return {secret, bare, quote(bare, safe=""), quote(secret, safe=""), *escaped}


def _mapped(value: object, by: Callable[[str], str], depth: int) -> Any:
    match value:
        case str():
            return by(value)
        case None | bool() | int():
            return value
        case float():
            return value if math.isfinite(value) else None
        case _ if not depth:
            return None
        case dict() | Mapping():
            pairs = cast("Mapping[object, object]", value).items()
            return {by(str(key)): _mapped(each, by, depth - 1) for key, each in pairs}
        case list() | tuple():
            return [_mapped(each, by, depth - 1) for each in cast("Sequence[object]", value)]
        case _:
            return by(str(value))


def _hide(found: re.Match[str]) -> str:
    return (found["keep"] or found["before"]) + HIDDEN
