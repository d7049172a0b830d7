"""From where a call is reached: entry points, audience, and whether an event loop waits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..model import EntryPoint, Place, Setting, Step
from ..project.called import other_names
from ..project.edges import Edge, name_of
from ..project.elsewhere import How, calls_that
from ..project.entries import exposed
from ..project.scope import Scope, Site
from ..project.values import Ext
from ..project.ways import Apart, Needs
from ..read.tree import Call
from .agents import runs_of
from .ground import callee_name
from .kept import is_waited_for, waited
from .subject import Subject, place

if TYPE_CHECKING:
    from ..project.evaluate import Evaluator

RESPONSES = frozenset({"StreamingResponse", "EventSourceResponse", "iterate_in_threadpool", "StreamingHttpResponse"})
"""Response classes that run a synchronous generator in a thread."""
HOPPING = calls_that(How.THREADED)
"""Decorators that make an async function run in a thread of a synchronous one."""
TWINS = frozenset({"ainvoke", "abatch", "astream"})
"""Methods of a base that run a synchronous one of the subclass in a thread."""
WHOSE: dict[str, str] = {"service": "remote", "worker": "background", "cli": "local"}
"""Who waits for what nothing in a project calls, by the kind of project that its configuration names."""
MANY = 10
"""Ways that are kept of one call."""
_Stage = tuple[Scope, Needs]
"""A function on the way up, and what is needed of its parameters to get from there to the call."""
MOST = 4000
"""Functions looked at on the way up; no real call is reached through more."""


class Reach:
    """The functions above one call, walked once."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._ev = subject.ev
        self.entries: list[EntryPoint] = []
        self._surfaces: set[Scope | Site] = set()
        self.ways: list[tuple[Step, ...]] = []
        """The shortest way from each entry point or surface to the call, the first MANY of them."""
        self._below: dict[_Stage, tuple[_Stage | None, Site]] = {}
        self._walk()

    def _walk(self) -> None:
        site, ways = self._subject.site, self._subject.ground.ways
        queue: list[tuple[Scope, Site, Needs, _Stage | None]] = [(self._subject.scope, site, ways.needs_of(site), None)]
        seen, apart = self._below, Apart()
        while queue and len(seen) < MOST:
            scope, site, needs, below = queue.pop(0)
            function = scope.owner()
            if function.kind == "module":
                self._top(site, below)
                continue
            at = function, apart.at(function, needs)
            if at in seen:
                continue
            seen[at] = below, site
            entries = self._subject.entries.of(function)
            above = [(up, more) for edge, more in ways.into(*at) for up in self._ways_up(edge)]
            for entry in entries:
                if entry not in self.entries:
                    self.entries.append(entry)
                    self._way(Step(entry.where, entry.how), at)
            queue.extend((up.scope, up, more, at) for up, more in above)
            if not entries and all(up.scope.owner() is function for up, _ in above):
                self._surface(at)
        self.entries = list(dict.fromkeys(self.entries))

    def _surface(self, at: _Stage) -> None:
        """A function that no call in the project leads through to the call."""
        function = at[0]
        self._surfaces.add(function)
        so = " so" if self._ev.callers(function) else ""
        self._way(Step(Place(function.module.path, function.line), f"nothing in the project calls{so}"), at)

    def _way(self, start: Step, at: _Stage | None, first: Site | None = None) -> None:
        """The way down from a function, or from a statement of a module that calls one."""
        steps = [start]
        if first is not None:
            steps.append(Step(place(first), _called(at)))
        while at is not None:
            at, site = self._below[at]
            steps.append(Step(place(site), _called(at)))
        if len(self.ways) < MANY:
            self.ways.append(tuple(steps))

    def _ways_up(self, edge: Edge) -> tuple[Site, ...]:
        """Not into a framework; but what a tool or a thread does is asked for by whoever runs the agent or thread. A
        module that puts a graph together when it is imported runs none of its nodes."""
        found = self._subject.entries.registration(edge)
        if found is None:
            return (edge.site,)
        if edge.site.scope.kind == "module" and self._ev.graphs.adds(edge.site):
            return ()
        return runs_of(self._subject, edge.site) if found[0] == "unknown" else ()

    def _top(self, site: Site, below: _Stage | None) -> None:
        entry = self._subject.entries.of_site(site)
        if entry is not None:
            self.entries.append(entry)
            self._way(Step(entry.where, entry.how), below, site)
        else:
            self._surfaces.add(site)
            self._way(Step(Place(site.scope.module.path, 1), "runs when the module is imported"), below, site)

    @property
    def paths(self) -> int:
        """Entry points and library surfaces from which the call is reached."""
        return len(self.entries) + len(self._surfaces)

    def audience(self) -> Setting:
        """The most exposed audience, with the entry point that makes it so."""
        audience = exposed(tuple(self.entries))
        if audience == "unknown" and self._subject.ground.kind in WHOSE:
            return Setting(WHOSE[self._subject.ground.kind], None, "kind of project in the configuration")
        first = next((each for each in self.entries if each.audience == audience), None)
        return Setting(audience, first.where if first else None, first.how if first else "")


