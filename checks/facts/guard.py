"""Guard: what becomes of an exception of the call, on every path from the outside to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ..model import Guard, Handler, Place
from ..project.callers import Edge
from ..project.scope import Frame, Scope, Site
from ..read.tree import Attr, Call, Except, Expr, Loop, Name, Return, Try, With
from ..sdks.schema import Sdk
from .coverage import after, covers, covers_types, is_silent, leaves, raised_types, raises, types_of
from .subject import Subject, place

STARTED = frozenset({
    "Thread", "Process", "Timer", "create_task", "ensure_future", "add_task", "start_new_thread", "delay", "apply_async",
    "enqueue", "call_later", "start_soon", "start_background_task", "add_job", "send_task",
})  # fmt: skip
"""Calls after which the starter never sees an exception of what it started."""
COLLECTED = frozenset({"list", "tuple", "set", "join", "sum", "next", "dict", "gather", "run", "wait_for", "sorted", "any", "all"})


Raised = tuple[str, ...]
"""Exception types that handlers on the way turned the SDK's errors into; empty: still the SDK's own."""


@dataclass(slots=True)
class _Outcome:
    """How paths end: covered by a handler, or open at an entry point or a library surface; with or without a
    handler on the way that misses some errors."""

    kinds: dict[str, tuple[Place, ...]] = field(default_factory=dict)

    def add(self, kind: str, path: tuple[Place, ...]) -> None:
        if kind not in self.kinds or len(path) < len(self.kinds[kind]):
            self.kinds[kind] = path

    def merge(self, other: _Outcome, step: Place, missed: bool) -> None:
        for kind, path in other.kinds.items():
            name = f"missed-{kind}" if missed and not kind.startswith("missed-") and kind != "covered" else kind
            self.add(name, (*path, step) if len(path) < 12 else path)


class Guards:
    """Works out the guard of calls; what lies above a function is remembered for each set of SDKs."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._ev = subject.ev
        self._sdks = _raising(subject)
        self._handlers: dict[tuple[str, int], Handler] = {}
        self._known: dict[tuple[Scope, Raised], _Outcome] = {}

    def fact(self) -> Guard:
        """The guard of the subject's call."""
        subject = self._subject
        outcome = self._from(subject.sites(), subject.scope, ())
        handlers = tuple(sorted(self._handlers.values(), key=lambda each: each.where))
        state = _state(outcome)
        path = outcome.kinds.get("entry") or outcome.kinds.get("missed-entry") or outcome.kinds.get("surface") or ()
        where = handlers[0].where if handlers else (path[0] if path else None)
        misses = self._missed(handlers) if state == "partial" else ()
        return Guard(state, where, handlers, path if state in ("unhandled", "partial") else (), misses)

    def swallowed(self, site: Site) -> bool:
        """Whether no exception of the site's call leaves its function."""
        return self._around(site, ())[0] == "all"

    def _missed(self, handlers: tuple[Handler, ...]) -> tuple[str, ...]:
        caught = {name for each in handlers for name in each.catches}
        known = [name for sdk in self._sdks for name in (*sdk.errors.base[:1], *sdk.errors.some)]
        return tuple(name for name in known if name not in caught)[:4]

    def _from(self, sites: tuple[Site, ...], scope: Scope, raised: Raised) -> _Outcome:
        """Outcome of an exception that comes out of the innermost site."""
        outcome = _Outcome()
        missed = False
        for site in sites:
            found, raised = self._around(site, raised)
            if found == "all":
                outcome.add("covered", ())
                return outcome
            missed = missed or found == "part"
        outcome.merge(self._above(scope, sites[-1], raised), place(sites[-1]), missed)
        return outcome

    def _above(self, scope: Scope, site: Site, raised: Raised) -> _Outcome:
        """Outcome of an exception that leaves a function."""
        function = scope
        while function.kind == "class" and function.parent is not None:
            function = function.parent
        if function.kind == "module":
            return self._top(site)
        key = (function, raised)
        if key in self._known:
            return self._known[key]
        outcome = self._known[key] = _Outcome()
        missed = False
        for _, inner in self._ev.wrappers(function):
            for each in inner:
                found, raised = self._around(each, raised)
                if found == "all":
                    outcome.add("covered", ())
                    return outcome
                missed = missed or found == "part"
        self._outward(function, outcome, missed, raised)
        return outcome

    def _outward(self, function: Scope, outcome: _Outcome, missed: bool, raised: Raised) -> None:
        here = Place(function.module.path, function.line)
        entries = self._subject.entries.of(function)
        edges = [edge for edge in self._ev.callers(function) if self._subject.entries.registration(edge) is None]
        for entry in entries:
            kind = "covered" if self._framework_handles(function, entry.how) else "entry"
            outcome.add(f"missed-{kind}" if missed and kind == "entry" else kind, (entry.where,))
        for edge in edges:
            outcome.merge(self._through(edge, function, raised), here, missed)
        if not entries and not edges:
            outcome.add("missed-surface" if missed else "surface", (here,))

    def _through(self, edge: Edge, function: Scope, raised: Raised) -> _Outcome:
        name = _callee(edge.site.call.func)
        started = edge.site if name in STARTED else self._started_by(edge.site)
        if started is not None:
            outcome = _Outcome()
            covered = any(self._around(site, raised)[0] == "all" for site in edge.inner)
            outcome.add("covered" if covered else "entry", (place(edge.site),))
            return outcome
        if function.is_generator and _only_made(edge.site):
            return self._above(edge.site.scope, edge.site, raised)
        return self._from((*edge.inner, edge.site), edge.site.scope, raised)

    def _started_by(self, site: Site) -> Site | None:
        """The call that starts a coroutine without waiting for it: `create_task(work())`."""
        for frame in reversed(site.frames):
            if frame.kind == "arg" and isinstance(frame.node, Call):
                if _callee(frame.node.func) in STARTED and not _is_awaited(frame.node, site.scope):
                    return site
            elif frame.kind not in ("arg", "comp"):
                return None
        return None

    def _top(self, site: Site) -> _Outcome:
        outcome = _Outcome()
        entry = self._subject.entries.of_site(site)
        outcome.add("entry" if entry is not None else "surface", (place(site),))
        return outcome

    def _around(self, site: Site, raised: Raised) -> tuple[str, Raised]:
        """What the constructs around a site in its own function do with an exception: all, part or none of it is
        handled; and what it has become when it leaves."""
        best = "none"
        for frame in reversed(site.frames):
            match frame:
                case Frame(kind="try", node=Try() as node, part="body"):
                    found, raised = self._handled(node, site.scope, raised)
                case Frame(kind="with", node=With() as node):
                    found = "all" if self._suppresses(node, site.scope) else "none"
                case _:
                    continue
            if found == "all":
                return "all", raised
            best = "part" if found == "part" else best
        return best, raised

    def _handled(self, node: Try, scope: Scope, raised: Raised) -> tuple[str, Raised]:
        caught: list[str] = []
        turned: list[str] = []
        for handler in node.handlers:
            types = types_of(self._ev, handler.type, scope)
            alone = self._covers(types, raised)
            again = raises(handler.body)
            if alone != "none":
                where = Place(scope.module.path, handler.line)
                self._handlers[where.path, where.line] = Handler(
                    where, types, alone == "all", is_silent(handler), again != "never"
                )
            if again == "never" and _raises_after_loop(node, handler, scope):
                again = "always"
            if again == "never" or (again == "sometimes" and not _loop_of(node, scope)):
                caught.extend(types)
                if alone == "all":
                    break
            elif alone != "none":
                turned.extend(raised_types(self._ev, handler, scope))
                if alone == "all":
                    break
        return (self._covers(caught, raised) if caught else "none"), tuple(dict.fromkeys(turned)) or raised

    def _covers(self, types: Iterable[str], raised: Raised) -> str:
        return covers_types(types, raised) if raised else covers(types, self._sdks)

    def _suppresses(self, node: With, scope: Scope) -> bool:
        for item, _ in node.items:
            if isinstance(item, Call) and _callee(item.func) == "suppress":
                types = [name for arg in item.args for name in types_of(self._ev, arg, scope)]
                if covers(types, self._sdks) == "all":
                    return True
        return False

    def _framework_handles(self, function: Scope, how: str) -> bool:
        """A handler for every exception that the project registers with the framework of an entry point."""
        framework = self._subject.ground.frameworks.get(how)
        if framework is not None and (framework.swallow or self._registered(framework.handlers)):
            return True
        return any(self._autoretries(each, function) for each in function.decorators)

    def _registered(self, names: tuple[str, ...]) -> bool:
        ground = self._subject.ground
        for name in names:
            if name.startswith(("on_", "process_")):
                if ground.defines(name):
                    return True
            elif any(self._covering(site) for site in ground.calls_named(name)):
                return True
            elif name == "add_error_handler" and ground.calls_named(name):
                return True
        return False

    def _covering(self, site: Site) -> bool:
        types = [name for arg in site.call.args[:1] for name in types_of(self._ev, arg, site.scope)]
        return bool(types) and covers(types, self._sdks) == "all"

    def _autoretries(self, decorator: Expr, function: Scope) -> bool:
        if not isinstance(decorator, Call):
            return False
        for each in decorator.keywords:
            if each.name == "autoretry_for":
                return covers(types_of(self._ev, each.value, function), self._sdks) == "all"
        return False


