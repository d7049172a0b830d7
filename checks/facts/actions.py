"""What models can make happen: tools handed to them that send, pay, delete, publish or run something."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import islice

from ..model import Call, Place
from ..project.edges import arguments_of, name_of
from ..project.habits import Action
from ..project.handed import param_at
from ..project.scope import Scope, Site
from ..project.values import Cls, Fn, Map, Obj, Seq, Value
from ..read.tree import Attr, Const, Expr, Name, is_name
from ..read.tree import Call as CallNode
from .consent import asks
from .deeds import deed
from .ground import Ground
from .schemas import names_in_schemas, run_under
from .selfmade import described

DECORATORS = frozenset({
    "tool", "function_tool", "tool_plain", "register_tool", "kernel_function", "ai_function", "llm_tool", "agent_tool",
    "register_function", "register_for_execution",
})  # fmt: skip
PARAMETERS = frozenset({"tools", "functions", "function_map", "toolkit"})
HANDS = re.compile(
    rf"\b(?:{'|'.join(sorted(PARAMETERS))})(?:[\"']\])?\s*=[^=]"
    rf"|^[ \t]*@(?:\w+\.){{0,5}}(?:{'|'.join(sorted(DECORATORS))})\b"
    rf"|\b(?:{'|'.join(sorted(DECORATORS))})\(\s*[A-Za-z_]",
    re.MULTILINE,
)
"""A file in which something is handed to a model as a tool."""
DEPTH = 2
MOST = 300
"""Tools looked at."""


def actions(ground: Ground, texts: Mapping[str, tuple[str, str]], calls: Iterable[Call]) -> tuple[Action, ...]:
    """Every tool of the files that does something which can't be undone, with where a person is asked first."""
    tools: dict[Scope, None] = {}
    names: dict[str, None] = {}
    handed = False
    for path, (text, low) in texts.items():
        if ("tool" in low or "function" in low) and HANDS.search(text):
            handed = True
            for scope in _scopes(ground, path):
                with suppress(RecursionError):
                    tools |= dict.fromkeys(_tools(ground, scope))
                    names |= dict.fromkeys(_described(ground, scope))
    with suppress(RecursionError):
        tools |= dict.fromkeys(run_under(ground, names))
    if handed:
        with suppress(RecursionError):
            tools |= dict.fromkeys(described(ground, texts))
    found = dict[tuple[str, Place], Action]()
    for tool in islice(tools, MOST):
        with suppress(RecursionError):
            if done := deed(ground.ev, tool):
                found[tool.short, done.place] = Action(done.place, f"{tool.short}: {done.what}", done.asked)
    found |= _handed(calls, found)
    return tuple(sorted(found.values(), key=lambda each: (each.place, each.what)))


def _handed(calls: Iterable[Call], known: Mapping[tuple[str, Place], Action]) -> dict[tuple[str, Place], Action]:
    """What the tools do that calls hand over, where the framework may be told to ask."""
    found = dict[tuple[str, Place], Action]()
    unasked = set[tuple[str, Place]]()
    for call in calls:
        for each in call.setup.actions:
            key = each.tool, each.where
            unasked |= set() if each.confirmed else {key}
            asked = known[key].confirmed if key in known else None
            found[key] = Action(
                each.where, f"{each.tool}: {each.what}", None if key in unasked else asked or call.place
            )
    return found


def _scopes(ground: Ground, path: str) -> Iterator[Scope]:
    """The definitions of a file that hold one of the words."""
    module = ground.ev.world.module(path)
    words = (*PARAMETERS, *DECORATORS)
    units = {unit.name for word in words for unit in module.index.holding(word)} if module is not None else set[str]()
    for name in sorted(units):
        scope = module.scope(name) if module is not None else None
        yield from scope.tree() if scope is not None else ()


def executed(ground: Ground, calls: Iterable[Call]) -> Iterator[Action]:
    """Where an answer itself is run, with where a person is asked before it is."""
    found = dict[Place, Action]()
    for call in calls:
        for flow in call.facts.output.found:
            known = found.get(flow.where)
            if flow.state == "executed" and (known is None or known.confirmed is not None):
                asked = _asked_before(ground, (flow.where, *(step.place for step in flow.trace)))
                if known is None or asked is None:
                    what = f"an answer is run: {flow.what}".removesuffix(": ")
                    found[flow.where] = Action(flow.where, what, asked)
    yield from found.values()


def _asked_before(ground: Ground, way: Iterable[Place]) -> Place | None:
    """Where a person is asked on the way of an answer, in a function before it goes on from there; or before, by
    everybody who has the function called that runs it and is not on the way himself."""
    lines = dict[Scope, int]()
    for place in way:
        scope = _around(ground, place)
        if scope is not None:
            lines[scope] = max(place.line, lines.get(scope, 0))
    own = next((found for scope, line in lines.items() if (found := _asked_in(ground, scope, line)) is not None), None)
    if own is not None:
        return own
    asked = [_asked_in(ground, site.scope, site.line) for site in _from_outside(ground, list(lines))]
    return asked[0] if asked and all(asked) else None


