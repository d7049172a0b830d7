"""What a function is given that runs later: `summarize.delay(text)`, `Thread(target=summarize, args=(text,))`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..read.tree import Attr, Call, Const, Expr, Items, Mapping, Param, Star
from .edges import Edge, name_of
from .elsewhere import How, calls_that
from .scope import Scope, Site
from .values import Fn

if TYPE_CHECKING:
    from .evaluate import Evaluator

PACKED = calls_that(How.PACKED) | {"signature"}
QUEUEING = calls_that(How.LATER)
"""Methods of a task that take the arguments of a later run."""


def queued(ev: Evaluator, scope: Scope) -> Iterator[Edge]:
    """Where what a decorator made a task of is given arguments."""
    for module, unit in ev.world.mentioning(scope.short, scope.module.path) if scope.decorators else ():
        top = module.scope(unit.name)
        for body in top.tree() if top is not None else ():
            yield from (Edge(site, queued=True) for site in body.sites if _is_for(ev, site, scope))


def _is_for(ev: Evaluator, site: Site, scope: Scope) -> bool:
    """Whether a call gives arguments to the task that was made of a function."""
    func = site.call.func
    if not isinstance(func, Attr) or func.name not in QUEUEING or name_of(func.value) != scope.short:
        return False
    return Fn(scope) in ev.eval(func.value, site.scope)


def passed_later(edge: Edge, scope: Scope, param: Param) -> Expr | None:
    """What a call passes for a parameter of a function that runs later, beside what a `partial` holds of it."""
    call = edge.site.call
    named = {each.name: each.value for each in call.keywords}
    if param.name in named:
        return named[param.name]
    held = 0 if edge.target is None else len(edge.target.call.args) - edge.skip
    rest = call.args[edge.skip if edge.target is None else edge.at + 1 :]
    packed = [named[name] for name in ("args", "kwargs") if name in named]
    if name_of(call.func) in PACKED:
        packed += [each for each in rest if isinstance(each, (Items, Mapping))]
    for each in packed:
        if isinstance(each, Mapping):
            for key, value in zip(each.keys, each.values, strict=True):
                if isinstance(key, Const) and key.value == param.name:
                    return value
    listed = next((each.elements for each in packed if isinstance(each, Items)), () if packed else rest)
    place = _place(scope, param)
    at = -1 if place is None else place - held
    if not 0 <= at < len(listed) or any(isinstance(each, Star) for each in listed[: at + 1]):
        return None
    return listed[at]


def _place(scope: Scope, param: Param) -> int | None:
    """Which of the arguments it gets: what a method or a bound task is called on is none of them."""
    names = [each.name for each in scope.params if each.kind == "positional"]
    bound = any(
        each.name == "bind" and isinstance(each.value, Const) and each.value.value is True
        for decorator in scope.decorators
        if isinstance(decorator, Call)
        for each in decorator.keywords
    )
    names = names[1:] if bound or (scope.klass() is not None and not scope.is_static) else names
    return names.index(param.name) if param.name in names else None
