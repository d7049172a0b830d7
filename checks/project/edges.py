"""One way into a function, and the little that is asked of call expressions to find it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..read.tree import Attr, Await, Call, Const, Either, Expr, Index, Items, Mapping, Name, Star
from .elsewhere import How, calls_that
from .scope import Site
from .values import Cls, Fn, Value


class Edge(NamedTuple):
    """One way into a function."""

    site: Site
    """Where the way goes on upwards: the call, or the call the function is handed to."""
    inner: tuple[Site, ...] = ()
    """Calls of the function inside helpers and wrappers between it and the site, innermost first."""
    hop: bool = False
    """It runs in another thread or process, or later."""
    skip: int = 0
    """Arguments of `site` that belong to the helper and not to the function."""
    target: Site | None = None
    """The call whose arguments the function gets, where that isn't `site`."""
    guess: bool = False
    """The receiver is unknown; only the name says so."""
    handed: bool = False
    """The function is an argument of `site`, which isn't a helper of the project."""
    at: int = 0
    """Which argument, positional ones first; or that the `partial` in `target` is called here."""
    queued: bool = False
    """`site` gives arguments to a task, and runs it later."""
    node: Site | None = None
    """The call that puts the function into the graph that `site` runs."""
    wrap: Site | None = None
    """The call of a decorator of another package that made what `site` calls: `retry(...)(self.ask)`."""


CALLED = -1
"""In place of an argument: what is called."""
ALL = 99
"""More arguments than a call has: what a graph or a flow runs gets its state, none of them."""
LONGEST = 8
"""Steps of a callee that are shown."""
HOPS = calls_that(How.FUNCTION)
ANSWERING = calls_that(How.ANSWER)


def is_hop(callees: tuple[Value, ...], site: Site) -> bool:
    """Whether handing a function to this call runs it in another thread, process or later."""
    name = name_of(site.call.func)
    threaded = any(
        each.name == "thread" and isinstance(each.value, Const) and each.value.value is True
        for each in site.call.keywords
    )
    return (name in HOPS or threaded) and not any(isinstance(value, (Fn, Cls)) for value in callees)


def name_of(func: Expr) -> str:
    """The last name of a name or an attribute."""
    match func:
        case Name(id=name) | Attr(name=name):
            return name
        case _:
            return ""


WRAPPING = frozenset({
    "tenacity.retry", "tenacity.retry()", "tenacity.Retrying().wraps", "tenacity.AsyncRetrying().wraps",
    "backoff.on_exception()", "backoff.on_predicate()", "stamina.retry()", "retrying.retry()", "retry.retry()",
    "functools.cache", "functools.lru_cache", "functools.lru_cache()", "cachetools.cached()",
    "ratelimit.limits()", "ratelimit.sleep_and_retry", "timeout_decorator.timeout()",
})  # fmt: skip
"""Decorators of other packages; called by hand, they give a function that runs the one they are given."""


def is_partial(call: Call) -> bool:
    """`partial(f, …)`, by its name."""
    return name_of(call.func) == "partial"


def called_on(call: Call) -> Expr:
    """What is run: `chain` in `chain.invoke(…)`, and in `chain(…)`."""
    return call.func.value if isinstance(call.func, Attr) else call.func


def arguments_of(call: Call) -> list[Expr]:
    """All argument expressions, positional ones first."""
    return [*call.args, *(each.value for each in call.keywords)]


def is_starred(call: Call) -> bool:
    """Whether a call passes what isn't written there: `f(*given)`, `f(**given)`."""
    return any(isinstance(arg, Star) for arg in call.args) or any(each.name is None for each in call.keywords)


def references(arg: Expr) -> tuple[Expr, ...]:
    """What an argument hands over: `partial(f, x)` hands over f, `[f, g]` both, `f if test else None` f."""
    match arg:
        case Star(value=value):
            return references(value)
        case Call(func=Name(id="partial") | Attr(name="partial"), args=(func, *_)):
            return (func,)
        case Items(elements=elements) | Either(parts=elements):
            return tuple(found for each in elements for found in references(each))
        case _:
            return (arg,)


def displayed(expr: Expr | None) -> Iterator[str]:
    """The names that a display holds, or a display in it."""
    match expr:
        case Items(elements=found) | Mapping(values=found):
            for each in found:
                yield name_of(each)
                yield from displayed(each)
        case Call(func=Name(id="func" | "cron") | Attr(name="func" | "cron"), args=(made, *_)):
            yield name_of(made)
        case Call(func=Name(id="dict"), keywords=keywords):
            yield from (name_of(each.value) for each in keywords)
        case _:
            pass


def base_of(expr: Expr) -> tuple[Expr, str]:
    """What something is reached from, and by which steps, no more than LONGEST: `db` and `.table().insert`."""
    steps: list[str] = []
    while len(steps) < LONGEST:
        match expr:
            case Attr(value=value, name=name):
                steps.append(f".{name}")
                expr = value
            case Call(func=inner):
                steps.append("()")
                expr = inner
            case Index(value=value):
                steps.append("[]")
                expr = value
            case Await(value=value):
                expr = value
            case _:
                break
    return expr, "".join(reversed(steps))


def steps_of(expr: Expr) -> Iterator[Expr]:
    """A part of something and all that it is reached from, up to the name at its start: `a.b["c"]`, `a.b`, `a`."""
    at: Expr | None = expr
    while at is not None:
        yield at
        at = at.value if isinstance(at, (Attr, Index)) else None


def shown(func: Expr) -> str:
    """The callee as it is written, without arguments: `Order.objects.create`, `db.table().insert`."""
    base, steps = base_of(func)
    return (base.id if isinstance(base, Name) else "…") + steps
