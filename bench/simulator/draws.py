"""Distributions that the simulator draws from: `const:200ms`, `uniform:100ms,300ms`, `normal:200ms,20ms`,
`lognormal:200ms,0.5` (median, sigma), `exp:200ms`; the same with bare numbers for counts."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass

from .. import texts

FORMS = {"const": 1, "exp": 1, "uniform": 2, "normal": 2, "lognormal": 2}
"""How many values each takes."""
STEEPEST = 10.0
"""The largest sigma of a lognormal: e to the 40th is no time that anybody waits for."""
LONGEST = 86_400.0
"""Seconds, and tokens by the same reasoning, that a single draw gives at most."""


@dataclass(frozen=True, slots=True)
class Draw:
    """A distribution of values from 0 to LONGEST: seconds, or counts."""

    form: str
    first: float
    second: float = 0.0

    def __call__(self, chance: random.Random) -> float:
        """One value."""
        return min(LONGEST, max(0.0, self._drawn(chance)))

    def _drawn(self, chance: random.Random) -> float:
        match self.form:
            case "const":
                return self.first
            case "uniform":
                return chance.uniform(self.first, self.second)
            case "normal":
                return chance.gauss(self.first, self.second)
            case "lognormal":
                return self.first * math.exp(chance.gauss(0.0, self.second))
            case _:
                return chance.expovariate(1 / self.first) if self.first else 0.0

    @property
    def fixed(self) -> float | None:
        """The value that it always gives, if it does."""
        return min(LONGEST, self.first) if self.form == "const" else None


def seconds(text: str) -> Draw:
    """A distribution of times. Raises ValueError."""
    return _read(text, time)


def amounts(text: str) -> Draw:
    """A distribution of counts. Raises ValueError."""
    return _read(text, texts.amount)


def time(text: str) -> float:
    """A time in seconds that may be none. Raises ValueError."""
    return 0.0 if text.strip() in ("0", "0s", "0ms") else texts.seconds(text)


def _read(text: str, value: Callable[[str], float]) -> Draw:
    form, colon, rest = text.partition(":")
    if not colon:
        return Draw("const", value(text))
    if form not in FORMS:
        raise ValueError(f"{form}: no distribution{texts.near(form, FORMS)}; there are {', '.join(FORMS)}")
    parts = rest.split(",")
    if len(parts) != FORMS[form]:
        raise ValueError(f"{text}: {form} takes {FORMS[form]} value{'s' * (FORMS[form] > 1)}, separated by commas")
    first = value(parts[0])
    second = (texts.amount if form == "lognormal" else value)(parts[1]) if len(parts) > 1 else 0.0
    if form == "uniform" and second < first:
        raise ValueError(f"{text}: the larger value comes second: {form}:{parts[1]},{parts[0]}")
    if form == "lognormal" and second > STEEPEST:
        raise ValueError(f"{text}: the second value of lognormal is its sigma, a bare number such as 0.5")
    return Draw(form, first, second)
