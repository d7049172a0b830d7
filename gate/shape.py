"""Whether a policy has its form: what is wrong with that, and what is left to be read for what it means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, cast

from pydantic import ValidationError

from ..bench.texts import near
from .form import Allowed, Budget, Form, Gate, Most

Keys = tuple[str | int, ...]
_PARTS: Mapping[str | int, type[Form]] = {"max": Most, "budget": Budget, "exceptions": Allowed}
_LACKING = {"reason": "-", "expires": date.min}
_PLAIN = {
    "missing": "missing",
    "model_type": "a table of keys and values is needed",
    "list_type": "a list is needed",
    "string_type": "a text is needed",
    "string_too_short": "is empty",
    "bool_type": "true or false is needed",
    "int_type": "a whole number is needed",
    "int_from_float": "a whole number is needed",
    "greater_than_equal": "must not be below 0",
}


def taken(value: Any) -> tuple[Gate, Mapping[int, Allowed], dict[Keys, str]]:
    """The form without what is wrong, the exceptions that are right by their places, and all that is wrong."""
    try:
        form = Gate.model_validate({} if value is None else value)
    except ValidationError as error:
        wrong = {tuple(each["loc"]): _why(cast("dict[str, Any]", each)) for each in error.errors(include_url=False)}
    else:
        return form, dict(enumerate(form.exceptions)), {}
    raw = _without(cast("dict[str, Any]", value), wrong) if isinstance(value, dict) else {}
    found: Mapping[int, Any] = raw.pop("exceptions", {})
    return Gate.model_validate(raw), {at: Allowed.model_validate(each) for at, each in found.items()}, wrong


def _without(raw: Mapping[str, Any], wrong: Iterable[Keys]) -> dict[str, Any]:
    """What is left to be read: of a table all but the keys that are wrong, a list only where all of it is right.
    Exceptions, by their places, are given what they lack."""
    bad = set(wrong)
    whole = {keys[0] for keys in bad if keys and (len(keys) == 1 or keys[0] not in _PARTS)}
    left = {key: each for key, each in raw.items() if key not in whole}
    for part in ("max", "budget"):
        if part in left:
            said = cast("dict[str, Any]", left[part] or {})
            left[part] = {key: each for key, each in said.items() if (part, key) not in bad}
    exceptions = cast("list[dict[str, Any]]", left.get("exceptions") or [])
    left["exceptions"] = {
        at: _LACKING | {key: value for key, value in each.items() if ("exceptions", at, key) not in bad}
        for at, each in enumerate(exceptions)
        if ("exceptions", at) not in bad
    }
    return left


def _why(error: Mapping[str, Any]) -> str:
    kind = error["type"]
    if kind == "extra_forbidden":
        *above, key = error["loc"]
        form = _PARTS[above[0]] if above else Gate
        return f"unknown key{near(str(key), form.model_fields)}"
    message = str(error["msg"])
    return _PLAIN.get(kind, f"{message[:1].lower()}{message[1:]}")
