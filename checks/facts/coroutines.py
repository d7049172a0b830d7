"""Where a coroutine runs that is made as an argument of a helper of the project: `await safely(ask(text))`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple

from ..project.edges import arguments_of, name_of
from ..project.handed import DEEPEST, param_at
from ..project.scope import Scope, Site
from ..project.uses import uses
from ..project.values import Fn
from ..read.tree import Await, Call, Expr, is_name
from .kept import RUNNERS, STARTERS, waited

if TYPE_CHECKING:
    from ..project.evaluate import Evaluator


class HandedOn(NamedTuple):
    """What a helper does with a coroutine."""

    inner: tuple[Site, ...]
    """Where it is awaited or started, in the helper or in one that it goes on to, and the calls of those, innermost
    first."""
    outer: Site
    """The call of the helper."""
    helper: Scope


def handed_on(ev: Evaluator, site: Site) -> HandedOn | None:
    """What the helper does that is given the coroutine which a call makes; None where that is no argument of one."""
    return _handed_on(ev, site, site.call, 0)


def runs_at(ev: Evaluator, site: Site) -> tuple[Site, ...]:
    """Where a coroutine that a call makes is waited for, innermost first: in helpers it is handed to, or around it."""
    handed = handed_on(ev, site)
    if handed is None:
        return (waited(site),)
    outer = runs_at(ev, handed.outer) if handed.helper.is_async else (handed.outer,)
    return (*map(waited, handed.inner), *outer)


def _handed_on(ev: Evaluator, site: Site, given: Expr, depth: int) -> HandedOn | None:
    """`given`: what stands for the coroutine where the site is, maybe in calls that start it."""
    frames = site.frames
    while frames and isinstance(started := frames[-1].node, Call) and name_of(started.func) in STARTERS:
        given, frames = started, frames[:-1]
    node = frames[-1].node if frames else None
    if not isinstance(node, Call) or depth > DEEPEST:
        return None
    outer = ev.site(node, site.scope)
    places = [at for at, arg in enumerate(arguments_of(node)) if arg is given]
    helpers = [value.scope for value in ev.eval(node.func, site.scope) if isinstance(value, Fn)] if places else []
    param = param_at(helpers[0], node, places[0]) if len(helpers) == 1 else None
    inner = _used(ev, site, helpers[0], param, depth) if param is not None else ()
    if outer is None or not inner:
        return None
    begun = site.frames[len(frames) :]
    return HandedOn((*((replace(site, frames=begun, awaited=True),) if begun else ()), *inner), outer, helpers[0])


def _used(ev: Evaluator, site: Site, helper: Scope, param: str, depth: int) -> tuple[Site, ...]:
    """Where a helper awaits or starts its parameter, or hands it on to one that does; of several places what stands
    around all of them."""
    found = list(_uses(ev, site, helper, param, depth))
    if len(found) < 2:
        return found[0] if found else ()
    every = [each[-1].frames for each in found]
    same = takewhile(lambda at: all(frames[at] == every[0][at] for frames in every), range(min(map(len, every))))
    return (replace(site, scope=helper, frames=every[0][: len(list(same))], awaited=True),)


def _uses(ev: Evaluator, site: Site, helper: Scope, param: str, depth: int) -> Iterator[tuple[Site, ...]]:
    """The ways in which a helper uses its parameter, each with the calls on the way."""
    for expr, frames, line in uses(helper.body):
        here = replace(site, scope=helper, frames=frames, awaited=isinstance(expr, Await), line=line)
        if isinstance(expr, Await) and is_name(expr.value, param):
            yield (here,)
        elif is_name(expr, param) and frames[-1:] and isinstance(frames[-1].node, Call):
            deeper = _handed_on(ev, here, expr, depth + 1)
            if deeper is not None:
                yield (*deeper.inner, deeper.outer)
            elif name_of(frames[-1].node.func) in STARTERS | RUNNERS:
                yield (here,)
