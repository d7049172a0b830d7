"""What the constructs around a call do with its exceptions, inside one function.

An exception on its way up is a strand: `()` is what the SDK itself raises for a failed request, anything else is the
type it was turned into, followed by the types above that.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from ..model import Handler, Place
from ..project.attributes import methods
from ..project.edges import name_of
from ..project.handed import param_at
from ..project.lineage import mro
from ..project.scope import Frame, Scope, Site
from ..project.values import Ext, Fn, Obj
from ..read.tree import Call, Const, Except, Expr, Loop, Statement, Try, With, is_name, walk
from ..sdks.schema import Sdk
from .bounds import ends_in_time, is_limit
from .coverage import (
    Cover,
    after,
    calls_in,
    calls_itself,
    covers,
    covers_strand,
    is_silent,
    leaves,
    lineages,
    raised_by,
    raises,
    raises_same,
    types_of,
)
from .kept import around_yield
from .loops import raised_in_the_end

if TYPE_CHECKING:
    from ..project.evaluate import Evaluator

Strand = tuple[str, ...]
Raised = tuple[Strand, ...]
OWN: Raised = ((),)
"""The SDK's own errors."""
LATE: Strand = ("",)
"""The same out of a deadline around the call, which raises a TimeoutError of its own."""

GROUP = "builtins.ExceptionGroup"
"""Begins a strand that comes out of a group of tasks, which wraps what was raised in it."""


class Passage(NamedTuple):
    """What is left of exceptions behind some constructs, and whether any were stopped there."""

    left: Raised
    stopped: bool


