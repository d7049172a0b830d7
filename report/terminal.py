"""Text for terminals that says what it is about and nothing else, whatever the names in the audited code hold."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

_INERT = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories that move the cursor, reverse or hide text, or can't be written at all."""
_WIDE = frozenset("WF")
_WORD = re.compile(r"(?:[^\s`]*`[^`]{1,50}`)+[^\s`]*|\S+")


def safe(text: str) -> str:
    """The text with all that is no visible character or space written as an escape: `\\x1b`, `\\u202e`, `\\n`; and
    `##[`, by which any line of a job's output gives commands to the runners of GitHub and Azure."""
    if "##[" in text:
        text = text.replace("##[", "##\\x5b")
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_shown, text))


def _shown(char: str) -> str:
    if char.isprintable():
        return char
    if unicodedata.category(char) not in _INERT:  # rare kinds of space
        return " "
    return ascii(char)[1:-1]


def cells(text: str) -> int:
    """Columns a terminal uses for text that is safe: two for the wide characters of East Asia, none for accents."""
    if text.isascii():
        return len(text)
    return sum(map(_cells, text))


def _cells(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in _WIDE else 1


def cut(text: str, width: int) -> str:
    """Safe text in at most so many columns; what was left out is marked by `...` at the end."""
    if cells(text) <= width:
        return text
    kept = ""
    room = width - 3
    for char in text:
        room -= _cells(char)
        if room < 0:
            break
        kept += char
    return kept.rstrip() + "..."


def pad(text: str, width: int) -> str:
    """Safe text cut or filled with spaces to exactly so many columns."""
    short = cut(text, width)
    return short + " " * (width - cells(short))


def wrap(text: str, width: int, indent: str = "", hang: str = "") -> list[str]:
    """Safe text in lines of at most so many columns, the indent included; `hang` is added to it after the first line.

    A word that is longer stands alone, whole; short code in backticks counts as one word.
    """
    lines: list[str] = []
    for word in _WORD.findall(text):
        if lines and cells(lines[-1]) + 1 + cells(word) <= width:
            lines[-1] += " " + word
        else:
            lines.append((indent + hang if lines else indent) + word)
    return lines


def broken(text: str, width: int) -> str:
    """Safe text whose words have at most so many columns: longer ones, which no one can have meant as a word, are cut
    into pieces."""
    return " ".join(piece for word in text.split(" ") for piece in _pieces(word, max(2, width)))


def _pieces(word: str, width: int) -> Iterator[str]:
    if cells(word) <= width:
        yield word
        return
    piece, room = "", width
    for char in word:
        room -= _cells(char)
        if room < 0:
            yield piece
            piece, room = "", width - _cells(char)
        piece += char
    yield piece


def columns(rows: Iterable[tuple[str, ...]], gap: int = 2) -> Iterator[str]:
    """Rows of safe text as aligned lines; the last column is as long as it is."""
    held = list(rows)
    widths = [max(map(cells, column)) for column in zip(*held, strict=True)]
    for row in held:
        filled = [pad(text, width) for text, width in zip(row[:-1], widths, strict=False)]
        yield (" " * gap).join([*filled, row[-1]]).rstrip()


def counted(count: int, noun: str, plural: str = "") -> str:
    """A counted noun: `1 file`, `2 files`."""
    return f"{count} {noun if count == 1 else plural or noun + 's'}"
