"""Answers in pieces, read in an async function."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from ..model import Edit
from .source import Source, dotted

PARTS = frozenset({"text_stream"})
"""Attributes of a stream that are gone through as it is itself."""


def looped(source: Source, call: cst.Call, *, opens: bool) -> list[Edit] | None:
    """The edits by which loops over a stream wait for each piece; None where anything else is done with it.

    `opens`: the call is one that is only used in a `with`, which then waits for it.
    """
    parent = next(source.parents(call))
    wait = [] if opens else [_before(source, call, "await ")]
    if isinstance(parent, cst.For) and not opens:
        return [*wait, _before(source, parent, "async ")] if parent.iter is call else None
    name, frame = "", list[Edit]()
    if isinstance(parent, cst.WithItem):
        opened = next(each for each in source.parents(parent) if isinstance(each, cst.With))
        if len(opened.items) == 1 and opened.asynchronous is None:
            name, frame = dotted(parent.asname.name) if parent.asname else "", [_before(source, opened, "async ")]
    elif isinstance(parent, cst.Assign) and len(parent.targets) == 1 and not opens:
        name = dotted(parent.targets[0].target)
    loops = list(_loops(source, call, name)) if name.isidentifier() else []
    return (
        [*wait, *frame, *(_before(source, each, "async ") for each in loops if each)] if loops and all(loops) else None
    )


def _loops(source: Source, call: cst.Call, name: str) -> Iterator[cst.For | None]:
    """For each use of a variable in the function of a call: the loop over it; None for anything else."""
    home = _home(source, call)
    for use in source.inside(home, cst.Name):
        parent = next(source.parents(use))
        if use.value == name and not isinstance(parent, (cst.AsName, cst.AssignTarget)) and not is_other(source, use):
            part = isinstance(parent, cst.Attribute) and parent.attr.value in PARTS
            found = next(source.parents(parent)) if part else parent
            plain = isinstance(found, cst.For) and found.iter is (parent if part else use) and not found.asynchronous
            yield found if isinstance(found, cst.For) and plain and _home(source, found) is home else None


def is_other(source: Source, name: cst.Name) -> bool:
    """Whether a name is an attribute or an argument's, and no variable."""
    parent = next(source.parents(name))
    return (isinstance(parent, cst.Attribute) and parent.attr is name) or (
        isinstance(parent, cst.Arg) and parent.keyword is name
    )


def _home(source: Source, node: cst.CSTNode) -> cst.CSTNode:
    apart = (cst.FunctionDef, cst.Lambda, cst.GeneratorExp, cst.ClassDef)
    return next((each for each in source.parents(node) if isinstance(each, apart)), source.module)


def _before(source: Source, node: cst.CSTNode, text: str) -> Edit:
    start, _ = source.span(node)
    return source.edit(start, start, text)
