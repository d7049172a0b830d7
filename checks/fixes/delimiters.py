"""Marks around text from outside, where it is first put among other words on its way into a prompt."""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst

from ..model import Edit, Fix, Flow, Place
from .interface import Case, unsafe
from .source import Source

OPEN, CLOSE = "<user_input>", "</user_input>"
_QUOTED = re.compile(r"`([A-Za-z_]\w*)[\w.]*`")
_STRINGS = (cst.SimpleString, cst.FormattedString, cst.ConcatenatedString)


def marked(case: Case) -> Fix | None:
    """For text from outside that goes into an f-string, a template's `format` or a sum of strings, in the call or on
    one of the steps to it that the finding tells.

    Unsafe: the model reads another prompt.
    """
    edits: dict[Place, Edit] = {}
    for flow in case.call.facts.untrusted.found:
        if flow.state == "undelimited":
            found = _on_the_way(case, flow)
            if not found:
                return None  # one that stays bare keeps the finding
            edits |= {each.place: each for each in found}
    return unsafe(f"Put `{OPEN}` and `{CLOSE}` around it", list(edits.values())) if edits else None


def _on_the_way(case: Case, flow: Flow) -> list[Edit]:
    """The marks of one text, at the first step where it stands among other words."""
    names: set[str] = set()
    for place, note in [*((step.place, step.note) for step in flow.trace), (flow.where, "")]:
        source = case.source(place)
        statement = _statement(source, place) if source else None
        if source is not None and statement is not None:
            edits = [edit for node in _among_words(source, statement) for edit in _around(source, node, names)]
            if edits:
                return edits
            names |= set() if names else _targets(statement)
        names |= set(_QUOTED.findall(note))
    return []


def _statement(source: Source, place: Place) -> cst.CSTNode | None:
    """The simple statement that a line is of; else the call that begins there."""
    at = source.offset(place.line, 1)
    end = source.offset(place.line + 1, 1)
    whole = [each for each in source.inside(source.module, cst.SimpleStatementLine) if source.span(each).start < end]
    found = next((each for each in reversed(whole) if source.span(each).end > at), None)
    return found or source.call(place)


def _targets(statement: cst.CSTNode) -> set[str]:
    """What a statement gives a value to."""
    only = statement.body[0] if isinstance(statement, cst.SimpleStatementLine) else None
    targets = [each.target for each in only.targets] if isinstance(only, cst.Assign) else []
    return {each.value for each in targets if isinstance(each, cst.Name)}


def _among_words(source: Source, statement: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """What a statement puts among other words: pieces of f-strings, what templates are filled with, terms of sums."""
    yield from source.inside(statement, cst.FormattedStringExpression)
    for call in source.inside(statement, cst.Call):
        if isinstance(call.func, cst.Attribute) and call.func.attr.value == "format":
            yield from (each.value for each in call.args if not each.star)
    for total in source.inside(statement, cst.BinaryOperation):
        if isinstance(total.operator, cst.Add):
            sides = (total.left, total.right)
            yield from (one for one, other in (sides, sides[::-1]) if isinstance(other, _STRINGS))


def _around(source: Source, node: cst.CSTNode, names: set[str]) -> Iterator[Edit]:
    """The marks around what is one of these names, or something of it."""
    piece = isinstance(node, cst.FormattedStringExpression)
    inner = node.expression if isinstance(node, cst.FormattedStringExpression) else node
    if _root(inner) not in names:
        return
    start, end = source.span(node)
    if piece:
        yield source.edit(start, start, OPEN)
        yield source.edit(end, end, CLOSE)
    elif isinstance(inner, cst.Name | cst.Attribute):
        yield source.edit(start, end, f'f"{OPEN}{{{source.code(inner)}}}{CLOSE}"')


def _root(node: cst.CSTNode) -> str:
    """The name that an expression begins with."""
    while isinstance(node, cst.Attribute | cst.Subscript):
        node = node.value
    return node.value if isinstance(node, cst.Name) else ""
