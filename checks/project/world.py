"""The project as a set of modules: which file an import means, what each file holds, which files mention a word."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import TypeVar

from ..config import Declared
from ..index import FileIndex, Unit
from ..inverted import Inverted
from ..read import UnreadableUnit, convert, read, read_quickly
from ..read.tree import Class, Function, Statement
from .body import fill, fill_head
from .links import Links
from .paths import Files, Paths, numbers
from .scope import Scope
from .source import Source

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


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
        self._files = Files(source.paths())
        self._links = Links(source, self._files, foreign)
        self.paths = self._files.paths
        """Every file of the run, sorted."""
        self.relevant = self._files.all
        """Files that import an SDK, directly or through others; all of them until that is known."""
        self._modules: dict[str, Module | None] = {}
        self._mentioned: dict[tuple[str, int], tuple[tuple[Module, Unit], ...]] = {}
        self._setting: dict[tuple[str, int], tuple[tuple[Module, Unit], ...]] = {}
        self._words = Inverted()
        """Of the files that were asked for their words."""
        self._read_for_words = 0
        self._once: dict[tuple[object, Hashable], object] = {}
        self.problems: dict[str, UnreadableUnit] = {}

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
        return self._links.locate(name, level, near)

    def importers(self, paths: Iterable[str]) -> Paths:
        """Files that import one of the files, directly or through others, those included."""
        return self._links.importers(paths)

    def imported(self, paths: Iterable[str]) -> Paths:
        """The files and all that they import, directly or through others."""
        return self._links.imported(paths)

    def program(self, paths: Iterable[str]) -> Paths:
        """Files an object of one of the files can get to: those that import it, and what they import in turn."""
        return self._links.program(paths)

    def components(self, paths: Iterable[str]) -> list[list[str]]:
        """The files in groups that don't import one another, directly or through other files of the project."""
        return self._links.components(paths)

    def mentioning(self, word: str, *paths: str, passed_on: bool = False) -> tuple[tuple[Module, Unit], ...]:
        """Units that hold the word, in the files and in those that import one of them; with `passed_on` also in
        those that an object can be handed to."""
        reach = self.program(paths) if passed_on else self.importers(paths)
        key = (word, reach.bits)
        if key not in self._mentioned:
            modules = [module for path in self._holders(word, reach) if (module := self.module(path)) is not None]
            self._mentioned[key] = tuple((module, unit) for module in modules for unit in module.index.holding(word))
        return self._mentioned[key]

    def setting(self, name: str, path: str) -> tuple[tuple[Module, Unit], ...]:
        """Units that may set an attribute of that name, in a file and in those that import it."""
        key = (name, self.importers((path,)).bits)
        if key not in self._setting:
            units = self.mentioning(name, path)
            self._setting[key] = tuple((module, unit) for module, unit in units if module.index.sets(unit, name))
        return self._setting[key]

    def met(self, words: Iterable[str], path: str) -> set[str]:
        """Those of the words that the file holds."""
        at = self._files.number[path]
        self._read_words(1 << at)
        return self._words.met(words, at)

    def _holders(self, word: str, paths: Paths) -> Paths:
        """Those of the files that hold the word."""
        self._read_words(paths.bits)
        return Paths(self._files, self._words.holding(word) & paths.bits)

    def _read_words(self, bits: int) -> None:
        for at in numbers(bits & ~self._read_for_words):
            self._words.add(at, self.source.words(self.paths[at]))
        self._read_for_words |= bits

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
