"""A client that holds the event loop, made one that is awaited."""

from __future__ import annotations

import libcst as cst

from ..model import Call, Edit, Fix
from .interface import Case, unsafe
from .names import reach, visible
from .source import Source, dotted


def awaited(case: Case) -> Fix | None:
    """For a variable that holds a client which has an async twin, and that async functions ask for whole answers only.

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
    uses = _uses(source, built)
    asked = [source.call(each.place) for each in calls if _is_whole(each, source)]
    if rule is None or not rule.is_async or uses is None or len(asked) < len(calls):
        return None
    if {_asking(source, use) for use in uses} != set(asked) or not all(
        each and _in_async(source, each) for each in asked
    ):
        return None
    renamed = _renamed(case, source, built, twin)
    if renamed is None:
        return None
    return unsafe(f"Await `{twin}`", [*renamed, *(edit for each in asked if each for edit in _awaited(source, each))])


def _is_whole(call: Call, source: Source) -> bool:
    return call.place.path == source.path and call.facts.streaming.state in {"no", "n/a"}


def _uses(source: Source, built: cst.Call) -> list[cst.Name] | None:
    """Where the variable is read that the client is given to; None where it isn't given to one plain variable."""
    statement = next(iter(source.parents(built)), None)
    if not isinstance(statement, cst.Assign) or len(statement.targets) != 1:
        return None
    target = statement.targets[0].target
    if not isinstance(target, cst.Name):
        return None
    home = next((each for each in source.parents(built) if isinstance(each, (cst.FunctionDef, cst.ClassDef))), None)
    if isinstance(home, cst.ClassDef):
        return None
    same = [each for each in source.inside(home or source.module, cst.Name) if each.value == target.value]
    return [each for each in same if each is not target and not _is_other(source, each)]


def _is_other(source: Source, name: cst.Name) -> bool:
    """Whether a name is an attribute or an argument's, and no variable."""
    parent = next(iter(source.parents(name)))
    return (isinstance(parent, cst.Attribute) and parent.attr is name) or (
        isinstance(parent, cst.Arg) and parent.keyword is name
    )


def _asking(source: Source, use: cst.Name) -> cst.Call | None:
    """The call of a method, at any depth, of the variable."""
    for each in source.parents(use):
        if isinstance(each, cst.Call):
            return each if dotted(each.func).partition(".")[0] == use.value else None
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
