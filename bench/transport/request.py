"""A request as it goes over the wire, and the last look at it: nothing that is sent can be taken for two requests."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from ..mistakes import WireError
from .interface import Headers

OURS = frozenset({"content-length", "transfer-encoding", "connection", "upgrade", "expect", "te", "trailer"})
"""Headers that say where a request ends and what becomes of its connection."""
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
_METHOD = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_TARGET = re.compile(r"[\x21-\x7e]+")


def request_bytes(method: str, target: str, headers: Headers, body: bytes) -> bytes:
    """The bytes of a request; `headers` hold all but the length of the body. Raises WireError, which shows no value:
    it may be a key."""
    lines = [_start(method, target), *(_line(name, value) for name, value in headers)]
    if body or method in ("POST", "PUT", "PATCH"):
        lines.append(f"content-length: {len(body)}")
    return "\r\n".join((*lines, "", "")).encode("latin-1") + body


def merged(own: Headers, given: Headers) -> list[tuple[str, str]]:
    """Our headers and those of a request, which win. Raises WireError for those that are ours alone."""
    named = {name.lower() for name, _ in given}
    if not named.isdisjoint(OURS):
        raise WireError([f"the header {name}: can't be given, it is set to fit what is sent" for name in named & OURS])
    return [*(each for each in own if each[0] not in named), *given]


def checked(method: str, target: str, headers: Iterable[tuple[str, str]]) -> None:
    """The same look for a request that another library writes. Raises WireError."""
    _start(method, target)
    for name, value in headers:
        _line(name, value)


@lru_cache(64)
def _start(method: str, target: str) -> str:
    if not _METHOD.fullmatch(method):
        raise WireError([f"{method[:40]!r} is no HTTP method"])
    if not _TARGET.fullmatch(target):
        raise WireError(["the path of a request holds spaces or characters that must be written as %XX"])
    return f"{method} {target} HTTP/1.1"


@lru_cache(256)
def _line(name: str, value: str) -> str:
    """Remembered: headers are the same in all requests of a run."""
    if not _NAME.fullmatch(name):
        raise WireError([f"{name[:40]!r} is no name of a header"])
    if not _VALUE.fullmatch(value):
        raise WireError([f"the value of the header {name} holds a line break or characters that no header can hold"])
    return f"{name}: {value}"
