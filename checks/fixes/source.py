"""A file as it is edited: its text, its tree by libcst, and where each node of that stands in the text."""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple, TypeVar

import libcst as cst
from libcst.metadata import MetadataWrapper, ParentNodeProvider, PositionProvider

from ..files.decode import decode, read
from ..looked import Skipped
from ..model import Edit, Place

N = TypeVar("N", bound=cst.CSTNode)


class Span(NamedTuple):
    """Characters of a text, from the first up to, but without, the last."""

    start: int
    end: int


class Source:
    """The text of a file, line ends as `\\n`, and its tree."""

    def __init__(self, path: str, text: str) -> None:
        """Raises ParserSyntaxError."""
        self.path = path
        self.text = text
        self.module = cst.parse_module(text)
        self._starts = starts(text)

    @property
    def is_whole(self) -> bool:
        """Whether the tree gives back every character of the text; libcst loses some, of a few files."""
        return self.module.code == self.text

    @cached_property
    def _wrapped(self) -> MetadataWrapper:
        return MetadataWrapper(self.module, unsafe_skip_copy=True)

    @cached_property
    def _spans(self) -> dict[cst.CSTNode, Span]:
        found = self._wrapped.resolve(PositionProvider)
        return {
            node: Span(self.offset(at.start.line, at.start.column + 1), self.offset(at.end.line, at.end.column + 1))
            for node, at in found.items()
        }

    @cached_property
    def _parents(self) -> Mapping[cst.CSTNode, cst.CSTNode]:
        return self._wrapped.resolve(ParentNodeProvider)

    @cached_property
    def _calls(self) -> dict[Span, cst.Call]:
        return {span: node for node, span in self._spans.items() if isinstance(node, cst.Call)}

    def offset(self, line: int, column: int) -> int:
        """Where in the text a place is."""
        return self._starts[line - 1] + column - 1 if line <= len(self._starts) else len(self.text)

    def span(self, node: cst.CSTNode) -> Span:
        """Where a node stands, without the space and the brackets around it."""
        return self._spans[node]

    def code(self, node: cst.CSTNode) -> str:
        """The text of a node."""
        return self.text[slice(*self._spans[node])]

    def call(self, place: Place | None) -> cst.Call | None:
        """The call that has exactly this place."""
        if place is None or place.path != self.path or not place.end_line:
            return None
        span = Span(self.offset(place.line, place.column), self.offset(place.end_line, place.end_column))
        return self._calls.get(span)

    def parents(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """What a node stands in, from the inside out, up to the module."""
        while node is not self.module:
            node = self._parents[node]
            yield node

    def inside(self, node: cst.CSTNode, kind: type[N]) -> list[N]:
        """The nodes of a kind in another one, that one included, in the order of the text."""
        start, end = (0, len(self.text)) if node is self.module else self._spans[node]
        found = [
            (span, each) for each, span in self._spans.items() if isinstance(each, kind) and start <= span[0] <= end
        ]
        return [each for span, each in sorted(found, key=lambda one: one[0]) if span[1] <= end]

    def edit(self, start: int, end: int, text: str) -> Edit:
        """The edit that puts a text in place of what stands between two offsets."""
        return Edit(Place(self.path, *self._place(start), *self._place(end)), text)

    def _place(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def indent(self, offset: int) -> str:
        """The blanks that the line of an offset begins with."""
        start = self._starts[self._place(offset)[0] - 1]
        line = self.text[start:].partition("\n")[0]
        return line[: len(line) - len(line.lstrip(" \t"))]

    def begins_line(self, offset: int) -> bool:
        """Whether only blanks stand before an offset in its line."""
        start = self._starts[self._place(offset)[0] - 1]
        return not self.text[start:offset].strip(" \t")


class Sources:
    """The files of an audit that may be edited, each parsed once, and why others may not."""

    def __init__(self, root: str, paths: frozenset[str], instead: Mapping[str, bytes]) -> None:
        """`paths`: what may be edited; `instead`: what files hold by now, where that isn't on the disk yet."""
        self._root = root
        self._paths = paths
        self._instead = instead
        self._known: dict[str, Source | None] = {}
        self.left: dict[str, str] = {}
        """Files that are left alone, and why."""

    def get(self, path: str) -> Source | None:
        """The file; None where it is left alone."""
        if path not in self._known:
            self._known[path] = self._load(path)
        return self._known[path]

    def _load(self, path: str) -> Source | None:
        if path not in self._paths:
            return None
        if path.endswith(".ipynb"):
            self.left[path] = "a notebook; its cells are not edited"
            return None
        data = self._instead.get(path) or read(self._root, path)
        text = data if isinstance(data, Skipped) else decode(data, path)
        if isinstance(text, Skipped):
            return None
        try:
            source = Source(path, text)
        except (cst.ParserSyntaxError, RecursionError):
            self.left[path] = "libcst can't read it"
            return None
        if not source.is_whole:
            self.left[path] = "libcst would change it elsewhere too"
            return None
        return source


def starts(text: str) -> list[int]:
    """Where the lines of a text start."""
    found = [0]
    while (end := text.find("\n", found[-1])) >= 0:
        found.append(end + 1)
    return found


def full(root: str, path: str) -> str:
    """The file that a path names, links followed: a link stays one when what it points to is written."""
    return os.path.realpath(os.path.join(root, path))


def dotted(node: cst.CSTNode) -> str:
    """`a.b.c` of names and attributes; empty for anything else."""
    parts: list[str] = []
    while isinstance(node, cst.Attribute):
        parts.append(node.attr.value)
        node = node.value
    return ".".join([node.value, *reversed(parts)]) if isinstance(node, cst.Name) else ""


def in_order(edits: Sequence[Edit]) -> tuple[Edit, ...]:
    """Edits by place, without those that are there twice."""
    return tuple(sorted(dict.fromkeys(edits), key=lambda edit: edit.order))
