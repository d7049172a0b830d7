"""A parameter set in a call, at any depth: `timeout=30`, `http_options=types.HttpOptions(timeout=30_000)`."""

from __future__ import annotations

from typing import NamedTuple

import libcst as cst

from ..model import Edit
from ..sdks.schema import Sdk
from .arguments import Slot, find, number, put, replaced
from .names import reach
from .source import Source


class Setting(NamedTuple):
    """What a parameter is to be."""

    sdk: Sdk
    path: str
    value: str


def added(source: Source, call: cst.Call, setting: Setting) -> tuple[str, list[Edit]] | None:
    """What is put in, as code, and the edits for it; None where the parameter is there, or may be."""
    slot = find(source, call, setting.path)
    if slot is None or slot.value is not None:
        return None
    made = _made(source, slot, setting.sdk, setting.value)
    if made is None:
        return None
    text, edits = made
    code = f"{slot.name}={text}" if isinstance(slot.owner, cst.Call) else f'"{slot.name}": {text}'
    return code, [*put(source, slot, text), *edits]


def _made(source: Source, slot: Slot, sdk: Sdk, value: str) -> tuple[str, list[Edit]] | None:
    """The value of a slot, inside the objects that its parameter takes, and the imports these need."""
    if not slot.rest:
        return value, []
    head, _, below = slot.rest.partition(".")
    inner = _made(source, slot._replace(at=f"{slot.at}.{head}", rest=below), sdk, value)
    if inner is None:
        return None
    text, edits = inner
    if slot.at not in sdk.objects or isinstance(slot.owner, cst.Dict):
        return f'{{"{head}": {text}}}', edits
    named = reach(source, slot.owner, sdk.objects[slot.at])
    return None if named is None else (f"{named[0]}({head}={text})", [*named[1], *edits])


def changed(source: Source, call: cst.Call, path: str, value: str) -> tuple[str, list[Edit]] | None:
    """The same for a parameter that is there and written as a number or None."""
    slot = find(source, call, path)
    if slot is None or slot.value is None or slot.rest:
        return None
    there = number(source, slot.value)
    return None if there is None else (f"{slot.name}={value}", [replaced(source, there, value)])
