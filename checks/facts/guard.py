"""Guard: what becomes of an exception of the call, on every path from the outside to it."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from itertools import chain

from ..model import Audience, Guard, Handler, Place
from ..project.scope import Scope, Site
from ..project.ways import Apart
from .around import OWN, Raised
from .coverage import same
from .rising import COVERED, SURFACE, WHOSE, Above, End, Handlers, Rising, Way
from .status import is_answered, raised_for_status
from .subject import Subject, raising

MOST = 4000
"""Functions looked at on the way up; what lies above those is taken for the outside."""
LONG = 12
"""Places of a path that are told, the outermost first."""
TOLD = (*(End(whose, missed) for missed in (False, True) for whose in WHOSE), SURFACE)
"""The open path to tell first: without any handler, before most people."""

Trail = tuple[tuple[Place, ...], "Trail"] | None
"""Places on the way up to somewhere, and those below."""
Ends = dict[End, Trail]


def guard(subject: Subject) -> Guard:
    """The guard of the subject's call."""
    sdks = raising(subject)
    ends, met = _ends(subject, subject.ground.rising(sdks, subject.sdk))
    handlers = tuple(sorted(met.values(), key=lambda each: each.where))
    state = _state(ends)
    path = next(filter(None, (_path(ends[end]) for end in TOLD if end in ends)), ())
    return Guard(
        state,
        handlers[0].where if handlers else (path[0] if path else None),
        handlers,
        path if state in ("unhandled", "partial") else (),
        _missed(subject, handlers) if state == "partial" else (),
        tuple(each.id for each in sdks),
        open_to=_open_to(ends),
    )


def _ends(subject: Subject, rising: Rising) -> tuple[Ends, Handlers]:
    """How the paths up from the call end, each end with the shortest path there, and the handlers on all of them."""
    ends: Ends = {}
    apart, seen = Apart(), set[tuple[Above, bool]]()
    first, found = rising.out_of(*_start(subject), subject.ground.ways.needs_of(subject.site))
    handlers = {**found}
    queue: deque[tuple[Way, Trail]] = deque([(first, None)])
    while queue and len(seen) < MOST:
        way, below = queue.popleft()
        to, trail = way.to, (way.steps, below)
        if isinstance(to, End):
            ends.setdefault(End(to.at, to != COVERED and (to.missed or way.missed)), trail)
            continue
        at = to._replace(needs=apart.at(to.function, to.needs))
        if (at, way.missed) in seen:
            continue
        seen.add((at, way.missed))
        ways, found = rising.ways(at)
        handlers.update(found)
        queue.extend((each.by(missed=way.missed), trail) for each in ways)
    for way, below in queue:
        ends.setdefault(SURFACE, (way.steps, below))
    return ends, handlers


def _path(trail: Trail) -> tuple[Place, ...]:
    """The places of a trail, the outermost first."""
    found: list[tuple[Place, ...]] = []
    while trail is not None:
        steps, trail = trail
        found.append(steps)
    return tuple(chain.from_iterable(found))[:LONG]


def _start(subject: Subject) -> tuple[tuple[Site, ...], Scope, Raised]:
    """Where its exceptions start, and which: those that the project raises itself, where the SDK raises none."""
    sites, sdks = subject.own_sites(), raising(subject)
    silent = all(sdk.errors.silent for sdk in sdks)
    told = raised_for_status(subject.ev, sites[0]) if silent else None
    if told is None:
        cut_off = tuple((*sdk.errors.cut_off, "builtins.Exception") for sdk in sdks)
        return sites, subject.scope, cut_off if silent and is_answered(sites[0]) else OWN
    return (replace(sites[0], frames=told[0]), *sites[1:]), subject.scope, told[1]


def _missed(subject: Subject, handlers: tuple[Handler, ...]) -> tuple[str, ...]:
    caught = {name for each in handlers for name in each.catches}
    known = [name for sdk in raising(subject) for name in (*sdk.errors.base[:1], *sdk.errors.some)]
    return tuple(name for name in known if not any(same(name, each) for each in caught))[:4]


def _open_to(ends: Ends) -> Audience | None:
    """Before whom a failure comes out at all, be it only one that a handler on the way misses."""
    open_at = {end.at for end in ends}
    for whose in WHOSE:
        if whose in open_at:
            return whose if whose != "started" else None
    return "unknown" if _state(ends) == "partial" else None


def _state(ends: Ends) -> str:
    if any(end.at in WHOSE and not end.missed for end in ends):
        return "unhandled"
    if any(end.missed for end in ends):
        return "partial"
    if SURFACE in ends:
        return "partial" if COVERED in ends else "propagates"
    return "handled"
