"""How people write amounts on a command line: `20/s`, `1.5s`, `1%`, `$2`. Shared by load shapes and thresholds.

Each reader gives the amount in the unit of its name or raises ValueError with what is wrong and what to write instead.
A number without its unit is refused: 30 is milliseconds to one reader and seconds to the next.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from difflib import get_close_matches

_AMOUNT = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(\D.*)?", re.ASCII)
_SECONDS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}
_PER_SECOND = {"/s": 1.0, "/min": 60.0, "/m": 60.0, "/h": 3600.0}


def seconds(text: str) -> float:
    """`1.5s`, `200ms`, `2min`, `1h` in seconds; more than none."""
    value, unit = _split(text, "a time")
    if unit not in _SECONDS:
        raise ValueError(f"{text}: a time needs its unit: {shown(value)}s or {shown(value)}ms")
    return _above_zero(text, value * _SECONDS[unit] if _SECONDS[unit] >= 1 else value / round(1 / _SECONDS[unit]))


def per_second(text: str) -> float:
    """`20/s`, `600/min`, `1000/h` as a rate per second; zero is a rate."""
    value, unit = _split(text, "a rate")
    if unit not in _PER_SECOND:
        raise ValueError(f"{text}: a rate needs its unit: {shown(value)}/s or {shown(value)}/min")
    return _not_below_zero(text, value / _PER_SECOND[unit])


def ratio(text: str) -> float:
    """`95%` or `0.95` as a part of one. A bare 1 is refused: one percent to one reader, all of it to the next."""
    value, unit = _split(text, "a share")
    if unit not in ("", "%"):
        raise ValueError(f"{text}: {unit} is no unit of a share: write {shown(value)}% or a number from 0 to 1")
    part = value / 100 if unit else value
    if part == 1 and not unit:
        raise ValueError(f"{text}: a share needs its unit: 1% or 100%")
    if not 0 <= part <= 1:
        raise ValueError(f"{text}: a share lies between 0% and 100%" + ("" if unit else f": write {shown(value)}%"))
    return part


def dollars(text: str) -> float:
    """`$2` or `2usd` in US dollars."""
    bare = text.strip()
    value, unit = _split(bare.removeprefix("$"), "an amount of money")
    if (unit.lower() != "usd") if not bare.startswith("$") else unit:
        raise ValueError(f"{text}: an amount of money needs its currency: ${shown(value)}")
    return _not_below_zero(text, value)


def amount(text: str) -> float:
    """A bare number, at least zero."""
    value, unit = _split(text, "a number")
    if unit:
        raise ValueError(f"{text}: it has no unit: write {shown(value)}")
    return _not_below_zero(text, value)


def count(text: str) -> int:
    """A whole number, at least one."""
    if not re.fullmatch(r"0*[1-9]\d{0,8}", text.strip(), re.ASCII):
        raise ValueError(f"{text or 'nothing'}: a whole number from 1 on is needed, such as 32")
    return int(text)


def shown(value: float) -> str:
    """The shortest text that reads back as the same number, without an exponent."""
    text = format(Decimal(repr(float(value))), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def nearest(word: str, known: Iterable[str]) -> str | None:
    """What was probably meant; None where nothing is near."""
    return next(iter(get_close_matches(word, list(known), 1)), None)


def near(word: str, known: Iterable[str]) -> str:
    """The end of a sentence that names what was probably meant; nothing where nothing is near."""
    found = nearest(word, known)
    return f"; did you mean {found}?" if found else ""


def _split(text: str, what: str) -> tuple[float, str]:
    found = _AMOUNT.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text or 'nothing'}: {what} is needed here")
    value = float(found[1])
    if value in (float("inf"), float("-inf")):
        raise ValueError(f"{text}: too large a number")
    return value, (found[2] or "").strip()


def _above_zero(text: str, value: float) -> float:
    if value <= 0:
        raise ValueError(f"{text}: must be more than 0")
    return value


def _not_below_zero(text: str, value: float) -> float:
    if value < 0:
        raise ValueError(f"{text}: must not be below 0")
    return value
