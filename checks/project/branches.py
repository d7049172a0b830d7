"""What a construct with several branches does to a name on each of them."""

from __future__ import annotations

from ..read.tree import Assign, Call, Do, If, Jump, Raise, Return, Statement, Try, With
from .edges import name_of
from .scope import Binding, Frame

ENDS = frozenset({"exit", "_exit", "quit", "abort"})
"""Functions that nothing comes back from: `sys.exit(1)`."""


def replacing(bindings: list[Binding], line: float, frames: tuple[Frame, ...]) -> int:
    """The line of the last construct before a place that gives a name a new value whichever branch is taken: what was
    bound before it is gone. 0 where there is none."""
    given = [each for each in bindings if each.how == "value" and each.line < line]
    lines = {each.line for each in given}
    around = {id(frame.node) for frame in frames}
    found = {id(node): node for each in given if (node := _apart(each, frames)) is not None and id(node) not in around}
    return max((node.line for node in found.values() if _gives((node,), lines)), default=0)


def _apart(binding: Binding, frames: tuple[Frame, ...]) -> If | Try | With | None:
    """The outermost construct around a binding that isn't around the place."""
    for at, frame in enumerate(binding.frames):
        if at >= len(frames) or frame != frames[at]:
            return frame.node if isinstance(frame.node, (If, Try, With)) else None
    return None


def _gives(body: tuple[Statement, ...], lines: set[int]) -> bool:
    """Whether every way through comes by one of the lines, or leads elsewhere."""
    return any(_is_given(each, lines) for each in body)


def _is_given(statement: Statement, lines: set[int]) -> bool:
    match statement:
        case Return() | Raise() | Jump(kind="break" | "continue"):
            return True
        case Do(value=Call(func=func)):
            return name_of(func) in ENDS
        case With(items=items, body=body):
            return not any(isinstance(each, Call) and name_of(each.func) == "suppress" for each, _ in items) and _gives(
                body, lines
            )
        case Assign(line=line, op=""):
            return line in lines
        case If(body=then, orelse=other):
            return _gives(then, lines) and _gives(other, lines)
        case Try(body=body, handlers=handlers, orelse=orelse, final=final):
            tried = _gives(body, lines) or _gives(orelse, lines)
            return _gives(final, lines) or (tried and all(_gives(each.body, lines) for each in handlers))
        case _:
            return False
