"""A generic, meaning-free index of one file: what it defines, and which lines and words belong to what.

Made with the standard library's `ast`, which reads ten times as fast as libcst. It decides nothing: it says where
things are, so that only the definitions somebody asks about are read whole.
"""

from __future__ import annotations

import ast
import re
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from .inverted import Inverted, words_of
from .read import UnreadableUnit, tree_of
from .read.from_ast import DEFINITIONS

if TYPE_CHECKING:
    import libcst as cst

SET = re.compile(r"""\.\s*(\w+)[\s\\]*(?:[:,)\]]|[-+*/|&^%@<>]{0,3}=(?!=)|in\b)|["'](\w+)["']""")
"""What stands where an attribute may be set: `.name =`, `.name: int`, `.name, …`, `"name"` (for `setattr`)."""
CALLED = re.compile(r"\(\s*+(\w++)")
SUBSCRIPTED = re.compile(r"\[(\w++)")
"""What is called, `word(`, and what is looked into, `word[`: read backwards, since the engine finds a character soon
and tries each word slowly."""
REACHED = re.compile(r"""(?:\.\s*+|["'])(\w++)""")
RENAMED = re.compile(r"\b(\w++)\s++as\b")
ASSIGNED = re.compile(r"=\s*+(?:\w++\.)*+(\w++)[^\S\n]*+(?:#.*)?$", re.MULTILINE)
"""What may get another name at the top of a file: `name as other`, `other = name`."""
COMPOUND = (ast.If, ast.Try, ast.TryStar, ast.With, ast.For, ast.While)


class Unit(NamedTuple):
    """One module body, class body or function: what can be read on its own.

    `start` and `end` are its first (decorators included) and last line. `holes` are the line ranges inside that are
    units of their own and are left out when this one is read.
    """

    name: str
    """Qualified name inside the module; empty for the module's own statements. A name defined again gets `#2`."""
    kind: str
    """module, class or function."""
    start: int
    end: int
    holes: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class FileIndex:
    """Where everything is in one file."""

    path: str
    text: str = field(repr=False)
    units: dict[str, Unit] = field(repr=False)
    nodes: dict[str, ast.AST] = field(default_factory=dict[str, ast.AST], repr=False)
    """`ast`'s nodes of the units, where they were kept."""
    inner: frozenset[int] = frozenset()
    """Lines on which definitions begin that are units of their own (decorators not counted)."""

    @cached_property
    def lines(self) -> list[str]:
        """The text's lines, where a column in characters can be another than in bytes; none of a text in ASCII."""
        return [] if self.text.isascii() else self.text.split("\n")

    @cached_property
    def _starts(self) -> array[int]:
        """Where in the text each line begins; one more than there are lines."""
        return array("I", accumulate((len(line) + 1 for line in self.text.split("\n")), initial=0))

    def _between(self, start: int, end: int) -> str:
        """Whole lines, both of them included."""
        return self.text[self._starts[start - 1] : self._starts[end]]

    def source(self, unit: Unit) -> str:
        """The unit's own text; each hole is a `pass`, so that line numbers stay."""
        said, at = "", unit.start
        for start, end in unit.holes:
            first = self._between(start, start)
            indent = first[: len(first) - len(first.lstrip())]
            said += f"{self._between(at, start - 1)}{indent}pass" + "\n" * (end + 1 - start)
            at = end + 1
        said += self._between(at, unit.end)
        return said if said.endswith("\n") else f"{said}\n"

    def parsed(self, unit: Unit) -> ast.AST | None:
        """`ast`'s node of a unit if it was kept, given out once."""
        return self.nodes.pop(unit.name, None)

    def holds(self, unit: Unit, word: str) -> bool:
        """Whether the unit holds an identifier-like word, units inside it left out."""
        return bool(self._words.holding(word) >> self._numbers[unit.name] & 1)

    def met(self, words: Iterable[str], unit: Unit) -> set[str]:
        """Those of the words that the unit holds."""
        return self._words.met(words, self._numbers[unit.name])

    def holding(self, word: str) -> list[Unit]:
        """The units that hold the word, in order."""
        bits = self._words.holding(word)
        return [unit for at, unit in enumerate(self.units.values()) if bits >> at & 1] if bits else []

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {name: at for at, name in enumerate(self.units)}

    @cached_property
    def _words(self) -> Inverted:
        found = Inverted()
        for at, unit in enumerate(self.units.values()):
            found.add(at, words_of(self.source(unit)))
        return found

    def setting(self, name: str, owner: str) -> list[Unit]:
        """The methods of a class that may set an attribute of that name."""
        found = self._setters.get(owner)
        if found is None:
            found = self._setters[owner] = defaultdict(list)
            for unit in self.within(owner):
                for each in self._set_in(unit) if unit.kind == "function" else ():
                    found[each].append(unit)
        return found.get(name, [])

    def sets(self, unit: Unit, name: str) -> bool:
        """Whether the unit may set an attribute of that name, on whatever object."""
        found = self._set.get(unit.name)
        if found is None:
            found = self._set[unit.name] = self._set_in(unit)
        return name in found

    def _set_in(self, unit: Unit) -> frozenset[str]:
        return frozenset(attribute or text for attribute, text in SET.findall(self.source(unit)))

    @cached_property
    def _set(self) -> dict[str, frozenset[str]]:
        return {}

    @cached_property
    def _setters(self) -> dict[str, defaultdict[str, list[Unit]]]:
        return {}

    def called(self, unit: Unit) -> frozenset[str]:
        """The words of the unit that are called: `word(`."""
        return self._uses(unit)[0]

    def reached(self, unit: Unit) -> frozenset[str]:
        """The words of the unit that stand behind a dot or a quote."""
        return self._uses(unit)[1]

    def _uses(self, unit: Unit) -> tuple[frozenset[str], frozenset[str]]:
        found = self._used.get(unit.name)
        if found is None:
            source = self.source(unit)
            found = self._used[unit.name] = _backwards(CALLED, source), frozenset(REACHED.findall(source))
        return found

    @cached_property
    def _used(self) -> dict[str, tuple[frozenset[str], frozenset[str]]]:
        return {}

    def named(self, name: str) -> Iterator[Unit]:
        """The units of that qualified name, the latest definition first."""
        found = [self.units[name]] if name in self.units else []
        count = 2
        while (again := f"{name}#{count}") in self.units:
            found.insert(0, self.units[again])
            count += 1
        return iter(found)

    def within(self, name: str) -> tuple[Unit, ...]:
        """Units defined directly inside the named one, functions and classes."""
        return tuple(self._inside.get(name, ()))

    @cached_property
    def _inside(self) -> dict[str, list[Unit]]:
        found: dict[str, list[Unit]] = defaultdict(list)
        for name, unit in self.units.items():
            if name:
                found[name.rpartition(".")[0]].append(unit)
        return found

    @cached_property
    def renamed(self) -> frozenset[str]:
        """The words that may get another name at the top of the file."""
        top = self.source(self.units[""])
        return frozenset(RENAMED.findall(top)).union(ASSIGNED.findall(top))

    @cached_property
    def declaring(self) -> list[Unit]:
        """The units that may set names of the module from within: those that hold the word `global`."""
        return self.holding("global") if "global " in self.text else []

    @cached_property
    def subscripted(self) -> frozenset[str]:
        """The words that brackets follow: `word[`."""
        return _backwards(SUBSCRIPTED, self.text)


