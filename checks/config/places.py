"""Where the keys of a configuration stand, so that a mistake can be pointed at: lines and columns, 1-based."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

Path = tuple[str | int, ...]
Spot = tuple[int, int]

_HEAD = re.compile(r"^\s*(\[\[?)\s*(.+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")
_PART = re.compile(r"""[\w-]+|"([^"]*)"|'([^']*)'""")


def nearest(places: dict[Path, Spot], path: Path) -> Spot:
    """The place of a key or, where it isn't known, of what it stands in."""
    for length in range(len(path), -1, -1):
        if path[:length] in places:
            return places[path[:length]]
    return (1, 1)


def of_yaml(text: str) -> dict[Path, Spot]:
    """The place of every key and item of a YAML document that can be read."""
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    node: Any = yaml.compose(text, Loader=loader)
    return dict(_below(node, ())) if node is not None else {}


def _below(node: Any, path: Path) -> Iterator[tuple[Path, Spot]]:
    yield path, _spot(node)
    if node.id == "mapping":
        for key, value in node.value:
            inner = (*path, str(key.value))
            yield from _below(value, inner)
            yield inner, _spot(key)
    elif node.id == "sequence":
        for at, item in enumerate(node.value):
            yield from _below(item, (*path, at))


def _spot(node: Any) -> Spot:
    return node.start_mark.line + 1, node.start_mark.column + 1


def of_toml(text: str) -> dict[Path, Spot]:
    """The place of every table and every key that begins a line of a TOML document."""
    found: dict[Path, Spot] = {}
    counts: dict[Path, int] = {}
    table: Path = ()
    for number, line in enumerate(text.split("\n"), 1):
        head = _HEAD.match(line)
        if head:
            table = _names(head[2])
            if head[1] == "[[":
                counts[table] = counts.get(table, -1) + 1
                table = (*table, counts[table])
            else:
                table = _indexed(table, counts)
            found[table] = (number, head.start(1) + 1)
            continue
        key = _KEY.match(line)
        if key:
            found[(*table, *_names(key[1]))] = (number, key.start(1) + 1)
    return found


def _indexed(table: Path, counts: dict[Path, int]) -> Path:
    """A table inside an array of tables belongs to the array's last one."""
    for length in range(len(table), 0, -1):
        if table[:length] in counts:
            return (*table[:length], counts[table[:length]], *table[length:])
    return table


def _names(dotted: str) -> Path:
    return tuple(part[1] or part[2] or part[0].strip("\"'") for part in _PART.finditer(dotted))
