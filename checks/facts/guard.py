"""Guard: what becomes of an exception of the call, on every path from the outside to it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

from ..model import Audience, EntryPoint, Guard, Handler, Place
from ..project.edges import ALL, Edge, name_of
from ..project.elsewhere import How, calls_that
from ..project.scope import Scope, Site
from ..project.ways import Apart, Needs
from ..read.tree import Call
from .answers import Answers
from .around import GROUP, LATE, OWN, Around, Raised, Strand
from .coroutines import handed_on
from .coverage import covers, covers_strand, same
from .kept import AWAITABLE, called_back, group_of, is_dropped, waited
from .lazy import only_made
from .status import BROKEN, is_answered, raised_for_status
from .subject import Subject, place, raising

STARTED = calls_that(How.LOST)
"""Calls after which the starter never sees an exception of what it started."""
MOST = 200
"""Functions on one way up; what lies above is taken for the outside."""
WHOSE: tuple[Audience | Literal["started"], ...] = ("remote", "background", "started", "local", "unknown")
"""Where paths are open: at an entry point of that audience, the most exposed first, or in what is started there."""


class End(NamedTuple):
    """How a path ends.

    at: covered (by a handler), surface (a function that nothing in the project calls), or one of WHOSE.
    missed: a handler on the way misses some errors.
    """

    at: str
    missed: bool = False


COVERED = End("covered")
TOLD = (*(End(whose, missed) for missed in (False, True) for whose in WHOSE), End("surface"))
"""The open path to tell first: without any handler, before most people."""


@dataclass(slots=True)
class _Outcome:
    """How the paths up from a call end, each end with its shortest path."""

    ends: dict[End, tuple[Place, ...]] = field(default_factory=dict[End, tuple[Place, ...]])

    def add(self, end: End, path: tuple[Place, ...]) -> None:
        if end not in self.ends or len(path) < len(self.ends[end]):
            self.ends[end] = path

    def merge(self, other: _Outcome, step: Place, *, missed: bool) -> None:
        for end, path in other.ends.items():
            seen = End(end.at, end.missed or missed) if end != COVERED else end
            self.add(seen, (*path, step) if len(path) < 12 else path)


class Guards:
    """Works out the guard of a call; what lies above a function is remembered."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._ev = subject.ev
        self._sdks = raising(subject)
        self._around = Around(subject.ev, self._sdks, subject.sdk)
        self._answers = Answers(subject, self._around)
        self._known: dict[tuple[Scope, Raised, Needs], _Outcome] = {}
        self._apart = Apart()
        self._height = 0

    def fact(self) -> Guard:
        """The guard of the subject's call."""
        outcome = self._from(*self._start(), self._subject.ground.ways.needs_of(self._subject.site))
        handlers = tuple(sorted(self._around.handlers.values(), key=lambda each: each.where))
        state = _state(outcome)
        path = next((outcome.ends[end] for end in TOLD if outcome.ends.get(end)), ())
        where = handlers[0].where if handlers else (path[0] if path else None)
        misses = self._missed(handlers) if state == "partial" else ()
        return Guard(
            state,
            where,
            handlers,
            path if state in ("unhandled", "partial") else (),
            misses,
            tuple(each.id for each in self._sdks),
            open_to=_open_to(outcome),
        )

    def _start(self) -> tuple[tuple[Site, ...], Scope, Raised]:
        """Where its exceptions start, and which: those that the project raises itself, where the SDK raises none."""
        subject = self._subject
        sites = subject.own_sites()
        silent = all(sdk.errors.silent for sdk in self._sdks)
        told = raised_for_status(self._ev, sites[0]) if silent else None
        if told is None:
            return sites, subject.scope, BROKEN if silent and is_answered(sites[0]) else OWN
        return (replace(sites[0], frames=told[0]), *sites[1:]), subject.scope, told[1]

    def out_of(self, sites: tuple[Site, ...]) -> Raised:
        """What becomes of an exception of the innermost site behind all of them."""
        raised = OWN
        for site in sites:
            raised = self._around.out_of(site, raised).left
        return raised

    def covers(self, types: tuple[str, ...], strand: Strand) -> bool:
        """Whether at least a part of a strand is of one of the types."""
        strand = strand[1:] if strand[:1] == (GROUP,) else strand
        own = strand in (*OWN, LATE)
        return (covers(types, self._sdks, late=strand == LATE) if own else covers_strand(types, strand)) != "none"

    def _missed(self, handlers: tuple[Handler, ...]) -> tuple[str, ...]:
        caught = {name for each in handlers for name in each.catches}
        known = [name for sdk in self._sdks for name in (*sdk.errors.base[:1], *sdk.errors.some)]
        return tuple(name for name in known if not any(same(name, each) for each in caught))[:4]

    def _from(self, sites: tuple[Site, ...], scope: Scope, raised: Raised, needs: Needs) -> _Outcome:
        """Outcome of an exception that comes out of the innermost site."""
        outcome = _Outcome()
        missed = False
        for site in sites:
            raised, stopped = self._around.out_of(site, raised)
            if not raised:
                outcome.add(COVERED, ())
                return outcome
            missed = missed or stopped
        outcome.merge(self._above(scope, sites[-1], raised, needs), place(sites[-1]), missed=missed)
        return outcome

    def _above(self, scope: Scope, site: Site, raised: Raised, needs: Needs) -> _Outcome:
        """Outcome of an exception that leaves a function."""
        function = scope.owner()
        if function.kind == "module":
            return self._top(site, raised)
        needs = self._apart.at(function, needs)
        key = (function, raised, needs)
        if key not in self._known:
            outcome = self._known[key] = _Outcome()
            self._height += 1
            if self._height < MOST:
                self._outward(function, outcome, raised, needs)
            else:
                outcome.add(End("surface"), (place(site),))
            self._height -= 1
        return self._known[key]

    def _outward(self, function: Scope, outcome: _Outcome, raised: Raised, needs: Needs) -> None:
        here = Place(function.module.path, function.line)
        raised, missed = self._decorated(function, raised)
        if not raised:
            outcome.add(COVERED, ())
            return
        entries = self._subject.entries.of(function)
        above = [
            (edge, more)
            for edge, more in self._subject.ground.ways.into(function, needs)
            if self._subject.entries.registration(edge) is None
        ]
        for entry in entries:
            outcome.merge(self._at_entry(function, entry, raised), entry.where, missed=missed)
        for edge, more in above:
            outcome.merge(self._through(edge, function, raised, more), here, missed=missed)
        if not entries and all(edge.site.scope.function() is function for edge, _ in above):
            outcome.add(End("surface", missed), (here,))

    def _decorated(self, function: Scope, raised: Raised) -> tuple[Raised, bool]:
        """What decorators of retry libraries and of the project let out of a function."""
        raised, missed = self._answers.by_decorators(function, raised)
        for _, inner in self._ev.wrappers(function):
            for each in inner:
                if function.is_async and waited(each) is each and not each.awaited:
                    continue
                raised, stopped = self._around.out_of(each, raised)
                missed = missed or stopped
        return raised, missed

    def _at_entry(self, function: Scope | None, entry: EntryPoint, raised: Raised) -> _Outcome:
        outcome = _Outcome()
        left, answered = self._answers.at_entry(function, entry, raised)
        outcome.add(End(entry.audience, answered) if left else COVERED, ())
        return outcome

    def _through(self, edge: Edge, function: Scope, raised: Raised, needs: Needs) -> _Outcome:
        group = group_of(edge.site)
        if group is not None:
            for inner in edge.inner:
                raised = self._around.out_of(inner, raised).left
            return self._from((group,), edge.site.scope, tuple((GROUP, *strand) for strand in raised), needs)
        started = edge.handed and name_of(edge.site.call.func) in AWAITABLE
        later = _is_later(edge, function) or function.is_generator or started
        handed = handed_on(self._ev, edge.site) if later else None
        made = handed.inner[0] if handed is not None else edge.site
        site = waited(made) if later else made
        asked = called_back(self._ev, made) if site is made and not (handed and made.awaited) else None
        if asked is not None:
            return self._called_back(edge, asked, raised)
        if handed is not None and self._is_started(site):  # it may be waited for by whoever gets the task
            handed, site = None, waited(edge.site)
        if name_of(site.call.func) in STARTED or self._is_started(site) or (started and is_dropped(site)):
            outcome = _Outcome()
            for inner in edge.inner:
                raised = self._around.out_of(inner, raised).left
            outcome.add(End("started") if raised else COVERED, (place(site),))
            return outcome
        if handed is not None:
            within = (*edge.inner, site, *map(waited, handed.inner[1:]))
            return self._through(edge._replace(site=handed.outer, inner=within), handed.helper, raised, needs)
        if function.is_generator and only_made(self._ev, site):
            return self._above(site.scope, site, raised, needs)
        return self._from((*edge.inner, site), site.scope, raised, needs)

    def _called_back(self, edge: Edge, asked: Site, raised: Raised) -> _Outcome:
        """Outcome where only a function that is called in the end asks what came of what was started."""
        outcome = _Outcome()
        for inner in edge.inner:
            raised = self._around.out_of(inner, raised).left
        looked = name_of(asked.call.func) == "exception"
        left = self._around.out_of(asked, raised).left and not looked
        outcome.add(End("started") if left else COVERED, (place(edge.site),))
        return outcome

    def _is_started(self, site: Site) -> bool:
        """A coroutine that is started and never waited for: `create_task(work())`."""
        for frame in reversed(site.frames):
            if frame.kind == "arg" and isinstance(frame.node, Call):
                if name_of(frame.node.func) in STARTED and not _is_awaited(frame.node, site.scope):
                    return True
            elif frame.kind not in ("arg", "comp"):
                return False
        return False

    def _top(self, site: Site, raised: Raised) -> _Outcome:
        entry = self._subject.entries.of_site(site)
        if entry is not None:
            return self._at_entry(None, entry, raised)
        outcome = _Outcome()
        outcome.add(End("surface"), (place(site),))
        return outcome


def _is_later(edge: Edge, function: Scope) -> bool:
    """Whether a call only makes what is awaited then; of a step of a graph or a flow, what runs it says so."""
    name = name_of(edge.site.call.func)
    return name.startswith("a") or "async" in name if edge.skip == ALL else function.is_async


def _open_to(outcome: _Outcome) -> Audience | None:
    """Before whom a failure comes out at all, be it only one that a handler on the way misses."""
    open_at = {end.at for end in outcome.ends}
    for whose in WHOSE:
        if whose in open_at:
            return whose if whose != "started" else None
    return "unknown" if _state(outcome) == "partial" else None


def _state(outcome: _Outcome) -> str:
    ends = set(outcome.ends)
    if any(end.at in WHOSE and not end.missed for end in ends):
        return "unhandled"
    if any(end.missed for end in ends):
        return "partial"
    if End("surface") in ends:
        return "partial" if COVERED in ends else "propagates"
    return "handled"


def _is_awaited(node: Call, scope: Scope) -> bool:
    return any(site.call is node and site.awaited for site in scope.sites)
