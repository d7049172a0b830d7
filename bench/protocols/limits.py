"""What a provider says of its limits: how long to wait, and how much is left of which quota.

Times are seconds from the answer. Where a header gives a moment instead, it is held against the answer's own `date`
header: the server's clock on both sides, so that ours doesn't matter. Sources: "Rate limits" of OpenAI (durations such
as 6m0s), Anthropic (RFC 3339), RFC 9110 (Retry-After), and the headers that OpenRouter sends (milliseconds since 1970).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache

QUOTA = re.compile(r"x-ratelimit-(?P<what>limit|remaining|reset)(?:-(?P<of>[a-z-]+))?")
ANTHROPIC = re.compile(r"anthropic-ratelimit-(?P<of>[a-z-]+)-(?P<what>limit|remaining|reset)")
DURATION = re.compile(r"(?:(\d+(?:\.\d+)?)(ms|us|µs|ns|d|h|m|s))")
UNITS = {"d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}
KEPT = ("retry-after", "x-ratelimit-", "anthropic-ratelimit-", "ratelimit")
IDS = ("x-request-id", "request-id", "apim-request-id", "x-amzn-requestid", "x-goog-request-id")

Headers = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Quota:
    """One quota. None: not told, or not to be understood."""

    limit: int | None = None
    remaining: int | None = None
    reset: float | None = None
    """Seconds until it is full again."""


@dataclass(frozen=True, slots=True)
class Limits:
    """All that the headers of one answer say of limits."""

    retry_after: float | None = None
    """Seconds to wait."""
    quotas: Mapping[str, Quota] = field(default_factory=dict[str, Quota])
    """By what is counted: requests, tokens, input-tokens, output-tokens; as the provider calls it."""


NO_LIMITS = Limits()


def limits(headers: Headers) -> Limits:
    """The limits that headers tell; names in any case, values of strangers."""
    low = {name.lower(): value.strip() for name, value in headers}
    now = _moment(low.get("date", ""))
    told: dict[str, dict[str, str]] = {}
    for name, value in low.items():
        match = QUOTA.fullmatch(name) or ANTHROPIC.fullmatch(name)
        if match:
            told.setdefault(match["of"] or "requests", {})[match["what"]] = value
    quotas = {
        of: Quota(_count(each.get("limit")), _count(each.get("remaining")), _seconds(each.get("reset", ""), now))
        for of, each in told.items()
    }
    milli = _number(low.get("retry-after-ms", ""))
    wait = milli / 1000 if milli is not None else _seconds(low.get("retry-after", ""), now)
    return Limits(wait, quotas)


def kept(headers: Headers) -> tuple[tuple[str, str], ...]:
    """The headers that matter later, as sent, names in lower case: request ids, limits, and with these the date that
    moments in them are held against."""
    low = [(name.lower(), value) for name, value in headers]
    ids = (*IDS, "date") if any(name.startswith(KEPT) for name, _ in low) else IDS
    return tuple(each for each in low if each[0].startswith(KEPT) or each[0] in ids)


def request_id(headers: Headers) -> str:
    """The provider's name for the request; empty where it gives none."""
    low = {name.lower(): value for name, value in headers}
    return next((low[name] for name in IDS if low.get(name)), "")


def _number(value: str) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) and number >= 0 else None


def _count(value: str | None) -> int | None:
    number = _number(value or "")
    return None if number is None else int(number)


def _seconds(value: str, now: float | None) -> float | None:
    """A wait in any of the forms: seconds, a duration with units, a moment."""
    number = _number(value)
    if number is not None:
        since_1970 = number / 1000 if number >= 1e11 else number
        return number if number < 1e9 else _until(since_1970, now)
    parts = DURATION.findall(value)
    if parts and "".join(amount + unit for amount, unit in parts) == value:
        return sum(float(amount) * UNITS[unit] for amount, unit in parts)
    return _until(_moment(value), now)


def _until(moment: float | None, now: float | None) -> float | None:
    return None if moment is None or now is None else max(0.0, moment - now)


@lru_cache(256)  # many answers come in a second, and all of them tell it
def _moment(value: str) -> float | None:
    """Seconds since 1970 of an HTTP date or an RFC 3339 time; None where it is neither."""
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = read(value)
            return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
        except (ValueError, TypeError, OverflowError, IndexError):
            continue
    return None
