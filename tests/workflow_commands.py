"""GitHub's workflow commands read as its runner reads a log (actions/runner, ActionCommand.TryParseV2)."""

from __future__ import annotations

from dataclasses import dataclass

_DATA = (("%0D", "\r"), ("%0A", "\n"), ("%25", "%"))
_PROPERTY = (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%"))


@dataclass(frozen=True)
class Command:
    name: str
    properties: dict[str, str]
    text: str


def commands(log: str) -> list[Command]:
    """Those of a log, in its order; whatever ends a line there ends one here."""
    found = [_read(line.lstrip()) for line in log.splitlines()]
    return [each for each in found if each]


def _read(line: str) -> Command | None:
    head, separator, text = line[2:].partition("::")
    if not line.startswith("::") or not separator:
        return None
    name, _, rest = head.partition(" ")
    pairs = (each.split("=", 1) for each in rest.strip().split(",") if each)
    properties = {pair[0]: _unescaped(pair[1], _PROPERTY) for pair in pairs if len(pair) == 2}
    return Command(name, properties, _unescaped(text, _DATA))


def _unescaped(text: str, table: tuple[tuple[str, str], ...]) -> str:
    for escape, char in table:
        text = text.replace(escape, char)
    return text
