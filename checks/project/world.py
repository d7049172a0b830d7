"""The project as a set of modules: which file an import means, what each file holds, which files mention a word."""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Protocol, TypeVar

from ..config import Declared
from ..index import FileIndex, Unit
from ..read import UnreadableUnit, convert, read, read_quickly
from ..read.tree import Class, Function, Statement
from .body import fill, fill_head
from .scope import Scope

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


class Source(Protocol):
    """Where the world gets its files from; `pipeline` implements it over the disk, workers and the cache."""

    def paths(self) -> Iterable[str]:
        """Every file of the run, relative to the root, notebooks included."""
        ...

    def index(self, path: str) -> FileIndex | None:
        """The index of a file; None when it could not be read (then it is listed as skipped)."""
        ...

    def imports(self, path: str) -> Iterable[tuple[int, str, tuple[str, ...]]]:
        """Imports of a file as (level, module, names), from the cheap scan."""
        ...

    def hints(self, path: str) -> bool:
        """Whether the file may send a request to a model although it imports no SDK."""
        ...

    def data(self, path: str) -> bytes:
        """The file's text as bytes, for the byte filter; empty when it could not be read."""
        ...

    def words(self, path: str) -> frozenset[str]:
        """Every identifier-like word of the file."""
        ...

    def written(self, name: str) -> str:
        """What the one file that is no code and has a path with that end says; empty where there isn't one."""
        ...


NAMED = re.compile(rb"""["'](\.*)(\w+(?:[.:]\w+)+|(?<=\.)\w+)["']""")
"""A string that may be the name of a module: with dots in it or before it."""


class Module:
    """One file of the project; scopes are made when asked for."""

    def __init__(self, path: str, found: FileIndex, world: World) -> None:
        self.path = path
        self.index = found
        self.world = world
        self._scopes: dict[str, Scope | None] = {}
        parts = path.removesuffix(".py").removesuffix(".ipynb").split("/")
        self.is_package = parts[-1] == "__init__"
        self.parts = tuple(parts[:-1] if self.is_package else parts)
        self.package = self.parts if self.is_package else self.parts[:-1]

    @property
    def top(self) -> Scope:
        """The scope of the module's own statements."""
        found = self.scope("")
        if found is None:  # the text could not be read: an empty module
            found = self._scopes[""] = Scope("module", "", self, None, None, 1)
        return found

    def scope(self, name: str) -> Scope | None:
        """The scope of an indexed definition; None when there is none or it can't be read."""
        if name not in self._scopes:
            unit = self.index.units.get(name)
            self._scopes[name] = self._make(unit) if unit is not None else None
        return self._scopes[name]

    def _read(self, unit: Unit) -> tuple[Statement, ...]:
        node = self.index.parsed(unit)
        if self.world.exact:
            return read(self.index.source(unit), unit.start)
        if node is not None:
            return convert(node, self.index.lines, self.index.inner)
        return read_quickly(self.index.source(unit), unit.start)

    def _make(self, unit: Unit) -> Scope | None:
        try:
            body = self._read(unit)
        except UnreadableUnit as error:
            self.world.unreadable(self.path, error)
            return None
        if unit.kind == "module":
            scope = Scope("module", "", self, None, None, 1)
            self._scopes[""] = scope
            fill(scope, body)
            return scope
        node = _definition(body)
        if node is None:
            return None
        parent = self.scope(unit.name.rpartition(".")[0]) if "." in unit.name else self.top
        scope = Scope("class" if isinstance(node, Class) else "function", unit.name, self, parent, node, node.line)
        self._scopes[unit.name] = scope
        fill(scope, node.body)
        if parent is not None:
            fill_head(scope, parent)
        return scope

    def members(self, name: str) -> Iterator[str]:
        """Short names of the definitions directly inside the named one."""
        for unit in self.index.within(name):
            yield unit.name.rpartition(".")[2]

    def definitions(self, name: str) -> list[Scope]:
        """Scopes of every definition of a qualified name, the latest first."""
        found = (self.scope(unit.name) for unit in self.index.named(name))
        return [scope for scope in found if scope is not None]

    def scopes(self) -> Iterator[Scope]:
        """All scopes of the module, nested ones included."""
        for name in list(self.index.units):
            scope = self.scope(name)
            if scope is not None:
                yield from scope.tree()


