"""Fallback: whether something else answers, or the work goes on without an answer, when the call fails."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from ..model import Place, Setting
from ..project.edges import Edge, name_of
from ..project.scope import Frame, Scope, Site
from ..project.values import Fn
from ..read.tree import Call, Except, Expr, Jump, Lambda, Loop, Name, Return, Statement, Try, With, names_in, walk
from .answers import SILENT
from .around import OWN, Around, Raised
from .coverage import after, leaves, raises, types_of
from .kept import AWAITABLE, waited
from .lazy import only_made
from .loops import ends_by_success, is_over_data, succeeds_out
from .missing import other_or, taken_instead, where_missing, where_told
from .objects import Objects
from .parts import is_filling, made_of, parts_of
from .rounds import Rounds, is_given_as_model, is_range
from .standin import by_data, weakest
from .subject import Subject, raising
from .substitutes import (
    Substitutes,
    always_leaves,
    assigned,
    given_before,
    kept_in,
    read_in,
    received,
    set_alike,
    shown,
    works_on,
)
from .turned import ENDS, WORDS, turns

MOST = 60
"""Functions on one way up."""
MODELS = re.compile(rf"{WORDS}|api_key|endpoint|base_url|fallbacks?{ENDS}", re.IGNORECASE)
"""Words in the names of what differs from one model of a list to the next, or from one place that has it."""
NO = Setting("no")
Way = Setting | None
"""How a way up ends; None where it leads back to itself."""


def fallback(subject: Subject) -> Setting:
    """Whether every way on which the call can fail has something in its place."""
    found = by_data(subject, "fallback")
    return found if found is not None else Fallbacks(subject).fact()


class Fallbacks:
    """Follows a failure of one call upwards until somebody goes on without it."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._ev = subject.ev
        self._around = Around(subject.ev, raising(subject), subject.sdk)
        self._judge = Substitutes(subject.ground.asks, Objects(subject))
        self._known: dict[tuple[Scope, Raised | None], Way] = {}
        self._height = 0

    def fact(self) -> Setting:
        """The fallback of the subject's call."""
        subject = self._subject
        return self._from(subject.own_sites(), subject.scope, OWN) or NO

    def _from(self, sites: tuple[Site, ...], scope: Scope, raised: Raised) -> Way:
        for site in sites:
            for frame in reversed(site.frames):
                found, where, raised = self._behind(frame, site, raised)
                if found == "instead":
                    return Setting("yes", where)
                if not raised:
                    return self._above(scope, None) if found == "nothing" else self._told(scope)
        return self._above(scope, raised)

    def _behind(self, frame: Frame, site: Site, raised: Raised) -> tuple[str, Place, Raised]:
        """What a construct goes on with that catches, or "", and what is left of the exceptions."""
        passage = self._around.through(frame, site.scope, raised)
        path = site.scope.module.path
        verdicts: list[tuple[str, Place]] = []
        match frame.node:
            case Try() as node if frame.part == "body":
                handlers = self._catching(node, site, raised)
                verdicts = [(self._handled(node, each, site), Place(path, each.line)) for each in handlers]
            case With() as node if passage.stopped:
                verdicts = [(self._goes_on(node, node.body, (), site), Place(path, node.line))]
            case _:
                pass
        ranked = [each for word in ("news", "instead", "nothing") for each in verdicts if each[0] == word]
        found, where = ranked[0] if ranked else ("", Place(path, site.line))
        return found, where, passage.left

    def _catching(self, node: Try, site: Site, raised: Raised) -> Iterator[Except]:
        for handler in node.handlers:
            types = types_of(self._ev, handler.type, site.scope)
            if any(self._around.covers(types, strand) != "none" for strand in raised):
                yield handler

    def _handled(self, node: Try, handler: Except, site: Site) -> str:
        loop = _loop_of(node, site)
        if loop is not None and _continues(handler.body) and _turns(loop, handler.body, site):
            return "instead" if succeeds_out(loop, node, site) else "news"
        measured = set_alike(node.body, handler.body)
        wanted = {*assigned(node.body), *kept_in(site.call, site.scope)} - measured
        found = self._judge.after_failure(handler.body, site.scope, handler.name, wanted, site)
        ended = self._subject.ground.ends.within(handler.body, site.scope) and raises(handler.body) != "always"
        if (ended and found != "instead") or (found == "instead" and self._is_error_told(handler, site, wanted)):
            return "news"
        untouched = wanted - set(assigned(handler.body))
        if found == "news" and not leaves(handler.body) and _is_as_it_came(node, untouched, site):
            return "instead"
        if found in {"instead", "news"} or (leaves(handler.body) and not _breaks(handler.body)):
            return found or "news"
        return self._goes_on(node, (*node.body, *node.orelse), handler.body, site)

    def _is_error_told(self, handler: Except, site: Site, wanted: set[str]) -> bool:
        """Whether a part of the answer is given the news that it failed, and no other part a text or an object: what
        else is set goes with an error message."""
        given = self._judge.given(handler, site.scope, wanted)
        parts = given and parts_of(site.call, site.scope)
        said = [(found, value) for name, found, value in given if name in parts]
        told = any(found == "news" for found, _ in said)
        return told and not any(found == "instead" and not is_filling(value) for found, value in said)

    def _goes_on(
        self, node: Try | With, tried: tuple[Statement, ...], handler: tuple[Statement, ...], site: Site
    ) -> str:
        """What follows a construct whose handler only lets go on."""
        scope = site.scope
        wanted = tuple(dict.fromkeys([*assigned(tried), *kept_in(site.call, scope)]))
        loop = _loop_of(node, site)
        if loop is not None:
            attempt = node if isinstance(node, Try) else None
            if attempt is None or not succeeds_out(loop, attempt, site):
                return "news"
            if _turns(loop, handler, site) and not _breaks(handler):
                return "instead"
            if is_over_data(self._ev, site, loop) or (loop.kind == "while" and not _is_counted(loop, handler)):
                return "news"
            if ends_by_success(loop, attempt) and not _breaks(handler):
                return "news"
        rest = after(scope.body, loop or node) or ()
        if self._stays(node, wanted, site, loop):
            return "instead"
        if loop is not None or always_leaves(tried):
            return self._judge.behind(loop, rest, wanted, site) or "nothing"
        if not scope.returns and self._subject.ground.alarms.within(handler, scope):
            return "news"  # the rest of the page is drawn all the same
        return self._without(wanted, rest, site) if rest else "nothing"

    def _stays(self, node: Try | With, wanted: Iterable[str], site: Site, loop: Loop | None = None) -> bool:
        """Whether what a name held before, a default or what the function was given, is gone on with."""
        rest = after(site.scope.body, loop or node) or ()
        read = [name for name in wanted if read_in(rest, site.scope, name)]
        return self._judge.before(site.scope, node, read) == "instead" or _is_as_it_came(node, read, site, loop)

    def _without(self, wanted: tuple[str, ...], rest: tuple[Statement, ...], site: Site) -> str:
        """Whether the work goes on behind a step that failed."""
        missing = where_missing(wanted, site.scope, rest[0].line)
        at = taken_instead(wanted, site.scope, rest[0].line - 1, self._judge.of)
        if at is not None and (missing is None or at < missing.node.line):
            return "instead"
        if missing is not None:
            found = self._judge.after_failure(missing.body, site.scope, None, wanted, site)
            if found:
                return found
        used = any(read_in(rest, site.scope, name) for name in wanted)
        return "instead" if not used and works_on(rest) else "nothing"

    def _above(self, scope: Scope, raised: Raised | None) -> Way:
        """What becomes of a failure that leaves a function, as an exception or (None) as nothing in the answer's
        place."""
        function = scope.owner()
        key = (function, raised)
        if function.kind == "module":
            return NO
        if key not in self._known:
            self._known[key] = None
            self._height += 1
            self._known[key] = self._outward(function, raised) if self._height < MOST else NO
            self._height -= 1
        return self._known[key]

    def _outward(self, function: Scope, raised: Raised | None) -> Way:
        if raised is not None:
            found = self._decorated(function, raised)
            if found is not None:
                return found
        if self._subject.entries.of(function):
            return NO
        edges = [each for each in self._ev.callers(function) if self._subject.entries.registration(each) is None]
        return weakest(self._through(edge, function, raised) for edge in edges)

    def _through(self, edge: Edge, function: Scope, raised: Raised | None) -> Way:
        later = (
            function.is_async or function.is_generator or (edge.handed and name_of(edge.site.call.func) in AWAITABLE)
        )
        site = waited(edge.site) if later else edge.site
        if function.is_generator and only_made(self._ev, site):
            site = replace(site, frames=())
        if raised is None:
            return self._given_nothing(edge.site)
        if self._is_second(site):
            return None
        return self._from((*edge.inner, site), site.scope, raised)

    def _is_second(self, site: Site) -> bool:
        """A way that is itself what follows a failure: the first one decides."""
        for frame in site.frames:
            match frame:
                case Frame(node=Try(body=body), part="handler") if self._subject.ground.asks.within(body, site.scope):
                    return True
                case _:
                    continue
        return False

    def _told(self, scope: Scope) -> Way:
        """What the callers do with an answer that says it failed: each may test it and ask another model."""
        function = scope.owner()
        edges = self._ev.callers(function) if not self._subject.entries.of(function) else ()
        return weakest(self._given_news(each.site) for each in edges)

    def _given_news(self, site: Site) -> Way:
        names = received(kept_in(site.call, site.scope), site.scope)
        failed = where_told(names, site.scope, site.line)
        asks = failed and self._judge.asks_another(failed.body, site.scope, site)
        return Setting("yes", Place(site.scope.module.path, failed.node.line)) if failed and asks else NO

    def _given_nothing(self, site: Site) -> Way:
        """What a caller does with a call that gives nothing when it failed."""
        scope = site.scope
        where = Place(scope.module.path, site.line)
        other = other_or(site.call, scope.body)
        if other is not None:
            asks = self._subject.ground.asks.within(other, scope)
            return Setting("yes", where) if asks or self._judge.of(other, scope) == "instead" else NO
        if any(site.call in (part for part in (each, getattr(each, "value", None))) for each in scope.returns):
            return self._above(scope, None)
        names = (*received(kept_in(site.call, scope), scope), shown(site.call))
        missing = where_missing(names, scope, site.line)
        at = taken_instead(names, scope, site.line, self._judge.of)
        if at is not None and (missing is None or at < missing.node.line):
            return Setting("yes", Place(scope.module.path, at))
        if missing is None:
            return NO
        found = self._judge.after_failure(missing.body, scope, None, names, site)
        if found == "nothing":
            return self._above(scope, None)
        if found or _loop_of(missing.node, site) is not None or leaves(missing.body):
            return Setting("yes", where) if found == "instead" else NO
        rest = after(scope.body, missing.node) or ()
        if not missing.body and _hands_on(rest, names):
            return self._above(scope, None)
        return Setting("yes", where) if not missing.body and works_on(rest) else NO

    def _decorated(self, function: Scope, raised: Raised) -> Way:
        """A substitute that a retry library, or a decorator of the project, gives in the end."""
        for decorator in function.decorators:
            for each in decorator.keywords if isinstance(decorator, Call) else ():
                if each.name in SILENT and self._gives(each.value, function):
                    return Setting("yes", Place(function.module.path, each.line))
        for _, inner in self._ev.wrappers(function):
            for site in inner:
                for frame in reversed(site.frames):
                    found, where, left = self._behind(frame, site, raised)
                    if found == "instead" or not left:
                        return Setting("yes", where) if found == "instead" else NO
        return None

    def _gives(self, callback: Expr, function: Scope) -> bool:
        """Whether what runs after the last attempt gives an answer."""
        if isinstance(callback, Lambda):
            return self._judge.of(callback.body, function) == "instead"
        known = [each.scope for each in self._ev.eval(callback, function.parent or function) if isinstance(each, Fn)]
        return bool(known) and all(
            any(self._judge.of(each, scope) == "instead" for each in scope.returns) for scope in known
        )


