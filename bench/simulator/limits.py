"""Limits of requests and of tokens a minute, and the headers in which providers tell of them."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

MINUTE = 60_000_000_000
UNLIMITED = {"requests": 10_000, "tokens": 2_000_000}
"""What headers tell where nothing is limited: real providers always name a limit."""


class Bucket:
    """Holds as much as a minute allows, is full at first and fills evenly."""

    __slots__ = ("_level", "_since", "size")

    def __init__(self, size: int) -> None:
        self.size = size
        self._level, self._since = float(size), 0

    def level(self, now: int) -> float:
        """What is left at a moment, in nanoseconds."""
        if now > self._since:
            filled = self._level + (now - self._since) * self.size / MINUTE if self._since else self._level
            self._level, self._since = min(float(self.size), filled), now
        return self._level

    def lacks(self, many: int, now: int) -> float:
        """Seconds until so many can be taken, or all that it holds; 0: now."""
        wanted = min(many, self.size)
        missing = wanted - self.level(now)
        return missing * 60 / self.size if missing > 1e-6 else 0.0

    def take(self, many: int) -> None:
        """Takes so many."""
        self._level -= min(many, self.size)


@dataclass(frozen=True, slots=True)
class Quota:
    """One limit as it is told: what is left of it, and the seconds until all of it is there again."""

    kind: str
    limit: int
    left: int
    reset: float


class Limits:
    """The buckets of a server. 0: no limit of that kind."""

    __slots__ = ("_requests", "_tokens")

    def __init__(self, rpm: int, tpm: int) -> None:
        self._requests = Bucket(rpm) if rpm else None
        self._tokens = Bucket(tpm) if tpm else None

    def refused(self, tokens: int, now: int) -> tuple[str, float]:
        """Which limit a request runs into, and the seconds that it is asked to wait; empty: none, and it is counted."""
        for name, bucket, many in (("rpm", self._requests, 1), ("tpm", self._tokens, tokens)):
            lacks = bucket.lacks(many, now) if bucket else 0.0
            if lacks:
                return name, lacks
        if self._requests:
            self._requests.take(1)
        if self._tokens:
            self._tokens.take(tokens)
        return "", 0.0

    def told(self, now: int) -> tuple[Quota, Quota]:
        """Requests and tokens."""
        return _quota("requests", self._requests, now), _quota("tokens", self._tokens, now)


def _quota(kind: str, bucket: Bucket | None, now: int) -> Quota:
    if bucket is None:
        limit = UNLIMITED[kind]
        return Quota(kind, limit, limit - 1, 60 / limit)
    level = bucket.level(now)
    return Quota(kind, bucket.size, max(0, math.floor(level)), (bucket.size - level) * 60 / bucket.size)


def openai(quotas: tuple[Quota, ...]) -> dict[str, str]:
    """As OpenAI and Azure tell them."""
    headers: dict[str, str] = {}
    for each in quotas:
        headers[f"x-ratelimit-limit-{each.kind}"] = str(each.limit)
        headers[f"x-ratelimit-remaining-{each.kind}"] = str(each.left)
        headers[f"x-ratelimit-reset-{each.kind}"] = _duration(each.reset)
    return headers


def anthropic(quotas: tuple[Quota, ...]) -> dict[str, str]:
    """As Anthropic tells them: until a moment of the day."""
    headers: dict[str, str] = {}
    for each in quotas:
        name = f"anthropic-ratelimit-{each.kind}"
        headers[f"{name}-limit"] = str(each.limit)
        headers[f"{name}-remaining"] = str(each.left)
        headers[f"{name}-reset"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + each.reset))
    return headers


def waits(seconds: float) -> dict[str, str]:
    """When to come again: whole seconds, and milliseconds as some clients read first."""
    return {"retry-after": str(max(1, math.ceil(seconds))), "retry-after-ms": str(math.ceil(seconds * 1000))}


def _duration(seconds: float) -> str:
    """`6m0s`, `1.5s` and `12ms`, as Go writes durations."""
    if seconds < 1:
        return f"{math.ceil(seconds * 1000)}ms"
    minutes, rest = divmod(round(seconds, 3), 60)
    return f"{minutes:.0f}m{rest:g}s" if minutes else f"{rest:g}s"
