"""Reads which release of each package a project uses, from the files that say so. Nothing is run or installed."""

from __future__ import annotations

import ast
import configparser
import json
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from ..folders import subfolders
from .pins import Version, normalised, release, requirement, table_entry

Found = tuple[str, Version]
_Reader = Callable[[str], Iterable[Found]]

_MEGABYTE = 1 << 20
_LOCKED_PACKAGE = re.compile(r'^\[\[packages?\]\]\s*\nname = "([^"\n]+)"\s*\nversion = "([^"\n]+)"', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Installed:
    """The releases a project uses, by normalised package name, and the files that could not be read (path, why)."""

    versions: Mapping[str, Version]
    ignored: tuple[tuple[str, str], ...] = ()

    def of(self, package: str) -> Version | None:
        """The release of a package, however its name is written; None if no file speaks of it."""
        return self.versions.get(normalised(package))


def installed_versions(root: Path) -> Installed:
    """Read the lock files, requirements and metadata of a folder and of the folders right under it.

    The folder itself is believed before those under it, a lock before a requirement, and of equals the lowest;
    a requirement that bounds nothing from above yields to any that does. Files over 5 MB (locks: 20 MB) are ignored.
    """
    ignored: list[tuple[str, str]] = []
    chosen: dict[str, Version] = {}
    inside = [folder for name in subfolders(str(root)) if not _is_metadata(folder := Path(name))]
    for folders in ([root], inside):
        for readers in (_LOCKS, _REQUIREMENTS):
            group: dict[str, Version] = {}
            for name, version in _read_all(root, folders, readers, ignored):
                group[name] = _lower(group[name], version) if name in group else version
            for name, version in group.items():
                if name not in chosen or (_open(chosen[name]) and not _open(version)):
                    chosen[name] = version
    return Installed(chosen, tuple(ignored))


def _read_all(
    root: Path, folders: Iterable[Path], readers: Mapping[str, _Reader], ignored: list[tuple[str, str]]
) -> Iterator[Found]:
    limit = (20 if readers is _LOCKS else 5) * _MEGABYTE
    for folder in folders:
        for pattern, reader in readers.items():
            for path in sorted(folder.glob(pattern)):
                try:
                    yield from list(_read(path, reader, limit))
                except (OSError, ValueError, SyntaxError, RecursionError, configparser.Error, _Unusable) as error:
                    reason = str(error).partition("\n")[0] or type(error).__name__
                    ignored.append((path.relative_to(root).as_posix(), reason))


class _Unusable(Exception):
    """A file that says nothing because of its form or size."""


def _read(path: Path, reader: _Reader, limit: int) -> Iterable[Found]:
    if not path.is_file():
        return ()
    size = path.stat().st_size
    if size > limit:
        raise _Unusable(f"{size / _MEGABYTE:.0f} MB, more than {limit // _MEGABYTE} MB")
    return reader(path.read_text(encoding="utf-8-sig", errors="replace"))


def _is_metadata(folder: Path) -> bool:
    return folder.suffix in (".dist-info", ".egg-info")


def _open(version: Version) -> bool:
    return version.locked is None and version.below is None


def _lower(one: Version, other: Version) -> Version:
    """Of two statements about a package the one that allows less: an exact release, else the lower bound."""
    return min(one, other, key=_height)


def _height(version: Version) -> tuple[int, Any]:
    if version.locked is not None:
        return 0, release(version.locked)
    if version.below is not None:
        return 1, release(version.below)
    return 2, release(version.at_least or "0")


def _lock(text: str) -> Iterator[Found]:
    """Read by a pattern, as large locks take seconds to parse; one in which it finds nothing is empty, or is none."""
    found = _LOCKED_PACKAGE.findall(text.replace("\r\n", "\n"))
    if not found:
        tomllib.loads(text)
    for name, version in found:
        yield normalised(name), Version(locked=version)


def _pipfile_lock(text: str) -> Iterator[Found]:
    lock = _table(json.loads(text))
    for section in ("default", "develop"):
        yield from _table_of_requirements(lock.get(section))


def _requirements(text: str) -> Iterator[Found]:
    for line in text.replace("\\\n", " ").splitlines():
        bare = line.split(" --")[0].strip()
        if bare and bare[0] not in "#-[.":
            yield from _lines([bare])


def _lines(lines: object) -> Iterator[Found]:
    """Requirements out of a list that should hold strings; whatever else it holds is no requirement."""
    for line in cast(Iterable[object], lines) if isinstance(lines, list) else ():
        found = requirement(line) if isinstance(line, str) else None
        if found:
            yield found


def _metadata(text: str) -> Iterator[Found]:
    head = text.partition("\n\n")[0]
    yield from _lines([line.partition(":")[2] for line in head.splitlines() if line.startswith("Requires-Dist:")])


def _pyproject(text: str) -> Iterator[Found]:
    whole = _table(tomllib.loads(text))
    project = _table(whole.get("project"))
    tool = _table(whole.get("tool"))
    uv, pdm, poetry = (_table(tool.get(name)) for name in ("uv", "pdm", "poetry"))
    yield from _lines(project.get("dependencies"))
    yield from _lines(uv.get("dev-dependencies"))
    yield from _lines(uv.get("constraint-dependencies"))
    groups = (project.get("optional-dependencies"), whole.get("dependency-groups"), pdm.get("dev-dependencies"))
    for group in groups:
        for lines in _table(group).values():
            yield from _lines(lines)
    yield from _table_of_requirements(poetry.get("dependencies"))
    yield from _table_of_requirements(poetry.get("dev-dependencies"))
    for poetry_group in _table(poetry.get("group")).values():
        yield from _table_of_requirements(_table(poetry_group).get("dependencies"))


def _pipfile(text: str) -> Iterator[Found]:
    whole = _table(tomllib.loads(text))
    for section in ("packages", "dev-packages"):
        yield from _table_of_requirements(whole.get(section))


def _table_of_requirements(table: Any) -> Iterator[Found]:
    for name, entry in _table(table).items():
        for version in table_entry(entry):
            yield normalised(name), version


def _table(value: Any) -> dict[str, Any]:
    return cast(dict[str, Any], value) if isinstance(value, dict) else {}


def _setup_cfg(text: str) -> Iterator[Found]:
    parser = configparser.RawConfigParser()
    parser.read_string(text)
    lists = [parser.get("options", "install_requires", fallback="")]
    if parser.has_section("options.extras_require"):
        lists += [value for _, value in parser.items("options.extras_require")]
    for block in lists:
        yield from _requirements(block)


def _setup_py(text: str) -> Iterator[Found]:
    tree = ast.parse(text)
    names = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        for keyword in call.keywords:
            if keyword.arg in ("install_requires", "extras_require"):
                value = names.get(keyword.value.id) if isinstance(keyword.value, ast.Name) else keyword.value
                yield from _lines(_literal_strings(value))


def _literal_strings(node: ast.expr | None) -> list[str]:
    if node is None:
        return []
    values = node.values if isinstance(node, ast.Dict) else [node]
    return [
        one.value
        for value in values
        for one in ast.walk(value)
        if isinstance(one, ast.Constant) and isinstance(one.value, str)
    ]


_LOCKS: dict[str, _Reader] = {
    "uv.lock": _lock,
    "poetry.lock": _lock,
    "pdm.lock": _lock,
    "pylock*.toml": _lock,
    "Pipfile.lock": _pipfile_lock,
}
_REQUIREMENTS: dict[str, _Reader] = {
    "*requirements*.txt": _requirements,
    "requirements/*.txt": _requirements,
    "*constraints*.txt": _requirements,
    "pyproject.toml": _pyproject,
    "Pipfile": _pipfile,
    "setup.cfg": _setup_cfg,
    "setup.py": _setup_py,
    "PKG-INFO": _metadata,
    "*.dist-info/METADATA": _metadata,
    "*.egg-info/requires.txt": _requirements,
    "*.egg-info/PKG-INFO": _metadata,
}
