"""JSON out and in. What comes in is strangers' data: nothing about its shape is taken for granted."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeGuard

from .errors import NotTheProtocol
from .interface import Fault, Json

SMALL, LARGE = 256 << 10, 1 << 20
"""Bytes below which no text takes long to parse, and above which none is parsed twice."""
CONTAINERS, VALUES = 100_000, 2_000_000
"""Lists and objects, and values, in one text: 0.1 s and 0.3 s. Embeddings of 1,300 texts have two million values."""
MOST = 1 << 53
"""From here on a number is no count of anything: JSON's numbers aren't exact any more (RFC 8259, 6)."""


def written(value: Any) -> bytes:
    """JSON in its shortest form, in pure ASCII: lone surrogates of a prompt can't break it."""
    return json.dumps(value, separators=(",", ":")).encode()


@cache
def prepare() -> Callable[[bytes], Any]:
    """Loads the quick parser, which takes some hundredths of a second: to be called where nothing is being timed."""
    from pydantic_core import from_json

    return from_json


def parsed(data: bytes) -> Any:
    """The value of a JSON text in UTF-8. Raises NotTheProtocol, for what would take long or much memory too.

    pydantic's parser takes a third of the time. What it refuses, Python's own decides on: the answer is always its own,
    but for what is nested too deep for the quick one.
    """
    if len(data) > SMALL and _heavy(data):
        raise NotTheProtocol("expected an answer, found JSON of far more values than one has")
    try:
        return prepare()(data)
    except ValueError as error:
        if "recursion limit" in str(error):
            raise NotTheProtocol("expected an answer, found JSON nested hundreds of levels deep") from None
        if len(data) > LARGE:
            raise NotTheProtocol("expected JSON") from None
        return _parsed_slowly(data)


def _heavy(data: bytes) -> bool:
    """Whether more would be made of it than an answer needs: lists and objects cost a thousand times their bytes."""
    return data.count(b"[") + data.count(b"{") > CONTAINERS or data.count(b",") > VALUES


def _parsed_slowly(data: bytes) -> Any:
    try:
        return json.loads(data.decode())
    except UnicodeDecodeError:
        raise NotTheProtocol("expected JSON, found bytes that are no UTF-8") from None
    except (ValueError, RecursionError):
        raise NotTheProtocol("expected JSON") from None


def an_object(data: bytes) -> Json:
    """The members of a JSON object. Raises NotTheProtocol."""
    value = parsed(data)
    if not is_object(value):
        raise NotTheProtocol(f"expected a JSON object, found {named(value)}")
    return value


def named(value: object) -> str:
    """What a JSON value is, in words."""
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case dict():
            return "an object"
        case _:
            return "a list"


def is_object(value: object) -> TypeGuard[Json]:
    """Whether a JSON value is an object."""
    return isinstance(value, dict)


def is_list(value: object) -> TypeGuard[list[Any]]:
    """Whether a JSON value is a list."""
    return isinstance(value, list)


def text(value: object) -> str:
    """A member that is a text; empty where it is null or missing. Raises NotTheProtocol."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    raise NotTheProtocol(f"expected a text, found {named(value)}")


def members(value: object) -> Json:
    """A member that is an object; empty where it is null or missing. Raises NotTheProtocol."""
    if value is None:
        return {}
    if is_object(value):
        return value
    raise NotTheProtocol(f"expected an object, found {named(value)}")


def elements(value: object) -> list[Any]:
    """A member that is a list; empty where it is null or missing. Raises NotTheProtocol."""
    if value is None:
        return []
    if is_list(value):
        return value
    raise NotTheProtocol(f"expected a list, found {named(value)}")


def objects(value: object) -> list[Json]:
    """A member that is a list of objects; empty where it is null or missing. Raises NotTheProtocol."""
    return [members(each) for each in elements(value)]


def count(value: object) -> int | None:
    """A number of things; None for all that is none, so that a strange count is no count instead of an error."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, float) and not (math.isfinite(value) and value.is_integer()):
        return None
    return int(value) if 0 <= value < MOST else None


def loosely(value: object) -> Json:
    """A member that is an object, else an empty one: for counts, which never make an answer malformed."""
    return value if is_object(value) else {}


def without_none(value: Mapping[str, Any]) -> Json:
    """What was given: members that are None are left to the provider."""
    return {key: each for key, each in value.items() if each is not None}


def arguments(value: object) -> str:
    """A tool call's arguments, which some send as text and some as an object."""
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value)


def fault(value: object) -> Fault:
    """An error as the providers word it: a text, or an object with a message and a type, code or status."""
    if isinstance(value, str):
        return Fault("", value)
    error = loosely(value)
    kind = next((str(error[key]) for key in ("type", "code", "status") if error.get(key) not in (None, "")), "")
    message = next((each for key in ("message", "msg", "detail") if isinstance(each := error.get(key), str)), "")
    return Fault(kind, message or json.dumps(value))