def _raising(subject: Subject) -> tuple[Sdk, ...]:
    """The SDKs whose errors a failed request raises: the call's own, or those its errors subclass."""
    known = {sdk.id: sdk for sdk in subject.ev.matcher.sdks}
    sdk = subject.sdk
    like = [known[name] for name in sdk.errors.like if name in known]
    if like and not sdk.errors.base:
        return tuple(like)
    return (sdk,)


def _state(outcome: _Outcome) -> str:
    kinds = set(outcome.kinds)
    if "entry" in kinds:
        return "unhandled"
    if kinds & {"missed-entry", "missed-surface"}:
        return "partial"
    if "surface" in kinds:
        return "partial" if "covered" in kinds else "propagates"
    return "handled"


def _loop_of(node: Try, scope: Scope) -> Loop | None:
    """The innermost loop a try stands in, in its own function."""
    for site in scope.sites:
        loop: Loop | None = None
        for frame in site.frames:
            if isinstance(frame.node, Loop):
                loop = frame.node
            elif frame.node is node:
                return loop
    return None


def _raises_after_loop(node: Try, handler: Except, scope: Scope) -> bool:
    """Whether a handler goes on with a loop after which the function raises: the last failure is not handled."""
    loop = _loop_of(node, scope)
    if loop is None or leaves(handler.body):
        return False
    following = after(scope.body, loop)
    return following is not None and raises((*loop.orelse, *following)) == "always"


def _only_made(site: Site) -> bool:
    """Whether a generator is only created at the site and consumed elsewhere: returned, or given to a response."""
    for frame in reversed(site.frames):
        if frame.kind == "arg" and isinstance(frame.node, Call):
            return _callee(frame.node.func) not in COLLECTED
        if frame.kind != "comp":
            break
    return any(expr is site.call for expr in _returned(site.scope))


def _returned(scope: Scope) -> Iterator[Expr]:
    for statement in scope.body:
        if isinstance(statement, Return) and statement.value is not None:
            yield statement.value
    yield from scope.returns


def _is_awaited(node: Call, scope: Scope) -> bool:
    return any(site.call is node and site.awaited for site in scope.sites)


def _callee(func: Expr) -> str:
    match func:
        case Name(id=name) | Attr(name=name):
            return name
        case _:
            return ""
