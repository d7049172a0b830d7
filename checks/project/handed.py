"""Where a function runs that is an argument of a call: in a helper of the project, or in another package."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..read.tree import Attr, Call, Expr, Name, is_name
from .attributes import methods
from .edges import CALLED, WRAPPING, Edge, arguments_of, is_hop, is_partial, references
from .names import reaching
from .scope import Scope, Site
from .values import Cls, Ext, Fn, Value, Values

if TYPE_CHECKING:
    from .evaluate import Evaluator

DEEPEST = 4
"""Helpers that hand a function on to one another."""
ASKING = frozenset({
    "bool", "callable", "dir", "getattr", "hasattr", "hash", "id", "isinstance", "issubclass", "len", "print", "repr",
    "str", "type", "vars",
})  # fmt: skip
"""Functions of `builtins` that only ask something of a function that they are given, as all of `inspect` do."""
Through = tuple[tuple[Scope, str], ...]
"""Helpers that have handed it on so far, each with the parameter that holds it: one that calls itself does so once."""


def wrapping(ev: Evaluator, decorator: Scope, depth: int = 0) -> Scope:
    """The function that wraps what it is given: a decorator, or what it only hands its function on to."""
    match decorator.returns:
        case [Call(func=func, args=(Name(id=name), *_))] if any(name == each.name for each in decorator.params[:1]):
            inner = next((each.scope for each in ev.eval(func, decorator) if isinstance(each, Fn)), None)
            return decorator if inner is None or depth > DEEPEST else wrapping(ev, inner, depth + 1)
        case _:
            return decorator


def given(ev: Evaluator, site: Site, at: int, before: tuple[Site, ...] = ()) -> Iterator[Edge]:
    """A function handed to a call in argument `at`: where it runs. `before`: the calls that made it what it is."""
    if is_partial(site.call) and (kept := tuple(_of_partial(ev, site, before))):
        yield from kept
        return
    callees = ev.eval(site.call.func, site.scope)
    if is_wrapping(callees) and at == 0 and (wrapped := tuple(_of_wrapped(ev, site, before))):
        yield from wrapped
        return
    for callee in callees:
        if isinstance(callee, (Fn, Cls)):
            inner = entered(callee)
            if inner is None:
                continue
            param = param_at(inner, site.call, at)
            if param is None:
                continue
            held = _held(ev, site, at, before)
            for run in _runs(ev, inner, param, ()):
                later = tuple(_later(ev, (*before, site), inner, run)) if _gives_back(inner, run.site.scope) else ()
                target, skip = (held, 1) if held is not None else (run.site, 0)
                yield from later or (Edge(site, (run.site, *run.inner), run.hop, skip, target),)
            return
    yield from _elsewhere(ev, site, at, callees, before)


def _later(ev: Evaluator, made: tuple[Site, ...], helper: Scope, run: Edge) -> Iterator[Edge]:
    """Where what a helper makes of the function runs, which calls it: `add_node("ask", timed(ask))`. A helper in a loop
    is given what it made itself."""
    places = _places(ev, made[-1]) if len(made) <= DEEPEST else ()
    for outer, at in places:
        for edge in given(ev, outer, at, made) if outer.scope is not helper and outer not in made else ():
            if edge.handed:
                yield run
            else:
                hop, inner = run.hop or edge.hop, (run.site, *run.inner, *edge.inner)
                yield edge._replace(inner=inner, hop=hop, target=run.site, at=run.at)


def _of_partial(ev: Evaluator, made: Site, before: tuple[Site, ...]) -> Iterator[Edge]:
    """Where what a `partial` makes of a function runs: there, or where a name or an attribute holds it."""
    for other, at in _uses(ev, made, before):
        if at < 0:
            yield Edge(other, skip=1, target=made, at=CALLED)
        else:
            yield from given(ev, other, at, (*before, made))


def is_wrapping(callees: Values) -> bool:
    """Whether a decorator of another package is called by hand."""
    return any(isinstance(each, Ext) and each.path in WRAPPING for each in callees)


def _of_wrapped(ev: Evaluator, made: Site, before: tuple[Site, ...]) -> Iterator[Edge]:
    """Where what a decorator makes of the function runs: `retry(...)(self.ask)(text)`, `ask = retry(...)(self.ask)`."""
    for other, at in _uses(ev, made, before):
        edges = (Edge(other),) if at < 0 else given(ev, other, at, (*before, made))
        yield from (edge._replace(wrap=edge.wrap or made) for edge in edges)


def wrap_of(ev: Evaluator, site: Site) -> Site | None:
    """The call of a decorator that made what the name holds that a site calls, whichever way led there."""
    func = site.call.func
    bindings = site.scope.bindings.get(func.id, []) if isinstance(func, Name) else []
    made = [each.expr for each in reaching(bindings, site.line, site.frames)]
    calls = [each for each in made if isinstance(each, Call) and is_wrapping(ev.eval(each.func, site.scope))]
    return ev.site(calls[0], site.scope) if calls and len(calls) == len(made) else None


def _uses(ev: Evaluator, made: Site, before: tuple[Site, ...]) -> Iterator[tuple[Site, int]]:
    """Calls of what a call made, in argument -1, and calls that are handed it out of a name or an attribute:
    `partial(self.ask)(text)`, `self.asks(text)`, `to_thread(self.asks, text)`."""
    yield from ((other, -1) for other in made.scope.sites if other.call.func is made.call)
    names = [each.name for each in made.scope.sets if each.binding.expr is made.call and each.name is not None]
    deep = made in before or len(before) > DEEPEST
    for other, at in (*(use for name in names for use in _of_attribute(ev, made, name)), *_named(ev, made)):
        if at < 0 or not deep:
            yield other, at


def _of_attribute(ev: Evaluator, made: Site, name: str) -> Iterator[tuple[Site, int]]:
    """The calls of an attribute that holds what a call made, and calls that are handed it."""
    held = set(ev.eval(made.call, made.scope))

    def holds(node: Expr, body: Scope) -> bool:
        return isinstance(node, Attr) and node.name == name and not held.isdisjoint(ev.eval(node, body))

    for module, unit in ev.world.mentioning(name, made.scope.module.path):
        top = module.scope(unit.name)
        for body in top.tree() if top is not None else ():
            for site in body.sites:
                if holds(site.call.func, body):
                    yield site, -1
                yield from ((site, at) for at, arg in enumerate(arguments_of(site.call)) if holds(arg, body))


def _places(ev: Evaluator, site: Site) -> Iterator[tuple[Site, int]]:
    """Calls that are handed what the site gives, there or under a name that it still has, and in which argument."""
    around = site.frames[-1].node if site.frames[-1:] and site.frames[-1].kind == "arg" else None
    outer = ev.site(around, site.scope) if isinstance(around, Call) else None
    for at, arg in enumerate(arguments_of(outer.call)) if outer is not None else ():
        if arg is site.call and outer is not None:
            yield outer, at
    yield from ((other, at) for other, at in _named(ev, site) if at >= 0)


def _named(ev: Evaluator, site: Site) -> Iterator[tuple[Site, int]]:
    """Calls of a name that still has what the site gives, in argument -1, and calls that are handed that name, also in
    functions inside."""
    for name, bindings in site.scope.bindings.items():
        if not any(each.expr is site.call for each in bindings):
            continue
        for body in _seeing(ev, name, site.scope):
            own = body is site.scope
            for other, at in ev.world.once(name_uses, body).get(name, ()) if own or name not in body.bindings else ():
                plain = at < 0 or isinstance(arguments_of(other.call)[at], Name)
                reached = reaching(bindings, other.line, other.frames) if own else bindings
                if plain and any(each.expr is site.call for each in reached):
                    yield other, at


def _seeing(ev: Evaluator, name: str, scope: Scope) -> Iterator[Scope]:
    """The bodies of a file in which a name of one of them may be used."""
    if scope.kind == "class":
        yield scope
    elif scope.kind == "module":
        for module, unit in ev.world.mentioning(name, scope.module.path):
            top = module.scope(unit.name) if module is scope.module else None
            yield from top.tree() if top is not None else ()
    else:
        yield from scope.tree()


def _gives_back(helper: Scope, inner: Scope) -> bool:
    """Whether a function gives back one that stands in it, and so runs nothing of that itself."""
    return any(each is inner.node or is_name(each, inner.short) for each in helper.returns if inner is not helper)


def _elsewhere(ev: Evaluator, site: Site, at: int, callees: Values, before: tuple[Site, ...] = ()) -> tuple[Edge, ...]:
    """Handed to another package: in a graph it runs where the graph does."""
    if _only_puts(site, at) or (callees and all(_only_asks(ev, site, each) for each in callees)):
        return ()
    held = _held(ev, site, at, before)
    skip = at + 1 if held is None else 1
    return ev.graphs.node(site) or (Edge(site, (), is_hop(callees, site), skip, held, handed=True, at=at),)


def _only_puts(site: Site, at: int) -> bool:
    """Whether a call makes an attribute of a function that it is given, which runs where that is called:
    `object.__setattr__(self, "ask", ask)`."""
    arg = arguments_of(site.call)[at]
    return any(each.name is not None and each.binding.expr is arg for each in site.scope.sets)


def _only_asks(ev: Evaluator, site: Site, callee: Value) -> bool:
    """Whether a call runs nothing of a function that it is given; a member of it may be run later."""
    if not isinstance(callee, Ext):
        return False
    module, _, name = callee.path.partition(".")
    if name == "getattr" and (any(_named(ev, site)) or any(each.call.func is site.call for each in site.scope.sites)):
        return False
    return module == "inspect" or (module == "builtins" and name in ASKING)


def _held(ev: Evaluator, site: Site, at: int, before: tuple[Site, ...]) -> Site | None:
    """The `partial` that a call is given, there or under a name, which holds arguments of the function."""
    if before and is_partial(before[-1].call):
        return before[-1]
    arg = arguments_of(site.call)[at]
    bindings = site.scope.bindings.get(arg.id, []) if isinstance(arg, Name) else []
    made = [each.expr for each in reaching(bindings, site.line, site.frames)] if bindings else [arg]
    return next((ev.site(each, site.scope) for each in made if isinstance(each, Call) and is_partial(each)), None)


def _runs(ev: Evaluator, scope: Scope, param: str, through: Through) -> Iterator[Edge]:
    """Where a parameter that holds a function is called or handed on."""
    if len(through) > DEEPEST or (scope, param) in through:
        return
    through = (*through, (scope, param))
    for each in scope.tree():
        found = list(_runs_in(ev, each, param, through))
        apart = bool(found) and each is not scope and _runs_apart(ev, scope, each, through)
        yield from (edge._replace(hop=True) for edge in found) if apart else found


def _runs_in(ev: Evaluator, body: Scope, param: str, through: Through) -> Iterator[Edge]:
    for site, at in ev.world.once(name_uses, body).get(param, ()):
        if at < 0:
            yield Edge(site)
        else:
            yield from _passed_on(ev, site, at, through)


def name_uses(body: Scope) -> dict[str, list[tuple[Site, int]]]:
    """The calls of a body that call a name, in argument -1, or hand it over, by that name."""
    found: dict[str, list[tuple[Site, int]]] = defaultdict(list)
    for site in body.sites:
        called = site.call.func.id if isinstance(site.call.func, Name) else ""
        if called:
            found[called].append((site, -1))
        for at, arg in enumerate(arguments_of(site.call)):
            for each in references(arg):
                if isinstance(each, Name) and each.id != called and (site, at) not in found[each.id][-1:]:
                    found[each.id].append((site, at))
    return found


def _runs_apart(ev: Evaluator, scope: Scope, inner: Scope, through: Through) -> bool:
    """Whether a function that stands in a helper is only handed on, to be run in another thread or process."""
    if len(through) > DEEPEST or not inner.is_function:
        return False
    sites = [site for each in scope.tree() if each is not inner for site in each.sites]
    if any(is_name(site.call.func, inner.short) for site in sites):
        return False
    handed = [
        _passed_on(ev, site, at, through)
        for site in sites
        for at, arg in enumerate(arguments_of(site.call))
        if any(is_name(each, inner.short) for each in references(arg))
    ]
    return bool(handed) and all(edge.hop for edges in handed for edge in edges)


def _passed_on(ev: Evaluator, site: Site, at: int, through: Through) -> Iterator[Edge]:
    callees = ev.eval(site.call.func, site.scope)
    for callee in callees:
        if isinstance(callee, (Fn, Cls)):
            inner = entered(callee)
            param = param_at(inner, site.call, at) if inner is not None else None
            if inner is not None and param is not None:
                for run in _runs(ev, inner, param, through):
                    yield Edge(site, (run.site, *run.inner), run.hop)
            return
    yield from _elsewhere(ev, site, at, callees)


def entered(callee: Fn | Cls) -> Scope | None:
    """The function that a call of the value runs."""
    if isinstance(callee, Fn):
        return callee.scope
    found = methods(callee.scope, "__init__")
    return found[0] if found else None


def param_at(scope: Scope, call: Call, at: int) -> str | None:
    """Name of the parameter that argument `at` (positional, then keywords) is passed for."""
    if at >= len(call.args):
        return call.keywords[at - len(call.args)].name
    params = [each for each in scope.params if each.kind == "positional"]
    if scope.klass() is not None and not scope.is_static:
        params = params[1:]
    return params[at].name if at < len(params) else None
