"""Checks that other packages bring: rules of a team's own, judged, selected, suppressed and explained like ours.

A package names its rules by an entry point of the group `aiready.checks` (docs/own-checks.md), whose value is an Own or
several. It is loaded only when it is there, and never from what is audited.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, cast, get_args

from . import plugged
from .errors import PluginError
from .model import Finding, Persona, Severity

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

_ID = re.compile(r"[A-Z]{2,12}[0-9]{3}")
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)+")


@dataclass(frozen=True, slots=True)
class Own:
    """One rule of another package: what `rules.yaml` says of ours, and the function."""

    id: str
    """Capitals and three digits: `ACME101`."""
    name: str
    """Names the problem and reads after "allow ...": `model-outside-allowlist`."""
    item: str
    """The item of the checklist that it speaks of."""
    severity: Severity
    summary: str
    """What it finds, in a sentence."""
    help: str
    """What to do, with the names in braces that a remark fills in."""
    check: Callable[[Any], Iterable[Finding]]
    """Is given a `checks.rules.Subject` and returns findings."""
    references: tuple[str, ...] = ()
    persona: Persona = "regular"
    cases: Mapping[str, Severity] = field(default_factory=dict[str, Severity])
    limits: Mapping[str, float] = field(default_factory=dict[str, float])
    page: str = ""
    """What `aiready explain` prints, as Markdown; empty: the summary and the help."""


@dataclass(frozen=True, slots=True)
class Plugin:
    """A package that brings rules."""

    name: str
    version: str
    rules: tuple[Own, ...]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


@cache
def plugins() -> tuple[Plugin, ...]:
    """The packages that bring rules, by name, loaded once. PluginError for one that can't be used."""
    records = plugged.records()
    if not records:
        return ()
    from importlib.metadata import Distribution
    from pathlib import Path

    found: list[Plugin] = []
    for record in records:
        package = Distribution.at(Path(record))
        known = cast("dict[str, str] | None", package.metadata) or {}
        name, version = known.get("Name") or Path(record).name, known.get("Version") or "(no version)"
        points = [point for point in package.entry_points if point.group == plugged.GROUP]
        rules = [rule for point in points for rule in _loaded(point, f"{name} {version}")]
        if rules:
            found.append(Plugin(name, version, tuple(rules)))
    return tuple(found)


@cache
def checks() -> Mapping[str, tuple[Callable[[Any], Iterable[Finding]], str]]:
    """The functions of all of them by rule id, each with the package it is from."""
    return {rule.id: (rule.check, str(plugin)) for plugin in plugins() for rule in plugin.rules}


def judged(rule: str, subject: object) -> Iterator[Finding]:
    """What one of them finds. PluginError where it fails, or gives what is no finding of its own."""
    check, plugin = checks()[rule]
    try:
        found = list(check(subject))
    except Exception as error:
        raise PluginError(f"the rule {rule} of {plugin} failed: {_line(error)}") from error
    for each in found:
        if not isinstance(cast("object", each), Finding) or each.rule != rule:
            raise PluginError(f"the rule {rule} of {plugin} gave what is no finding of its own: {str(each)[:80]!r}")
        yield each


def _loaded(point: EntryPoint, plugin: str) -> list[Own]:
    """The rules of one entry point; none where its code is what is audited."""
    try:
        with _trusted_path() as path:
            if _is_audited(point.module.partition(".")[0], path):
                return []
            value: Any = point.load()
    except Exception as error:
        raise PluginError(f"the checks of {plugin} can't be loaded ({point.value}): {_line(error)}") from error
    held: list[object] = [value] if isinstance(value, Own) else []
    if isinstance(value, list | tuple):
        held = [*cast("tuple[object, ...]", value)]
    rules = [each for each in held if isinstance(each, Own)]
    if not rules or len(rules) != len(held):
        raise PluginError(f"the checks of {plugin} can't be used: {point.value} is no `Own` and no tuple of them")
    for each in rules:
        wrong = _wrong(each)
        if wrong:
            raise PluginError(f"the checks of {plugin} can't be used: {each.id!r} {wrong}")
    return rules


@contextmanager
def _trusted_path() -> Generator[list[str]]:
    """Python's path without what is audited, where a file could have the name of a package. Gives what it was."""
    before = list(sys.path)
    allowed = plugged.folders()
    sys.path[:] = [each for each in before if each and os.path.abspath(each) in allowed]
    try:
        yield before
    finally:
        sys.path[:] = before


def _is_audited(root: str, path: list[str]) -> bool:
    """Whether a package's code, which may lie elsewhere than its record, is what is audited."""
    from importlib.util import find_spec

    spec = find_spec(root)
    if spec is None:
        return plugged.lies_in_audited(root, path)
    places = [*(spec.submodule_search_locations or ()), *([spec.origin] if spec.origin else [])]
    trusted = tuple(f"{each}{os.sep}" for each in plugged.folders())
    return any(plugged.is_kept_out(place) and not place.startswith(trusted) for place in places)


def _wrong(rule: Own) -> str:
    """Why a rule can't be used."""
    texts = (rule.name, rule.item, rule.summary, rule.help, rule.page, *rule.references)
    severities = {rule.severity, *rule.cases.values()}
    faults = {
        "is no id: capitals and three digits": not _ID.fullmatch(rule.id),
        "lacks text where text belongs": not _are(texts, str),
        "has no name such as `model-outside-allowlist`": not _NAME.fullmatch(str(rule.name)),
        "lacks a summary or a help": not rule.summary or not rule.help,
        "has a severity that is none": not severities <= set(get_args(Severity)),
        "has a persona that is none": rule.persona not in get_args(Persona),
        "has a limit that is no number": not _are(rule.limits.values(), int, float),
        "has no function": not callable(rule.check),
    }
    return next((why for why, is_so in faults.items() if is_so), "")


def _are(values: Iterable[object], *kinds: type) -> bool:
    return all(isinstance(each, kinds) for each in values)


def _line(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
