"""A configuration's text as plain values, and the places of its keys. What the values mean is for others to say."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, cast

from ..errors import ConfigError, Mistake
from ..sdks.yaml12 import FormError, read
from . import places
from .places import Spot
from .values import Section

Raw = dict[str, Any]
Keys = tuple[str | int, ...]

_AT_LINE = re.compile(r"line (\d+)(?:,? column (\d+))?")


class Taken(NamedTuple):
    """A file taken apart."""

    value: Any
    """aiready's part of it; None where that is empty."""
    spots: Mapping[Keys, Spot]
    prefix: Keys
    """Where in the file that part stands."""


def taken(path: Path, text: str) -> Taken:
    """The values in a text. Raises ConfigError where it can't be taken apart."""
    is_toml = path.suffix == ".toml"
    prefix = ("tool", "aiready") if is_toml else ()
    try:
        whole: Any = tomllib.loads(text) if is_toml else read(text.encode())
    except (tomllib.TOMLDecodeError, FormError) as error:
        raise refused(path, [_syntax(str(error))]) from error
    for key in prefix:
        whole = cast(Raw, whole).get(key, {}) if isinstance(whole, dict) else {}
    return Taken(whole, places.of_toml(text) if is_toml else places.of_yaml(text), prefix)


def section_of(path: Path, text: str, name: str) -> Section | None:
    """One part of it; None where it isn't there. Raises ConfigError."""
    value, spots, prefix = taken(path, text)
    if not isinstance(value, dict) or name not in value:
        return None
    return Section(shown(path), cast(Raw, value)[name], spots, (*prefix, name))


def refused(path: Path, mistakes: Iterable[tuple[Spot, str]]) -> ConfigError:
    """All that is wrong with a file."""
    return ConfigError([Mistake(shown(path), line, column, why) for (line, column), why in sorted(mistakes)])


def shown(path: Path) -> str:
    """A path as it is told: from here, where it lies below."""
    inside = os.path.relpath(path)
    return str(path) if inside.startswith("..") else inside


def _syntax(said: str) -> tuple[Spot, str]:
    found = _AT_LINE.search(said)
    spot = (int(found[1]), int(found[2] or 1)) if found else (1, 1)
    return spot, re.sub(r"\s*\(at line.*\)$", "", said)
