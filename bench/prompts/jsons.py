"""JSON and JSON Lines as rows, with the line of each and every mistake of JSON Lines."""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Iterator
from typing import Any

from .reading import Reading, Row
from .sources import Source

LISTS = ("prompts", "data", "requests")
"""Members of a document's top that hold its entries."""
_LONGEST = 32 << 20
"""Characters of the longest line: six times the longest prompt that a model reads."""
_SPACE = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder()
_At = tuple[int, Any]
"""A value, and where it begins."""


class _Broken(Exception):
    """Where a text stops being JSON, and why."""

    def __init__(self, at: int, why: str) -> None:
        super().__init__(why)
        self.at = at


def rows(source: Source, reading: Reading) -> Iterator[Row]:
    """The entries of a document (a list, or an object that holds one), or one of each line."""
    if _by_lines(source):
        yield from _lines(source, reading)
        return
    line, seen = 1, 0
    try:
        for at, value in _entries(source.text):
            line, seen = line + source.text.count("\n", seen, at), at
            yield Row(f"{source.name}:{line}", value)
    except _Broken as broken:
        reading.wrong(f"{source.name}:{source.text.count(chr(10), 0, broken.at) + 1}", f"no JSON: {broken}")


def _by_lines(source: Source) -> bool:
    """Whether each line is a document: some call such a file .json, and some a document .jsonl."""
    first, _, others = source.text.strip().partition("\n")
    if source.suffix not in (".jsonl", ".ndjson"):
        return bool(others) and first[0] != "[" and _is_json(first)
    return _is_json(first) or not _is_json(source.text)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _lines(source: Source, reading: Reading) -> Iterator[Row]:
    for number, line in enumerate(source.text.split("\n"), 1):
        place = f"{source.name}:{number}"
        if len(line) > _LONGEST:
            reading.wrong(
                place, f"a line of {len(line):,} characters is longer than {_LONGEST:,}: no prompt is that long"
            )
        elif line.strip():
            try:
                yield Row(place, json.loads(line))
            except json.JSONDecodeError as error:
                reading.wrong(place, f"no JSON: {error.msg} at column {error.colno}")
            except (RecursionError, ValueError) as error:
                reading.wrong(place, f"no JSON that can be read: {type(error).__name__}")


def _entries(text: str) -> Iterator[_At]:
    at = _skip(text, 0)
    if text[at : at + 1] == "[":
        end = yield from _items(text, at)
    elif text[at : at + 1] == "{":
        end = yield from _members(text, at)
    else:
        value, end = _value(text, at)
        yield at, value
    if _skip(text, end) < len(text):
        raise _Broken(_skip(text, end), "more text after its end")


def _items(text: str, at: int) -> Generator[_At, None, int]:
    """The items of the list that begins there; comes to where it ends."""
    at = _skip(text, at + 1)
    if text[at : at + 1] == "]":
        return at + 1
    while True:
        value, end = _value(text, at)
        yield at, value
        at = _skip(text, end)
        if text[at : at + 1] != ",":
            return _past(text, at, "]")
        at = _skip(text, at + 1)


def _members(text: str, start: int) -> Generator[_At, None, int]:
    """The items of the list that an object holds by one of LISTS; an object without is an entry itself."""
    at = _skip(text, start + 1)
    own: dict[str, Any] = {}
    listed = False
    while text[at : at + 1] != "}":
        name, end = _value(text, at)
        at = _skip(text, _past(text, _skip(text, end), ":"))
        if name in LISTS and text[at : at + 1] == "[":
            listed, end = True, (yield from _items(text, at))
        else:
            own[str(name)], end = _value(text, at)
        at = _skip(text, end)
        if text[at : at + 1] != ",":
            break
        at = _skip(text, at + 1)
    end = _past(text, at, "}")
    if not listed:
        yield start, own
    return end


def _value(text: str, at: int) -> tuple[Any, int]:
    try:
        return _DECODER.raw_decode(text, at)
    except json.JSONDecodeError as error:
        raise _Broken(error.pos, f"{error.msg} at column {error.colno}") from None
    except (RecursionError, ValueError) as error:
        raise _Broken(at, f"it can't be read: {type(error).__name__}") from None


def _past(text: str, at: int, sign: str) -> int:
    if text[at : at + 1] != sign:
        raise _Broken(at, f"expected {sign} at column {at - text.rfind(chr(10), 0, at)}")
    return at + 1


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at
