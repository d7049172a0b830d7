"""Whether a document has the form of a scenario: every mistake in plain words, at its place."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ..protocols.jsons import is_list, is_object
from ..texts import near
from .documents import Document, Keys

SHIPPED = Path(__file__).with_name("bench.schema.json")


PLACES = {
    "Bench": "at the top",
    "Target": "in a target",
    "Auth": "under auth of an endpoint",
    "Price": "in a price",
    "FromUser": "where something secret is named",
}
"""Where the keys of a form stand, for those forms that no key of their name holds."""


def mistakes(document: Document) -> dict[Keys, str]:
    """All that is wrong with the form, by where it is; empty where it is right."""
    from pydantic import ValidationError

    from .form import Bench

    try:
        Bench.model_validate({} if document.value is None else document.value)
    except ValidationError as error:
        return {_keys(each["loc"]): _why(dict(each)) for each in reversed(error.errors(include_url=False))}
    return {}


def without(value: Any, wrong: Iterable[Keys]) -> Any:
    """What is left of a document without what is wrong with its form: that can be read for what it means. Of a list, a
    wrong item leaves its place empty among the targets, and takes the list with it anywhere else."""
    left = copy.deepcopy(value) if is_object(value) else {}
    for keys in filter(None, wrong):
        _remove(left, keys)
    return left


def _remove(tree: Any, keys: Keys) -> None:
    key, *rest = keys
    if is_list(tree):
        if isinstance(key, int) and key < len(tree):
            if rest and (is_object(tree[key]) or is_list(tree[key])):
                _remove(tree[key], tuple(rest))
            else:
                tree[key] = None
    elif is_object(tree):
        inside = tree.get(str(key))
        if rest and (is_object(inside) or (is_list(inside) and key == "targets")):
            _remove(inside, tuple(rest))
        else:
            tree.pop(str(key), None)


def in_order(told: Iterable[str]) -> list[str]:
    """Mistakes by line and column, each once."""
    return sorted(set(told), key=_place)


def schema() -> str:
    """The JSON Schema, by which editors complete and check; the shipped file holds the same (a test compares them)."""
    from .form import Bench

    head = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return json.dumps({**head, **Bench.model_json_schema()}, indent=2) + "\n"


def _keys(loc: tuple[str | int, ...]) -> Keys:
    """Where in the document; what pydantic puts between is left out."""
    return tuple(each for each in loc if each != "[key]" and not str(each).startswith("<"))


def _place(told: str) -> tuple[tuple[int, ...], str]:
    """By line and column."""
    numbers = [int(each) for each in told.split(":")[1:3] if each.isdecimal()]
    return tuple(numbers), told


_PLAIN = {
    "missing": "missing",
    "model_type": "a table of keys and values is needed",
    "dict_type": "a table of keys and values is needed",
    "list_type": "a list is needed",
    "string_type": "a text is needed; put it in quotes",
    "string_too_short": "is empty",
    "bool_type": "true or false is needed",
    "int_type": "a whole number is needed",
    "int_from_float": "a whole number is needed",
    "float_type": "a number is needed",
}


def _why(error: Mapping[str, Any]) -> str:
    match error["type"]:
        case kind if kind in _PLAIN:
            return _PLAIN[kind]
        case "extra_forbidden":
            return f"unknown key{_elsewhere(str(error['loc'][-1]))}"
        case "literal_error":
            return f"{error['input']!r} is none of {error['ctx']['expected'].replace(chr(39), '')}"
        case "greater_than_equal":
            return f"must be at least {error['ctx']['ge']:g}"
        case "greater_than":
            return f"must be more than {error['ctx']['gt']:g}"
        case _:
            message = str(error["msg"])
            return f"{message[:1].lower()}{message[1:]}"


def _elsewhere(key: str) -> str:
    """The end of a sentence on a key that is none here: where it stands, or what was probably meant."""
    from .form import Form

    for form in Form.__subclasses__():
        if any(key == (field.alias or name) for name, field in form.model_fields.items()):
            place = PLACES.get(form.__name__, f"under {form.__name__.lower()}")
            return f" here: it stands {place}"
    return near(key, _known())


def _known() -> Iterator[str]:
    """All keys, of whatever part: who misspelt one may have put it elsewhere, too."""
    from .form import Form

    for form in Form.__subclasses__():
        for name, field in form.model_fields.items():
            yield field.alias or name
