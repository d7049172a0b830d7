"""Time limits around a call: `wait_for`, `async with timeout(…)`, `future.result(timeout=…)`, alarms, decorators."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from ..model import Place
from ..project.arguments import argument
from ..project.edges import name_of
from ..project.elsewhere import How, calls_that
from ..project.scope import Scope, Site
from ..project.uses import Frames
from ..project.values import Cfg, Ext, Lit, Values
from ..read.tree import Attr, Call, Expr, Loop, With
from .coroutines import runs_at
from .ground import callee_name
from .kept import waited
from .subject import Subject, place

if TYPE_CHECKING:
    from ..project.evaluate import Evaluator

WAITS: dict[str, tuple[str, ...]] = {
    "wait_for": ("timeout", "1"), "timeout": ("0", "delay", "seconds"), "fail_after": ("0", "delay"),
    "move_on_after": ("0", "delay"), "timeout_at": ("0",), "wait": ("timeout",), "alarm": ("0",), "setitimer": ("1",),
    "timelimit": ("0",), "stopit": ("0",), "as_completed": ("timeout",),
}  # fmt: skip
"""Last name of the callee: where its limit stands."""
LIBRARIES = (
    *("asyncio.", "anyio.", "async_timeout.", "trio.", "signal.", "concurrent.futures."),
    *("timeout_decorator.", "func_timeout.", "wrapt_timeout_decorator.", "stopit."),
)
MOST = 30
"""Functions on one way up."""
ALARMS = ("alarm", "setitimer")
"""Limits that are set beforehand, and raise wherever the function is by then."""
FETCHES = ("result", "get")
SUBMITS = calls_that(How.SUBMITS)


class Bound(NamedTuple):
    """A limit, with its seconds where they are known."""

    seconds: float | None
    where: Place
    source: str


class Circle:
    """A way up that leads back to where it has been: whoever came in first decides."""


def bounded(subject: Subject) -> Bound | None:
    """The limit around the call in its function, or in every caller on the way up."""
    sites = subject.own_sites()
    if subject.is_async():
        sites = tuple(each if each.awaited else waited(each) for each in sites)
    found = _Bounds(subject).around(sites, subject.scope)
    return found if isinstance(found, Bound) else None


def is_limit(ev: Evaluator, node: Expr, scope: Scope) -> bool:
    """Whether an expression limits the time of what is given to it, or of what stands inside it."""
    return isinstance(node, Call) and _limit(ev, node, scope) is not None


def ends_in_time(ev: Evaluator, site: Site) -> bool:
    """Whether a limit beside the site ends the wait for it: `future.result(timeout=…)`, an alarm."""
    names = _called(site.scope)
    return not names.isdisjoint(ALARMS) or (not names.isdisjoint(FETCHES) and _future(ev, site) is not None)


@lru_cache(maxsize=64)
def _called(scope: Scope) -> frozenset[str]:
    """Last names of what a scope calls."""
    return frozenset(callee_name(site) for site in scope.sites)


def is_timed(ev: Evaluator, site: Site) -> bool:
    """Whether a limit stands around the site or beside it."""
    for frame in site.frames:
        if frame.kind == "arg" and isinstance(frame.node, Call) and is_limit(ev, frame.node, site.scope):
            return True
        if isinstance(frame.node, With) and any(is_limit(ev, item, site.scope) for item, _ in frame.node.items):
            return True
    return ends_in_time(ev, site)


class _Bounds:
    def __init__(self, subject: Subject) -> None:
        self._ev = subject.ev
        self._subject = subject
        self._open: list[Scope] = []
        """The functions on the way up that is being looked at."""
        self._known: dict[Scope, Bound | None] = {}
        self._set: dict[Scope, list[Site]] = {}
        """Alarms that functions set."""

    def around(self, sites: tuple[Site, ...], scope: Scope) -> Bound | Circle | None:
        """The limit at the sites or above their function; a Circle where the way leads back to itself."""
        for site in sites:
            found = self._at(site)
            if found is not None:
                return found
        return self._above(scope)

    def _at(self, site: Site) -> Bound | None:
        for at, frame in reversed(tuple(enumerate(site.frames))):
            if frame.kind == "arg" and isinstance(frame.node, Call):
                found = _limit(self._ev, frame.node, site.scope)
                if _goes_on(frame.node, site.frames[at + 1 :]) and _asks_again(site.frames[:at], site):
                    continue
            elif frame.kind == "with" and isinstance(frame.node, With):
                items = [item for item, _ in frame.node.items if isinstance(item, Call)]
                found = next((limit for item in items if (limit := _limit(self._ev, item, site.scope))), None)
            else:
                continue
            if found is not None:
                return found
        return _future(self._ev, site) or self._alarm(site)

    def _alarm(self, site: Site) -> Bound | None:
        for other in self._alarms(site.scope):
            found = _limit(self._ev, other.call, other.scope) if other.line < site.line else None
            if found is not None:
                return found
        return None

    def _alarms(self, scope: Scope) -> list[Site]:
        if scope not in self._set:
            alarmed = not _called(scope).isdisjoint(ALARMS)
            self._set[scope] = [site for site in scope.sites if name_of(site.call.func) in ALARMS] if alarmed else []
        return self._set[scope]

    def _above(self, scope: Scope) -> Bound | Circle | None:
        if scope in self._open:
            return Circle()
        if len(self._open) > MOST or not scope.is_function:
            return None
        if scope not in self._known:
            self._open.append(scope)
            self._known[scope] = self._over(scope)
            self._open.pop()
        return self._known[scope]

    def _over(self, scope: Scope) -> Bound | None:
        """The limit that every caller sets; entry points and library surfaces set none."""
        for decorator in scope.decorators:
            if isinstance(decorator, Call):
                found = _limit(self._ev, decorator, scope.parent or scope)
                if found is not None:
                    return found
        for _, inner in self._ev.wrappers(scope):
            for each in inner:
                found = self._at(each)
                if found is not None:
                    return found
        edges = [e for e in self._ev.callers(scope) if self._subject.entries.registration(e) is None]
        if not edges or self._subject.entries.of(scope):
            return None
        limits: list[Bound] = []
        for edge in edges:
            made = runs_at(self._ev, edge.site) if scope.is_async else (waited(edge.site) if edge.hop else edge.site,)
            way = self.around((*edge.inner, *made), made[-1].scope)
            if way is None:
                return None
            limits += [way] if isinstance(way, Bound) else []
        return max(limits, key=lambda each: each.seconds or 0.0, default=None)


def _limit(ev: Evaluator, call: Call, scope: Scope) -> Bound | None:
    name = name_of(call.func)
    if name not in WAITS:
        return None
    for value in ev.eval(call.func, scope):
        if isinstance(value, Ext) and f"{value.path}.".startswith(LIBRARIES):
            site = ev.site(call, scope) or Site(call, scope, (), False, call.span.line)
            return _seconds(ev, site, WAITS[name], value.path)
    return None


def _goes_on(limit: Call, inside: Frames) -> bool:
    """Whether what is waited for goes on when the limit is over: it ends the wait alone."""
    shielded = any(isinstance(frame.node, Call) and name_of(frame.node.func) == "shield" for frame in inside)
    return shielded or name_of(limit.func) == "wait"


def _asks_again(frames: Frames, site: Site) -> bool:
    """Whether a loop waits once more and once more for what the site had started before the loop."""
    loops = (frame.node for frame in frames if isinstance(frame.node, Loop))
    return any(loop.kind == "while" and site.call.span.line < loop.line for loop in loops)


def _seconds(ev: Evaluator, site: Site, names: tuple[str, ...], source: str) -> Bound | None:
    for name in names:
        found = argument(ev, site, name)
        if found.values:
            if all(isinstance(value, Lit) and value.value is None for value in found.values):
                return None
            return Bound(_number(found.values), place(site), source)
    return None


def _future(ev: Evaluator, site: Site) -> Bound | None:
    """`executor.submit(f).result(timeout=…)` in the same function."""
    around = [frame.node.func for frame in site.frames if isinstance(frame.node, Call)]
    if not {callee_name(site), *map(name_of, around)} & SUBMITS:
        return None
    for other in site.scope.sites:
        waits = "get" if callee_name(site) == "apply_async" else "result"
        if isinstance(other.call.func, Attr) and other.call.func.name == waits and not _asks_again(other.frames, site):
            found = _seconds(ev, other, ("timeout", "0"), "future.result(timeout=)")
            if found is not None:
                return found
    return None


def _number(values: Values) -> float | None:
    for value in values:
        given = value.default if isinstance(value, Cfg) else value
        if isinstance(given, Lit) and isinstance(given.value, (int, float)) and not isinstance(given.value, bool):
            return float(given.value)
    return None
