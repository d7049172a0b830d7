"""Reads the SDK data: YAML families in, frozen values out, every mistake in them refused by name.

The form is that of `schema.py`, with these liberties of the YAML:

- `async:` is the field `is_async`; a call may be written as its kind alone (`embeddings.create: embedding`), a client
  without particulars as nothing (`OpenAI:`).
- `timeout`, `retry`, `max_output`, `model` and `prompt` inside a call or client name only what differs from the SDK's
  own.
- `before` says what differs in older lines; here it becomes whole SDKs.
- An error named without a dot belongs to the SDK's first import (`RateLimitError` -> `groq.RateLimitError`).
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar, cast

from ..errors import DataError
from .form import Raw, WrongForm, build, mapping, sequence
from .pins import release
from .prompts import TextRule
from .providers import Api, Tier
from .schema import CallRule, ClientRule, ErrorRule, Framework, Knowledge, Library, Older, Sdk
from .yaml12 import FormError, read

_R = TypeVar("_R", CallRule, ClientRule)

_GROUPS = ("sdks", "libraries", "frameworks", "apis", "tiers", "texts")
_SECTIONS = ("timeout", "retry", "max_output", "stream", "model", "errors", "prompt")
_INHERITED = frozenset({"timeout", "retry", "max_output", "model", "prompt"})


def load_folder(folder: Path) -> Knowledge:
    """Return the data of all families in a folder; DataError names file, entry and key of the first mistake."""
    sdks: list[Sdk] = []
    libraries: list[Library] = []
    frameworks: list[Framework] = []
    apis: list[Api] = []
    tiers: list[Tier] = []
    texts: list[TextRule] = []
    for path in sorted(folder.glob("*.yaml")):
        family = _family(path)
        sdks += _entries(path.name, family.get("sdks"), functools.partial(_sdk, built={}))
        libraries += _entries(path.name, family.get("libraries"), functools.partial(build, Library))
        frameworks += _entries(path.name, family.get("frameworks"), functools.partial(build, Framework))
        apis += _entries(path.name, family.get("apis"), functools.partial(build, Api))
        tiers += _entries(path.name, family.get("tiers"), functools.partial(build, Tier))
        texts += _entries(path.name, family.get("texts"), functools.partial(build, TextRule))
    for found in (sdks, libraries, frameworks, apis, tiers, texts):
        _refuse_twins([entry.id for entry in found])
    return Knowledge(tuple(sdks), tuple(libraries), tuple(frameworks), tuple(apis), tuple(tiers), tuple(texts))


def _family(path: Path) -> Raw:
    try:
        family = mapping(read(path.read_bytes()))
    except (OSError, FormError, WrongForm) as error:
        raise DataError(f"{path.name}: {error}") from error
    unknown = sorted(family.keys() - set(_GROUPS))
    if unknown:
        raise DataError(f"{path.name}: {unknown[0]}: unknown key")
    return family


def _entries(file: str, raw: Any, make: Callable[[Any], Any]) -> list[Any]:
    found: list[Any] = []
    name = "entries"
    try:
        for number, entry in enumerate(sequence(raw or []), 1):
            name = str(cast(Raw, entry).get("id", number)) if isinstance(entry, dict) else str(number)
            found.append(make(entry))
    except WrongForm as wrong:
        raise DataError(": ".join([file, name, *([".".join(wrong.keys)] if wrong.keys else []), wrong.why])) from wrong
    return found


def _refuse_twins(ids: list[str]) -> None:
    seen: set[str] = set()
    for name in ids:
        if name in seen:
            raise DataError(f"two entries are called {name!r}")
        seen.add(name)


def _sdk(raw: Any, built: dict[int, Any]) -> Sdk:
    newest = dict(mapping(raw))
    patches = [mapping(patch) for patch in sequence(newest.pop("before", []))]
    if not all(isinstance(patch.get("version"), str) for patch in patches):
        raise WrongForm("needs a version in quotes", "before")
    current = _line(newest, built)
    older: list[Older] = []
    line = newest
    for patch in sorted(patches, key=lambda patch: release(patch["version"]), reverse=True):
        line = _patched(line, patch)
        try:
            older.append(Older(patch["version"], _line(line, built)))
        except WrongForm as wrong:
            raise wrong.inside(f"before {patch['version']}") from wrong
    return replace(current, before=tuple(older)) if older else current


def _patched(raw: Raw, patch: Raw) -> Raw:
    """The SDK with the particulars of an older line laid over its own; `null` takes a call or client away."""
    merged = dict(raw)
    for key, value in patch.items():
        if key in _SECTIONS:
            merged[key] = {**mapping(raw.get(key) or {}), **mapping(value)}
        elif key in ("calls", "clients"):
            both = {**mapping(raw.get(key) or {}), **mapping(value)}
            merged[key] = {name: rule for name, rule in both.items() if rule is not None or name not in value}
        elif key != "version":
            merged[key] = value
    return merged


def _line(raw: Raw, built: dict[int, Any]) -> Sdk:
    """One line of releases; `built` keeps the rules made so far, for the many that are shared by anchors.

    Its keys are ids of parsed mappings, which outlive the reading of their family.
    """
    if "before" in raw:
        raise WrongForm("can't be nested", "before")
    plain = {key: value for key, value in raw.items() if key not in ("calls", "clients", "decorators")}
    sdk = build(Sdk, plain)
    if not sdk.imports:
        raise WrongForm("lacks an import", "imports")
    return replace(
        sdk,
        calls=_rules("calls", CallRule, raw, built),
        clients=_rules("clients", ClientRule, raw, built),
        decorators=_rules("decorators", CallRule, raw, built),
        errors=_rooted(sdk.errors, sdk.imports[0]),
    )


def _rules(group: str, cls: type[_R], raw: Raw, built: dict[int, Any]) -> dict[str, _R]:
    found: dict[str, _R] = {}
    for name, rule in mapping(raw.get(group) or {}).items():
        known = built.get(id(rule))
        try:
            found[name] = known if isinstance(known, cls) else _rule(cls, _spelled_out(group, rule), raw, built)
        except WrongForm as wrong:
            raise wrong.inside(name).inside(group) from wrong
    return found


def _spelled_out(group: str, rule: Any) -> Raw:
    if group == "clients":
        return mapping({} if rule is None else rule)
    return {"kind": rule} if isinstance(rule, str) else mapping(rule)


def _rule(cls: type[_R], named: Raw, raw: Raw, built: dict[int, Any]) -> _R:
    own = _INHERITED & named.keys()
    if own:
        merged = {key: {**mapping(raw.get(key) or {}), **mapping(named[key])} for key in own if named[key] is not None}
        return build(cls, {**named, **merged})
    built[id(named)] = made = build(cls, named)
    return made


def _rooted(errors: ErrorRule, root: str) -> ErrorRule:
    def full(names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple([name if "." in name else f"{root}.{name}" for name in names])

    return replace(
        errors,
        base=full(errors.base),
        together=tuple([full(names) for names in errors.together]),
        some=full(errors.some),
        permanent=full(errors.permanent),
    )
