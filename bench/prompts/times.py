"""When the requests of a trace were sent.

`at` is seconds after the beginning. `timestamp` is what traces have: milliseconds after it (Mooncake, AIPerf), seconds
after it (BurstGPT), a date (Azure), or a count since 1970. What can't be told by the number is as Mooncake has it, and
is said; then the first of all is the beginning.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar

from .entries import Entry, named
from .model import Case
from .planned import Planned
from .reading import Reading, Times

Item = TypeVar("Item", bound=Case | Planned)
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?", re.ASCII)
_LONG_DATE = re.compile(r"(\.\d{6})\d+")
_SINCE_1970_S = 1e9
_SINCE_1970_MS = 1e11
"""From these on a number counts from 1970: seconds since 2001 or milliseconds since 1973. A trace has no 11 days."""
STAMPS = ("timestamp", "Timestamp", "TIMESTAMP")


def time_of(entry: Entry, usual: Times = "ms") -> float | None:
    """When an entry was sent, in seconds; None where it doesn't say. A number of `timestamp` is in the usual unit."""
    name, stamp = entry.one(("at", *STAMPS))
    if stamp is None:
        return None
    entry.reading.clocks.add("at" if name == "at" else "timestamp")
    if name == "at":
        return entry.number("at")
    if isinstance(stamp, str) and not _NUMBER.fullmatch(stamp.strip()):
        return _dated(entry, name, stamp.strip())
    value = float(stamp) if isinstance(stamp, str) else entry.number(name)
    return None if value is None else _seconds(value, usual, entry.reading)


def _seconds(value: float, usual: Times, reading: Reading) -> float:
    unit = reading.times or ("ms" if value >= _SINCE_1970_MS else "s" if value >= _SINCE_1970_S else usual)
    reading.clocks.add(unit)
    return value / 1000 if unit == "ms" else value


def _dated(entry: Entry, name: str, text: str) -> float | None:
    try:
        moment = datetime.fromisoformat(_LONG_DATE.sub(r"\1", text))
    except ValueError:
        entry.wrong(f"{name}: expected a number or a date such as 2026-01-31 12:00:00, found {named(text)}")
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def ordered(items: Sequence[Item], place: str, reading: Reading) -> list[Item]:
    """A trace by its times, the first at 0 where a clock told them; what is no trace as it is. Notes mixtures."""
    timed = [each.at for each in items if each.at is not None]
    if not timed:
        return list(items)
    if len(timed) < len(items):
        reading.wrong(
            place, f"{len(items) - len(timed):,} of {len(items):,} prompts have no time: give all one, or none"
        )
        return list(items)
    if {"at", "timestamp"} <= reading.clocks:
        reading.wrong(place, "some prompts have at and some timestamp: use one of them")
    begin = min(timed) if "timestamp" in reading.clocks else 0.0
    moved = [replace(each, at=round((each.at or 0.0) - begin, 6)) for each in items]
    if reading.clocks & {"s", "ms"} and not reading.times:
        reading.facts.append(_told(sorted(reading.clocks & {"s", "ms"}), max(timed) - min(timed)))
    return sorted(moved, key=lambda each: each.at or 0.0)


def _told(units: list[str], span: float) -> str:
    words = {"s": "seconds", "ms": "milliseconds"}
    return f"timestamp is taken for {' or '.join(words[each] for each in units)}: the trace takes {span:,.1f} s"
