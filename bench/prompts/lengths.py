"""How long synthetic prompts are: `const:500`, `uniform:100-800`, `normal:500,100`, `lognormal:500,300`, in tokens."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Literal, assert_never

from ..mistakes import PromptsError
from ..texts import near

Kind = Literal["const", "uniform", "normal", "lognormal"]
LONGEST = 10_000_000
"""More than any model reads; a longer one is a slip of the finger."""
FORMS = {
    "const": "const:500",
    "uniform": "uniform:100-800",
    "normal": "normal:500,100 (mean, standard deviation)",
    "lognormal": "lognormal:500,300 (mean, standard deviation)",
}
_SPEC = re.compile(r"(?:([a-z]+):)?([^:]*)", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:\.\d+)?", re.ASCII)


def _standard(part: float) -> float:
    """The standard normal distribution's quantile."""
    from statistics import NormalDist  # takes longer to load than most prompts to read

    return NormalDist().inv_cdf(part)


@dataclass(frozen=True, slots=True)
class Lengths:
    """A distribution of numbers of tokens; never below 1."""

    kind: Kind
    first: float
    """The constant, the least, or the mean."""
    second: float = 0.0
    """The most, or the standard deviation."""

    def __str__(self) -> str:
        """As it is written in a specification."""
        match self.kind:
            case "const":
                return f"const:{self.first:g}"
            case "uniform":
                return f"uniform:{self.first:g}-{self.second:g}"
            case _:
                return f"{self.kind}:{self.first:g},{self.second:g}"

    def at(self, part: float) -> int:
        """The length below which that part of all lengths lies; part is above 0 and below 1."""
        match self.kind:
            case "const":
                value = self.first
            case "uniform":
                value = self.first + math.floor(part * (self.second - self.first + 1))
            case "normal":
                value = self.first + self.second * _standard(part)
            case "lognormal":
                value = self._lognormal(part)
            case _:
                assert_never(self.kind)
        return min(max(round(value), 1), LONGEST)

    def _lognormal(self, part: float) -> float:
        """Of the wanted mean and deviation of the lengths, not of their logarithms."""
        spread = math.log1p((self.second / self.first) ** 2)
        return self.first * math.exp(math.sqrt(spread) * _standard(part) - spread / 2)


def lengths(spec: str) -> Lengths:
    """What a specification means; a bare number is constant. Raises PromptsError."""
    found = _SPEC.fullmatch(spec.replace(" ", ""))
    kind = (found[1] or "const").lower() if found else ""
    if found is None or kind not in FORMS:
        raise PromptsError(
            [f"{spec or 'nothing'}: no length in tokens{near(kind, FORMS)}; write {', '.join(FORMS.values())}"]
        )
    cut = "-" if kind == "uniform" else ","
    numbers = [float(each) for each in found[2].split(cut) if _NUMBER.fullmatch(each)]
    if len(numbers) != found[2].count(cut) + 1 or len(numbers) != (1 if kind == "const" else 2):
        raise PromptsError([f"{spec or 'nothing'}: write {FORMS[kind]}"])
    made = Lengths(_kind(kind), *numbers)
    if wrong := _unfit(made):
        raise PromptsError([f"{spec}: {wrong}"])
    return made


def _kind(word: str) -> Kind:
    for each in ("const", "uniform", "normal", "lognormal"):
        if word == each:
            return each
    raise AssertionError(word)  # looked up in FORMS before


def _unfit(made: Lengths) -> str:
    if not 1 <= made.first <= LONGEST or made.second > LONGEST:
        return f"a length lies between 1 and {LONGEST:,} tokens"
    if made.kind == "uniform" and made.second < made.first:
        return "the longest comes behind the shortest"
    if made.kind in ("const", "uniform") and not (made.first.is_integer() and made.second.is_integer()):
        return "tokens are whole"
    return ""
