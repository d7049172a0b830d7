"""Changes as a unified diff: byte for byte as git and patch take it, or so that a terminal may show it."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from .terminal import safe

_CODES = {7: "a", 8: "b", 9: "t", 10: "n", 11: "v", 12: "f", 13: "r", ord('"'): '"', ord("\\"): "\\"}


def patch(path: str, old: bytes, new: bytes) -> bytes:
    """The change of one file, with three lines around each part of it; line ends and encoding are the file's own."""
    return b"".join(_lines(path, old, new))


def shown(of: bytes) -> str:
    """A patch on a terminal: what can't be seen is told as escapes, but for tabs."""
    text = of.decode(errors="backslashreplace")
    return "\n".join("\t".join(map(safe, line.split("\t"))) for line in text.split("\n"))


def _lines(path: str, old: bytes, new: bytes) -> Iterator[bytes]:
    before, after = _split(old), _split(new)
    ours, theirs = (_quoted(f"{side}/{path}").encode() for side in "ab")
    for line in difflib.diff_bytes(difflib.unified_diff, before, after, ours, theirs):
        yield line if line.endswith(b"\n") else line + b"\n\\ No newline at end of file\n"


def _split(data: bytes) -> list[bytes]:
    """Lines as git has them: only a line feed ends one."""
    *lines, last = data.split(b"\n")
    return [*(line + b"\n" for line in lines), *([last] if last else [])]


def _quoted(name: str) -> str:
    """A name as git writes it: quoted like a string of C where it holds anything unusual."""
    data = name.encode(errors="surrogateescape")
    if all(0x20 <= byte < 0x7F and byte not in _CODES for byte in data):
        return f"{name}\t" if " " in name else name
    return f'"{"".join(map(_code, data))}"'


def _code(byte: int) -> str:
    if byte in _CODES:
        return f"\\{_CODES[byte]}"
    return chr(byte) if 0x20 <= byte < 0x7F else f"\\{byte:03o}"
