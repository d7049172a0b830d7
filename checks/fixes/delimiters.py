"""Marks around text from outside that stands in an f-string of a prompt."""

from __future__ import annotations

import re

import libcst as cst

from ..model import Fix
from .interface import Case, unsafe
from .source import Source

OPEN, CLOSE = "<user_input>", "</user_input>"
_QUOTED = re.compile(r"`([A-Za-z_]\w*)`")


def marked(case: Case) -> Fix | None:
    """For text from outside that stands in an f-string of the call, or of a variable given to it.

    Unsafe: the model reads another prompt. The names are those that the finding tells of the text.
    """
    source = case.source(case.call.place)
    call = source.call(case.call.place) if source else None
    if source is None or call is None:
        return None
    flows = [flow for flow in case.call.facts.untrusted.found if flow.state == "undelimited"]
    names = {name for flow in flows for step in flow.trace for name in _QUOTED.findall(step.note)}
    edits = [
        source.edit(at, at, text)
        for piece in _pieces(source, call)
        if isinstance(piece.expression, cst.Name) and piece.expression.value in names
        for at, text in zip(source.span(piece), (OPEN, CLOSE), strict=True)
    ]
    return unsafe(f"Put `{OPEN}` and `{CLOSE}` around it", edits) if edits else None


def _pieces(source: Source, call: cst.Call) -> list[cst.FormattedStringExpression]:
    """What is put into the f-strings of a call, and into those of the variables that it is given."""
    home = next((each for each in source.parents(call) if isinstance(each, cst.FunctionDef)), source.module)
    given = {each.value for each in source.inside(call, cst.Name)}
    found = source.inside(call, cst.FormattedStringExpression)
    for each in source.inside(home, cst.Assign):
        targets = {one.target.value for one in each.targets if isinstance(one.target, cst.Name)}
        if targets & given and call not in source.inside(each, cst.Call):
            found += source.inside(each.value, cst.FormattedStringExpression)
    return found
