"""What files and names are known by: the data of `marks.yaml`, in the form it is used in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, cast, get_args

from ..compiled import compiled
from ..errors import DataError
from .declared import Topic

SOURCE = Path(__file__).parent / "marks.yaml"
TIERS = ("frontier", "middle", "small", "other")
LIBRARIES = ("breakers", "moderation", "detectors")
_LINES = ("budgets", "prompt_caching", "cautions", "moderators", "safety_settings")
_PATTERNS = ("runs", "pipelines", "documents", "routing", "roles", "tasks", "unsafe")


@dataclass(frozen=True)
class FileMark:
    """One kind of file that declares something."""

    topic: Topic
    path: str
    holds: str
    what: str


@dataclass(frozen=True)
class LineMark:
    """Lines of code that show something: those that hold one of the hints and match the form."""

    hints: tuple[str, ...]
    form: str

    def pattern(self) -> re.Pattern[str]:
        """The form, in any case."""
        return re.compile(self.form, re.IGNORECASE)


@dataclass(frozen=True)
class Suites:
    """Folders that hold evaluations in Python."""

    folders: frozenset[str]
    holds: str
    imports: tuple[str, ...]
    calls: str
    """What evaluates by a library that has other work, too."""


@dataclass(frozen=True)
class Bill:
    """Who sends a bill for what an SDK sends, or for a model."""

    name: str
    sdks: str
    models: str


@dataclass(frozen=True)
class Marks:
    """All of it. Regular expressions are compiled when they are first asked for."""

    files: tuple[FileMark, ...]
    suites: Suites
    patterns: dict[str, str]
    lines: dict[str, LineMark]
    errors: tuple[str, ...]
    libraries: dict[str, dict[str, tuple[str, ...]]]
    tiers: tuple[tuple[str, str], ...]
    bills: tuple[Bill, ...]

    def pattern(self, name: str) -> re.Pattern[str]:
        """One of the expressions, in any case."""
        return re.compile(self.patterns[name], re.IGNORECASE | re.MULTILINE)

    @cached_property
    def _tiers(self) -> tuple[tuple[str, re.Pattern[str]], ...]:
        return tuple((tier, re.compile(name, re.IGNORECASE)) for tier, name in self.tiers)

    def tier(self, model: str) -> str:
        """The tier of a model by its name; empty where the name says nothing."""
        bare = model.rpartition("/")[2].removeprefix("ft:")
        for part in (bare, bare.partition(".")[2].partition(".")[2] or bare, bare.partition(".")[2] or bare):
            found = next((tier for tier, name in self._tiers if name.match(part)), "")
            if found:
                return found
        return ""

    def biller(self, sdk: str) -> str:
        """Who is paid for what an SDK, or a service of this id, sends; empty where it sends to anybody."""
        return next((each.name for each in self.bills if re.search(each.sdks, sdk)), "")

    def seller(self, model: str) -> str:
        """Who is paid for a model; empty where the name doesn't say."""
        return next((each.name for each in self.bills if re.search(each.models, model, re.IGNORECASE)), "")


@cache
def load() -> Marks:
    """The shipped marks, read once. DataError if they are malformed."""
    return compiled(SOURCE, [SOURCE, Path(__file__)], lambda: parse(SOURCE.read_text(encoding="utf-8")))


def _suites(raw: dict[str, Any]) -> Suites:
    return Suites(frozenset(raw["folders"]), raw["holds"], tuple(raw["imports"]), raw["calls"])


def parse(text: str) -> Marks:
    """Marks out of YAML. DataError names what is wrong."""
    import yaml

    raw = cast("dict[str, Any]", yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))  # noqa: S506 - a safe one
    known = {*_PATTERNS, *_LINES, "files", "suites", "errors", "libraries", "tiers", "bills"}
    if set(raw) != known:
        raise DataError(f"marks.yaml: unknown or missing keys: {', '.join(sorted(known ^ set(raw)))}")
    try:
        marks = Marks(
            tuple(FileMark(**each) for each in raw["files"]),
            _suites(raw["suites"]),
            {name: raw[name] for name in _PATTERNS},
            {name: LineMark(tuple(raw[name]["hints"]), raw[name]["form"]) for name in _LINES},
            tuple(raw["errors"]),
            {name: {root: tuple(last) for root, last in raw["libraries"][name].items()} for name in LIBRARIES},
            tuple((each["tier"], each["name"]) for each in raw["tiers"]),
            tuple(Bill(**each) for each in raw["bills"]),
        )
        forms = [mark.form for mark in marks.lines.values()]
        suites = (marks.suites.holds, marks.suites.calls)
        expressions = [*forms, *marks.patterns.values(), *suites, *(name for _, name in marks.tiers)]
        expressions += [one for bill in marks.bills for one in (bill.sdks, bill.models)]
        for each in (*expressions, *(one for mark in marks.files for one in (mark.path, mark.holds))):
            re.compile(each)
    except (TypeError, KeyError, AttributeError, re.error) as error:
        raise DataError(f"marks.yaml: {error}") from error
    wrong: list[str] = [mark.topic for mark in marks.files if mark.topic not in get_args(Topic)]
    wrong += [tier for tier, _ in marks.tiers if tier not in TIERS]
    if wrong:
        raise DataError(f"marks.yaml: not known: {', '.join(wrong)}")
    return marks
