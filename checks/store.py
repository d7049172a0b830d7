"""The finished document of a command, kept for as long as nothing it was made from has changed.

An entry belongs to a command line in its folder and surroundings, and holds what to look at again: the paths and
exclusions to list, and a digest of that listing, of the files that pin SDK releases, of this program and of the Python
that runs it. Where only times differ (a fresh checkout), a digest of what stands in the files decides. Only what the
interpreter has loaded anyway is imported here. An entry is framed bytes behind a checksum, never code or a pickle, and
is believed only in a folder that nobody else can write.
"""

# Paths are strings here: pathlib takes longer to import than an entry to answer.

from __future__ import annotations

import os
import sys
import time
from _blake2 import blake2b
from collections.abc import Iterable, Iterator, Sequence

from . import plugged
from .files.top import top
from .files.walk import Listing
from .folders import subfolders

MAGIC = b"aiready stored report 3\n"
DAYS = 30
ENTRIES = 200
BYTES = 64_000_000
"""Entries older than DAYS go, then the oldest until there are at most ENTRIES of at most BYTES together."""
RACY_NS = 2_000_000_000
"""A file changed this shortly before a run (ns) may change again within the same tick of the file system's clock."""

_DIGEST = 16
_PRIVATE = 0o700
_OTHERS_MAY_WRITE = 0o022
_SHIPPED = ("checks", "report", "cli")
_PINS_IN = (".dist-info", ".egg-info")
_PINNED = "requirements"
_PINS_END = (".lock", ".toml", ".txt", ".cfg")
_PINS = frozenset({"Pipfile", "PKG-INFO", "METADATA", "setup.py"})


class Entry:
    """One stored document. A plain class: dataclasses would take longer to import than an entry to answer."""

    __slots__ = ("also", "content", "digest", "document", "exclude", "output", "paths", "status")

    def __init__(self, document: bytes, status: int, digest: bytes = b"", content: bytes = b"") -> None:
        self.document = document
        self.status = status
        """The exit status that goes with it."""
        self.output = ""
        """The file it is to be written to; empty: standard output."""
        self.paths: tuple[str, ...] = ()
        self.exclude: tuple[str, ...] = ()
        self.also: tuple[str, ...] = ()
        """Files that the document depends on, wherever they lie, whether they are there or not."""
        self.digest = digest
        self.content = content
        """See `tree_digest` and `content_digest`."""


def default_folder() -> str:
    """Where the user's system wants caches: XDG_CACHE_HOME, ~/Library/Caches or %LOCALAPPDATA%, and `aiready` in it."""
    named = os.environ.get("XDG_CACHE_HOME", "")
    if os.path.isabs(named):
        return os.path.join(named, "aiready")
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or os.path.expanduser(r"~\AppData\Local")
        return os.path.join(base, "aiready", "Cache")
    home = "~/Library/Caches" if sys.platform == "darwin" else "~/.cache"
    return os.path.join(os.path.expanduser(home), "aiready")


def command_key(words: Sequence[str], surroundings: Sequence[str]) -> str:
    """The name of a command line's entry; `surroundings` is all else that shapes its document (folder, width...)."""
    return _digest([*map(os.fsencode, words), b"", *map(os.fsencode, surroundings)]).hex()


def tree_digest(listing: Listing, also: Sequence[str] = ()) -> bytes:
    """Of everything a report is made from: the listed files, the pins of SDK releases, other files that it was held
    against, this program, this Python."""
    files = repr(([file[:3] for file in listing.files], listing.beside, _stamps(also)))
    return _digest([*_shape(listing), os.fsencode(files), os.fsencode(repr(_stamps(_pins(listing.root))))])


def content_digest(listing: Listing, known: bytes = b"", also: Sequence[str] = ()) -> bytes:
    """The same with the files' content in place of their times. With `known`, content is read only where the names and
    sizes are those of that digest."""
    pins = [path for path, _, _ in _stamps((*_pins(listing.root), *also))]
    listed = [(path, size) for path, size, _, _ in listing.files]
    listed += [(path, size) for path, size, _ in listing.beside]
    sizes = repr((listed, [stamp[:2] for stamp in _stamps(pins)]))
    shape = _digest([*_shape(listing), os.fsencode(sizes)])
    if known and not known.startswith(shape):
        return shape
    content = blake2b(digest_size=_DIGEST)
    for path in (*(os.path.join(listing.root, path) for path, _ in listed), *pins):
        try:
            with open(path, "rb", buffering=0) as stream:
                content.update(stream.read())
        except OSError:
            content.update(b"unreadable")
        content.update(b"\0")
    return shape + content.digest()


def _shape(listing: Listing) -> list[bytes]:
    """What else a report depends on: the folder, what is left out of it, this program and this Python."""
    skipped = [f"{each.path}\0{each.reason}" for each in listing.skipped]
    program = repr((_stamps(_program()), _brought(listing.root)))
    named = [f"{path}\0named" for path in listing.named]
    return [os.fsencode(part) for part in (listing.root, *skipped, *named, program, sys.version)]


def _brought(root: str) -> list[tuple[str, list[tuple[str, int, int]]]]:
    """The packages that bring checks: name and version, which an installer's record is called by, and their files."""
    plugged.keep_out([top(root)])
    return [(os.path.basename(record), _stamps(plugged.files(record))) for record in plugged.records()]


def is_racy(listing: Listing, before_ns: int, also: Sequence[str] = ()) -> bool:
    """Whether a file was changed so shortly before `before_ns` (or after it) that its time stamp can't be trusted."""
    times = [*(mtime for _, _, mtime, _ in listing.files), *(mtime for _, _, mtime in listing.beside)]
    newest = max(times, default=0)
    pins = _stamps((*_pins(listing.root), *also))
    return max(newest, *(stamp[2] for stamp in pins), 0) > before_ns - RACY_NS


