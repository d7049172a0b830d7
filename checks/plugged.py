"""Which packages beside this one bring checks of their own: found by the records that installers leave, not loaded.

A record counts where Python looks for packages, but not in what is audited: code of a repository is never run. The
folders of the running Python itself always count, as only its user installs into them. Only `os` and `sys` are needed.
"""

# Paths are strings here: pathlib takes longer to import than a stored document to answer.

from __future__ import annotations

import os
import site
import sys
from collections.abc import Iterable, Iterator

GROUP = "aiready.checks"
"""The group of entry points by which a package names its rules."""
RECORDS = (".dist-info", ".egg-info")
MOST = 2000
"""Files of one package that a stored report is held against."""

_audited: set[str] = set()


def keep_out(folders: Iterable[str]) -> None:
    """Nothing below these folders is loaded from now on, as they are what is audited."""
    _audited.update(map(os.path.realpath, folders))


def is_kept_out(path: str) -> bool:
    """Whether a file or folder lies in what is audited."""
    real = os.path.realpath(path)
    return any(real == each or real.startswith(f"{each.rstrip(os.sep)}{os.sep}") for each in _audited)


def folders() -> list[str]:
    """Where packages may lie that can bring checks."""
    own = {os.path.realpath(each) for each in (*site.getsitepackages(), site.getusersitepackages())}
    said = dict.fromkeys(os.path.abspath(each) for each in sys.path if each)
    return [each for each in said if os.path.realpath(each) in own or not is_kept_out(each)]


def lies_in_audited(root: str, path: Iterable[str]) -> bool:
    """Whether a package that isn't found elsewhere lies in what is audited, as one that is installed editable."""
    places = [os.path.join(each, root) for each in path if each and is_kept_out(each)]
    return any(os.path.isdir(each) or os.path.isfile(f"{each}.py") for each in places)


def records() -> list[str]:
    """The installers' records, as folders, of the packages that bring checks; the first of a name counts."""
    found: dict[str, str] = {}
    for folder in folders():
        for name in _names(folder):
            if name.endswith(RECORDS) and names_checks(os.path.join(folder, name)):
                found.setdefault(name.partition("-")[0].lower(), os.path.join(folder, name))
    return sorted(found.values(), key=os.path.basename)


def names_checks(record: str) -> bool:
    """Whether a package has an entry point of our group."""
    return f"[{GROUP}]".encode() in _text(record).replace(b" ", b"")


def files(record: str) -> Iterator[str]:
    """The record and, where they lie in a folder that Python looks into, the files of the code it names."""
    yield os.path.join(record, "entry_points.txt")
    yield os.path.join(record, "METADATA")
    left = MOST
    for root in _roots(_text(record).decode(errors="replace")):
        for folder in folders():
            at = os.path.join(folder, root)
            yield f"{at}.py"
            for path in _below(at):
                left -= 1
                if left < 0:
                    return
                yield path


def _roots(text: str) -> list[str]:
    """The packages that the entry points of our group lie in."""
    section, found = "", dict[str, None]()
    for line in text.splitlines():
        if line.startswith("["):
            section = line.strip("[] \t")
        elif section == GROUP and "=" in line:
            found[line.partition("=")[2].strip().partition(":")[0].partition(".")[0].strip()] = None
    return [root for root in found if root.isidentifier()]


def _below(folder: str) -> Iterator[str]:
    for at, inside, names in os.walk(folder):
        inside.sort()
        yield from (os.path.join(at, name) for name in sorted(names) if name.endswith((".py", ".md")))


def _text(record: str) -> bytes:
    try:
        with open(os.path.join(record, "entry_points.txt"), "rb", buffering=0) as stream:
            return stream.read()
    except OSError:
        return b""


def _names(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []
