"""What a framework gives to the parameters of a function that it starts: a task's own object, what a command's context
or a dispatcher holds, a dependency, a state of the page."""

from __future__ import annotations

from collections.abc import Iterator

from ..read.tree import Attr, Call, Expr, Items, Name, Param
from .edges import Edge, name_of
from .mappings import item
from .scope import Scope
from .shared import shared
from .values import Cls, Eval, Ext, Fn, Map, Obj, Unk, Values, union

PASSING = frozenset({"pass_obj"})
"""Decorators that give a function the object of its command's context."""
NAMING = ("aiogram.",)
"""Frameworks that give a function what their dispatcher holds under its parameters' names."""
STARTING = ("Dispatcher", "start_polling", "run_polling")
"""Calls that hand such a dispatcher what to hold, as keyword arguments."""
INPUTS = {"inputs": 0, "additional_inputs": 2}
"""Arguments that list what a page gives a function, and how many parameters come before."""


def of_framework(ev: Eval, scope: Scope, param: Param) -> Values:
    """What frameworks give a parameter of a function."""
    at = next((at for at, each in enumerate(scope.params) if each.name == param.name), 0)
    groups = [_decorated(ev, scope, param.name, at, each) for each in scope.decorators]
    edges = ev.callers(scope)
    return union(*groups, *(_of_page(ev, edge, at) for edge in edges if edge.handed))


def _decorated(ev: Eval, scope: Scope, name: str, at: int, decorator: Expr) -> Values:
    outer = scope.parent or scope
    match decorator:
        case Name() | Attr() if at == 0 and name_of(decorator) in PASSING:
            return shared(ev, Unk("?.ctx"), "obj")
        case Call(func=func, keywords=keywords):
            given = {each.name: each.value for each in keywords if each.name}
            own = given.get("base") if at == 0 and "bind" in given else None
            found = [_of_base(ev, own, outer), _provided(ev, given.get("dependencies"), name, outer)]
            named = any(isinstance(each, Ext) and each.path.startswith(NAMING) for each in ev.eval(func, outer))
            return union(*found, _named(ev, name) if named else ())
        case _:
            return ()


def _of_base(ev: Eval, base: Expr | None, outer: Scope) -> Values:
    """The task itself: `@app.task(base=Own, bind=True)`."""
    made = ev.eval(base, outer) if base is not None else ()
    return tuple(Obj(each.scope) for each in made if isinstance(each, Cls))


def _provided(ev: Eval, dependencies: Expr | None, name: str, outer: Scope) -> Values:
    """What a dependency makes: `@get("/", dependencies={"llm": Provide(make)})`."""
    given = ev.eval(dependencies, outer) if dependencies is not None else ()
    found = item(ev, tuple(each for each in given if isinstance(each, Map)), name)
    return union(*(_made(ev, each) for each in found))


def _made(ev: Eval, value: object) -> Values:
    """What a callable makes that is wrapped by a framework's class, and an object that stands there itself."""
    if not (isinstance(value, Ext) and value.sites and value.path.endswith((".Provide()", ".State()"))):
        return ()
    site = value.sites[-1]
    given = union(*(ev.eval(each, site.scope) for each in site.call.args[:1]))
    objects = tuple(each for each in given if isinstance(each, (Ext, Obj)))
    return union(objects, *(ev.invoke(each, site) for each in given if isinstance(each, (Fn, Cls))))


def _named(ev: Eval, name: str) -> Values:
    """What a dispatcher holds under a name: `dp["llm"] = …`, `Dispatcher(llm=…)`, `dp.start_polling(bot, llm=…)`."""
    key = f"{name}="
    if key not in ev.held:
        ev.held[key] = ()
        given = (
            (each.value, scope) for scope, call in _starting(ev, name) for each in call.keywords if each.name == name
        )
        ev.held[key] = union(shared(ev, Unk("?.dp"), name), *(ev.eval(expr, scope) for expr, scope in given))
    return ev.held[key]


def _starting(ev: Eval, name: str) -> Iterator[tuple[Scope, Call]]:
    for scope in ev.world.anywhere(name, rf"\b(?:{'|'.join(STARTING)})\s*\("):
        yield from ((scope, site.call) for site in scope.sites if name_of(site.call.func) in STARTING)


def _of_page(ev: Eval, edge: Edge, at: int) -> Values:
    """A state of the page among what a function is given: `button.click(ask, inputs=[text, state])`."""
    call = edge.site.call
    listed = [(each.value, INPUTS[each.name]) for each in call.keywords if each.name in INPUTS]
    if edge.at + 1 < len(call.args):
        listed.append((call.args[edge.at + 1], 0))
    found = [each for expr, before in listed for each in _at(expr, at - before)]
    return union(*(_made(ev, value) for each in found for value in ev.eval(each, edge.site.scope)))


def _at(expr: Expr, at: int) -> tuple[Expr, ...]:
    return expr.elements[at : at + 1] if isinstance(expr, Items) and at >= 0 else ()
