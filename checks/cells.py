"""Places in a notebook's joined text turned into cell and line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import TypeVar

from .files.notebook import Notebook
from .model import Place

T = TypeVar("T")


def in_cells(value: T, notebooks: Mapping[str, Notebook]) -> T:
    """The value with every place in a notebook turned, at any depth."""
    return value if not notebooks else _turned(value, notebooks)


def _turned(value: T, notebooks: Mapping[str, Notebook]) -> T:
    if isinstance(value, Place):
        return _place(value, notebooks)  # type: ignore[return-value]  # T is Place here
    if isinstance(value, tuple):
        return tuple(_turned(each, notebooks) for each in value)  # type: ignore[return-value]  # T is a tuple here
    if is_dataclass(value) and not isinstance(value, type):
        changed = {each.name: _turned(getattr(value, each.name), notebooks) for each in fields(value)}
        return replace(value, **changed)
    return value


def _place(place: Place, notebooks: Mapping[str, Notebook]) -> Place:
    notebook = notebooks.get(place.path)
    if notebook is None or place.cell is not None:
        return place
    cell, line = notebook.where(place.line)
    end = line + place.end_line - place.line if place.end_line else 0
    return replace(place, line=line, end_line=end, cell=cell)
