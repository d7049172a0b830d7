"""Where keys come from: an environment variable or a file of the user's, never a command line, which others can read.

What is found is a value that shows itself nowhere. No mistake repeats what it was given where that may be a key itself.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from .mistakes import AuthError
from .secrets import HIDDEN, Cleaner

LARGEST = 16_384
"""Bytes of a file that can be a key: web tokens have some thousand, and servers take no longer header."""

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
_ASSIGNED = re.compile(r"(?:export\s+)?[A-Z][A-Z0-9_]*(?:KEY|TOKEN|SECRET)\s*=")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_SECRET = re.compile(r"(?i)authorization|cookie|(?:^|[-_])(?:key|token|secret|password|apikey)(?:$|[-_])")
_SENDABLE = re.compile(r"[\t -~]*")
_OWN = frozenset({"host", "content-length", "transfer-encoding", "connection", "content-type", "accept"})


@dataclass(frozen=True, slots=True)
class KeySource:
    """Where a key is looked for: in a file, else in the first of the variables that is set."""

    variables: tuple[str, ...] = ()
    file: Path | None = None
    needed: bool = True
    """False where servers run without a key."""
    advice: str = ""
    """What else the user can do, where there is none; ends the mistake."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key that was found, or none."""

    value: str = field(default="", repr=False)
    source: str = ""
    """`$OPENAI_API_KEY`, or the name of a file; empty where there is none."""
    note: str = ""
    """What the user should know of it, in one line."""


NO_KEY = Key()


def variable(name: str) -> str:
    """The name of an environment variable, as a user gave it. Raises AuthError where it can't be one."""
    bare = name.strip().removeprefix("$").removeprefix("{").removesuffix("}")
    if not _VARIABLE.fullmatch(bare) or HIDDEN in Cleaner().message(bare):
        raise AuthError(
            ["what was given for the name of a variable isn't one: put the key into one, and give its name"]
        )
    return bare


def find(source: KeySource, environ: Mapping[str, str] = os.environ) -> Key:
    """The key. Raises AuthError where it is needed and isn't there, and where it can't be sent."""
    if source.file is not None:
        return _of_file(source.file)
    for name in source.variables:
        value = environ.get(name, "").strip()
        if value:
            return Key(sendable(value, f"${name}"), f"${name}")
    if not source.needed:
        return NO_KEY
    names = " nor ".join(source.variables) or "no variable"
    told = f"neither {names} is set" if len(source.variables) > 1 else f"{names} is not set"
    raise AuthError([f"a key is needed, but {told}{source.advice and ': '}{source.advice}"])


def sendable(value: str, where: str) -> str:
    """A key, if it can stand in a header. Raises AuthError, which never shows it."""
    wrong = next(_wrong(value), "")
    if wrong:
        raise AuthError([f"{where}: {wrong}"])
    return value


def _wrong(value: str) -> Iterator[str]:
    if "\n" in value or "\r" in value:
        yield "holds several lines; a key is one"
    if value[0] in "\"'" and value[-1] == value[0]:
        yield "the quotes are part of the value; take them out"
    if value.lower().startswith(("bearer ", "basic ")):
        yield f"begins with {value[:6].strip()}, which is put before the key where it belongs; leave only the key"
    if re.match(r"\$\{?\w+\}?$", value):
        yield "holds the name of another variable in place of a key: it wasn't filled in"
    if not value.isascii():
        at = next(place for place, each in enumerate(value, 1) if not each.isascii())
        yield f"character {at} is none that a key can have: it was copied from a text that had changed it"
    if any(each.isspace() or not each.isprintable() for each in value):
        yield "holds a space or a character that can't be seen; a key is one word"


def _of_file(path: Path) -> Key:
    text, mode = _read(path.expanduser())
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        raise AuthError([f"{path}: holds no key, it is empty"])
    if any(map(_ASSIGNED.match, lines)):
        raise AuthError([f"{path}: holds NAME=value; only the key may stand there, or load it and name the variable"])
    value = sendable("\n".join(lines), str(path))
    others = os.name == "posix" and mode & (stat.S_IRGRP | stat.S_IROTH)
    return Key(value, str(path), f"{path}: others on this machine can read the key: chmod 600 it" if others else "")


def _read(path: Path) -> tuple[str, int]:
    try:
        mode = path.stat().st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISFIFO(mode)):
            raise AuthError([f"{path}: is no file that can hold a key"])
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise AuthError([f"{_shown(path)}: the key can't be read: {error.strerror}"]) from None
    if len(data) > LARGEST:
        raise AuthError([f"{path}: is too large for a key: more than {LARGEST} bytes"])
    try:
        return data.decode("utf-8-sig"), 0 if stat.S_ISFIFO(mode) else mode
    except UnicodeDecodeError:
        raise AuthError([f"{path}: holds no key: it is no text"]) from None


def _shown(path: Path) -> str:
    """A path fit to be shown, where it may be a key that was given for one."""
    return Cleaner().message(str(path))


def header_mistakes(name: str, value: str, *, literal: bool = True) -> Iterator[str]:
    """What is wrong with a header of the user's own, a line each. A literal one stands in a file that is shared, and is
    to hold no key."""
    if not _TOKEN.fullmatch(name):
        yield f"{name[:40]!r} is no name of a header"
    elif not _SENDABLE.fullmatch(value):
        yield f"{name} holds a character that no header can: a line break, or one that isn't ASCII"
    elif name.lower() in _OWN:
        yield f"{name} is set by the request itself"
    elif literal and (_SECRET.search(name) or HIDDEN in Cleaner().message(value)):
        yield f"{name} looks like a key; name the environment variable that holds it instead"
