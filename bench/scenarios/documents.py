"""Reads a scenario's YAML strictly, and remembers where everything stands, so that a mistake can be pointed at.

Plain words mean what YAML 1.2 says (`no` is a text). A key that stands twice is refused, since one of them would be
lost without a word. yaml is loaded only here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..mistakes import ScenarioError

Keys = tuple[str | int, ...]
Spot = tuple[int, int]
"""Line and column, from 1."""

LARGEST = 4 << 20
"""Bytes of a scenario."""
MOST = 100_000
"""Values of one: aliases of aliases make a small file endless."""
_WHOLE = re.compile(r"[-+]?\d{1,40}", re.ASCII)
_POINT = re.compile(r"[-+]?(?:\d+\.\d*|\.\d+)(?:[eE][-+]?\d+)?", re.ASCII)
_WORDS: Mapping[str, Any] = {"": None, "~": None, "null": None, "true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Document:
    """A tree of plain values, and where each stands."""

    path: str = ""
    """As it is shown; empty where it is no file."""
    value: Any = None
    spots: Mapping[Keys, Spot] = field(default_factory=dict[Keys, Spot])
    prefix: Keys = ()
    """Where in a larger file the value stands; its spots are those of the larger one."""
    names: Mapping[Keys, str] = field(default_factory=dict[Keys, str])
    """How keys are called to the user, where they are options of a command line."""

    def told(self, keys: Keys, what: str) -> str:
        """A mistake at a key, or where that isn't there at what it would stand in: `path:line:column: key: what`."""
        said = next((self.names[keys[:end]] for end in range(len(keys), 0, -1) if keys[:end] in self.names), "")
        name = said or ".".join(map(str, keys))
        whole = (*self.prefix, *keys)
        spot = next((self.spots[whole[:end]] for end in range(len(whole), -1, -1) if whole[:end] in self.spots), None)
        where = f"{self.path}:{spot[0]}:{spot[1]}" if spot else self.path
        return ": ".join(each for each in (where, name, what) if each)

    @property
    def folder(self) -> Path:
        """Where relative paths in it start."""
        return Path(self.path).parent


def read(path: str) -> Document:
    """The document in a file. Raises ScenarioError."""
    try:
        with Path(path).open("rb") as file:
            data = file.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise ScenarioError([f"{path}: is no scenario: more than {LARGEST >> 20} MB; prompts go into other files"])
        return parsed(data.decode("utf-8-sig"), path)
    except OSError as error:
        raise ScenarioError([f"{path}: can't be read: {error.strerror}"]) from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ScenarioError([f"{path}:{line}: is no UTF-8: save it as such"]) from None


def parsed(text: str, path: str) -> Document:
    """The document in a text. Raises ScenarioError with all keys that stand twice."""
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        node: Any = yaml.compose(text, Loader=loader)
        reading = _Reading(path)
        value = reading.value(node, ()) if node is not None else None
    except yaml.YAMLError as error:
        mark: Any = getattr(error, "problem_mark", None)
        where = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else path
        raise ScenarioError([f"{where}: no YAML: {getattr(error, 'problem', None) or error}"]) from None
    except RecursionError:
        raise ScenarioError([f"{path}: is nested too deeply, or holds itself"]) from None
    if reading.mistakes:
        raise ScenarioError(reading.mistakes)
    return Document(path, value, reading.spots)


class _Reading:
    """One document being read."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._left = MOST
        self.spots: dict[Keys, Spot] = {}
        self.mistakes: list[str] = []

    def value(self, node: Any, at: Keys) -> Any:
        self._left -= 1
        if self._left < 0:
            raise ScenarioError([f"{self._path}: its aliases repeat each other too often"])
        self.spots.setdefault(at, _spot(node))
        if node.id == "mapping":
            return self._members(node, at)
        if node.id == "sequence":
            return [self.value(each, (*at, number)) for number, each in enumerate(node.value)]
        return _scalar(node)

    def _members(self, node: Any, at: Keys) -> dict[str, Any]:
        own: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        for key, value in node.value:
            name = key.value if key.id == "scalar" else ""
            if key.tag.endswith(":merge"):
                merged |= self._merged(value, at)
            elif not name:
                self._wrong(key, "a key must be a text")
            elif name in own:
                self._wrong(key, f"{name} stands twice")
            else:
                self.spots[*at, name] = _spot(key)
                own[name] = self.value(value, (*at, name))
        return merged | own

    def _merged(self, node: Any, at: Keys) -> dict[str, Any]:
        if node.id != "mapping":
            self._wrong(node, "<<: takes one alias of a mapping")
            return {}
        spots, self.spots = self.spots, {}
        found = self._members(node, at)
        self.spots = self.spots | spots
        return found

    def _wrong(self, node: Any, what: str) -> None:
        line, column = _spot(node)
        self.mistakes.append(f"{self._path}:{line}:{column}: {what}")


def _spot(node: Any) -> Spot:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _scalar(node: Any) -> Any:
    word = node.value
    if node.style in ("'", '"', "|", ">"):
        return word
    if _WHOLE.fullmatch(word):
        return int(word)
    if _POINT.fullmatch(word):
        return float(word)
    return _WORDS.get(word, word)
