"""A policy out of a project's configuration: all that is wrong with it is told at once, each with its line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..bench.mistakes import SloError
from ..bench.slo import Slo, parse
from ..bench.texts import dollars, near
from ..checks.catalogue import Catalogue
from ..checks.config import Section
from ..checks.config.places import nearest
from ..checks.errors import ConfigError, Mistake, UsageError
from ..checks.model import Severity
from .model import MONTH, Excepted, Policy

if TYPE_CHECKING:
    from .form import Allowed, Gate

T = TypeVar("T")
Keys = tuple[str | int, ...]

LONGEST = 366
"""Days that an exception may count from today on: somebody is to look at it again."""
COSTS: Mapping[str, str] = {"per_request": "cost_per_request", "per_1k": "cost_per_1k", "per_month": MONTH}
"""Parts of the budget, and the figure that each bounds."""
ALL = "ALL"
_AGE = re.compile(r"(\d{1,4})\s*(d|days?|w|weeks?)", re.ASCII)
_ASKS = ("require", "partial", "max", "slo", "budget", "max_age")


def policy_of(section: Section | None, catalogue: Catalogue, today: date) -> Policy:
    """The policy in that part of a configuration; the usual one where there is none. Raises ConfigError."""
    if section is None:
        return usual(catalogue)
    reading = _Reading(section, catalogue, today)
    found = reading.policy()
    if reading.mistakes:
        raise ConfigError(sorted(reading.mistakes, key=lambda each: (each.line, each.column)))
    return found


def usual(catalogue: Catalogue) -> Policy:
    """What is asked where nobody wrote a policy: no error, and no item that fails."""
    return Policy(partial=frozenset(item.id for item in catalogue.items), most={"error": 0})


class _Reading:
    """One policy being read; notes what is wrong."""

    def __init__(self, section: Section, catalogue: Catalogue, today: date) -> None:
        self._section = section
        self._catalogue = catalogue
        self._today = today
        self.mistakes: list[Mistake] = []

    def policy(self) -> Policy:
        """The policy, without what is wrong."""
        from .shape import taken

        form, allowed, wrong = taken(self._section.value)
        for keys, why in wrong.items():
            self._refuse(keys, why)
        before = len(self.mistakes)
        slos, budget = self._slos(form), self._budget(form)
        unsure = len(self.mistakes) > before or any(keys[:1] in {("slo",), ("budget",)} for keys in wrong)
        asked = None if unsure else (*slos, *budget)
        found = Policy(
            path=self._section.path,
            require=self._items("require", form.require),
            partial=self._items("partial", form.partial),
            most=cast("Mapping[Severity, int]", form.max.model_dump(exclude_none=True) if form.max else {}),
            slos=slos,
            budget=budget,
            max_age=self._take(("max_age",), form.max_age, _days),
            allow_simulated=form.allow_simulated,
            exceptions=tuple(self._excepted(at, each, asked) for at, each in allowed.items()),
        )
        if not self.mistakes and not (found.require or found.partial or found.most or found.measures):
            self._refuse((), f"asks nothing of a release: say one of {', '.join(_ASKS)}")
        return found

    def _refuse(self, keys: Keys, why: str) -> None:
        line, column = self._spot(keys)
        key = ".".join(("gate", *map(str, keys)))
        self.mistakes.append(Mistake(self._section.path, line, column, f"{key}: {why}"))

    def _spot(self, keys: Keys) -> tuple[int, int]:
        return nearest(dict(self._section.spots), (*self._section.prefix, *keys))

    def _take(self, keys: Keys, text: str | None, reader: Callable[[str], T]) -> T | None:
        """A text by its reader; None where nothing was said, and after a mistake."""
        if text is None:
            return None
        try:
            return reader(text)
        except SloError as error:
            for each in error.mistakes:
                self._refuse(keys, each)
        except (ValueError, UsageError) as error:
            self._refuse(keys, str(error))
        return None

    def _items(self, key: str, words: Sequence[str]) -> frozenset[str]:
        found = (self._take((key, at), word, self._named) for at, word in enumerate(words))
        return frozenset[str]().union(*(each for each in found if each))

    def _named(self, word: str) -> frozenset[str]:
        """The items that a word means."""
        items = self._catalogue.items
        found = frozenset(item.id for item in items if word in {ALL, item.id, item.area})
        if not found:
            known = [ALL, *(area.id for area in self._catalogue.areas), *(item.id for item in items)]
            raise ValueError(f"no item or area is called {word!r}{near(word, known) or '; docs/checklist.md has them'}")
        return found

    def _slos(self, form: Gate) -> tuple[Slo, ...]:
        """Thresholds, each by itself for its place, then all together: two may contradict each other."""
        before = len(self.mistakes)
        for at, text in enumerate(form.slo):
            self._take(("slo", at), text, lambda one: parse([one]))
        if not form.slo or len(self.mistakes) > before:
            return ()
        return self._take(("slo",), "", lambda _: parse(form.slo)) or ()

    def _budget(self, form: Gate) -> tuple[Slo, ...]:
        said = form.budget.model_dump(exclude_none=True) if form.budget else {}
        found = ((name, self._take(("budget", name), text, dollars)) for name, text in said.items())
        return tuple(Slo(name, COSTS[name], "<=", most) for name, most in found if most is not None)

    def _excepted(self, at: int, said: Allowed, asked: Sequence[Slo] | None) -> Excepted:
        """asked: the thresholds that there are; None: nobody can tell, as some are wrong."""
        keys: Keys = ("exceptions", at)
        named = {"rule": said.rule, "item": said.item, "slo": said.slo}
        given = [name for name, word in named.items() if word]
        if len(given) != 1:
            self._refuse(keys, "say what it is for by one of rule, item and slo")
        if said.path and "rule" not in given:
            self._refuse((*keys, "path"), "only findings of a rule are in a file")
        if said.expires > self._today + timedelta(LONGEST):
            self._refuse((*keys, "expires"), "is more than a year from now: look at it again before")
        readers: Mapping[str, Callable[[str], frozenset[str]]] = {
            "rule": lambda word: self._catalogue.resolve([word]),
            "item": self._named,
            "slo": lambda word: frozenset[str]() if asked is None else _thresholds(word, asked),
        }
        subject = given[0] if given else "rule"
        covers = self._take((*keys, subject), named[subject], readers[subject]) or frozenset()
        line, _ = self._spot(keys)
        word = named[subject] or ""
        return Excepted(cast("Any", subject), word, covers, said.reason, said.expires, line, said.path or "")


def _thresholds(word: str, asked: Sequence[Slo]) -> frozenset[str]:
    """The texts of the thresholds that a word means: one as it is written, or what it bounds."""
    known = {name: slo.text for slo in asked for name in _names(slo)}
    wanted = word.replace(" ", "")
    if wanted not in known:
        raise ValueError(f"the policy has no threshold {word}{near(wanted, known) or _there(asked)}")
    return frozenset({known[wanted]})


def _names(slo: Slo) -> Iterable[str]:
    subject = f"{slo.statistic}_{slo.name}" if slo.statistic else slo.name
    return (slo.text.replace(" ", ""), subject, f"budget.{slo.text}")


def _there(asked: Sequence[Slo]) -> str:
    return f"; it has {', '.join(each.text for each in asked)}" if asked else "; it has none"


def _days(text: str) -> int:
    """`14d` or `2w` in days."""
    found = _AGE.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no age: write 14d or 2w")
    return int(found[1]) * (7 if found[2].startswith("w") else 1)
