"""Arguments of a call, or entries of a dict, put in or changed in the style of those beside them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

import libcst as cst

from ..model import Edit
from .source import Source, dotted

_COMMENT = re.compile(r"#[^\n]*")
Made = Callable[[str, str], "tuple[str, list[Edit]] | None"]
"""What is written for a path below a parameter, of the parameter and the path, and the edits that takes elsewhere."""


class Slot(NamedTuple):
    """Where a value belongs: in a call or a dict, under a name."""

    owner: cst.Call | cst.Dict
    name: str
    at: str
    """The path up to and with the name."""
    rest: str
    """What of the path is left below it."""
    value: cst.BaseExpression | None
    """What stands there; None where nothing does."""


def find(source: Source, call: cst.Call, path: str) -> Slot | None:
    """The innermost place on the way of a path that is there already, else where it is to be put; None where what
    is handed over can't be seen (`**settings`, a variable)."""
    owner: cst.Call | cst.Dict = call
    names = path.split(".")
    for at, name in enumerate(names):
        if is_open(source, owner, name):
            return None
        value, rest = _value(owner, name), ".".join(names[at + 1 :])
        slot = Slot(owner, name, ".".join(names[: at + 1]), rest, value)
        if value is None or not rest:
            return slot
        inner = written(source, value)
        if inner is None:
            return None
        owner = inner
    return None


def is_open(source: Source, owner: cst.Call | cst.Dict, name: str) -> bool:
    """Whether something is handed over of which it can't be seen that this name isn't in it."""
    if isinstance(owner, cst.Dict):
        return any(isinstance(each, cst.StarredDictElement) for each in owner.elements)
    return any(each.star == "**" and not _lacks(source, each.value, name) for each in owner.args)


def _lacks(source: Source, settings: cst.BaseExpression, name: str) -> bool:
    """Whether `**settings` surely doesn't hold a name: a dict of the same function, of which nothing is done but to
    set keys that are written there."""
    made = written(source, settings) if isinstance(settings, cst.Name) else None
    if not isinstance(settings, cst.Name) or not isinstance(made, cst.Dict) or is_open(source, made, name):
        return False
    home = next(each for each in source.parents(settings) if isinstance(each, cst.FunctionDef))
    keys = [each.key for each in made.elements if isinstance(each, cst.DictElement)]
    for use in source.inside(home, cst.Name):
        parent = next(source.parents(use))
        given = isinstance(parent, cst.AssignTarget) or (isinstance(parent, cst.AnnAssign) and parent.target is use)
        if use.value != settings.value or given:
            continue
        if isinstance(parent, cst.Subscript) and parent.value is use:
            keys += [each.slice.value for each in parent.slice if isinstance(each.slice, cst.Index)]
        elif not (isinstance(parent, cst.Arg) and (parent.star == "**" or parent.value is not use)):
            return False
    return all(isinstance(key, cst.SimpleString) and key.evaluated_value != name for key in keys)


def _value(owner: cst.Call | cst.Dict, name: str) -> cst.BaseExpression | None:
    if isinstance(owner, cst.Call):
        return next((each.value for each in owner.args if each.keyword and each.keyword.value == name), None)
    for each in owner.elements:
        key = each.key if isinstance(each, cst.DictElement) else None
        if isinstance(key, cst.SimpleString) and key.evaluated_value == name:
            return each.value
    return None


def written(source: Source, value: cst.BaseExpression) -> cst.Call | cst.Dict | None:
    """The call or dict that a value is written as: there, or where the function gives its only value to a variable."""
    if isinstance(value, cst.Name):
        found = _assigned(source, value)
        return found if isinstance(found, cst.Dict) else None
    return value if isinstance(value, (cst.Call, cst.Dict)) else None


def _assigned(source: Source, name: cst.Name) -> cst.BaseExpression | None:
    """The value of a local variable that is given exactly one."""
    home = next((each for each in source.parents(name) if isinstance(each, cst.FunctionDef)), None)
    if home is None or any(each.name.value == name.value for each in source.inside(home, cst.Param)):
        return None
    before = source.span(name).start
    found: list[cst.BaseExpression] = []
    for each in source.inside(home, cst.Assign):
        found += [each.value for one in each.targets if dotted(one.target) == name.value]
    found += [each.value or name for each in source.inside(home, cst.AnnAssign) if dotted(each.target) == name.value]
    return found[0] if len(found) == 1 and source.span(found[0]).end <= before else None


def put(source: Source, slot: Slot, text: str) -> list[Edit]:
    """The edits that put a new argument or entry, which isn't there yet, behind the others."""
    owner = slot.owner
    code = f"{slot.name}={text}" if isinstance(owner, cst.Call) else f"{_quoted(source, owner, slot.name)}: {text}"
    items: Sequence[cst.CSTNode] = owner.args if isinstance(owner, cst.Call) else owner.elements
    close = source.span(owner).end - 1
    if not items:
        return [_at(source, close, code)]
    last = source.span(items[-1])
    tail = source.text[last.end : close]
    bare = _COMMENT.sub(lambda found: " " * len(found[0]), tail)
    comma = bare.find(",")
    own_lines = "\n" in tail and source.begins_line(last.start)
    if not own_lines:
        if "\n" not in tail and source.begins_line(last.start) and comma < 0:
            return [_at(source, last.end, f",\n{source.indent(last.start)}{code}")]
        return [_at(source, last.end + comma + 1, f" {code},") if comma >= 0 else _at(source, last.end, f", {code}")]
    end = last.end + tail.index("\n")
    line = f"\n{source.indent(last.start)}{code}"
    if comma >= 0:
        return [_at(source, max(end, last.end + comma + 1), f"{line},")]
    if end == last.end:
        return [_at(source, end, f",{line}")]
    return [_at(source, last.end, ","), _at(source, end, line)]


def _at(source: Source, offset: int, text: str) -> Edit:
    return source.edit(offset, offset, text)


def _quoted(source: Source, owner: cst.Dict, name: str) -> str:
    """A key in the quotes of the others."""
    keys = [source.code(each.key) for each in owner.elements if isinstance(each, cst.DictElement)]
    return f"'{name}'" if keys and all(key.startswith("'") for key in keys) else f'"{name}"'


def number(source: Source, value: cst.BaseExpression) -> cst.BaseExpression | None:
    """The number, or None, that a value is written as; of `httpx.Timeout(600)` the one that stands first in it."""
    if isinstance(value, cst.Call) and dotted(value.func).endswith("Timeout"):
        first = value.args[0] if value.args else None
        named = first is not None and first.keyword is not None and first.keyword.value not in {"timeout", "total"}
        return None if first is None or first.star or named else number(source, first.value)
    if isinstance(value, cst.UnaryOperation):
        return value if isinstance(value.expression, (cst.Integer, cst.Float)) else None
    is_none = isinstance(value, cst.Name) and value.value == "None"
    return value if is_none or isinstance(value, (cst.Integer, cst.Float)) else None


def replaced(source: Source, node: cst.CSTNode, text: str) -> Edit:
    """The edit that puts a text in place of a node."""
    return source.edit(*source.span(node), text)


def keyword(call: cst.Call, name: str) -> cst.Name | None:
    """The name of an argument that is given by name."""
    return next((each.keyword for each in call.args if each.keyword and each.keyword.value == name), None)