def load(folder: str, key: str) -> Entry | None:
    """The entry of this name; None if there is none that can be believed."""
    if not _is_ours(os.path.join(folder, "reports")):
        return None
    try:
        with open(_path(folder, key), "rb") as stream:
            data = stream.read()
    except OSError:
        return None
    checksum, body = data[len(MAGIC) : len(MAGIC) + _DIGEST], data[len(MAGIC) + _DIGEST :]
    if not data.startswith(MAGIC) or _digest([body]) != checksum:
        return None
    status, digest, content, output, *lists, document = _unframed(body)
    entry = Entry(document, int(status), digest, content)
    entry.output = os.fsdecode(output)
    entry.paths, entry.exclude, entry.also = (tuple(map(os.fsdecode, _unframed(each))) for each in lists)
    return entry


def save(folder: str, key: str, entry: Entry) -> None:
    """Keep an entry, replacing the one of that name in one step. What can't be written is left out: it is a cache."""
    listed = [_framed(map(os.fsencode, each)) for each in (entry.paths, entry.exclude, entry.also)]
    body = _framed(
        [b"%d" % entry.status, entry.digest, entry.content, os.fsencode(entry.output), *listed, entry.document]
    )
    if len(body) > BYTES:
        return
    path = _path(folder, key)
    try:
        make_folder(folder)
        make_folder(os.path.dirname(path))
        replace_file(path, MAGIC + _digest([body]) + body)
        _prune(os.path.dirname(path))
    except OSError:
        return


def make_folder(folder: str) -> None:
    """A folder that is the user's alone, with what leads to it; one that exists stays as it is. Raises OSError."""
    os.makedirs(os.path.dirname(os.path.abspath(folder)), exist_ok=True)
    try:
        os.mkdir(folder, _PRIVATE)
    except FileExistsError:
        return


def replace_file(path: str, data: bytes, mode: int = 0o600) -> None:
    """Write a file so that a reader sees the old content or the new, never a part. Raises OSError."""
    folder, name = os.path.split(path)
    beside = os.path.join(folder, f".{name[:100]}.{os.getpid()}.tmp")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        handle = os.open(beside, flags, mode)
    except FileExistsError:
        os.unlink(beside)
        handle = os.open(beside, flags, mode)
    try:
        with open(handle, "wb") as stream:
            stream.write(data)
        os.replace(beside, path)
    except BaseException:
        os.unlink(beside)
        raise


def _path(folder: str, key: str) -> str:
    return os.path.join(folder, "reports", key)


def _is_ours(folder: str) -> bool:
    """Whether nobody else can have written there."""
    try:
        status = os.stat(folder)
    except OSError:
        return False
    return os.name == "nt" or (status.st_uid == os.geteuid() and not status.st_mode & _OTHERS_MAY_WRITE)


def _prune(folder: str) -> None:
    with os.scandir(folder) as entries:
        known = sorted(((one.stat().st_mtime, one.stat().st_size, one.path) for one in entries), reverse=True)
    total = 0
    for place, (mtime, size, path) in enumerate(known):
        total += size
        if mtime < time.time() - DAYS * 86400 or place >= ENTRIES or total > BYTES:
            os.unlink(path)


def _program() -> Iterator[str]:
    """The shipped files that decide what a report says."""
    top = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    yield from (os.path.join(top, name) for name in ("__init__.py", "rules.yaml"))
    stack = [os.path.join(top, name) for name in _SHIPPED]
    while stack:
        for entry in _entries(stack.pop()):
            if entry.name.endswith((".py", ".yaml")):
                yield entry.path
            elif "." not in entry.name and entry.name != "__pycache__":
                stack.append(entry.path)


def _pins(root: str) -> Iterator[str]:
    """The files that may say which release of an SDK is used: in the root, its folders, and installers' records."""
    yield from _configurations(root)
    at = top(root)
    folders = dict.fromkeys((at, *subfolders(at)))
    for folder in list(folders):
        inside = (entry for entry in _entries(folder) if entry.is_dir(follow_symlinks=False))
        folders.update((each.path, None) for each in inside if each.name.endswith(_PINS_IN) or each.name == _PINNED)
    for folder in folders:
        yield from (entry.path for entry in _entries(folder) if entry.name in _PINS or entry.name.endswith(_PINS_END))


def _configurations(root: str) -> Iterator[str]:
    """Where a configuration may lie: the folders from the root up to the project's top."""
    at, last = root, top(root)
    while True:
        yield from (os.path.join(at, name) for name in ("aiready.yaml", "aiready.yml", ".aiready.yaml"))
        if at == last or not at.startswith(last):
            return
        yield os.path.join(at, "pyproject.toml")
        at = os.path.dirname(at)


def _entries(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []


def _stamps(paths: Iterable[str]) -> list[tuple[str, int, int]]:
    """(path, size, mtime in ns) of each, sorted; what is gone is left out."""
    found: list[tuple[str, int, int]] = []
    for path in paths:
        try:
            status = os.stat(path)
        except OSError:
            continue
        found.append((path, status.st_size, status.st_mtime_ns))
    return sorted(found)


def _digest(parts: Iterable[bytes]) -> bytes:
    return blake2b(_framed(parts), digest_size=_DIGEST).digest()


def _framed(parts: Iterable[bytes]) -> bytes:
    """Byte strings in a row, each behind its length."""
    return b"".join(b"%d:%b" % (len(part), part) for part in parts)


def _unframed(data: bytes) -> list[bytes]:
    parts: list[bytes] = []
    at = 0
    while at < len(data):
        colon = data.index(b":", at)
        end = colon + 1 + int(data[at:colon])
        parts.append(data[colon + 1 : end])
        at = end
    return parts