class Around:
    """Follows exceptions out of functions; keeps every handler met on the way."""

    def __init__(self, ev: Evaluator, sdks: tuple[Sdk, ...], wrapped: Sdk) -> None:
        """`sdks` are those whose errors come out; `wrapped` is the one below, where a wrapper turns its errors into
        its own."""
        self._ev = ev
        self._sdks = sdks
        self._wrapped = wrapped
        self.handlers: dict[tuple[str, int], Handler] = {}
        self._managers: list[Scope] = []
        """The context managers that are being looked into: one may enter another of its kind."""

    def out_of(self, site: Site, raised: Raised) -> Passage:
        """What leaves the function of a site."""
        return self._through(site.frames, site.scope, _late(raised) if ends_in_time(self._ev, site) else raised)

    def out_of_all(self, sites: Sequence[Site], raised: Raised) -> Passage:
        """What leaves the function of the last of some sites, each of which calls that of the one before."""
        stopped = False
        for site in sites:
            found = self.out_of(site, raised)
            raised, stopped = found.left, stopped or found.stopped
        return Passage(raised, stopped)

    def _through(self, frames: tuple[Frame, ...], scope: Scope, raised: Raised) -> Passage:
        stopped = False
        for frame in reversed(frames):
            found = self.through(frame, scope, raised)
            raised, stopped = found.left, stopped or found.stopped
            if not raised:
                break
        return Passage(raised, stopped)

    def through(self, frame: Frame, scope: Scope, raised: Raised) -> Passage:
        """What leaves one construct."""
        match frame:
            case Frame(kind="try", node=Try() as node, part="body"):
                return self._tried(node, scope, raised)
            case Frame(kind="with", node=With() as node):
                limits = any(is_limit(self._ev, item, scope) for item, _ in node.items)
                return self._managed(node, scope, _late(raised) if limits else raised)
            case Frame(kind="arg", node=Call() as node) if is_limit(self._ev, node, scope):
                return Passage(_late(raised), False)
            case Frame(kind="arg", node=Call() as node) if _gives_back(node):
                return Passage((), True)
            case _:
                return Passage(raised, False)

    def covers(self, types: tuple[str, ...], strand: Strand, *, star: bool = False) -> Cover:
        """Whether a handler for the types stops a strand, a part of it, or nothing; an `except*` looks into groups."""
        if strand[:1] == (GROUP,):
            if not star:
                return covers_strand(types, strand[:1])
            strand = strand[1:]
        if strand not in (*OWN, LATE):
            return covers_strand(types, strand)
        found = covers(types, self._sdks, late=strand == LATE)
        if found == "none" and self._wrapped not in self._sdks and covers(types, (self._wrapped,)) != "none":
            return "part"
        return found

    def minus(self, types: tuple[str, ...], raised: Raised) -> Passage:
        """What is left behind a handler for the types that swallows."""
        found = [self.covers(types, strand) for strand in raised]
        left = tuple(strand for strand, cover in zip(raised, found, strict=True) if cover != "all")
        return Passage(left, any(cover != "none" for cover in found))

    def _tried(self, node: Try, scope: Scope, raised: Raised) -> Passage:
        left: dict[Strand, None] = {}
        stopped = False
        for strand in raised:
            found = self._strand(node, scope, strand)
            left.update(dict.fromkeys(found.left))
            stopped = stopped or found.stopped
        return Passage(tuple(left), stopped)

    def _strand(self, node: Try, scope: Scope, strand: Strand) -> Passage:
        """One strand through the handlers of a `try`."""
        seen: list[str] = []
        left: list[Strand] = []
        stopped = False
        for handler in node.handlers:
            types = types_of(self._ev, handler.type, scope)
            alone = self.covers(types, strand, star=handler.star)
            if alone == "none":
                continue
            seen += types
            again = raises(handler.body, lambda call: self._fatal(call, scope))
            self._note(handler, types, scope, whole=alone == "all")
            own = strand if alone == "all" else self._of_types(types)
            turned = self._turned(node, handler, scope, again, own)
            if turned is None:
                stopped = True
            else:
                left += turned or [own]
            if self.covers(tuple(seen), strand, star=handler.star) == "all":
                return Passage(tuple(left), stopped)
        return Passage((*left, strand), stopped)

    def _note(self, handler: Except, types: tuple[str, ...], scope: Scope, *, whole: bool) -> None:
        where = Place(scope.module.path, handler.line)
        self.handlers[where.path, where.line] = Handler(
            where, types, whole, is_silent(handler), raises(handler.body) != "never"
        )

    def _of_types(self, types: tuple[str, ...]) -> Strand:
        """The part of the SDK's errors that a handler lets through: still caught by the SDK's base errors."""
        return tuple(dict.fromkeys((*types, *(name for sdk in self._sdks for name in sdk.errors.base))))

    def _turned(self, node: Try, handler: Except, scope: Scope, again: str, strand: Strand) -> list[Strand] | None:
        """What a handler raises instead, nothing where it raises the same; None when it raises nothing."""
        loop = _loop_of(node, scope)
        if again == "never":
            body = self._raised_later(node, loop, handler, scope)
            return None if body is None else lineages(self._ev, raised_by(body, handler.name), scope)
        if again == "sometimes" and loop is None and not _asks_again(handler, scope):
            return None
        turned = lineages(self._ev, raised_by(handler.body, handler.name), scope)
        same = raises_same(handler.body, handler.name)
        for call in calls_in(handler.body):
            helper = self._fatal(call, scope)
            if helper is not None:
                given = _passed_as(helper, call, handler.name)
                turned += lineages(self._ev, raised_by(helper.body, given), helper)
                same = same or raises_same(helper.body, given)
        return [*turned, strand] if turned and same else turned

    def _raised_later(
        self, node: Try, loop: Loop | None, handler: Except, scope: Scope
    ) -> tuple[Statement, ...] | None:
        """What is always raised in the end where a handler goes on with its loop, there or behind it."""
        if loop is None or leaves(handler.body):
            return None
        following = after(scope.body, loop)
        rest = (*loop.orelse, *following) if following is not None else ()
        if raises(rest) == "always":
            return rest
        return raised_in_the_end(loop, node) or None

    def _fatal(self, call: Call, scope: Scope) -> Scope | None:
        """The project's function a handler calls that always raises."""
        found = [value.scope for value in self._ev.eval(call.func, scope) if isinstance(value, Fn)]
        return found[0] if len(found) == 1 and raises(found[0].body) == "always" else None

    def _managed(self, node: With, scope: Scope, raised: Raised) -> Passage:
        """`with suppress(…)`, and the project's own context managers that catch."""
        stopped = False
        for item, _ in reversed(node.items):
            found = self._manager(item, scope, raised)
            raised, stopped = found.left, stopped or found.stopped
        return Passage(raised, stopped)

    def _manager(self, item: Expr, scope: Scope, raised: Raised) -> Passage:
        if isinstance(item, Call):
            if name_of(item.func) == "suppress":
                types = tuple(name for arg in item.args for name in types_of(self._ev, arg, scope))
                found = self.minus(types, raised)
                if found.stopped:
                    where = Place(scope.module.path, item.span.line)
                    self.handlers[where.path, where.line] = Handler(where, types, not found.left, silent=True)
                return found
            for value in self._ev.eval(item.func, scope):
                if isinstance(value, Ext) and value.path in self._ev.world.declared.guards:
                    return Passage((), True)
                if isinstance(value, Fn) and any("contextmanager" in _word(each) for each in value.scope.decorators):
                    return self._generated(value.scope, raised)
        for value in self._ev.eval(item, scope):
            if isinstance(value, Obj) and self._exit_swallows(value.scope):
                return Passage((), True)
        return Passage(raised, False)

    def _generated(self, scope: Scope, raised: Raised) -> Passage:
        """What leaves a context manager that is a generator."""
        if scope in self._managers:
            return Passage(raised, False)
        self._managers.append(scope)
        try:
            return self._through(around_yield(scope) or (), scope, raised)
        finally:
            self._managers.pop()

    def _exit_swallows(self, owner: Scope) -> bool:
        return any(
            isinstance(result, Const) and result.value is True
            for each in mro(self._ev, owner)
            for name in ("__exit__", "__aexit__")
            for method in methods(each, name)
            for result in method.returns
        )