def _from_outside(ground: Ground, way: list[Scope]) -> list[Site]:
    """Where the first function of a way is called from outside the way, or the one of the way that has it called."""
    while way:
        at, *rest = way
        edges = ground.ev.callers(at)[:MOST] if at.is_function else ()
        calls = [edge.site for edge in edges if edge.site.scope is not at]
        above = next((site.scope for site in calls if site.scope in rest), None)
        if above is None:
            return calls
        way = [above, *(each for each in rest if each is not above)]
    return []


def _around(ground: Ground, place: Place) -> Scope | None:
    """The function that holds a place, or the class or file."""
    module = ground.ev.world.module(place.path)
    if module is None:
        return None
    around = [unit for unit in module.index.units.values() if unit.start <= place.line <= unit.end]
    return module.scope(max(around, key=lambda unit: unit.start).name) if around else None


def _asked_in(ground: Ground, scope: Scope, line: int) -> Place | None:
    """Where a person is asked in a function before a line of it."""
    site = next((site for site in scope.sites if site.line <= line and asks(ground.ev, site)), None)
    return Place(scope.module.path, site.line) if site is not None else None


def _tools(ground: Ground, scope: Scope) -> Iterator[Scope]:
    for each in scope.decorators:
        func = each.func if isinstance(each, CallNode) else each
        if isinstance(func, (Name, Attr)) and name_of(func) in DECORATORS and scope.is_function:
            yield scope
    for site in scope.sites:
        for keyword in site.call.keywords:
            if keyword.name in PARAMETERS:
                yield from _functions(ground, keyword.value, scope, 0)
        if name_of(site.call.func) in DECORATORS and site.call.args:
            yield from _registered(ground, site, site.call.args[0])


def _described(ground: Ground, scope: Scope) -> Iterator[str]:
    """The names of tools that a body tells a model of by schemas."""
    for site in scope.sites:
        for keyword in site.call.keywords:
            if keyword.name in PARAMETERS:
                yield from names_in_schemas(ground, keyword.value, scope)
    for put in scope.sets:
        if isinstance(put.key, Const) and put.key.value in PARAMETERS and put.binding.expr is not None:
            yield from names_in_schemas(ground, put.binding.expr, scope)


def _registered(ground: Ground, site: Site, handed: Expr) -> Iterator[Scope]:
    """A function that a call makes a tool: `agent.tool(f)`, also where `f` is what the function around it is given."""
    yield from _named(ground, handed, site.scope)
    function = site.scope.function()
    if function is None or not any(is_name(handed, param.name) for param in function.params):
        return
    for module, unit in ground.ev.world.mentioning(function.short, function.module.path, passed_on=True):
        top = module.scope(unit.name)
        for scope in top.tree() if top is not None else ():
            yield from _given(ground, function, name_of(handed), scope)


def _given(ground: Ground, function: Scope, param: str, scope: Scope) -> Iterator[Scope]:
    """What a body gives to a parameter of a function, as what it decorates or as an argument."""
    own = function.params[1:] if function.klass() is not None and not function.is_static else function.params
    for each in scope.decorators if scope.is_function and own and own[0].name == param else ():
        if name_of(each) == function.short and function in _named(ground, each, scope.parent or scope):
            yield scope
    for site in scope.sites:
        if name_of(site.call.func) == function.short and function in _named(ground, site.call.func, scope):
            for at, arg in enumerate(arguments_of(site.call)):
                if param_at(function, site.call, at) == param:
                    yield from _named(ground, arg, scope)


def _named(ground: Ground, node: Expr, scope: Scope) -> Iterator[Scope]:
    return (value.scope for value in ground.ev.eval(node, scope) if isinstance(value, Fn))


def _functions(ground: Ground, node: Expr, scope: Scope, depth: int) -> Iterator[Scope]:
    for value in ground.ev.eval(node, scope):
        yield from _of_value(ground, value, depth)


def _of_value(ground: Ground, value: Value, depth: int) -> Iterator[Scope]:
    match value:
        case Fn(scope=scope):
            yield scope
        case Seq(elements=elements, scope=inner) if depth < DEPTH:
            for each in elements:
                yield from _functions(ground, each, inner, depth + 1)
        case Map(entries=entries) if depth < DEPTH:
            for _, each, inner in entries:
                yield from _functions(ground, each, inner, depth + 1)
        case Obj(scope=scope) | Cls(scope=scope):
            for name in ("_run", "_arun", "run", "forward", "__call__", "execute"):
                method = scope.module.scope(f"{scope.name}.{name}")
                if method is not None:
                    yield method
        case _:
            return
