"""What a requirement says about the release that will be installed.

Reads the spellings of PEP 440, PEP 508, Poetry (`^1.2`, `~1.2`) and Pipenv (`*`), as far as they bound a version.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import cast

_CLAUSE = re.compile(r"(===|==|~=|!=|<=|>=|<|>|\^|~|=)\s*v?([0-9][^\s,;)\]|]*)")
_BARE = re.compile(r"\s*v?([0-9][^\s,;)\]|]*)\s*")
_NUMBERS = re.compile(
    r"(?:\d+!)?(\d+(?:\.\d+)*)\s*(?:[._-]?(dev|a|b|c|rc|alpha|beta|pre|preview)[._-]?(\d*))?", re.IGNORECASE
)
_REQUIREMENT = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*(.*)", re.DOTALL)

Release = tuple[tuple[int, ...], int]


@dataclass(frozen=True, slots=True)
class Version:
    """The releases a project allows: exactly one (`locked`), or everything under `below` (exclusive).

    `at_least` alone allows the newest.
    """

    locked: str | None = None
    below: str | None = None
    at_least: str | None = None

    def is_before(self, boundary: str) -> bool:
        """Whether the release in effect (the newest one allowed) is older than the boundary."""
        if self.locked is not None:
            return release(self.locked) < release(boundary)
        return self.below is not None and release(self.below) <= release(boundary)

    def narrowed(self, implied: Version | None) -> Version:
        """What is left of an open range when what the code imports has gone by a release (`implied`)."""
        if implied is None or implied.below is None or self.locked is not None or self.below is not None:
            return self
        fits = self.at_least is None or release(self.at_least) < release(implied.below)
        return replace(self, below=implied.below) if fits else self

    def __str__(self) -> str:
        if self.locked is not None:
            return self.locked
        bounds = [f">={self.at_least}" if self.at_least else "", f"<{self.below}" if self.below else ""]
        return ",".join(bound for bound in bounds if bound) or "any"


def release(version: str) -> Release:
    """A key that orders versions: the numbers without trailing zeros, pre-releases before their release."""
    found = _NUMBERS.match(version.strip().lstrip("vV"))
    if not found:
        return (), 0
    numbers = [int(part) for part in found.group(1).split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers), -1 if found.group(2) else 0


def normalised(name: str) -> str:
    """The one spelling of a package's name (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def requirement(text: str) -> tuple[str, Version] | None:
    """Read one line of PEP 508 (`openai[datalib]>=1.0,<2 ; python_version > "3.8"`); None if it names no package."""
    found = _REQUIREMENT.match(text.split(";", maxsplit=1)[0].split(" @ ", maxsplit=1)[0].split("#", maxsplit=1)[0])
    if not found:
        return None
    return normalised(found.group(1)), bounds(found.group(2))


def bounds(specifier: str) -> Version:
    """Read a specifier (`>=1.0,<2`, `^0.28`, `1.2.*`, `*`); a bare version means exactly that one.

    Where alternatives are given (`<1 || >2`) the first counts.
    """
    first = specifier.split("||", maxsplit=1)[0]
    bare = _BARE.fullmatch(first)
    locked = below = at_least = None
    for operator, version in [("==", bare.group(1))] if bare else _CLAUSE.findall(first):
        exact, upper, lower = _clause(operator, version.rstrip("."))
        locked = exact or locked
        if upper and (below is None or release(upper) < release(below)):
            below = upper
        if lower and (at_least is None or release(lower) > release(at_least)):
            at_least = lower
    return Version(locked, None, None) if locked else Version(None, below, at_least)


def _clause(operator: str, version: str) -> tuple[str | None, str | None, str | None]:
    """One clause as (exactly, below, at least)."""
    if operator in ("=", "==", "===") and version.endswith(".*"):
        stem = version[:-2]
        return None, _next(stem, len(stem.split("."))), stem
    match operator:
        case "=" | "==" | "===" | "<=":
            return version, None, None
        case "<":
            return None, version, None
        case ">=" | ">":
            return None, None, version
        case "~=":
            return None, _next(version, max(len(version.split(".")) - 1, 1)), version
        case "^":
            return None, _next(version, _caret_place(version)), version
        case "~":
            return None, _next(version, min(len(version.split(".")), 2)), version
        case _:
            return None, None, None


def _next(version: str, keep: int) -> str:
    """The first release after all that share the first `keep` numbers."""
    numbers = [int(part) for part in re.findall(r"\d+", version)[:keep]]
    return ".".join(map(str, [*numbers[:-1], numbers[-1] + 1]))


def _caret_place(version: str) -> int:
    numbers = [int(part) for part in re.findall(r"\d+", version)]
    leading = next((place for place, number in enumerate(numbers) if number), len(numbers) - 1)
    return leading + 1


def table_entry(entry: object) -> list[Version]:
    """Read the value of a Poetry or Pipenv table: a specifier, a table with `version`, or a list of such tables."""
    match entry:
        case str():
            return [bounds(entry)]
        case {"version": str(specifier)}:
            return [bounds(specifier)]
        case list():
            return [version for one in cast(list[object], entry) for version in table_entry(one)]
        case _:
            return []
