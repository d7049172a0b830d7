"""Which file of the project an import means, and so which files have to do with one another."""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property

from .paths import Files, Paths, numbers
from .source import Source

NAMED = re.compile(rb"""["'](\.*)(\w+(?:[.:]\w+)+|(?<=\.)\w+)["']""")
"""A string that may be the name of a module: with dots in it or before it."""
LOADING = frozenset({"importlib", "pkgutil", "django.utils.module_loading", "werkzeug.utils"})
"""Modules that import by name."""


class Links:
    """Who imports whom."""

    def __init__(self, source: Source, files: Files, foreign: frozenset[str]) -> None:
        """`foreign` holds import roots of other people's packages that a folder's name must not shadow."""
        self._source = source
        self._files = files
        self._foreign = foreign
        self._by_last: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        self._path_of: dict[tuple[str, ...], str] = {}
        for path in files.paths:
            if path.endswith(".py"):
                parts = tuple(path.removesuffix(".py").split("/"))
                parts = parts[:-1] if parts[-1] == "__init__" else parts
                if parts:
                    self._by_last[parts[-1]].append(parts)
                    self._path_of[parts] = path
        self._own: dict[tuple[str, ...], bool] = {}
        """By a top-level package that is called as an SDK is, whether its files call it by that name."""
        self._above: dict[int, int] = {}
        """By a file's number, those that import it, directly or through others, itself included."""
        self._below: dict[int, int] = {}
        """By a file's number, itself and all that it imports, directly or through others."""
        self._programs: dict[int, int] = {}
        """By those that import a file, directly or through others, all that they import."""

    def importers(self, paths: Iterable[str]) -> Paths:
        """Files that import one of the files, directly or through others, those included."""
        return Paths(self._files, _closed(self._files.some(paths).bits, self._importing, self._above))

    def imported(self, paths: Iterable[str]) -> Paths:
        """The files and all that they import, directly or through others."""
        return Paths(self._files, _closed(self._files.some(paths).bits, self._imports, self._below))

    def program(self, paths: Iterable[str]) -> Paths:
        """Files an object of one of the files can get to: those that import it, and what they import in turn."""
        bits = 0
        for path in paths:
            above = self.importers((path,)).bits
            if above not in self._programs:
                self._programs[above] = self.imported(Paths(self._files, above)).bits
            bits |= self._programs[above]
        return Paths(self._files, bits)

    def components(self, paths: Iterable[str]) -> list[list[str]]:
        """The files in groups that don't import one another, directly or through other files of the project."""
        both = [one | two for one, two in zip(self._imports, self._importing, strict=True)]
        left = self._files.some(paths).bits
        found: list[list[str]] = []
        while left:
            group = _closed(left & -left, both, {}) & left
            found.append(list(Paths(self._files, group)))
            left ^= group
        return found

    @cached_property
    def _imports(self) -> list[int]:
        """By a file's number, those that it imports."""
        return [self._files.some(self._imported_by(path)).bits for path in self._files.paths]

    @cached_property
    def _importing(self) -> list[int]:
        """By a file's number, those that import it."""
        found = [0] * len(self._imports)
        for at, targets in enumerate(self._imports):
            for target in numbers(targets):
                found[target] |= 1 << at
        return found

    def _imported_by(self, path: str) -> set[str]:
        targets = {each for found in self._source.imports(path) for each in self._targets(*found, path)}
        if not self._loading.isdisjoint((path, *targets)):
            targets.update(each for found in self._named_in(path) for each in self._targets(*found, path))
        return targets

    @cached_property
    def _loading(self) -> frozenset[str]:
        """Files that import by name, for themselves or for those that import them: `load("package.module.Class")`."""
        return frozenset(path for path in self._files.paths if any(map(_is_loader, self._source.imports(path))))

    def _named_in(self, path: str) -> Iterator[tuple[int, str, tuple[str, ...]]]:
        """Modules whose names stand as strings in a file that imports by name."""
        for dots, name in dict.fromkeys(NAMED.findall(self._source.data(path))):
            yield len(dots), name.decode().replace(":", "."), ()

    def _targets(self, level: int, name: str, names: tuple[str, ...], path: str) -> Iterator[str]:
        parts = name.split(".") if name else []
        for length in range(len(parts), 0, -1):
            target = self.locate(".".join(parts[:length]), level, path)
            if target is not None:
                yield target
        if level and not parts:
            target = self.locate("", level, path)
            if target is not None:
                yield target
        for each in names:
            target = self.locate(f"{name}.{each}" if name else each, level, path)
            if target is not None:
                yield target

    def locate(self, name: str, level: int, near: str) -> str | None:
        """Path of the project file that an import of `name` in the file `near` means, if it is one of ours."""
        if not level and name.rpartition(".")[2] not in self._by_last:
            return None  # most imports are of other people's packages
        here = tuple(near.removesuffix(".py").removesuffix(".ipynb").split("/"))
        if level:
            base = here[: len(here) - level]
            wanted = (*base, *name.split(".")) if name else base
            return self._path_of.get(wanted)
        parts = tuple(name.split("."))
        folder = here[:-1]
        best: tuple[str, ...] | None = None
        for candidate in self._by_last.get(parts[-1], ()):
            if candidate[-len(parts) :] != parts:
                continue
            root = candidate[: -len(parts)]
            beside = root == folder == candidate[:-1] and self._is_beside(candidate, near)
            if not beside and not self._plausible(root, folder, parts):
                continue
            if best is None or _nearness(candidate, folder) > _nearness(best, folder):
                best = candidate
        return self._path_of[best] if best is not None else None

    def _plausible(self, root: tuple[str, ...], folder: tuple[str, ...], parts: tuple[str, ...]) -> bool:
        """Whether `root` can be a place where imports of that file start."""
        first = parts[0]
        if first in self._foreign:
            # `import openai` inside pkg/openai/ is the SDK; only a file at the very top or beside a script shadows it.
            top = (*root, first)
            if root not in ((), ("src",)) or top not in self._path_of:
                return False
            return len(parts) > 1 or folder[: len(top)] != top or self._names_itself(top)
        return root == folder[: len(root)] or root in ((), ("src",), ("lib",)) or root[-1:] == ("src",)

    def _names_itself(self, top: tuple[str, ...]) -> bool:
        """Whether files of a package import one another by its full name, which means the package itself then."""
        if top not in self._own:
            within = (path for key, path in self._path_of.items() if key[: len(top)] == top)
            names = {name for path in within for level, name, _ in self._source.imports(path) if not level}
            self._own[top] = any(
                name.startswith(f"{top[-1]}.") and (*top[:-1], *name.split(".")) in self._path_of for name in names
            )
        return self._own[top]

    def _is_beside(self, candidate: tuple[str, ...], near: str) -> bool:
        """Whether it is a file beside a script: in a folder that is no package, nor used as one by the script. A file
        that imports what it is called is none of those meant, since that would be itself."""
        path = self._path_of[candidate]
        known = candidate[-1] in sys.stdlib_module_names  # most of those are loaded before any script
        if known or candidate[:-1] in self._path_of or path.endswith("__init__.py"):
            return False
        inside = any(level or name.startswith(f"{candidate[0]}.") for level, name, _ in self._source.imports(near))
        own = any(name.partition(".")[0] == candidate[-1] for level, name, _ in self._source.imports(path) if not level)
        return not inside and not own


def _is_loader(found: tuple[int, str, tuple[str, ...]]) -> bool:
    """Whether an import is of a module that imports by name, or of a part of one."""
    _, name, names = found
    met = (name, *(f"{name}.{each}" for each in names))
    return any(each == root or each.startswith(f"{root}.") for root in LOADING for each in met)


def _closed(start: int, links: list[int], known: dict[int, int]) -> int:
    """All that links lead to from some files, those included. `known` holds such answers for single files and gets
    this one, if it is for one."""
    seen = left = start
    while left:
        low = left & -left
        left ^= low
        at = low.bit_length() - 1
        whole = known.get(at)
        fresh = (links[at] if whole is None else whole) & ~seen
        seen |= fresh
        left = left | fresh if whole is None else left & ~whole
    if start.bit_count() == 1:
        known[start.bit_length() - 1] = seen
    return seen


def _nearness(candidate: tuple[str, ...], folder: tuple[str, ...]) -> tuple[int, int]:
    common = 0
    for one, two in zip(candidate, folder, strict=False):
        if one != two:
            break
        common += 1
    return common, -len(candidate)
