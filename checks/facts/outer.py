"""Retry layers around the call: decorators, loops and helpers, in its function or on every path above it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from ..model import RetryLayer
from ..project.edges import Edge
from ..project.scope import Scope, Site
from ..project.values import Ext
from ..read.tree import Call, Expr, Name
from .again import task_layer
from .around import LATE, OWN, Around, Raised
from .bounds import is_timed
from .coverage import Failing
from .effects import side_effects
from .lazy import only_made
from .loops import loop_layer
from .recursion import recursion_layer
from .subject import Subject, raising
from .tools import decorator_layer, handed_layer, node_layer, tool_loop

MOST = 30
"""Functions on one way up whose layers are told."""


class Above(NamedTuple):
    """What lies above a function, seen from a call in it that fails."""

    scope: Scope
    sites: tuple[Site, ...]
    """The calls in it out of which the failure comes, where the function's own layers ask for them."""
    raised: Raised
    late: bool
    """A deadline was met on the way, which raises an error of its own."""


Way = tuple[list[RetryLayer], Above]
"""The layers around a call of a function, and what lies above that call."""


class Outer:
    """Finds the layers around one call."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._raising = raising(subject)
        self._handlers = Around(subject.ev, self._raising, subject.sdk)
        self._open: list[Scope] = []
        """The functions on the way up that is being told."""
        self._own: dict[Above, list[RetryLayer]] = {}
        self._known: dict[Above, list[RetryLayer]] = {}
        self._free: dict[Above, bool] = {}

    def layers(self) -> list[RetryLayer]:
        """Layers on every path; those that can't fire say why."""
        found, above = self._from(self._subject.sites(), self._subject.scope, OWN, late=False)
        return [*found, *(self._all(above) or [])]

    def _from(self, sites: tuple[Site, ...], scope: Scope, raised: Raised, *, late: bool) -> Way:
        """Layers at the sites, out of which these exceptions come, and what is above their function."""
        late = late or any(is_timed(self._subject.ev, site) for site in sites)
        found: list[RetryLayer | None] = []
        for site in sites:
            found.append(self._at(site, raised, late=late))
            raised = self._handlers.out_of(site, raised).left or raised
        scope = scope.owner()
        asked = scope.is_function and bool(scope.decorators or self._subject.ev.wrappers(scope))
        asked = asked or any(edge.node or edge.handed or edge.wrap for edge in self._edges(scope))
        return [each for each in found if each is not None], Above(scope, sites if asked else (), raised, late)

    def _edges(self, scope: Scope) -> list[Edge]:
        """The calls of a function; of what stands in no function there are none."""
        known = self._subject.entries
        edges = self._subject.ev.callers(scope) if scope.is_function else ()
        return [edge for edge in edges if known.registration(edge) is None]

    def _all(self, at: Above) -> list[RetryLayer] | None:
        """A function's own layers and those above it, where every way into it has some; None where the way leads back
        to itself."""
        if at.scope in self._open:
            return None
        if at not in self._known:
            self._open.append(at.scope)
            self._known[at] = [*self._of(at), *self._on_every_way(at)]
            self._open.pop()
        return self._known[at]

    def _on_every_way(self, at: Above) -> list[RetryLayer]:
        """The layers of the way that repeats most often, if every way into the function has some."""
        if len(self._open) > MOST or self._is_free(at):
            return []
        told = ((found, self._all(above)) for found, above in self._ways(at))
        ways = [[*found, *above] for found, above in told if above is not None]
        return max(ways, key=lambda way: product(tuple(way)) or 999, default=list[RetryLayer]())

    def _is_free(self, start: Above) -> bool:
        """Whether on some way from the outside nothing repeats the call. What is met is gone through once, however many
        ways lead to it, and no more than one such way is looked for."""
        met, closed = {start}, list[Above]()
        path = [(start, self._ways(start))]
        while path and start not in self._free:
            at, ways = path[-1]
            if self._free.get(at) or self._is_outside(at):
                self._free.update((each, True) for each, _ in path)
                continue
            above = next((each for found, each in ways if each not in met and not _repeats(found)), None)
            if above is None:
                closed.append(path.pop()[0])
                continue
            met.add(above)
            if self._free.get(above) is not False and not _repeats(self._of(above)):
                path.append((above, self._ways(above)))
        if not path:
            self._free.update((each, False) for each in closed)
        return self._free[start]

    def _is_outside(self, at: Above) -> bool:
        """Whether somebody outside calls it, or nothing is known of who does."""
        return not self._edges(at.scope) or bool(self._subject.entries.of(at.scope))

    def _ways(self, at: Above) -> Iterator[Way]:
        """Every way into a function, with the layer of a decorator called by hand: `retry(...)(self.ask)(text)`."""
        for edge in self._edges(at.scope):
            found, above = self._from((*edge.inner, edge.site), edge.site.scope, at.raised, late=at.late)
            made = edge.wrap
            layer = decorator_layer(self._subject, made.call.func, at.scope, at.sites, made.scope) if made else None
            if layer is not None:
                found = [replace(layer, side_effects=side_effects(at.scope, at.sites[-1])), *found]
            yield found, above

    def _of(self, at: Above) -> list[RetryLayer]:
        """The layers of a function itself."""
        if at not in self._own:
            self._own[at] = [*self._decorators(at), *self._as_node(at)] if at.scope.is_function and at.sites else []
        return self._own[at]

    def _at(self, site: Site, raised: Raised, *, late: bool) -> RetryLayer | None:
        """The layer that the constructs around a site make: the same for every call that fails in the same way."""
        sdk, known = self._subject.sdk, self._subject.ground.repeated
        turned = tuple(each for each in raised if each not in (*OWN, LATE))
        failing = Failing(self._raising, late, turned, sdk)
        errors = tuple(id(each.errors) for each in failing.sdks)
        key = (site, self._is_hand_over(site), sdk.id, sdk.package, errors, failing.late, failing.turned)
        if key not in known:
            known[key] = self._layer_at(site, failing)
        return known[key]

    def _layer_at(self, site: Site, failing: Failing) -> RetryLayer | None:
        subject = self._subject
        layer = tool_loop(subject, site) or loop_layer(subject, site, failing)
        if layer is not None:
            return self._with_effects_in_loop(layer, site)
        layer = recursion_layer(subject, site, failing) or task_layer(subject, site, failing)
        if layer is not None:
            return replace(layer, side_effects=side_effects(site.scope, site))
        for value in subject.ev.eval(site.call.func, site.scope) if self._is_hand_over(site) else ():
            if isinstance(value, Ext) and subject.ground.retry_tool(value.path) is not None:
                return handed_layer(subject, value.path, value.sites[-1] if value.sites else site)
        return None

    def _with_effects_in_loop(self, layer: RetryLayer, site: Site) -> RetryLayer:
        loops = [frame.node for frame in site.frames if frame.kind in ("loop", "with")]
        line = layer.where.line if layer.where is not None else 0
        within = next((node for node in loops if getattr(node, "line", 0) == line), loops[-1] if loops else None)
        return replace(layer, side_effects=side_effects(site.scope, site, within))

    def _is_hand_over(self, site: Site) -> bool:
        return site is not self._subject.site or self._subject.found.handed

    def _as_node(self, at: Above) -> list[RetryLayer]:
        """The layer that a graph puts around the function, where it is nothing but a node."""
        scope, sites = at.scope, at.sites
        added = [edge.node or (edge.site if edge.handed else None) for edge in self._subject.ev.callers(scope)]
        found = [node_layer(self._subject, each, scope, sites) if each is not None else None for each in added]
        layers = [replace(each, side_effects=side_effects(scope, sites[-1])) for each in found if each is not None]
        return sorted(layers, key=lambda each: each.attempts or 999)[:1] if len(layers) == len(found) else []

    def _decorators(self, at: Above) -> list[RetryLayer]:
        """Layers of a function's decorators, those of libraries and the project's own."""
        subject, scope, sites = self._subject, at.scope, at.sites
        found = [layer for each in scope.decorators if (layer := decorator_layer(subject, each, scope, sites))]
        for maker, inner in subject.ev.wrappers(scope):
            for func, around in _decorating(maker):
                layer = decorator_layer(subject, func, scope, sites, around)
                found += [layer] if layer is not None else []
            for site in inner:
                found += self._in_wrapper(at, site)
        return [replace(layer, side_effects=side_effects(scope, sites[-1])) for layer in found]

    def _in_wrapper(self, at: Above, site: Site) -> Iterator[RetryLayer]:
        """The layers of a function that a decorator of the project puts in the place of another, which it calls."""
        subject, scope = self._subject, at.scope
        reason = None
        if scope.is_async and not site.awaited:
            reason = "a synchronous wrapper returns the coroutine before anything can fail"
        elif scope.is_generator and only_made(subject.ev, site):
            reason = "calling a generator only makes it: it fails later, outside the loop"
        decorators = site.scope.decorators if scope.is_async or not site.awaited else ()
        above = [decorator_layer(subject, each, site.scope, (*subject.sites(), site)) for each in decorators]
        for layer in filter(None, (self._at(site, at.raised, late=at.late), *above)):
            yield layer if reason is None else replace(layer, without_effect=reason)


def _decorating(maker: Scope) -> Iterator[tuple[Expr, Scope]]:
    """What a decorator of the project only gives its function to: `return retry(...)(func)`."""
    for each in maker.tree():
        match each.returns:
            case [Call(func=func, args=(Name(id=name),))] if any(name == param.name for param in each.params):
                yield func, each
            case _:
                continue


def _repeats(layers: Iterable[RetryLayer]) -> bool:
    """Whether one of them can fire."""
    return any(layer.without_effect is None for layer in layers)


def product(layers: tuple[RetryLayer, ...]) -> int | None:
    """Requests in the worst case over all layers; None when nothing bounds them."""
    total = 1
    for layer in layers:
        if layer.without_effect is not None:
            continue
        if layer.attempts is None:
            return None
        total *= max(1, layer.attempts)
    return total
