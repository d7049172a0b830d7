"""Reads the usual command lines without typer, whose import and conversions would take longer than many an audit.

It knows no mistakes, no help and no completion: a line it does not understand to the end is left to typer. What it does
understand it must understand as typer does.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from inspect import signature
from typing import Any, Literal, get_args, get_origin, get_type_hints

from .commands import COMMANDS
from .declare import Arg, Opt

Chosen = dict[str, Any]
LEAST = 0
"""What a number on a command line is at least."""
_COMPLETION = "_AIREADY_COMPLETE"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a command: its type, and whether it is an option or an argument."""

    name: str
    kind: Any
    said: Opt | Arg
    default: Any

    @property
    def is_list(self) -> bool:
        """Whether it gathers values."""
        return any(get_origin(one) is list for one in (self.kind, *get_args(self.kind)))

    @property
    def is_number(self) -> bool:
        """Whether it is a whole number."""
        return int in (self.kind, *get_args(self.kind))

    @property
    def choices(self) -> tuple[str, ...]:
        """The words it can be, if not any."""
        return next((get_args(one) for one in (self.kind, *get_args(self.kind)) if get_origin(one) is Literal), ())


def parameters(command: Callable[..., int]) -> list[Parameter]:
    """What the command's function declares, in order."""
    hints = get_type_hints(command, include_extras=True)
    return [
        Parameter(name, get_args(hints[name])[0], get_args(hints[name])[1], parameter.default)
        for name, parameter in signature(command).parameters.items()
    ]


def parsed(words: Sequence[str]) -> tuple[Callable[..., int], Chosen] | None:
    """The command and what was chosen for its parameters; None for a line that is left to typer."""
    if not words or words[0] not in COMMANDS or is_completion():
        return None
    command = COMMANDS[words[0]]
    chosen = _read(parameters(command), words[1:])
    return None if chosen is None else (command, chosen)


def is_completion() -> bool:
    """Whether a shell asks, and not a person."""
    return _COMPLETION in os.environ


def mistake(words: Sequence[str]) -> str:
    """What is wrong with the first value that its option can't have; empty where none is, or help is asked for."""
    options = words[: words.index("--")] if "--" in words else words
    if not words or words[0] not in COMMANDS or is_completion() or not {"--help", "-h"}.isdisjoint(options):
        return ""
    flags = _flags(parameters(COMMANDS[words[0]]))
    rest = list(options[1:])
    while rest:
        flag, given, text = _split(rest.pop(0), flags)
        one = flags.get(flag)
        if one is None or one.kind is bool or not (given or rest):
            continue
        said = _refusal(one, text if given else rest.pop(0))
        if said:
            return f"{flag}: {said}"
    return ""


def _split(word: str, flags: Mapping[str, Parameter]) -> tuple[str, bool, str]:
    """The option of a word that may take a value, whether the value is in the word, and the value: `-j4`, `-qj`."""
    if word.startswith("--") or not word.startswith("-"):
        flag, equals, text = word.partition("=")
        return flag, bool(equals), text
    for at, letter in enumerate(word[1:], 1):
        one = flags.get(f"-{letter}")
        if one is None or one.kind is not bool:
            return f"-{letter}", bool(word[at + 1 :]), word[at + 1 :]
    return word, False, ""


def _refusal(one: Parameter, text: str) -> str:
    """Why an option can't have this value; empty if it can."""
    if one.choices and text not in one.choices:
        return f"{text!r} is none of {', '.join(one.choices)}"
    if one.is_number and not (text.isascii() and text.isdigit()):
        return f"{text!r} is no whole number from {LEAST} on"
    return ""


def _flags(known: list[Parameter]) -> dict[str, Parameter]:
    return {flag: one for one in known if isinstance(one.said, Opt) for flag in one.said.flags}


def _read(known: list[Parameter], words: Sequence[str]) -> Chosen | None:
    flags = _flags(known)
    chosen: Chosen = {}
    loose: list[str] = []
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word == "--":
            loose += rest
            break
        if not word.startswith("-") or word == "-":
            loose.append(word)
        elif not _option(word, rest, flags, chosen):
            return None
    return chosen if _arguments(known, loose, chosen) else None


def _option(word: str, rest: list[str], flags: Mapping[str, Parameter], chosen: Chosen) -> bool:
    """Take one option, and its value out of what follows; False if that can't be done for certain."""
    flag, equals, text = word.partition("=")
    one = flags.get(flag)
    if one is None or (equals and not flag.startswith("--")):
        return False
    if one.kind is bool:
        chosen[one.name] = True
        return not equals
    if not equals:
        if not rest or rest[0].startswith("-"):
            return False
        text = rest.pop(0)
    return _take(one, text, chosen)


def _take(one: Parameter, text: str, chosen: Chosen) -> bool:
    if one.is_list:
        chosen.setdefault(one.name, []).append(text)
    elif _refusal(one, text):
        return False
    else:
        chosen[one.name] = int(text) if one.is_number else text
    return True


def _arguments(known: list[Parameter], loose: list[str], chosen: Chosen) -> bool:
    """Give the loose words to the command's argument; False if they don't fit."""
    argument = next((one for one in known if isinstance(one.said, Arg)), None)
    if argument is None:
        return not loose
    if argument.is_list:
        chosen.update({argument.name: loose} if loose else {})
        return True
    chosen.update({argument.name: loose[0]} if loose else {})
    return len(loose) == 1
