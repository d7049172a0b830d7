"""A client that holds the event loop, made one that is awaited."""

from __future__ import annotations

import libcst as cst

from ..model import Call, Edit, Fix
from .arguments import keyword
from .async_streams import is_other, looped
from .interface import Case, unsafe
from .names import reach, visible
from .source import Source, dotted


def awaited(case: Case) -> Fix | None:
    """For a variable, or an attribute of `self`, that holds a client which has an async twin and that only async
    functions use: by awaiting its answers, and by loops that wait for each piece of one that is streamed.

    Unsafe: what else is done with the client can't be seen, such as in files that import it.
    """
    client = case.call.facts.timeout.client
    source = case.source(case.call.place)
    built = source.call(client) if source else None
    if source is None or built is None:
        return None
    twin = f"Async{dotted(built.func).rpartition('.')[2]}"
    rule = case.sdk().clients.get(twin)
    calls = [each for each in case.ground.audit.calls if each.facts.timeout.client == client]
    asked = {source.call(each.place): each for each in calls}
    uses = _uses(source, built)
    if rule is None or not rule.is_async or uses is None or None in asked or len(asked) < len(calls):
        return None
    if {_asking(source, use) for use in uses} != set(asked):
        return None
    edits = [_waiting(case, source, node, call) for node, call in asked.items() if node]
    renamed = _renamed(case, source, built, twin)
    if renamed is None or not all(edits):
        return None
    return unsafe(f"Await `{twin}`", [*renamed, *(edit for each in edits for edit in each or ())])


def _waiting(case: Case, source: Source, node: cst.Call, call: Call) -> list[Edit] | None:
    """The edits by which an async function waits for an answer; None where that can't be."""
    if not _in_async(source, node):
        return None
    if call.facts.streaming.state in {"no", "n/a"}:
        return _awaited(source, node)
    rule = case.sdk().calls.get(call.method)
    opens = rule is not None and rule.stream
    asks = keyword(node, "stream") is not None
    return looped(source, node, opens=opens) if opens or asks else None


def _uses(source: Source, built: cst.Call) -> list[cst.Name | cst.Attribute] | None:
    """Where the variable or attribute is read that the client is given to; None where it isn't given to a plain one."""
    statement = next(source.parents(built))
    if not isinstance(statement, cst.Assign) or len(statement.targets) != 1:
        return None
    target = statement.targets[0].target
    if isinstance(target, cst.Attribute):
        return _of_self(source, target)
    if not isinstance(target, cst.Name):
        return None
    home = next((each for each in source.parents(built) if isinstance(each, (cst.FunctionDef, cst.ClassDef))), None)
    if isinstance(home, cst.ClassDef):
        return None
    same = [each for each in source.inside(home or source.module, cst.Name) if each.value == target.value]
    return [each for each in same if each is not target and not is_other(source, each)]


def _of_self(source: Source, target: cst.Attribute) -> list[cst.Name | cst.Attribute] | None:
    """Where `self.client` is read; None where something else of the file may be the same attribute."""
    name = target.attr.value
    owner = _class_of(source, target)
    same = [each for each in source.inside(source.module, cst.Attribute) if each.attr.value == name]
    strange = [each for each in same if dotted(each) != f"self.{name}" or _class_of(source, each) is not owner]
    named = owner is not None and any(
        dotted(each.target) in {name, f"self.{name}"} for each in source.inside(owner, cst.AnnAssign)
    )
    if owner is None or strange or named or not dotted(target).startswith("self."):
        return None
    return [each for each in same if each is not target]


def _class_of(source: Source, node: cst.CSTNode) -> cst.ClassDef | None:
    return next((each for each in source.parents(node) if isinstance(each, cst.ClassDef)), None)


def _asking(source: Source, use: cst.Name | cst.Attribute) -> cst.Call | None:
    """The call of a method, at any depth, of the variable or attribute."""
    for each in source.parents(use):
        if isinstance(each, cst.Call):
            return each if dotted(each.func).startswith(f"{dotted(use)}.") else None
        if not isinstance(each, cst.Attribute):
            return None
    return None


def _in_async(source: Source, call: cst.Call) -> bool:
    """Whether a call runs in an async function, and not in something inside of it that is run elsewhere."""
    apart = (cst.FunctionDef, cst.Lambda, cst.GeneratorExp, cst.ClassDef)
    home = next((each for each in source.parents(call) if isinstance(each, apart)), None)
    return isinstance(home, cst.FunctionDef) and home.asynchronous is not None


def _renamed(case: Case, source: Source, built: cst.Call, twin: str) -> list[Edit] | None:
    """The constructor under its other name: in its import too, where nothing else uses that."""
    if isinstance(built.func, cst.Attribute):
        return [source.edit(*source.span(built.func.attr), twin)]
    old = dotted(built.func)
    bound = next((each for each in visible(source, built) if each.name == old), None)
    if bound is None or not bound.path.endswith(f".{old}"):
        return None
    uses = [each for each in source.inside(source.module, cst.Name) if each.value == old]
    changed = source.edit(*source.span(built.func), twin)
    if len(uses) == 2:
        return [source.edit(*source.span(each), twin) for each in uses]
    named = reach(source, built, f"{bound.root}.{twin}")
    return None if named is None or named[0] != twin else [changed, *named[1]]


def _awaited(source: Source, call: cst.Call) -> list[Edit]:
    start, end = source.span(call)
    parent = next(iter(source.parents(call)))
    bare = not isinstance(parent, (cst.Attribute, cst.Subscript, cst.Call, cst.BinaryOperation, cst.UnaryOperation))
    if bare or call.lpar:
        return [source.edit(start, start, "await ")]
    return [source.edit(start, start, "(await "), source.edit(end, end, ")")]
