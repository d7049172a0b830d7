"""A task that puts itself back into the queue when it failed."""

from __future__ import annotations

from collections.abc import Iterator

from ..model import Backoff, Place, RetryLayer
from ..project.arguments import argument, keyword
from ..project.scope import Frame, Scope, Site
from ..project.uses import statements
from ..project.values import Fn, Lit, Values
from ..read.tree import Binary, Call, Except, Raise, Statement, Try
from .coverage import Failing, after, is_permanent, is_task_retry, raises, types_of
from .subject import Subject
from .waits import calls_in

TASK_RETRIES = 3
"""Celery's default `max_retries`."""


def task_layer(subject: Subject, site: Site, failing: Failing) -> RetryLayer | None:
    """A bound Celery task retries itself in a handler around the site: `raise self.retry(exc=error)`."""
    function = site.scope.function()
    made = _task(subject, function) if function is not None and function.params else None
    if function is None or made is None:
        return None
    for attempt in _attempts(site):
        known = [(each, failing.caught(types_of(subject.ev, each.type, site.scope))) for each in attempt.handlers]
        for handler, caught in known:
            for call in calls_in(handler.body) if caught != "none" else ():
                if is_task_retry(call, site.scope):
                    return _task_retry(subject, site, made, handler, call)
        rest = after(site.scope.body, attempt) or ()
        if any(caught == "all" and raises(each.body) == "never" for each, caught in known) and not _raises(
            subject, site.scope, rest
        ):
            return None  # nothing is left of the failure
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


def _attempts(site: Site) -> Iterator[Try]:
    for frame in reversed(site.frames):
        match frame:
            case Frame(kind="try", node=Try() as attempt, part="body"):
                yield attempt
            case _:
                continue


def _raises(subject: Subject, scope: Scope, body: tuple[Statement, ...]) -> bool:
    """Whether statements raise an error of their own, or a function of the project does that they call:
    `if answer is None: raise ...`, `check(answer)`."""
    if any(isinstance(each, Raise) for each, _ in statements(body)):
        return True
    sites = (subject.ev.site(call, scope) for call in calls_in(body))
    called = (value for site in sites if site is not None for value in subject.ev.callee(site))
    return any(isinstance(each, Raise) for fn in called if isinstance(fn, Fn) for each, _ in statements(fn.scope.body))


def _int(values: Values) -> int | None:
    for value in values:
        if isinstance(value, Lit) and isinstance(value.value, int) and not isinstance(value.value, bool):
            return value.value
    return None
