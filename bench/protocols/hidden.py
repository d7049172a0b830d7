"""Keeps keys out of what is shown and stored: a provider's error may repeat the key, and an endpoint may echo it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from .jsons import is_list, is_object

MARK = "[hidden]"
LENGTH = 300
"""Characters of a sample message: enough to tell what went wrong, in one line of a table."""

SHORTEST = 8
"""Characters of a secret worth the name: local servers are given words such as EMPTY, which texts may hold too."""

KEYS = re.compile(
    r"""
    \b(?:sk|pk|rk|gsk|xai|hf|nvapi|fw|pplx|csk|r8|tgp_v1)[-_][A-Za-z0-9_\-*.]{6,}   # prefixes of providers
    | \bAIza[0-9A-Za-z_\-*]{6,} | \bya29\.[0-9A-Za-z_\-.]+ | \bAQ\.[0-9A-Za-z_\-]{10,}     # Google's
    | \beyJ[0-9A-Za-z_\-]{6,}\.[0-9A-Za-z_\-.]+                                            # web tokens
    | \b(?:AKIA|ASIA)[0-9A-Z]{12,}
    | (?<=://)[^/\s@]+(?=@)                                                                # user:password@
    """,
    re.VERBOSE,
)
NAMED = re.compile(
    r"(?i)((?:bearer|basic)\s+|(?:api[-_ ]?key|authorization|token|secret|password)[\"']?\s*[:=]\s*[\"']?)"
    r"(?!bearer\b|basic\b)[^\s\"',;&}]{6,}"
)
LONG = re.compile(r"\b(?=[A-Za-z_]*\d)(?=[\d_]*[A-Za-z])[A-Za-z0-9_]{32,}\b")


@dataclass(frozen=True, slots=True)
class Hide:
    """Takes known secrets out of anything, and what looks like one out of messages."""

    secrets: tuple[str, ...] = ()

    def text(self, value: str) -> str:
        """A text without the known secrets."""
        for secret in self._forms():
            value = value.replace(secret, MARK)
        return value

    def anything(self, value: Any) -> Any:
        """A JSON value without the known secrets, in its texts and its names."""
        if not self.secrets:
            return value
        if isinstance(value, str):
            return self.text(value)
        if is_object(value):
            return {self.text(key): self.anything(each) for key, each in value.items()}
        return [self.anything(each) for each in value] if is_list(value) else value

    def message(self, value: str) -> str:
        """One short printable line, without known secrets and without what looks like a key."""
        value = self.text(value)[: LENGTH * 8]
        for pattern, by in ((NAMED, rf"\1{MARK}"), (KEYS, MARK), (LONG, MARK)):
            value = pattern.sub(by, value)
        line = " ".join("".join(each if each.isprintable() else " " for each in value).split())
        return line if len(line) <= LENGTH else line[: LENGTH - 1] + "…"

    def _forms(self) -> Iterable[str]:
        """The longest first, so that no secret leaves the rest of a longer one behind."""
        return sorted((each for each in self.secrets if len(each) >= SHORTEST), key=len, reverse=True)
