"""From a text to rows: plain text, CSV, JSON, JSON Lines, YAML, told by the file's ending and by what is in it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

from . import jsons, yamls
from .entries import is_object
from .reading import Reading, Row
from .sources import TABLES, Source

_RULE = re.compile(r"^-{3,}[ \t]*$", re.MULTILINE)
_TIMES = ("at", "timestamp", "Timestamp")
_SIZES = ("weight", "max_output", "max_tokens", "input_length", "output_length")
_TRACES = ("Request tokens", "Response tokens", "ContextTokens", "GeneratedTokens")
_NUMERIC = frozenset((*_TIMES, *_SIZES, *_TRACES))
"""Columns whose cells are numbers."""
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?", re.ASCII)
_WIDEST = 32 << 20
"""Characters of the largest cell."""


def rows(source: Source, reading: Reading) -> Iterator[Row]:
    """The entries of a source. Notes what isn't of its format."""
    match source.suffix:
        case suffix if suffix in TABLES:
            yield from _table(source, reading)
        case ".yaml" | ".yml":
            yield from yamls.rows(source, reading)
        case ".json" | ".jsonl" | ".ndjson":
            yield from jsons.rows(source, reading)
        case ".txt" | ".text":
            yield from _lines(source, reading)
        case ".md" | ".markdown" | ".prompt":
            yield Row(f"{source.name}:1", source.text.strip())
        case _:
            data = source.text.lstrip()[:1] in ("{", "[")
            yield from jsons.rows(source, reading) if data else _lines(source, reading)


def _lines(source: Source, reading: Reading) -> Iterator[Row]:
    """Prompts between lines of dashes; without such a line, one a line. In a folder a file is one prompt."""
    if _RULE.search(source.text):
        yield from _between(source)
    elif source.alone:
        found = [(at, line.strip()) for at, line in enumerate(source.text.split("\n"), 1) if line.strip()]
        if len(found) > 1:
            apart = "one a line; prompts of several lines are parted by lines of ---"
            reading.facts.append(f"{source.name}: {len(found):,} prompts, {apart}")
        yield from (Row(f"{source.name}:{at}", line) for at, line in found)
    else:
        yield Row(f"{source.name}:1", source.text.strip())


def _between(source: Source) -> Iterator[Row]:
    line = 1
    for part in _RULE.split(source.text):
        head = part[: len(part) - len(part.lstrip())]
        if part.strip():
            yield Row(f"{source.name}:{line + head.count(chr(10))}", part.strip())
        line += part.count("\n")


def _table(source: Source, reading: Reading) -> Iterator[Row]:
    """A row of cells, named by the first row; `expect.regex` names a member of `expect`."""
    import csv

    header = source.text.partition("\n")[0]
    delimiter = "\t" if source.suffix == ".tsv" else max(",;\t", key=header.count)
    before = csv.field_size_limit(_WIDEST)
    reader = csv.reader(io.StringIO(source.text, newline=""), delimiter=delimiter, strict=True)
    try:
        names = [each.strip() for each in next(reader)]
        for twice in sorted({each for each in names if names.count(each) > 1}):
            reading.wrong(f"{source.name}:1", f"{twice or 'nothing'} names two columns: give each its own name")
        line = reader.line_num + 1
        for cells in reader:
            if any(each.strip() for each in cells):
                yield from _row(f"{source.name}:{line}", names, cells, reading)
            line = reader.line_num + 1
    except csv.Error as error:
        reading.wrong(f"{source.name}:{reader.line_num}", f'no CSV: {error}; text with quotes is written "so ""said"""')
    finally:
        csv.field_size_limit(before)


def _row(place: str, names: list[str], cells: list[str], reading: Reading) -> Iterator[Row]:
    if len(cells) > len(names):
        reading.wrong(
            place, f"{len(cells)} cells, where the first line names {len(names)}: put text with commas in quotes"
        )
        return
    value: dict[str, Any] = {}
    for name, cell in zip(names, cells, strict=False):
        if cell.strip():
            _put(value, name, float(cell) if name in _NUMERIC and _NUMBER.fullmatch(cell.strip()) else cell)
    yield Row(place, value)


def _put(value: dict[str, Any], name: str, cell: Any) -> None:
    outer, dot, inner = name.partition(".")
    if dot and outer in ("expect", "fields"):
        into = value.setdefault(outer, {})
        value[outer] = {**(into if is_object(into) else {"contains": into}), inner: cell}
    else:
        value[name] = cell
