"""Templates that are filled: where their holes are, and what is put into them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .delimiters import FILE, HOLE
from .texts import Filled, Text, Word, got

SWAPPED = "="
"""Before a text that `template.replace(text, value)` puts a value in place of."""
HOLES = {
    "{}": re.compile(r"\{\{|\}\}|\{(\w*)[^{}]*\}"),
    "{{}}": re.compile(r"\{\{-?\s*([\w.]+)[^}]*\}\}"),
    "$": re.compile(r"\$\{?(\w+)\}?"),
}
LOOP = re.compile(r"\{%-?\s*for\s+(\w+)\s+in\s+([\w.]+)")
"""A loop of a Jinja template."""


def holes(text: Filled) -> re.Pattern[str]:
    """How the holes of a template are written."""
    if text.holes.startswith(SWAPPED):
        return re.compile(f"(?=({re.escape(text.holes[1:])}))" + re.escape(text.holes[1:]))
    return HOLES[text.holes]


def pieces(spelled: str, text: Filled) -> Iterator[Text]:
    """A template's text with values in its holes."""
    last, count = 0, 0
    if not spelled.strip(HOLE) or (FILE in spelled and holes(text).search(spelled) is None):
        yield Word(spelled if FILE in spelled else FILE)  # a template says something, though it can't be read
        yield got(text.values if text.left is None else text.left, "")
        return
    loops = dict(LOOP.findall(spelled)) if text.holes == "{{}}" else {}
    for found in holes(text).finditer(spelled):
        if found[0] in ("{{", "}}") and text.holes == "{}":
            continue
        yield Word(spelled[last : found.start()])
        if text.holes.startswith(SWAPPED):
            yield text.values
            last = found.end()
            continue
        name = found[1] or str(count)
        count += not found[1]
        yield _put_in(text.values, name, loops)
        last = found.end()
    yield Word(spelled[last:])


def _put_in(values: Text, name: str, loops: dict[str, str]) -> Text:
    """What is put in for a name, also one that a loop of the template gives to one after the other."""
    first, *rest = name.split(".")
    outer = {each: source for each, source in loops.items() if each != first}
    value = got(_put_in(values, loops[first], outer), "") if first in loops else got(values, first)
    for each in rest:
        value = got(value, each)
    return value
