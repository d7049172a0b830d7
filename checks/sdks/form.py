"""Turns plain dicts into the frozen values of `schema.py`, refusing whatever isn't of their form."""

from __future__ import annotations

import functools
import types
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from .providers import Api
from .schema import CallRule, ClientRule, RetryRule, Sdk

KINDS = frozenset({"chat", "completion", "embedding", "image", "audio", "moderation", "rerank", "ocr", "batch"})
"""What a call can ask of a model."""

ROLES = frozenset(
    {
        *("retry", "breaker", "rate-limit", "timeout", "cache", "guardrail", "moderation", "schema", "acting"),
        *("tracing", "evals", "queue", "tokens", "http", "logging", "parser", "pattern", "executor", "ending", "alarm"),
    }
)
"""What a library can do for a call."""

_T = TypeVar("_T")

Raw = dict[str, Any]
_Convert = Callable[[Any], Any]

_RENAMED = {"async": "is_async"}
_WORDS: dict[str, frozenset[str]] = {
    "unit": frozenset({"s", "ms"}),
    "none": frozenset({"off", "default"}),
    "counts": frozenset({"retries", "attempts"}),
    "backoff": frozenset({"exponential", "fixed", "none", "unknown"}),
    "default_wait": frozenset({"exponential", "fixed", "none"}),
    "role": ROLES,
    "audience": frozenset({"remote", "background", "local", "unknown"}),
}


class WrongForm(Exception):
    """A value of the wrong form; collects the keys that lead to it while it travels up."""

    def __init__(self, why: str, *keys: str) -> None:
        super().__init__(why)
        self.why = why
        self.keys = list(keys)

    def inside(self, key: str) -> WrongForm:
        """The same mistake, seen from one level further out."""
        self.keys.insert(0, key)
        return self


def build(cls: type[_T], raw: Any, **made: Any) -> _T:
    """Make a value of a dataclass from a mapping; `made` holds fields that are ready. Raises WrongForm."""
    values = dict(made)
    plain: Any = cls
    known = _converters(plain)
    for key, value in mapping(raw).items():
        convert = known.get(key)
        if convert is None:
            raise WrongForm("unknown key", key)
        try:
            values[_RENAMED.get(key, key)] = convert(value)
        except WrongForm as wrong:
            raise wrong.inside(key) from wrong
    missing = _required(plain) - values.keys()
    if missing:
        raise WrongForm(f"lacks {min(missing)!r}")
    return cls(**values)


def mapping(value: Any) -> Raw:
    """The value, if it is a mapping."""
    if not isinstance(value, dict):
        raise WrongForm(f"{value!r} is not a mapping")
    return cast(Raw, value)


def sequence(value: Any) -> list[Any]:
    """The value, if it is a list."""
    if not isinstance(value, list):
        raise WrongForm(f"{value!r} is not a list")
    return list(cast(Iterable[Any], value))


@functools.cache
def _converters(cls: type[Any]) -> Mapping[str, _Convert]:
    hints = get_type_hints(cls)
    found = {one.name: _converter(hints[one.name]) for one in fields(cls)}
    found |= {name: _word(words) for name, words in _WORDS.items() if name in found}
    if cls in (CallRule, ClientRule):
        found["kind"] = _word(KINDS)
        found["kinds"] = _map(_map(_word(KINDS)))
        found["reads"] = _map(_word(KINDS))
    elif cls is RetryRule:
        found["backoffs"] = _map(_word(_WORDS["backoff"]))
    elif cls is Api:
        found |= {"kind": _optional(_word(KINDS)), "paths": _map(_word(KINDS)), "shared": _map(_word(KINDS))}
    elif cls is Sdk:
        found["kind"] = _word(frozenset({"sdk", "framework", "engine"}))
    return {next((key for key, field in _RENAMED.items() if field == name), name): one for name, one in found.items()}


@functools.cache
def _required(cls: type[Any]) -> frozenset[str]:
    return frozenset(one.name for one in fields(cls) if one.default is MISSING and one.default_factory is MISSING)


def _converter(hint: Any) -> _Convert:
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return _optional(_converter(next(one for one in get_args(hint) if one is not type(None))))
    if origin in (tuple, list):
        return _many(cast(Callable[[list[Any]], Any], origin), _converter(get_args(hint)[0]))
    if origin is dict:
        return _map(_converter(get_args(hint)[1]))
    if is_dataclass(hint):
        return functools.partial(build, cast(type[Any], hint))
    return _SCALARS[hint]


def _optional(inner: _Convert) -> _Convert:
    return lambda value: None if value is None else inner(value)


def _many(collect: Callable[[list[Any]], Any], item: _Convert) -> _Convert:
    return lambda value: collect([item(one) for one in sequence(value)])


def _map(item: _Convert) -> _Convert:
    def convert(value: Any) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, one in mapping(value).items():
            try:
                found[key] = item(one)
            except WrongForm as wrong:
                raise wrong.inside(key) from wrong
        return found

    return convert


def _word(words: frozenset[str]) -> _Convert:
    def convert(value: Any) -> str:
        if not isinstance(value, str) or value not in words:
            raise WrongForm(f"{value!r} is none of {', '.join(sorted(words))}")
        return value

    return convert


def _scalar(kind: type, name: str) -> _Convert:
    def convert(value: Any) -> Any:
        if type(value) is not kind:
            raise WrongForm(f"{value!r} is not {name}")
        return value

    return convert


def _float(value: Any) -> float:
    if type(value) is not int and type(value) is not float:
        raise WrongForm(f"{value!r} is not a number")
    return float(value)


_SCALARS: dict[Any, _Convert] = {
    str: _scalar(str, "text"),
    bool: _scalar(bool, "true or false"),
    int: _scalar(int, "a whole number"),
    float: _float,
    Any: lambda value: value,
}