def _is_as_it_came(node: Try | With, wanted: Iterable[str], site: Site, loop: Loop | None = None) -> bool:
    """Whether the function goes on with what it was given where the call couldn't improve it."""
    rest = after(site.scope.body, loop or node) or ()
    made = made_of(site.call, node.body, site.scope)
    known = (name for name in wanted if name in made and given_before(site.scope, node, name))
    return any(read_in(rest, site.scope, name) for name in known)


def _hands_on(rest: tuple[Statement, ...], names: tuple[str, ...]) -> bool:
    """Whether what was asked for is given back as it is, be it nothing."""
    given = next((each for each in rest if isinstance(each, Return)), None)
    return given is not None and given.value is not None and shown(given.value) in names


def _loop_of(node: Statement, site: Site) -> Loop | None:
    """The innermost loop around a construct that stands around the site."""
    loop: Loop | None = None
    for frame in site.frames:
        if frame.node is node:
            return loop
        if isinstance(frame.node, Loop) and frame.part == "body":
            loop = frame.node
    return loop


def _turns(loop: Loop, handler: tuple[Statement, ...], site: Site) -> bool:
    """Whether the next round asks another model."""
    return is_over_models(loop, site) or turns(handler, site.call, site.scope)


def is_over_models(loop: Loop, site: Site) -> bool:
    """A loop that tries one model, client or provider after the other, or one function after the other."""
    if loop.target is None:
        return False
    targets = list(names_in(loop.target))
    if isinstance(site.call.func, Name) and site.call.func.id in targets:
        return True
    words = [*targets, *names_in(loop.source)]
    named = any(MODELS.search(name) for name in words)
    used = any(name in set(names_in(site.call)) for name in targets)
    if is_given_as_model(loop, site, MODELS):
        return True
    return named and (used or not is_range(loop)) and Rounds(loop).turn(site)


def _continues(body: tuple[Statement, ...]) -> bool:
    """Whether a handler may go on with the next round: `if is_overloaded(error): continue`."""
    inner = {id(part) for each in walk(body) if isinstance(each, Loop) for part in walk(each.body)}
    return any(isinstance(each, Jump) and each.kind == "continue" and id(each) not in inner for each in walk(body))


def _breaks(body: tuple[Statement, ...]) -> bool:
    """Whether a handler ends the loop, so that what follows the loop goes on without the answer."""
    return bool(body) and isinstance(body[-1], Jump) and body[-1].kind == "break"


def _is_counted(loop: Loop, handler: tuple[Statement, ...]) -> bool:
    """A `while` loop that ends after some failures."""
    return bool(list(names_in(loop.source))) or any(isinstance(each, (Jump, Return)) for each in walk(handler))
