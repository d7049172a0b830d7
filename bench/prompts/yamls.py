"""YAML as rows, with the line of each. Plain words mean what YAML 1.2 says: `no` is a text, a date is a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from .jsons import LISTS
from .reading import Reading, Row
from .sources import Source

_WHOLE = re.compile(r"[-+]?\d+", re.ASCII)
_POINT = re.compile(r"[-+]?(?:\d+\.\d*|\.\d+)(?:[eE][-+]?\d+)?", re.ASCII)
_TAG = "tag:yaml.org,2002:"


class _Odd(Exception):
    """What a document holds that prompts can't, and in which line."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line = line


def rows(source: Source, reading: Reading) -> Iterator[Row]:
    """The entries of a document: a list, or an object that holds one by the name of `prompts`."""
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        listed = _listed(yaml.compose(source.text, Loader=loader))
    except yaml.YAMLError as error:
        mark: Any = getattr(error, "problem_mark", None)
        line = min(mark.line, source.text.rstrip().count("\n")) + 1 if mark else 1
        reading.wrong(f"{source.name}:{line}", f"no YAML: {getattr(error, 'problem', None) or error}")
        return
    except RecursionError:
        reading.wrong(source.name, "no YAML that can be read: it is nested too deeply")
        return
    for node in listed:
        place = f"{source.name}:{node.start_mark.line + 1}"
        try:
            yield Row(place, _value(node, _Budget(len(source.text))))
        except _Odd as odd:
            reading.wrong(f"{source.name}:{odd.line}", str(odd))
        except RecursionError:
            reading.wrong(place, "it holds itself")


def _listed(top: Any) -> list[Any]:
    if top is None:
        return []
    if top.id == "mapping":
        for key, value in top.value:
            if key.value in LISTS and value.id == "sequence":
                return list(value.value)
    return list(top.value) if top.id == "sequence" else [top]


class _Budget:
    """How much one entry may hold: aliases of aliases make a small file endless."""

    def __init__(self, size: int) -> None:
        self.left = 1000 + size

    def spend(self, node: Any) -> None:
        self.left -= 1
        if self.left < 0:
            raise _Odd(node.start_mark.line + 1, "its aliases repeat each other too often")


def _value(node: Any, budget: _Budget) -> Any:
    budget.spend(node)
    match node.id:
        case "mapping":
            return _members(node, budget)
        case "sequence":
            return [_value(each, budget) for each in node.value]
        case _:
            return _scalar(node)


def _members(node: Any, budget: _Budget) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in node.value:
        name = key.value if key.id == "scalar" else ""
        if not name or name in found:
            what = f"{name} is given twice" if name else "a name of a field is a text"
            raise _Odd(key.start_mark.line + 1, what)
        found[name] = _value(value, budget)
    return found


def _scalar(node: Any) -> Any:
    word, kind = node.value, node.tag.removeprefix(_TAG)
    match kind:
        case "null":
            return None
        case "bool" if word.lower() in ("true", "false"):
            return word.lower() == "true"
        case "int" if _WHOLE.fullmatch(word) and len(word) < 100:
            return int(word)
        case "float" if _POINT.fullmatch(word):
            return float(word)
        case _:
            return word