def _definition(body: tuple[Statement, ...]) -> Function | Class | None:
    for statement in body:
        if isinstance(statement, (Function, Class)):
            return statement
    return None


class World:
    """All modules of the project by path, found by import name, and linked by who imports whom."""

    def __init__(
        self, source: Source, foreign: frozenset[str], *, exact: bool = False, declared: Declared | None = None
    ) -> None:
        """`foreign` holds import roots of other people's packages that a folder's name must not shadow. With `exact`
        every definition is read by libcst, also those that `ast` reads ten times as fast into the same tree."""
        self.exact = exact
        self.declared = declared or Declared()
        self._opaque = self.declared.names()
        self.source = source
        self.foreign = foreign
        self.paths = sorted(source.paths())
        self.relevant = frozenset(self.paths)
        """Files that import an SDK, directly or through others; all of them until that is known."""
        self._modules: dict[str, Module | None] = {}
        self._by_last: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        self._path_of: dict[tuple[str, ...], str] = {}
        self._importers: dict[str, set[str]] | None = None
        self._closure: dict[str, frozenset[str]] = {}
        self._imported: dict[str, set[str]] = defaultdict(set)
        self._programs: dict[str, frozenset[str]] = {}
        self._mentioned: dict[tuple[str, tuple[str, ...], bool], tuple[tuple[Module, Unit], ...]] = {}
        self._holding: dict[str, list[str]] = defaultdict(list)
        """By a word, the files that hold it, of those that were asked for their words."""
        self._read_for_words: set[str] = set()
        self._reached: dict[tuple[frozenset[str], bool], frozenset[str]] = {}
        self._once: dict[tuple[object, Hashable], object] = {}
        self.problems: dict[str, UnreadableUnit] = {}
        for path in self.paths:
            if path.endswith(".py"):
                parts = tuple(path.removesuffix(".py").split("/"))
                parts = parts[:-1] if parts[-1] == "__init__" else parts
                if parts:
                    self._by_last[parts[-1]].append(parts)
                    self._path_of[parts] = path

    def opaque(self, module: Module, name: str) -> str:
        """The dotted name under which the project declares what a function does; empty where it does not."""
        if not self._opaque:
            return ""
        whole = ".".join((*module.parts, name))
        return next((each for each in self._opaque if f".{whole}".endswith(f".{each}")), "")

    def unreadable(self, path: str, error: UnreadableUnit) -> None:
        """Note a definition that could not be read."""
        self.problems.setdefault(path, error)

    def module(self, path: str) -> Module | None:
        """The module of a path."""
        if path not in self._modules:
            found = self.source.index(path)
            self._modules[path] = Module(path, found, self) if found is not None else None
        return self._modules[path]

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
        if first in self.foreign:
            # `import openai` inside pkg/openai/ is the SDK; only a file at the very top or beside a script shadows it.
            return (
                root in ((), ("src",))
                and (*root, first) in self._path_of
                and (len(parts) > 1 or folder[: len(root) + 1] != (*root, first))
            )
        return root == folder[: len(root)] or root in ((), ("src",), ("lib",)) or root[-1:] == ("src",)

    def _is_beside(self, candidate: tuple[str, ...], near: str) -> bool:
        """Whether it is a file beside a script: in a folder that is no package, nor used as one by the script. A file
        that imports what it is called is none of those meant, since that would be itself."""
        path = self._path_of[candidate]
        known = candidate[-1] in sys.stdlib_module_names  # most of those are loaded before any script
        if known or candidate[:-1] in self._path_of or path.endswith("__init__.py"):
            return False
        inside = any(level or name.startswith(f"{candidate[0]}.") for level, name, _ in self.source.imports(near))
        own = any(name.partition(".")[0] == candidate[-1] for level, name, _ in self.source.imports(path) if not level)
        return not inside and not own

    def importers(self, path: str) -> frozenset[str]:
        """Files that import the file, directly or through others, itself included."""
        if path in self._closure:
            return self._closure[path]
        if self._importers is None:
            self._importers = self._link()
        seen, queue = {path}, [path]
        while queue:
            for other in self._importers.get(queue.pop(), ()):
                if other not in seen:
                    seen.add(other)
                    queue.append(other)
        self._closure[path] = frozenset(seen)
        return self._closure[path]

    def _link(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for path in self.paths:
            imports = tuple(self.source.imports(path))
            if any(name.startswith("importlib") for _, name, _ in imports):
                imports = (*imports, *self._named_in(path))
            for level, name, names in imports:
                for target in self._targets(level, name, names, path):
                    found[target].add(path)
                    self._imported[path].add(target)
        return found

    def _named_in(self, path: str) -> Iterator[tuple[int, str, tuple[str, ...]]]:
        """Modules whose names stand as strings in a file that imports by name."""
        for dots, name in dict.fromkeys(NAMED.findall(self.source.data(path))):
            yield len(dots), name.decode().replace(":", "."), ()

    def program(self, path: str) -> frozenset[str]:
        """Files an object of the file can get to: those that import it, and what they import in turn."""
        if path not in self._programs:
            self._programs[path] = frozenset(self.with_imported(self.importers(path)))
        return self._programs[path]

    def with_imported(self, paths: Iterable[str]) -> set[str]:
        """The files and all that they import, directly or through others."""
        seen = set(paths)
        queue = list(seen)
        while queue:
            for other in self._imported.get(queue.pop(), ()):
                if other not in seen:
                    seen.add(other)
                    queue.append(other)
        return seen

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

    def components(self, paths: Iterable[str]) -> list[list[str]]:
        """The files in groups that don't import one another, directly or through other files of the project."""
        left = sorted(paths)
        found: list[list[str]] = []
        while left:
            group = self._connected(left[0])
            found.append([path for path in left if path in group])
            left = [path for path in left if path not in group]
        return found

    def _connected(self, path: str) -> set[str]:
        self.importers(path)  # makes the links
        links = self._importers or {}
        seen, queue = {path}, [path]
        while queue:
            at = queue.pop()
            for other in (*links.get(at, ()), *self._imported.get(at, ())):
                if other not in seen:
                    seen.add(other)
                    queue.append(other)
        return seen

    def mentioning(self, word: str, *paths: str, passed_on: bool = False) -> tuple[tuple[Module, Unit], ...]:
        """Units that hold the word, in the files and in those that import one of them; with `passed_on` also in
        those that an object can be handed to."""
        key = (word, paths, passed_on)
        if key not in self._mentioned:
            holders = self._holders(word, self._reach(frozenset(paths), passed_on))
            modules = [module for path in holders if (module := self.module(path)) is not None]
            self._mentioned[key] = tuple((module, unit) for module in modules for unit in module.index.holding(word))
        return self._mentioned[key]

    def _holders(self, word: str, paths: frozenset[str]) -> list[str]:
        """Those of the files that hold the word, sorted."""
        new = paths - self._read_for_words
        for path in new:
            for each in self.source.words(path):
                self._holding[each].append(path)
        self._read_for_words |= new
        return sorted(path for path in self._holding.get(word, ()) if path in paths)

    def _reach(self, paths: frozenset[str], passed_on: bool) -> frozenset[str]:  # noqa: FBT001 - a key
        key = (paths, passed_on)
        if key not in self._reached:
            reach = self.program if passed_on else self.importers
            self._reached[key] = frozenset[str]().union(*(reach(path) for path in paths))
        return self._reached[key]

    def once(self, work: Callable[[K], T], of: K) -> T:
        """What is worked out of one body or file and nothing else, the first time."""
        key = (work, of)
        if key not in self._once:
            self._once[key] = work(of)
        return self._once[key]  # type: ignore[return-value]  # what the same work gave

    def anywhere(self, word: str, form: str = "", among: Callable[[str], bool] = bool) -> Iterator[Scope]:
        """Scopes of units that hold the word, in every file that can have to do with a call; with `form`, those that
        hold it in that form: a regular expression, which spares reading the others. `among` is asked before about a
        file's path, and may know faster that it holds no such thing."""
        use = re.compile(form)
        early = re.compile(form.encode() if form.isascii() else b"")  # in bytes, letters beyond ASCII are none
        for path in self._holders(word, self.relevant):
            if form and not (among(path) and early.search(self.source.data(path))):
                continue
            module = self.module(path)
            for unit in module.index.holding(word) if module is not None else ():
                if module is not None and use.search(module.index.source(unit)):
                    scope = module.scope(unit.name)
                    yield from scope.tree() if scope is not None else ()


def _nearness(candidate: tuple[str, ...], folder: tuple[str, ...]) -> tuple[int, int]:
    common = 0
    for one, two in zip(candidate, folder, strict=False):
        if one != two:
            break
        common += 1
    return common, -len(candidate)
