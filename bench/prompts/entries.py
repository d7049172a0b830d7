"""Typed access to one entry of a file, which notes each mistake with its place."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any, TypeGuard

from ..texts import near
from .reading import Reading, Row


class Entry:
    """The members of an entry. What is missing is empty; what is wrong is noted, then taken as missing."""

    __slots__ = ("members", "place", "reading")

    def __init__(self, row: Row, reading: Reading, members: Mapping[str, Any] | None = None) -> None:
        self.place = row.place
        self.members: Mapping[str, Any] = row.value if members is None else members
        self.reading = reading

    def wrong(self, what: str) -> None:
        """Notes a mistake of this entry."""
        self.reading.wrong(self.place, what)

    def one(self, names: tuple[str, ...]) -> tuple[str, Any]:
        """The member that goes by one of several names: only one of them may be given."""
        given = [name for name in names if self.members.get(name) is not None]
        if len(given) > 1:
            self.wrong(f"{given[0]} and {given[1]} mean the same: leave out one")
        return (given[0], self.members[given[0]]) if given else (names[0], None)

    def text(self, *names: str) -> str:
        """A text; a whole number is one, too, since YAML and JSON don't ask for quotes."""
        name, value = self.one(names)
        found = self._as_text(name, value)
        if value is not None and found is not None and not found.strip():
            self.wrong(f"{name} is empty")
        return found or ""

    def texts(self, *names: str) -> tuple[str, ...]:
        """A text or a list of texts."""
        name, value = self.one(names)
        listed = value if is_list(value) else [] if value is None else [value]
        if is_list(value) and not value:
            self.wrong(f"{name} is empty")
        found = [self._as_text(name, each, many=True) for each in listed]
        return tuple(each for each in found if each)

    def number(self, *names: str) -> float | None:
        """A finite number, at least 0."""
        name, value = self.one(names)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.wrong(f"{name}: expected a number, found {named(value)}")
            return None
        if not (0 <= value < 1e300):  # an int may be too large for a float
            self.wrong(f"{name}: expected a number that is at least 0, found {value!s:.20}")
            return None
        return float(value)

    def count(self, *names: str) -> int | None:
        """A whole number, at least 1."""
        name, _ = self.one(names)
        value = self.number(*names)
        if value is None:
            return None
        if value < 1 or not value.is_integer():
            self.wrong(f"{name}: expected a whole number from 1 on, found {value:g}")
            return None
        return int(value)

    def flag(self, name: str) -> bool:
        """True or false; a table's cell may say so in words."""
        value = self.members.get(name)
        if isinstance(value, str) and value.strip().lower() in ("true", "false"):
            return value.strip().lower() == "true"
        if value is not None and not isinstance(value, bool):
            self.wrong(f"{name}: expected true or false, found {named(value)}")
        return value is True

    def known(self, names: Iterable[str]) -> None:
        """Notes members that go by none of these names."""
        known = tuple(names)
        for name in self.members:
            if name not in known:
                hint = near(str(name), known) or f"; known are {', '.join(known)}"
                self.wrong(f"unknown field {str(name)[:40]}{hint}")

    def _as_text(self, name: str, value: object, *, many: bool = False) -> str | None:
        if isinstance(value, str) or value is None:
            return value
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        either = "a text or a list of texts" if many else "a text"
        quotes = ": put it in quotes" if isinstance(value, bool | float) else ""
        self.wrong(f"{name}: expected {either}, found {named(value)}{quotes}")
        return None


def is_object(value: object) -> TypeGuard[dict[str, Any]]:
    """Whether a value has members by name; all that is read has names that are texts."""
    return isinstance(value, dict)


def is_list(value: object) -> TypeGuard[list[Any]]:
    """Whether a value is a list."""
    return isinstance(value, list)


def named(value: object) -> str:
    """What a value is, in words."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true or false"
        case float() if not math.isfinite(value):
            return "no number"
        case int() | float():
            return "a number"
        case str():
            return f"{value[:30]!r}"
        case dict():
            return "an object"
        case _:
            return "a list"
