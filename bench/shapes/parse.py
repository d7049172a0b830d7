"""Load shapes out of short text, such as `poisson:20/s`; every mistake is told at once, with what to write instead."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeVar

from .. import texts
from ..mistakes import ShapeError
from .model import Closed, ClosedSteps, Ramp, Search, Shape, Steady, Step, Steps, Sweep, Trace

T = TypeVar("T")

EXAMPLES: Mapping[str, str] = {
    "constant": "constant:20/s",
    "poisson": "poisson:20/s",
    "gamma": "gamma:20/s,cv=2",
    "ramp": "ramp:1-50/s,60s",
    "steps": "steps:5/s@30s,20/s@60s",
    "trace": "trace:speed=2",
    "closed": "closed:32",
    "sweep": "sweep:1-64/s,points=8",
    "search": "search:1-200/s,attainment=95%",
}
"""One of each kind, as `parse` reads it."""

EVENEST, BURSTIEST = 0.01, 20.0
"""The coefficients of variation that make a difference: below, gaps are even; above, a run is one burst or none."""

_RANGE = re.compile(r"([\d.]+)(/\w+)?-([\d.]+)(/\w+)?", re.ASCII)


def parse(text: str) -> Shape:
    """The shape or plan in the text. Raises ShapeError with every mistake.

    `constant:20/s`, `poisson:20/s`, `gamma:20/s,cv=2`; `ramp:1-50/s,60s` and `steps:5/s@30s,20/s@60s`, which take
    `cv=` too; `trace`, `trace:speed=2`; `closed:32`, `closed:1-32,60s`, `closed:1@30s,8@30s`; plans over rates or
    (without `/s`) users: `sweep:1-64/s,points=8`, `search:1-200/s,attainment=95%,precision=5%`.
    """
    kind, _, rest = text.strip().partition(":")
    given = _Given(rest)
    known = kind if kind in _READERS else texts.nearest(kind, _READERS)
    if known != kind:
        forms = ", ".join(EXAMPLES.values())
        given.wrong(f"{kind or 'nothing'} is no load shape{texts.near(kind, _READERS) or f': write one of {forms}'}")
    shape = _READERS[known](given) if known else None
    if known:
        given.close(EXAMPLES[known])
    if given.mistakes or shape is None:
        raise ShapeError([f"{text}: {each}" for each in given.mistakes])
    return shape


class _Given:
    """The words and the options of one text; notes what is wrong while readers take them out."""

    __slots__ = ("_options", "_taken", "_words", "mistakes")

    def __init__(self, rest: str) -> None:
        parts = [each.strip() for each in rest.split(",")] if rest.strip() else []
        self._words = [each for each in parts if "=" not in each]
        self._options: dict[str, str] = {}
        self._taken: set[str] = set()
        self.mistakes: list[str] = []
        for each in parts:
            name, is_option, value = each.partition("=")
            if is_option and self._options.setdefault(name.strip(), value.strip()) != value.strip():
                self.wrong(f"{name} is given twice")

    def wrong(self, why: str) -> None:
        self.mistakes.append(why)

    def words(self) -> list[str]:
        """All the words that are left."""
        taken, self._words = self._words, []
        return taken

    def word(self, what: str, read: Callable[[str], T]) -> T | None:
        """The next word, read; None after a mistake."""
        if not self._words:
            self.wrong(f"{what} is missing")
            return None
        return self.read(self._words.pop(0), read)

    def option(self, name: str, read: Callable[[str], T], default: T) -> T:
        self._taken.add(name)
        found = self.read(self._options[name], read, f"{name}=") if name in self._options else None
        return default if found is None else found

    def read(self, text: str, read: Callable[[str], T], before: str = "") -> T | None:
        try:
            return read(text)
        except ValueError as error:
            self.wrong(f"{before}{error}")
            return None

    def close(self, example: str) -> None:
        """Notes what nobody asked for."""
        for each in self._words:
            self.wrong(f"{each or 'an empty part'} has no meaning here: write it like {example}")
        for name in sorted(self._options.keys() - self._taken):
            options = ", ".join(f"{each}=" for each in sorted(self._taken))
            end = texts.near(name, self._taken) or (f": it takes {options}" if options else ": it takes no option")
            self.wrong(f"{name}= is no option of this shape{end}")


def _rate(text: str) -> float:
    rate = texts.per_second(text)
    if rate == 0:
        raise ValueError(f"{text}: a rate must be more than 0")
    return rate


def _cv(text: str) -> float:
    cv = texts.amount(text)
    if cv and not EVENEST <= cv <= BURSTIEST:
        raise ValueError(
            f"{text}: lies between {texts.shown(EVENEST)} and {texts.shown(BURSTIEST)}, or is 0 for even gaps"
        )
    return cv


def _even(given: _Given) -> Shape | None:
    rate = given.word("the rate", _rate)
    return None if rate is None else Steady(rate)


def _poisson(given: _Given) -> Shape | None:
    rate = given.word("the rate", _rate)
    return None if rate is None else Steady(rate, 1.0)


def _gamma(given: _Given) -> Shape | None:
    rate, cv = given.word("the rate", _rate), given.option("cv", _cv, -1.0)
    if cv < 0 and not given.mistakes:
        given.wrong("how uneven the gaps are is missing: write cv=2 for bursts (cv=1 is poisson)")
    return None if rate is None else Steady(rate, cv)


def _ends(text: str) -> tuple[float, float, bool]:
    """`1-50/s` as two rates, `1-50` as two numbers of users (then the third is true)."""
    found = _RANGE.fullmatch(text)
    if found is None:
        raise ValueError(f"{text}: from where to where is needed here, such as 1-50/s")
    first, last, unit = found[1], found[3], found[4] or ""
    if unit or found[2]:
        return texts.per_second(first + (found[2] or unit)), texts.per_second(last + unit), False
    return texts.count(first), texts.count(last), True


def _rates(text: str) -> tuple[float, float]:
    first, last, users = _ends(text)
    if users:
        raise ValueError(f"{text}: a rate needs its unit: write {text}/s")
    if first == last == 0:
        raise ValueError(f"{text}: nothing would ever be sent")
    return first, last


def _ramp(given: _Given) -> Shape | None:
    ends, seconds = given.word("from which rate to which", _rates), given.word("how long it takes", texts.seconds)
    cv = given.option("cv", _cv, 0.0)
    return None if ends is None or seconds is None else Ramp(*ends, seconds, cv)


def _step(text: str, level: Callable[[str], float], example: str) -> Step:
    before, at, after = text.partition("@")
    if not at:
        raise ValueError(f"{text or 'an empty part'}: how long it holds is missing: write it like {example}")
    return Step(level(before), texts.seconds(after))


def _steps(given: _Given) -> Shape | None:
    words = given.words()
    found = [given.read(word, lambda text: _step(text, texts.per_second, "5/s@30s")) for word in words]
    steps = tuple(each for each in found if each is not None)
    cv = given.option("cv", _cv, 0.0)
    if not words:
        given.wrong(f"the steps are missing: write it like {EXAMPLES['steps']}")
    elif steps and not any(each.level for each in steps):
        given.wrong("nothing would ever be sent: every rate is 0")
    return Steps(steps, cv)


def _trace(given: _Given) -> Shape | None:
    speed = given.option("speed", texts.amount, 1.0)
    if speed == 0:
        given.wrong("speed=0: must be more than 0")
    return Trace(speed)


def _closed(given: _Given) -> Shape | None:
    words = given.words()
    if any("@" in word for word in words):
        found = [given.read(word, lambda text: _step(text, texts.count, "8@30s")) for word in words]
        return ClosedSteps(tuple(each for each in found if each is not None))
    match words:
        case [only] if "-" not in only:
            users = given.read(only, texts.count)
            return None if users is None else Closed(users, users)
        case [ends, seconds]:
            return _growing(given, ends, seconds)
        case [ends]:
            given.wrong(f"{ends}: how long it takes is missing: write {ends},60s")
        case _:
            given.wrong("the number of users is missing: write closed:32, closed:1-32,60s or closed:1@30s,8@30s")
    return None


def _growing(given: _Given, ends: str, seconds: str) -> Shape | None:
    found, whole = given.read(ends, _ends), given.read(seconds, texts.seconds)
    if found is not None and not found[2]:
        given.wrong(f"{ends}: users have no rate: write it like closed:1-32,60s")
    return None if found is None or whole is None else Closed(int(found[0]), int(found[1]), whole)


def _levels(text: str) -> tuple[float, float, bool]:
    first, last, users = _ends(text)
    if not 0 < first < last:
        raise ValueError(f"{text}: goes from a low level, more than 0, up to a higher one")
    return first, last, users


def _points(text: str) -> int:
    points = texts.count(text)
    if not 3 <= points <= 100:
        raise ValueError(f"{text}: 3 to 100 levels show where the knee is")
    return points


def _sweep(given: _Given) -> Shape | None:
    ends, points = given.word("from which level to which", _levels), given.option("points", _points, 8)
    return None if ends is None else Sweep(ends[0], ends[1], points, ends[2])


def _inside(text: str) -> float:
    part = texts.ratio(text)
    if not 0 < part < 1:
        raise ValueError(f"{text}: must lie between 0% and 100%, neither of them: no number of requests shows those")
    return part


def _search(given: _Given) -> Shape | None:
    ends = given.word("from which level to which", _levels)
    attainment = given.option("attainment", _inside, 0.95)
    precision = given.option("precision", _inside, 0.05)
    return None if ends is None else Search(ends[0], ends[1], attainment, precision, ends[2])


_READERS: Mapping[str, Callable[[_Given], Shape | None]] = {
    "constant": _even,
    "poisson": _poisson,
    "gamma": _gamma,
    "ramp": _ramp,
    "steps": _steps,
    "trace": _trace,
    "closed": _closed,
    "sweep": _sweep,
    "search": _search,
}
