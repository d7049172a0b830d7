"""Bytes of a file as the text Python itself would read, so that our line numbers are Python's."""

from __future__ import annotations

import codecs
import os
import stat

from .skipped import skip, unread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..looked import Skipped

LIMIT = 10_000_000
"""Bytes of Python text above which a file is taken for generated and skipped."""
NOTEBOOK_LIMIT = 100_000_000
"""The same for notebooks, whose stored outputs may be large while their code is not."""
SLOW_CODECS = frozenset({"idna", "punycode"})
"""Text encodings whose decoding time grows with the square of the length; no source is written in them."""
WIDE_MARKS = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_FLAGS = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)


def read(root: str, path: str) -> bytes | Skipped:
    """The content of a listed file, or why there is none: unreadable, vanished, too-large.

    What became a pipe or a device since it was listed is refused, not waited for.
    """
    try:
        handle = os.open(os.path.join(root, path), os.O_RDONLY | _FLAGS)
        try:
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode):
                return skip(path, "unreadable", "not a regular file")
            limit = NOTEBOOK_LIMIT if path.endswith(".ipynb") else LIMIT
            return too_large(path, status.st_size, limit) or _all(handle, status.st_size)
        finally:
            os.close(handle)
    except OSError as error:
        return unread(path, error)


def _all(handle: int, size: int) -> bytes:
    """As many bytes as the file had when it was opened; fewer if it shrinks meanwhile."""
    data = os.read(handle, size)
    while 0 < len(data) < size:
        more = os.read(handle, size - len(data))
        if not more:
            break
        data += more
    return data


def too_large(path: str, size: int, limit: int = LIMIT) -> Skipped | None:
    """Skipped when `size` is over the limit (bytes)."""
    if size <= limit:
        return None
    return skip(path, "too-large", f"{size / 1e6:.1f} MB; the limit is {limit / 1e6:g} MB")


def decode(data: bytes, path: str) -> str | Skipped:
    """The text of Python source, line ends normalised to `\\n`; or why it can't be read as text.

    The encoding is found as PEP 263 says: byte order mark, then coding cookie, then UTF-8. Form feeds stay: they end
    no line. Split the text with `split("\\n")`, never `splitlines()`.
    """
    refused = too_large(path, len(data))
    if refused:
        return refused
    if data.startswith(WIDE_MARKS):
        return skip(path, "not-utf8", "UTF-16 or UTF-32, which Python can't read")
    if b"\0" in data:
        return skip(path, "null-bytes")
    try:
        text = _text(data)
    except (LookupError, UnicodeError) as error:
        return skip(path, "not-utf8", _detail(error))
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return skip(path, "null-bytes") if "\0" in text else text


def _text(data: bytes) -> str:
    marked = data.startswith(codecs.BOM_UTF8)
    text = (data[3:] if marked else data).decode(codec_of(data))
    text.encode()  # some codecs let halves of characters through, of which Python makes no source
    return text


def codec_of(data: bytes) -> str:
    """The codec of Python source behind its byte order mark, if it has one. Raises LookupError."""
    marked = data.startswith(codecs.BOM_UTF8)
    name = cookie(data[3:] if marked else data)
    if name is None:
        return "utf-8"
    codec = codecs.lookup(_normal(name)).name
    if marked and codec != "utf-8":
        raise LookupError(f"a UTF-8 byte order mark and the coding cookie {name}")
    if codec in SLOW_CODECS:
        raise LookupError(f"unknown encoding: {name}")
    return "utf-8" if codec == "utf-8-sig" else codec


def _normal(name: str) -> str:
    """Python drops what editors append to these two (`utf-8-unix`)."""
    plain = name[:12].lower().replace("_", "-")
    for known in ("utf-8", "latin-1", "iso-8859-1", "iso-latin-1"):
        if plain == known or plain.startswith(known + "-"):
            return "utf-8" if known == "utf-8" else "iso-8859-1"
    return name


def _detail(error: LookupError | UnicodeError) -> str:
    """In one line, without the file's content: a codec's own message may quote what it could not read."""
    if isinstance(error, UnicodeDecodeError):
        return f"byte {error.start} is not {error.encoding}"
    if isinstance(error, UnicodeEncodeError):
        return f"half a character at {error.start}"
    return ascii(str(error))[1:-1][:120]


def cookie(data: bytes) -> str | None:
    """The encoding named in a comment of the first two lines (PEP 263); None where none is named.

    The second line counts only after a first one that is blank or a comment.
    """
    if b"coding" not in data[:1000]:
        return None
    import re

    for line in re.split(rb"\r\n|\r|\n", data[:1000])[:2]:
        found = re.match(rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", line, re.ASCII)
        if found:
            return found[1].decode("ascii")
        if not re.match(rb"[ \t\f]*(?:#.*)?$", line):
            return None
    return None
