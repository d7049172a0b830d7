"""GitHub's workflow commands: lines of a log that GitHub shows beside the code, escaped as its own toolkit does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from .terminal import safe

Kind = Literal["error", "warning", "notice"]
LARGEST = 1 << 20
"""Bytes of a step's summary; GitHub shows nothing of a longer one."""


def command(kind: Kind, properties: Mapping[str, object], *lines: str) -> str:
    """A command on one line, whose text shows as several; an empty property isn't told."""
    told = ",".join(f"{name}={_property(str(each))}" for name, each in properties.items() if each)
    return f"::{kind} {told}::{'%0A'.join(map(_data, lines))}" if told else f"::{kind}::{'%0A'.join(map(_data, lines))}"


def _data(text: str) -> str:
    """What can't be seen is shown; so the only ends of lines are our own."""
    return safe(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def fitting(lines: list[str], room: int) -> int:
    """How many of the first lines have room in so many bytes of UTF-8."""
    taken = 0
    for place, line in enumerate(lines):
        taken += len(line.encode(errors="replace")) + 1
        if taken > room:
            return place
    return len(lines)
