"""Traces of real traffic, which hold sizes and times instead of texts: Mooncake's, BurstGPT's, Azure's."""

from __future__ import annotations

from typing import Any, NamedTuple

from .entries import Entry, is_list
from .planned import BLOCK, Planned
from .reading import Times
from .times import STAMPS, time_of


class _Shape(NamedTuple):
    """How a family of traces calls things."""

    input: str
    output: str
    unit: Times
    """Of its numbers of time."""
    others: tuple[str, ...]
    """What else it holds, which isn't needed."""


_SHAPES = (
    _Shape("input_length", "output_length", "ms", ("hash_ids", "tags", "weight", "session_id", "type", "chat_id")),
    _Shape(
        "Request tokens", "Response tokens", "s", ("Model", "Total tokens", "Log Type", "Session ID", "Elapsed time")
    ),
    _Shape("ContextTokens", "GeneratedTokens", "s", ()),
)


def shape_of(value: dict[str, Any]) -> _Shape | None:
    """Whose trace an entry belongs to; None where to none."""
    return next((each for each in _SHAPES if each.input in value), None)


def planned(entry: Entry, shape: _Shape) -> list[Planned]:
    """The one request of an entry; none where it has mistakes, which are noted, or brought no answer then."""
    entry.known((shape.input, shape.output, "at", *STAMPS, *shape.others))
    at = time_of(entry, shape.unit)
    if _nothing(entry.members.get(shape.output)):
        entry.reading.tell("request left out: nothing was answered then")
        return []
    size, bound = entry.count(shape.input), entry.count(shape.output)
    weight = entry.number("weight")
    if size is None:
        return []
    return [Planned(size, at, bound, _blocks(entry, size), entry.texts("tags"), weight or 1.0)]


def _nothing(output: object) -> bool:
    return isinstance(output, int | float) and output == 0


def _blocks(entry: Entry, size: int) -> tuple[int, ...]:
    value = entry.members.get("hash_ids")
    if value is None:
        return ()
    if not is_list(value) or not all(isinstance(each, int) and each >= 0 for each in value):
        entry.wrong("hash_ids: expected a list of whole numbers")
        return ()
    return tuple(value[: -(-size // BLOCK)])