def _called(at: _Stage | None) -> str:
    return f"calls {at[0].name}" if at is not None else "the call"


def blocking(subject: Subject) -> Setting:
    """Whether a synchronous call is reached inside an `async def` without a thread hop."""
    found = subject.found
    awaited = found.site.awaited and not found.handed and not _is_surely_sync(subject)
    if (subject.is_async() and not _may_be_sync(subject)) or awaited:
        return Setting("no")
    if (found.handed and not found.runs) or is_waited_for(found.site):
        return Setting("no")
    for run in found.runs:
        if run.scope.is_async:
            return Setting("yes", place(run), run.scope.name)
    where = _async_above(subject)
    return Setting("yes", place(where), where.scope.name) if where is not None else Setting("no")


def _may_be_sync(subject: Subject) -> bool:
    """A call that nothing waits for, on what may also be a synchronous client, is meant for that one."""
    site = subject.site
    if subject.found.match.rule.is_async is not None or site.awaited or waited(site) is not site or is_waited_for(site):
        return False
    return any(not each for each in _are_async(subject) if each is not None)


def _is_surely_sync(subject: Subject) -> bool:
    """A call of what can only be a synchronous client, of an SDK that has an asynchronous one, too: `await` waits for
    nothing but the answer itself."""
    twin = any(each.is_async for each in subject.sdk.clients.values())
    known = _are_async(subject) if twin and subject.found.match.rule.is_async is None else []
    return bool(known) and all(each is False for each in known)


def _are_async(subject: Subject) -> list[bool | None]:
    """Of each client that the call may be one of whether it is asynchronous; None where that isn't known."""
    found: list[bool | None] = []
    for value in subject.ev.callee(subject.site):
        client = subject.ev.matcher.client_of(value.path) if isinstance(value, Ext) else None
        turned = client is not None and bool(client[1].async_by) and subject.is_async()
        found.append(client[1].is_async or turned if client is not None else None)
    return found


def _async_above(subject: Subject) -> Site | None:
    """The site inside an `async def` from which the call is reached, all of it on the event loop."""
    ways = subject.ground.ways
    queue = [(subject.site, ways.needs_of(subject.site))]
    seen, apart = set[_Stage](), Apart()
    while queue and len(seen) < MOST:
        site, needs = queue.pop(0)
        scope = site.scope.owner()
        if scope.is_async:
            return site
        needs = apart.at(scope, needs)
        if (scope, needs) in seen or not scope.is_function:
            continue
        seen.add((scope, needs))
        if any(name_of(each.func if isinstance(each, Call) else each) in HOPPING for each in scope.decorators):
            continue
        for edge, above in ways.into(scope, needs):
            if edge.hop or subject.entries.registration(edge) is not None or _in_thread(subject.ev, edge, scope):
                continue
            inside = next((each for each in edge.inner if each.scope.is_async), None)
            queue.append((inside or edge.site, above))
    return None


def _in_thread(ev: Evaluator, edge: Edge, scope: Scope) -> bool:
    """A synchronous generator that a response runs in a thread, or a function another package is handed or runs for its
    asynchronous twin."""
    name = name_of(edge.site.call.func)
    if name in TWINS and name in other_names(ev, scope):
        return True
    if scope.is_generator:
        for frame in reversed(edge.site.frames):
            if frame.kind == "arg" and isinstance(frame.node, Call) and name_of(frame.node.func) in RESPONSES:
                return True
    return edge.handed and callee_name(edge.site) in RESPONSES
