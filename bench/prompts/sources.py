"""From a path to texts: which files, and what their bytes say."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from .reading import Reading

LARGEST = 1 << 30
"""Bytes of the largest file that is read; the full ShareGPT set has 670 MB."""
MOST = 10_000
"""Files of the largest folder."""
TEXTS = (".txt", ".text", ".md", ".markdown", ".prompt")
TABLES = (".csv", ".tsv")
DATA = (".jsonl", ".ndjson", ".json", ".yaml", ".yml")
SUFFIXES = (*TEXTS, *TABLES, *DATA)
_MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))


class Source(NamedTuple):
    """One file that was read."""

    name: str
    """As it is shown."""
    suffix: str
    text: str
    tags: tuple[str, ...] = ()
    """The folders it stands in, below the one that was asked for."""
    alone: bool = True
    """The file itself was asked for, not a folder that it is in."""


def sources(path: Path, reading: Reading) -> Iterator[Source]:
    """The texts of a file, of all files below a folder, or of standard input (`-`). Notes what can't be read."""
    if str(path) == "-":
        yield from _decoded(Source("standard input", "", ""), sys.stdin.buffer.read(LARGEST + 1), reading)
    elif path.is_dir():
        yield from _folder(path, reading)
    else:
        yield from _file(path, Source(path.name, path.suffix.lower(), ""), reading)


def _folder(path: Path, reading: Reading) -> Iterator[Source]:
    found = sorted(_below(path))
    fitting = [each for each in found if each.suffix.lower() in SUFFIXES]
    for other in found:
        if other not in set(fitting):
            reading.tell(f"file left out, whose ending is none of {', '.join(SUFFIXES)}")
    if len(fitting) > MOST:
        reading.wrong(path.name, f"{len(fitting):,} files are more than {MOST:,}: put the prompts into one JSONL file")
        return
    if not fitting:
        reading.wrong(str(path), f"the folder has no prompts: no file in it ends in {', '.join(SUFFIXES)}")
    for each in fitting:
        inside = each.relative_to(path)
        yield from _file(
            each, Source(inside.as_posix(), each.suffix.lower(), "", inside.parts[:-1], alone=False), reading
        )


def _below(path: Path) -> Iterator[Path]:
    """All files but hidden ones; links to folders aren't followed."""
    for place, folders, files in os.walk(path):
        folders[:] = sorted(each for each in folders if not each.startswith("."))
        yield from (Path(place, each) for each in files if not each.startswith("."))


def _file(path: Path, source: Source, reading: Reading) -> Iterator[Source]:
    try:
        size = path.stat().st_size
        if not (path.is_file() or path.is_fifo()):
            reading.wrong(str(path), "neither a file nor a folder")
            return
        data = b"" if size > LARGEST else path.read_bytes()
    except FileNotFoundError:
        reading.wrong(str(path), "there is no such file or folder")
    except OSError as error:
        reading.wrong(str(path), f"can't be read: {error.strerror}")
    else:
        if size > LARGEST:
            reading.wrong(
                source.name, f"{size:,} bytes are more than {LARGEST:,}: take a part of it, such as its first lines"
            )
        else:
            yield from _decoded(source, data, reading)


def _decoded(source: Source, data: bytes, reading: Reading) -> Iterator[Source]:
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        told = f"byte {data[error.start]:#04x} is no {encoding.upper().removesuffix('-SIG')}: save the file as UTF-8"
        reading.wrong(f"{source.name}:{line}", "no text, but binary data" if b"\0" in data[:4096] else told)
        return
    if "\0" in text[:4096]:
        reading.wrong(f"{source.name}:1", "no text, but binary data")
    elif not text.strip():
        reading.wrong(source.name, "the file is empty")
    else:
        yield source._replace(text=text.replace("\r\n", "\n"))
