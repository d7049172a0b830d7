"""JSON Schema, through the library `jsonschema` where it is installed (extra `schema`).

An extra and not core: it brings four further packages, one of them compiled, and most prompts are checked by words.
Nothing is fetched: a schema may refer to itself only. Its patterns are those of `patterns`, never slow.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from importlib.util import find_spec
from typing import Any, cast

from . import patterns
from .entries import is_list, is_object

MISSING = "a JSON Schema needs a library that isn't installed: pip install 'aiready[schema]'"


def unfit(schema: object) -> str:
    """What is wrong with a schema; empty where nothing is."""
    if not isinstance(schema, dict | bool):
        return "a schema is an object"
    if find_spec("jsonschema") is None:
        return MISSING
    from jsonschema import SchemaError

    try:
        _validator_class(json.dumps(schema)).check_schema(schema)
    except SchemaError as error:
        return f"no JSON Schema at {_path(error.absolute_path) or 'its top'}: {error.message[:200]}"
    except (RecursionError, TypeError, ValueError) as error:
        return f"no JSON Schema: {error}"
    used = _patterns(cast("object", schema))
    return next((f"{each}: {fault}" for each in used if (fault := patterns.fault(each))), "")


def fault(schema: str, value: object) -> str:
    """Where and how a value isn't of a schema (JSON text), in words without the value; empty where it is."""
    from referencing.exceptions import Unresolvable

    try:
        errors = _validator(schema).iter_errors(value)
        error = next(errors, None)
    except Unresolvable as missing:
        return f"the schema refers to {missing.ref}, which isn't in it"
    except RecursionError:
        return "the schema refers to itself without end"
    return (
        "" if error is None else f"{_path(error.absolute_path) or 'the JSON'} isn't as the schema's {error.validator}"
    )


@lru_cache(maxsize=1024)
def _validator(schema: str) -> Any:
    import referencing

    library: Any = referencing
    return _validator_class(schema)(json.loads(schema), registry=library.Registry())


@lru_cache(maxsize=1024)
def _validator_class(schema: str) -> Any:
    from jsonschema import Draft202012Validator, validators

    library: Any = validators
    base = library.validator_for(json.loads(schema), default=Draft202012Validator)
    return library.extend(base, {"pattern": _pattern})


def _pattern(_: Any, pattern: str, value: object, __: Any) -> Iterator[Exception]:
    from jsonschema import ValidationError

    if isinstance(value, str) and not patterns.found(pattern, value):
        yield ValidationError("another pattern")


def _patterns(schema: object) -> Iterator[str]:
    """All that may be used as a pattern, including that of names, which the library matches with Python's own."""
    if is_object(schema):
        for key, each in schema.items():
            if key == "pattern" and isinstance(each, str):
                yield each
            elif key == "patternProperties" and is_object(each):
                yield from each
            yield from _patterns(each)
    elif is_list(schema):
        for each in schema:
            yield from _patterns(each)


def _path(parts: Any) -> str:
    return ".".join(str(each) for each in parts)[:200]
