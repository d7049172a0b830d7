"""What becomes of exceptions that leave a function, one step up at a time: the same for every call that raises them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from ..model import Audience, EntryPoint, Handler, Place
from ..project.edges import ALL, Edge, name_of
from ..project.elsewhere import How, calls_that
from ..project.scope import Scope, Site
from ..project.ways import Needs
from ..read.tree import Call
from ..sdks.schema import Sdk
from .answers import Answers
from .around import GROUP, Around, Raised
from .coroutines import handed_on
from .ground import Ground
from .kept import AWAITABLE, called_back, group_of, is_dropped, waited
from .lazy import only_made
from .subject import place

STARTED = calls_that(How.LOST)
"""Calls after which the starter never sees an exception of what it started."""
WHOSE: tuple[Audience | Literal["started"], ...] = ("remote", "background", "started", "local", "unknown")
"""Where ways are open: at an entry point of that audience, the most exposed first, or in what is started there."""


class End(NamedTuple):
    """How a way ends.

    at: covered (by a handler), surface (a function that nothing in the project calls), or one of WHOSE.
    missed: a handler on the way misses some errors.
    """

    at: str
    missed: bool = False


COVERED = End("covered")
SURFACE = End("surface")


class Above(NamedTuple):
    """Exceptions that leave a function, at a place in it that is reached under some conditions."""

    function: Scope
    raised: Raised
    needs: Needs


class Way(NamedTuple):
    """One step up: to the next function, or to an end."""

    to: Above | End
    steps: tuple[Place, ...] = ()
    """Where it goes, the outermost first."""
    missed: bool = False
    """A handler there misses some errors."""

    def by(self, *steps: Place, missed: bool) -> Way:
        """The same, once it has come from there."""
        return Way(self.to, (*self.steps, *steps), self.missed or missed)


Handlers = dict[tuple[str, int], Handler]


class Rising:
    """Follows what some SDKs raise up through the functions of a project."""

    def __init__(self, ground: Ground, sdks: tuple[Sdk, ...], wrapped: Sdk) -> None:
        """See `Around`."""
        self._ground = ground
        self._ev = ground.ev
        self._around = Around(ground.ev, sdks, wrapped)
        self._answers = Answers(ground, self._around)
        self._known: dict[Above, tuple[tuple[Way, ...], Handlers]] = {}

    def ways(self, at: Above) -> tuple[tuple[Way, ...], Handlers]:
        """Every way on from a function that exceptions leave, and the handlers that were met at the first step."""
        if at not in self._known:
            self._around.handlers = {}
            self._known[at] = tuple(self._outward(at)), self._around.handlers
        return self._known[at]

    def out_of(self, sites: tuple[Site, ...], scope: Scope, raised: Raised, needs: Needs) -> tuple[Way, Handlers]:
        """The way of an exception that comes out of the innermost of some sites, the last of which is in that scope."""
        self._around.handlers = {}
        return self._from(sites, scope, raised, needs), self._around.handlers

    def _outward(self, at: Above) -> Iterator[Way]:
        function, raised, needs = at
        here = Place(function.module.path, function.line)
        raised, missed = self._decorated(function, raised)
        if not raised:
            yield Way(COVERED)
            return
        entries = self._ground.entries.of(function)
        for entry in entries:
            yield Way(self._at_entry(function, entry, raised)).by(entry.where, missed=missed)
        above = [
            (edge, more)
            for edge, more in self._ground.ways.into(function, needs)
            if self._ground.entries.registration(edge) is None
        ]
        for edge, more in above:
            yield self._through(edge, function, raised, more).by(here, missed=missed)
        if not entries and all(edge.site.scope.function() is function for edge, _ in above):
            yield Way(SURFACE).by(here, missed=missed)

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

    def _at_entry(self, function: Scope | None, entry: EntryPoint, raised: Raised) -> End:
        left, answered = self._answers.at_entry(function, entry, raised)
        return End(entry.audience, answered) if left else COVERED

    def _from(self, sites: tuple[Site, ...], scope: Scope, raised: Raised, needs: Needs) -> Way:
        raised, missed = self._around.out_of_all(sites, raised)
        if not raised:
            return Way(COVERED)
        return self._above(scope, sites[-1], raised, needs).by(place(sites[-1]), missed=missed)

    def _above(self, scope: Scope, site: Site, raised: Raised, needs: Needs) -> Way:
        """The way of an exception that leaves the function of a site."""
        function = scope.owner()
        if function.kind != "module":
            return Way(Above(function, raised, needs))
        entry = self._ground.entries.of_site(site)
        return Way(self._at_entry(None, entry, raised)) if entry is not None else Way(SURFACE, (place(site),))

    def _through(self, edge: Edge, function: Scope, raised: Raised, needs: Needs) -> Way:
        """The way of an exception out of a call of a function."""
        group = group_of(edge.site)
        if group is not None:
            raised = self._around.out_of_all(edge.inner, raised).left
            return self._from((group,), edge.site.scope, tuple((GROUP, *strand) for strand in raised), needs)
        started = edge.handed and name_of(edge.site.call.func) in AWAITABLE
        later = _is_later(edge, function) or function.is_generator or started
        handed = handed_on(self._ev, edge.site) if later else None
        made = handed.inner[0] if handed is not None else edge.site
        site = waited(made) if later else made
        asked = called_back(self._ev, made) if site is made and not (handed and made.awaited) else None
        if asked is not None:
            return self._called_back(edge, asked, raised)
        if handed is not None and _is_started(site):  # it may be waited for by whoever gets the task
            handed, site = None, waited(edge.site)
        if name_of(site.call.func) in STARTED or _is_started(site) or (started and is_dropped(site)):
            left = self._around.out_of_all(edge.inner, raised).left
            return Way(End("started") if left else COVERED, (place(site),))
        if handed is not None:
            within = (*edge.inner, site, *map(waited, handed.inner[1:]))
            return self._through(edge._replace(site=handed.outer, inner=within), handed.helper, raised, needs)
        if function.is_generator and only_made(self._ev, site):
            return self._above(site.scope, site, raised, needs)
        return self._from((*edge.inner, site), site.scope, raised, needs)

    def _called_back(self, edge: Edge, asked: Site, raised: Raised) -> Way:
        """The way where only a function that is called in the end asks what came of what was started."""
        raised = self._around.out_of_all(edge.inner, raised).left
        looked = name_of(asked.call.func) == "exception"
        left = self._around.out_of(asked, raised).left and not looked
        return Way(End("started") if left else COVERED, (place(edge.site),))


def _is_started(site: Site) -> bool:
    """A coroutine that is started and never waited for: `create_task(work())`."""
    for frame in reversed(site.frames):
        if frame.kind == "arg" and isinstance(frame.node, Call):
            if name_of(frame.node.func) in STARTED and not _is_awaited(frame.node, site.scope):
                return True
        elif frame.kind not in ("arg", "comp"):
            return False
    return False


def _is_later(edge: Edge, function: Scope) -> bool:
    """Whether a call only makes what is awaited then; of a step of a graph or a flow, what runs it says so."""
    name = name_of(edge.site.call.func)
    return name.startswith("a") or "async" in name if edge.skip == ALL else function.is_async


def _is_awaited(node: Call, scope: Scope) -> bool:
    return any(site.call is node and site.awaited for site in scope.sites)
