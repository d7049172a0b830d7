"""Retries without a loop: a function that calls itself when it failed, a task that puts itself back into the queue."""

from __future__ import annotations

from collections.abc import Iterator

from ..model import Backoff, Place, RetryLayer
from ..project.arguments import argument, keyword
from ..project.scope import Frame, Scope, Site
from ..project.values import Fn, Lit, Values
from ..read.tree import Binary, Call, Const, Except, If, Name, Try
from .coverage import Failing, is_permanent, is_task_retry, leaves, raises, types_of
from .subject import Subject
from .waits import Between, calls_in

TASK_RETRIES = 3
"""Celery's default `max_retries`."""


def recursion_layer(subject: Subject, site: Site, failing: Failing) -> RetryLayer | None:
    """The function calls itself in a handler around the site."""
    function = site.scope.function()
    for handler in _handlers(site) if function is not None else ():
        types = types_of(subject.ev, handler.type, site.scope)
        if failing.caught(types) == "none":
            continue
        for call in calls_in(handler.body):
            called = subject.ev.eval(call.func, site.scope)
            if function is not None and any(isinstance(value, Fn) and value.scope is function for value in called):
                return _recursion(subject, function, site, handler, call)
    return None


def _recursion(subject: Subject, function: Scope, site: Site, handler: Except, call: Call) -> RetryLayer:
    count = _counted(subject, function, call)
    stops = raises(handler.body) != "never" or any(isinstance(each, If) and leaves(each.body) for each in handler.body)
    return RetryLayer(
        kind="loop",
        name=f"{function.short}() calling itself",
        attempts=count,
        bounded=stops or count is not None,
        backoff=Between(subject.ev, site.scope, handler.body).backoff(handler.body),
        catches=types_of(subject.ev, handler.type, site.scope),
        where=Place(site.scope.module.path, call.span.line),
        permanent_errors=is_permanent(types_of(subject.ev, handler.type, site.scope), (subject.sdk,)),
    )


def _counted(subject: Subject, function: Scope, call: Call) -> int | None:
    """Attempts, where a parameter with a default is counted down: `ask(messages, left - 1)`."""
    for value in (*call.args, *(each.value for each in call.keywords)):
        match value:
            case Binary(op="-", left=Name(id=name), right=Const(value=1)):
                default = next((param.default for param in function.params if param.name == name), None)
                number = _int(subject.ev.eval(default, function.parent or function)) if default is not None else None
                return number + 1 if number is not None else None
            case _:
                continue
    return None


def task_layer(subject: Subject, site: Site, failing: Failing) -> RetryLayer | None:
    """A bound Celery task retries itself in a handler around the site: `raise self.retry(exc=error)`."""
    function = site.scope.function()
    made = _task(subject, function) if function is not None and function.params else None
    if function is None or made is None:
        return None
    for handler in _handlers(site):
        if failing.caught(types_of(subject.ev, handler.type, site.scope)) == "none":
            continue
        for call in calls_in(handler.body):
            if is_task_retry(call, site.scope):
                return _task_retry(subject, site, made, handler, call)
    return None


def _task_retry(subject: Subject, site: Site, made: Site, handler: Except, call: Call) -> RetryLayer:
    again = subject.ev.site(call, site.scope) or site
    given = keyword(subject.ev, again, "max_retries").values or argument(subject.ev, made, "max_retries").values
    number = _int(given)
    wait: Backoff = "fixed"
    for each in call.keywords:
        if each.name == "countdown" and isinstance(each.value, (Binary, Call)):
            wait = "exponential"
    types = types_of(subject.ev, handler.type, site.scope)
    return RetryLayer(
        kind="decorator",
        name="retry() of the Celery task",
        attempts=None if given == (Lit(None),) else (TASK_RETRIES if number is None else number) + 1,
        bounded=given != (Lit(None),),
        backoff=wait,
        catches=types,
        where=Place(site.scope.module.path, call.span.line),
        permanent_errors=is_permanent(types, (subject.sdk,)),
    )


def _task(subject: Subject, function: Scope) -> Site | None:
    """The decorator that makes a function a task which gets itself as its first parameter."""
    for decorator in function.decorators:
        if isinstance(decorator, Call) and any(each.name == "bind" for each in decorator.keywords):
            return subject.ev.site(decorator, function.parent or function)
    return None


def _handlers(site: Site) -> Iterator[Except]:
    for frame in reversed(site.frames):
        match frame:
            case Frame(kind="try", node=Try(handlers=handlers), part="body"):
                yield from handlers
            case _:
                continue


def _int(values: Values) -> int | None:
    for value in values:
        if isinstance(value, Lit) and isinstance(value.value, int) and not isinstance(value.value, bool):
            return value.value
    return None
