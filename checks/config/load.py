"""A configuration's text turned into values. Loaded only where there is one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import cast

from pydantic import ValidationError

from ..catalogue import Catalogue
from ..catalogue import load as catalogue
from ..errors import UsageError
from ..model import Place
from . import places
from .form import Audit, Form
from .places import Spot
from .text import Keys, Raw, refused, taken
from .values import Attestation, Config, Declared, Local


def loaded(path: Path, text: str) -> Config:
    """The configuration in the text. Raises ConfigError with every mistake."""
    whole, spots, prefix = taken(path, text)
    known = _Known(path, prefix, spots)
    try:
        form = Audit.model_validate({} if whole is None else whole)
    except ValidationError as error:
        said = [(tuple(each["loc"]), _why(cast(Raw, each))) for each in error.errors(include_url=False)]
        raise refused(path, [(known.spot(keys), why) for keys, why in dict(said).items()]) from error
    config = known.config(form)
    if known.mistakes:
        raise refused(path, known.mistakes)
    return config


def _why(error: Raw) -> str:
    """A mistake in plain words, the key it is about in front."""
    keys = [str(key) for key in error["loc"] if key != "[key]"]
    where = ".".join(keys)
    match error["type"]:
        case "extra_forbidden":
            known = sorted({name for form in Form.__subclasses__() for name in form.model_fields})
            near = get_close_matches(keys[-1], known, 1)
            return f"{where}: unknown key{f'; did you mean {near[0]}?' if near else ''}"
        case "missing":
            return f"{where}: missing"
        case "literal_error":
            return f"{where}: {error['input']!r} is none of {error['ctx']['expected'].replace(chr(39), '')}"
        case "string_pattern_mismatch":
            return f"{where}: no dotted name such as `package.module.function`"
        case "model_type" | "dict_type":
            return f"{where or 'the configuration'}: must be a table of keys and values"
        case _:
            message = str(error["msg"])
            return f"{where}: {message[:1].lower()}{message[1:]}"


class _Known:
    """The file being read, and the mistakes that its form alone doesn't show."""

    def __init__(self, path: Path, prefix: Keys, spots: Mapping[Keys, Spot]) -> None:
        self._path = path
        self._prefix = prefix
        self._spots = dict(spots)
        self._catalogue: Catalogue = catalogue()
        self.mistakes: list[tuple[Spot, str]] = []

    def spot(self, keys: Keys) -> Spot:
        return places.nearest(self._spots, (*self._prefix, *(key for key in keys if key != "[key]")))

    def config(self, form: Audit) -> Config:
        """The values of a form, names of rules and items looked up."""
        return Config(
            path=str(self._path),
            select=self._rules(("select",), form.select) if form.select is not None else None,
            ignore=self._rules(("ignore",), form.ignore),
            persona=form.persona,
            min_severity=form.min_severity,
            fail_on=form.fail_on,
            exclude=tuple(form.exclude),
            baseline=form.baseline or "",
            kind=form.kind,
            limits=self._limits(("limits",), form.limits),
            paths=tuple(
                Local(
                    pattern,
                    self._rules(("paths", pattern, "ignore"), each.ignore),
                    self._limits(("paths", pattern, "limits"), each.limits),
                )
                for pattern, each in form.paths.items()
            ),
            declared=Declared(
                calls=dict(form.calls),
                wrappers=tuple(form.wrappers),
                sanitizers=tuple(form.sanitizers),
                validators=tuple(form.validators),
                retries=dict(form.retries),
                guards=tuple(form.guards),
                loggers=tuple(form.loggers),
                entry_points=dict(form.entry_points),
            ),
            attestations=tuple(self._attested(form)),
        )

    def _refuse(self, keys: Keys, why: str) -> None:
        self.mistakes.append((self.spot(keys), f"{'.'.join(map(str, keys))}: {why}"))

    def _rules(self, keys: Keys, words: Iterable[str]) -> frozenset[str]:
        found: frozenset[str] = frozenset()
        for at, word in enumerate(words):
            try:
                found |= self._catalogue.resolve([word])
            except UsageError as error:
                self._refuse((*keys, at), str(error))
        return found

    def _limits(self, keys: Keys, said: Mapping[str, Mapping[str, float]]) -> dict[str, Mapping[str, float]]:
        found: dict[str, Mapping[str, float]] = {}
        for word, limits in said.items():
            try:
                rule = self._catalogue.rule(word)
            except UsageError as error:
                self._refuse((*keys, word), str(error))
                continue
            for name in sorted(limits.keys() - rule.limits.keys()):
                known = ", ".join(rule.limits) or "none"
                self._refuse((*keys, word, name), f"{rule.name} has no such limit; it has {known}")
            found[rule.id] = dict(limits)
        return found

    def _attested(self, form: Audit) -> Iterable[Attestation]:
        for at, each in enumerate(form.attestations):
            keys: Keys = ("attestations", at)
            try:
                self._catalogue.item(each.item)
            except UsageError as error:
                self._refuse((*keys, "item"), str(error))
            else:
                if each.item not in self._catalogue.attestable:
                    known = " and ".join(sorted(self._catalogue.attestable))
                    self._refuse(
                        (*keys, "item"), f"{each.item} is judged by files, not by words; {known} can be attested"
                    )
            if each.expires < each.on:
                self._refuse((*keys, "expires"), "before the day it was looked at")
            line, column = self.spot(keys)
            where = Place(self._path.name, line, column)
            yield Attestation(each.item, each.statement, each.by, each.on, each.expires, each.link, where)