def _late(raised: Raised) -> Raised:
    return tuple(dict.fromkeys(LATE if strand in OWN else strand for strand in raised))


def _gives_back(call: Call) -> bool:
    """`gather(…, return_exceptions=True)`: what fails is among the results."""
    given = (each.value for each in call.keywords if each.name == "return_exceptions")
    return name_of(call.func) == "gather" and any(isinstance(value, Const) and value.value is True for value in given)


def _asks_again(handler: Except, scope: Scope) -> bool:
    """Whether a handler repeats the function it stands in, as a loop would, and raises when that was often enough."""
    return any(isinstance(part, Call) and calls_itself(part, scope) for part in walk(handler.body))


def _passed_as(helper: Scope, call: Call, caught: str | None) -> str | None:
    """The parameter of a helper that a handler passes the exception for that it caught."""
    args = (*call.args, *(each.value for each in call.keywords))
    at = next((at for at, arg in enumerate(args) if caught is not None and is_name(arg, caught)), None)
    return param_at(helper, call, at) if at is not None else None


def _word(decorator: Expr) -> str:
    return name_of(decorator.func if isinstance(decorator, Call) else decorator)


def _loop_of(node: Try, scope: Scope) -> Loop | None:
    """The innermost loop a try stands in, in its own function."""
    return _loops(scope).get(id(node))


@lru_cache(maxsize=64)
def _loops(scope: Scope) -> dict[int, Loop]:
    """The loops around the statements of a scope that calls stand in, found in one pass."""
    found: dict[int, Loop] = {}
    for site in scope.sites:
        loop: Loop | None = None
        for frame in site.frames:
            if isinstance(frame.node, Loop):
                loop = frame.node
            elif loop is not None:
                found.setdefault(id(frame.node), loop)
    return found
