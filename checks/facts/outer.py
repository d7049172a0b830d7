"""Retry layers around the call: decorators, loops and helpers, in its function or on every path above it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

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
"""Functions on one way up."""


class Outer:
    """Finds the layers around one call."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._open: list[Scope] = []
        """The functions on the way up that is being looked at."""
        self._late = False
        """Whether a deadline was met on some way up, which raises an error of its own."""
        self._raising = raising(subject)
        self._handlers = Around(subject.ev, self._raising, subject.sdk)
        self._known: dict[tuple[Scope, tuple[Site, ...], Raised], list[RetryLayer]] = {}
        self._ways: dict[tuple[Scope, tuple[Site, ...], Raised], list[RetryLayer]] = {}

    def layers(self) -> list[RetryLayer]:
        """Layers on every path; those that can't fire say why."""
        subject = self._subject
        return self._around(subject.sites(), subject.scope, OWN) or []

    def _around(self, sites: tuple[Site, ...], scope: Scope, raised: Raised) -> list[RetryLayer] | None:
        """Layers at the sites, out of which these exceptions come, and above their function; None where the way leads
        back to itself."""
        self._late = self._late or any(is_timed(self._subject.ev, site) for site in sites)
        found: list[RetryLayer | None] = []
        for site in sites:
            found.append(self._at(site, raised))
            raised = self._handlers.out_of(site, raised).left or raised
        above = self._above(scope, sites, raised)
        return None if above is None else [*filter(None, found), *above]

    def _at(self, site: Site, raised: Raised) -> RetryLayer | None:
        """The layer that the constructs around a site make: the same for every call that fails in the same way."""
        sdk, known = self._subject.sdk, self._subject.ground.repeated
        turned = tuple(each for each in raised if each not in (*OWN, LATE))
        failing = Failing(self._raising, self._late, turned, sdk)
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

    def _above(self, scope: Scope, sites: tuple[Site, ...], raised: Raised) -> list[RetryLayer] | None:
        scope = scope.owner()
        if scope in self._open:
            return None
        if not scope.is_function or len(self._open) > MOST:
            return []
        key = (scope, sites, raised)
        if key not in self._known:
            self._open.append(scope)
            self._known[key] = self._over(*key)
            self._open.pop()
        return self._known[key]

    def _over(self, scope: Scope, sites: tuple[Site, ...], raised: Raised) -> list[RetryLayer]:
        """Layers of the function's decorators, and those that every way into it has."""
        return (
            self._decorators(scope, sites, raised)
            + self._as_node(scope, sites)
            + self._on_every_way(scope, sites, raised)
        )

    def _on_every_way(self, scope: Scope, sites: tuple[Site, ...], raised: Raised) -> list[RetryLayer]:
        """The layers of the way that repeats most often, if every way into the function has some."""
        key = (scope, sites, raised)
        if key not in self._ways:
            self._ways[key] = []
            edges = [e for e in self._subject.ev.callers(scope) if self._subject.entries.registration(e) is None]
            open_to_others = not edges or bool(self._subject.entries.of(scope))
            ways = [] if open_to_others else [self._along(edge, *key) for edge in edges]
            above = [way for way in ways if way is not None]
            if above and all(any(layer.without_effect is None for layer in group) for group in above):
                self._ways[key] = max(above, key=lambda group: product(tuple(group)) or 999)
        return self._ways[key]

    def _along(self, edge: Edge, scope: Scope, sites: tuple[Site, ...], raised: Raised) -> list[RetryLayer] | None:
        """The layers of one way in, with that of a decorator that was called by hand: `retry(...)(self.ask)(text)`."""
        found = self._around((*edge.inner, edge.site), edge.site.scope, raised)
        made = edge.wrap
        layer = decorator_layer(self._subject, made.call.func, scope, sites, made.scope) if made is not None else None
        if found is None or layer is None:
            return found
        return [replace(layer, side_effects=side_effects(scope, sites[-1])), *found]

    def _as_node(self, scope: Scope, sites: tuple[Site, ...]) -> list[RetryLayer]:
        """The layer that a graph puts around the function, where it is nothing but a node."""
        added = [edge.node or (edge.site if edge.handed else None) for edge in self._subject.ev.callers(scope)]
        found = [node_layer(self._subject, each, scope, sites) if each is not None else None for each in added]
        layers = [replace(each, side_effects=side_effects(scope, sites[-1])) for each in found if each is not None]
        return sorted(layers, key=lambda each: each.attempts or 999)[:1] if len(layers) == len(found) else []

    def _decorators(self, scope: Scope, sites: tuple[Site, ...], raised: Raised) -> list[RetryLayer]:
        """Layers of a function's decorators, those of libraries and the project's own."""
        subject = self._subject
        found = [layer for each in scope.decorators if (layer := decorator_layer(subject, each, scope, sites))]
        for maker, inner in subject.ev.wrappers(scope):
            for func, around in _decorating(maker):
                layer = decorator_layer(subject, func, scope, sites, around)
                found += [layer] if layer is not None else []
            for site in inner:
                found += self._in_wrapper(scope, site, raised)
        return [replace(layer, side_effects=side_effects(scope, sites[-1])) for layer in found]

    def _in_wrapper(self, scope: Scope, site: Site, raised: Raised) -> Iterator[RetryLayer]:
        """The layers of a function that a decorator of the project puts in the place of another, which it calls."""
        subject = self._subject
        reason = None
        if scope.is_async and not site.awaited:
            reason = "a synchronous wrapper returns the coroutine before anything can fail"
        elif scope.is_generator and only_made(subject.ev, site):
            reason = "calling a generator only makes it: it fails later, outside the loop"
        decorators = site.scope.decorators if scope.is_async or not site.awaited else ()
        above = [decorator_layer(subject, each, site.scope, (*subject.sites(), site)) for each in decorators]
        for layer in filter(None, (self._at(site, raised), *above)):
            yield layer if reason is None else replace(layer, without_effect=reason)


def _decorating(maker: Scope) -> Iterator[tuple[Expr, Scope]]:
    """What a decorator of the project only gives its function to: `return retry(...)(func)`."""
    for each in maker.tree():
        match each.returns:
            case [Call(func=func, args=(Name(id=name),))] if any(name == param.name for param in each.params):
                yield func, each
            case _:
                continue


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
