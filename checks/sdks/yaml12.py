"""A strict and quick reader for the YAML of the data folder.

PyYAML's own constructor reads `off` and `no` as booleans and lets a key stand twice. This one, on PyYAML's events,
knows the scalars of YAML 1.2 (null, true, false, numbers; all else is text), refuses a key that stands twice,
understands anchors and merge keys, and needs half the time.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, cast

import yaml
from yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

_WORDS: dict[str, Any] = {"null": None, "~": None, "": None, "true": True, "false": False}
_INTEGER = re.compile(r"[-+]?\d+")
_FLOAT = re.compile(r"[-+]?\d+\.\d*(?:[eE][-+]?\d+)?")

_Next = Callable[[], Any]
_Anchors = dict[str, Any]


class FormError(ValueError):
    """The text is no YAML, or a key stands twice; its text names the line."""


def read(text: bytes) -> Any:
    """Return the first document of a text as dicts, lists and scalars; what is aliased is shared."""
    parser: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
    try:
        parser.get_event()  # the stream's start
        document = parser.get_event()
        if not isinstance(document, yaml.DocumentStartEvent):
            return None
        return _value(parser.get_event(), parser.get_event, {})
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise FormError(" ".join(str(error).split())) from error
    finally:
        parser.dispose()


def _value(event: Any, following: _Next, anchors: _Anchors) -> Any:
    kind = cast(object, type(event))
    if kind is ScalarEvent:
        made: Any = _scalar(event.value) if event.implicit[0] else event.value
    elif kind is MappingStartEvent:
        made = _mapping(following, anchors)
    elif kind is SequenceStartEvent:
        made = _sequence(following, anchors)
    elif kind is AliasEvent and event.anchor in anchors:
        return anchors[event.anchor]
    else:
        raise _refused(event, "no such anchor")
    if event.anchor:
        anchors[event.anchor] = made
    return made


def _sequence(following: _Next, anchors: _Anchors) -> list[Any]:
    items: list[Any] = []
    while type(item := following()) is not SequenceEndEvent:
        items.append(_value(item, following, anchors))
    return items


def _mapping(following: _Next, anchors: _Anchors) -> dict[str, Any]:
    own: dict[str, Any] = {}
    merged: dict[str, Any] = {}
    while type(key := following()) is not MappingEndEvent:
        if type(key) is not ScalarEvent:
            raise _refused(key, "a key must be text")
        value = _value(following(), following, anchors)
        if key.value == "<<" and key.implicit[0]:
            merged = {**value, **merged}
        elif key.value in own:
            raise _refused(key, f"{key.value!r} stands twice")
        else:
            own[key.value] = value
    return {**merged, **own} if merged else own


def _refused(event: Any, why: str) -> FormError:
    return FormError(f"line {event.start_mark.line + 1}: {why}")


def _scalar(text: str) -> Any:
    first = text[:1]
    if first.isdigit() or first in "+-":
        if _INTEGER.fullmatch(text):
            return int(text)
        if _FLOAT.fullmatch(text):
            return float(text)
    return _WORDS.get(text, text)
