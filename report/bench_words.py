"""Figures of a run as people write them: three digits, a unit, and an interval or why there is none. ASCII only."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from ..bench.metrics import COSTS, METRICS, RATES, Observed
from ..bench.metrics.table import Metric, Rate
from .terminal import safe

NEVER = "never"
"""A time that never came to its end: of a failed request."""
NOTHING = "-"
DIGITS = 3
_TAIL = re.compile(r" \S+$|/s$")
"""The unit of a figure, where it stands behind."""
TITLES: Mapping[str, str] = {
    "ttft": "time to first token",
    "ttfa": "time to first answer",
    "e2e": "end to end",
    "tpot": "time per output token",
    "itl": "inter-token gap",
    "stall_max": "longest stall",
    "dispatch_delay": "dispatch delay",
    "sched_latency": "from schedule to end",
    "connect": "connecting",
    "output_tokens": "output tokens",
    "input_tokens": "input tokens",
    "cached_tokens": "cached tokens",
    "reasoning_tokens": "reasoning tokens",
}
"""What people call metrics."""


def about(name: str) -> Metric | Rate:
    """The entry of a metric, a rate, a cost, or a class's error rate."""
    found = METRICS.get(name) or RATES.get(name) or COSTS.get(name)
    return found or RATES["error_rate"]


def number(value: float, digits: int = DIGITS) -> str:
    """A number with so many digits that count; large ones whole, with commas."""
    if value == 0:
        return "0"
    size = int(f"{value:.{digits - 1}e}".partition("e")[2])  # of the rounded number: 0.9996 is 1.00
    places = min(max(0, digits - 1 - size), 12)
    return f"{value:,.{places}f}"


def whole(value: float | None) -> str:
    """A count, with commas."""
    return NOTHING if value is None else f"{value:,.0f}"


def seconds(value: float) -> str:
    """A time in the unit in which it is read best."""
    if math.isinf(value):
        return NEVER
    if abs(value) >= 600:
        return f"{value / 60:,.0f} min"
    if abs(value) >= 0.9995:
        return f"{number(value)} s"
    return f"{number(value * 1e3)} ms" if abs(value) >= 1e-6 else "0 ms"


def shown(value: float | None, unit: str) -> str:
    """A value with its unit."""
    if value is None:
        return NOTHING
    if unit == "s":
        return seconds(value)
    if math.isinf(value):
        return "infinite"
    match unit:
        case "share":
            return f"{number(value * 100)} %"
        case "$":
            return f"${number(value)}"
        case "/s":
            return f"{number(value)}/s"
        case "tokens/s":
            return f"{number(value)} tok/s"
        case _:
            return number(value)


def interval(of: Observed, unit: str) -> str:
    """Both ends; empty where there is none. A unit that both share is told once: `[210, 243] ms`."""
    ends = of.interval
    if ends is None:
        return ""
    low, high = (shown(each, unit) for each in ends)
    one, two = _TAIL.search(low), _TAIL.search(high)
    if one and two and one[0] == two[0]:
        return f"[{low[: one.start()]}, {high[: two.start()]}]{one[0]}"
    return f"[{low}, {high}]"


def sure(of: Observed, unit: str) -> str:
    """The interval, or in its place why there is none."""
    return interval(of, unit) or of.why


def figure(of: Observed, unit: str) -> str:
    """A value and how sure it is, in one text."""
    told = interval(of, unit) or (f"({of.why})" if of.why else "")
    return f"{shown(of.value, unit)} {told}".rstrip()


def stranger(text: object) -> str:
    """Text that came from outside: inert, on one line."""
    return safe(str(text))


def count(n: int, noun: str) -> str:
    """A counted noun with commas."""
    return f"{n:,} {noun}{'' if n == 1 else 's'}"