def _backwards(form: re.Pattern[str], text: str) -> frozenset[str]:
    """The words that a pattern finds in a text that is read from its end."""
    return frozenset(word[::-1] for word in form.findall(text[::-1]))


def index(path: str, text: str, *, keep: bool = False) -> FileIndex:
    """Index one file's text, keeping `ast`'s nodes if asked. Raises UnreadableUnit where no parser can read it."""
    units: dict[str, Unit] = {}
    nodes: dict[str, ast.AST] = {}
    try:
        _collect_all(text, units, nodes)
    except (RecursionError, MemoryError) as error:
        raise UnreadableUnit("too-deep", "nested too deeply to be parsed") from error
    inner = frozenset(node.lineno for node in nodes.values() if isinstance(node, DEFINITIONS))
    return FileIndex(path, text, units, nodes if keep else {}, inner)


def _collect_all(text: str, units: dict[str, Unit], nodes: dict[str, ast.AST]) -> None:
    try:
        tree = tree_of(text)
    except (SyntaxError, ValueError):
        _collect_cst(text, units)
        return
    holes = _collect(tree.body, "", units, nodes)
    nodes[""] = tree
    units[""] = Unit("", "module", 1, text.count("\n") + 1, holes)


def _collect(
    body: Iterable[ast.stmt], prefix: str, units: dict[str, Unit], nodes: dict[str, ast.AST]
) -> tuple[tuple[int, int], ...]:
    """Register the definitions of a body, those under `if`, `try` and the like included; their line ranges."""
    holes: list[tuple[int, int]] = []
    for node in body:
        if isinstance(node, DEFINITIONS):
            start = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            end = node.end_lineno or node.lineno
            name = _free(f"{prefix}{node.name}", units)
            kind = "class" if isinstance(node, ast.ClassDef) else "function"
            units[name] = Unit(name, kind, start, end)
            nodes[name] = node
            inner = _collect(node.body, f"{name}.", units, nodes) if isinstance(node, ast.ClassDef) else ()
            units[name] = Unit(name, kind, start, end, inner)
            holes.append((start, end))
        elif isinstance(node, COMPOUND):
            for part in ("body", "orelse", "finalbody"):
                holes.extend(_collect(getattr(node, part, ()), prefix, units, nodes))
            for handler in getattr(node, "handlers", ()):
                holes.extend(_collect(handler.body, prefix, units, nodes))
    return tuple(holes)


def _free(name: str, units: dict[str, Unit]) -> str:
    count, free = 1, name
    while free in units:
        count += 1
        free = f"{name}#{count}"
    return free


def _collect_cst(text: str, units: dict[str, Unit]) -> None:
    """The same from libcst, for syntax that the running Python's `ast` doesn't know.

    Lines are counted in the code of the statements: the position provider takes five times as long.
    """
    import libcst as cst

    from .read.reader import parse

    module = parse(text)

    def height(node: cst.CSTNode) -> int:
        return module.code_for_node(node).count("\n")

    def walk(body: Sequence[cst.CSTNode], line: int, prefix: str) -> tuple[tuple[int, int], ...]:
        """Register the definitions of statements that stand from `line` on."""
        holes: list[tuple[int, int]] = []
        for node in body:
            end = line + height(node)
            if isinstance(node, (cst.FunctionDef, cst.ClassDef)):
                name = _free(f"{prefix}{node.name.value}", units)
                kind = "class" if isinstance(node, cst.ClassDef) else "function"
                start = line + len(node.leading_lines)
                units[name] = Unit(name, kind, start, end - 1)
                if isinstance(node, cst.ClassDef) and isinstance(node.body, cst.IndentedBlock):
                    below = sum(map(height, node.body.body)) + len(node.body.footer)
                    units[name] = Unit(name, kind, start, end - 1, walk(node.body.body, end - below, f"{name}."))
                holes.append((start, end - 1))
            line = end
        return tuple(holes)

    holes = walk(module.body, 1 + len(module.header), "")
    units[""] = Unit("", "module", 1, text.count("\n") + 1, holes)
